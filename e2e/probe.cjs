// Loaded with `-r` before the app, in Electron and in the stand-in alike: remembers what the app put on the desktop, so
// that a test can look at it and press it through electronApp.evaluate. It wraps public methods only.
const { app, BrowserWindow, globalShortcut, Notification, shell, Tray } = require('electron')

const probe = {
  /** One entry a tray: { tray, image, images, toolTip, menu }. */
  trays: [],
  /** Shown notifications, oldest first. */
  notifications: [],
  /** URLs handed to shell.openExternal, which opens nothing. */
  external: [],
  /** Callbacks by accelerator. */
  shortcuts: Object.create(null),
  /** Arguments of flashFrame. */
  flashes: [],
  /** Windows that were brought up, in order: { window, call: 'show' | 'showInactive', url, atMs }; window is the id. */
  shows: [],
  /** All that windows were told about what a person sees of them, in order: { window, call, args, url }. */
  windowCalls: [],
  /** Arguments of app.setLoginItemSettings. */
  loginItems: [],
}
globalThis.__probe = probe

function wrap(object, name, before) {
  const original = object[name]
  object[name] = function (...args) {
    before.call(this, ...args)
    return original.apply(this, args)
  }
}

function entryOf(tray) {
  const known = probe.trays.find((entry) => entry.tray === tray)
  if (known) return known
  const entry = { tray, image: null, images: 0, toolTip: '', menu: null }
  probe.trays.push(entry)
  return entry
}
wrap(Tray.prototype, 'setContextMenu', function (menu) {
  entryOf(this).menu = menu
})
wrap(Tray.prototype, 'setToolTip', function (toolTip) {
  entryOf(this).toolTip = toolTip
})
wrap(Tray.prototype, 'setImage', function (image) {
  const entry = entryOf(this)
  entry.image = image
  entry.images++
})
wrap(Notification.prototype, 'show', function () {
  probe.notifications.push(this)
})
wrap(BrowserWindow.prototype, 'flashFrame', function (flag) {
  probe.flashes.push(flag)
})
for (const call of [
  'show',
  'showInactive',
  'focus',
  'hide',
  'setAlwaysOnTop',
  'setFocusable',
  'setSkipTaskbar',
]) {
  wrap(BrowserWindow.prototype, call, function (...args) {
    const url = this.webContents.getURL()
    probe.windowCalls.push({ window: this.id, call, args, url })
    if (call.startsWith('show')) probe.shows.push({ window: this.id, call, url, atMs: Date.now() })
  })
}
wrap(globalShortcut, 'register', (accelerator, callback) => {
  probe.shortcuts[accelerator] = callback
})
wrap(globalShortcut, 'unregister', (accelerator) => {
  Reflect.deleteProperty(probe.shortcuts, accelerator)
})
wrap(globalShortcut, 'unregisterAll', () => {
  probe.shortcuts = Object.create(null)
})
wrap(app, 'setLoginItemSettings', (settings) => {
  probe.loginItems.push(settings)
})
shell.openExternal = async (url) => {
  probe.external.push(url)
}
