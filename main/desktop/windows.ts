// The windows: the main one, which holds the media page and lives as long as the app, the alert window, which lives as long
// as the ringing, and the picker, which lives as long as somebody chooses a screen to share. Knows how they look and behave, not when.
import {
  BaseWindow,
  BrowserWindow,
  app,
  nativeTheme,
  screen,
  type BrowserWindowConstructorOptions,
  type Rectangle,
  type WebContents,
} from 'electron'
import type { AddressPolicy } from '../address-policy.ts'
import { appUrl } from '../app-protocol.ts'
import type { WindowRole } from '../ipc-registry.ts'
import { pagePreferences } from './page-preferences.ts'
import type { WindowPlace } from './window-place.ts'

export interface Windows {
  /** Brings the main window to the front, and the focus with it. */
  showMain(): void
  /** Loads the main page anew: what somebody typed there is gone. */
  restartPage(): void
  openAlert(onShown: () => void): void
  closeAlert(): void
  /** Where a person chooses which screen to share; takes the focus, for a person has just asked for it. */
  openPicker(onClosed: () => void): void
  closePicker(): void
  /** A bar of one colour on top of everything, which takes no focus and no clicks. Returns its end. */
  showBar(place: Rectangle): () => void
  /** The main page may do once, within a moment, what takes a person's gesture: there was one elsewhere. */
  lendGesture(): Promise<void>
  /** Keeps the page's timers at full speed although its window is hidden or covered. */
  keepPageAwake(awake: boolean): void
  /** Which of this computer's addresses connections look at that the main page makes from now on. */
  setAddressPolicy(policy: AddressPolicy): void
  /** From now on the main window may close. */
  allowClose(): void
  roleOf(webContents: WebContents | null): WindowRole | null
  /** The page of a role, when there is one. */
  pageOf(role: WindowRole): WebContents | null
}

/** Backgrounds of the pages, so that a window does not flash in the other colour before its page is there. */
const backgrounds = { light: '#f4f6f6', dark: '#11181c' }
const mainSize = { width: 960, height: 680, minWidth: 360, minHeight: 560 }
const alertSize = { width: 360, height: 240 }
const pickerSize = { width: 720, height: 560, minWidth: 360, minHeight: 360 }
/** The amber of what leaves this computer, on any desktop. */
const barColour = '#e08a00'
const alertMarginPx = 16
/** A window that is taken apart takes a processor from the call that is being set up just now: that waits, out of sight. */
const alertEndMs = 1_000
/** A window that is dragged says so many times a second. */
const placeRestMs = 500

export function createWindows(options: {
  hidden: boolean
  /** Where it was the last time, if that is on a screen. */
  place: WindowPlace | null
  onPlace: (place: WindowPlace) => void
  /** How the main window may go out of sight on this desktop. */
  outOfSight: () => Promise<'hide' | 'minimise'>
  /** A theme that a person chose over the system's. */
  theme: 'system' | 'light' | 'dark'
  /** The person closed the main window: it went out of sight so. */
  onHidden: (how: 'hide' | 'minimise') => void
  /** The main window came into sight or went out of it. */
  onSight: (inSight: boolean) => void
  /** The main page begins anew: whatever the one before had open is gone. */
  onPageBegins: () => void
  /** The main page crashed; it is loaded again after this. */
  onPageGone: (reason: string) => void
}): Windows {
  const dark = options.theme === 'dark' || (options.theme === 'system' && nativeTheme.shouldUseDarkColors)
  const shared: BrowserWindowConstructorOptions = {
    show: false,
    title: app.getName(),
    backgroundColor: dark ? backgrounds.dark : backgrounds.light,
    autoHideMenuBar: true,
    webPreferences: pagePreferences(app.isPackaged),
  }
  const { place } = options
  const bounds = place && { x: place.x, y: place.y, width: place.width, height: place.height }
  const main = new BrowserWindow({ ...shared, ...mainSize, ...bounds })
  let alert: BrowserWindow | null = null
  /** The alert before, out of sight. One at most: whoever rings can do so again and again. */
  let closing: BrowserWindow | null = null
  let ending: NodeJS.Timeout | undefined
  function endAlert(): void {
    clearTimeout(ending)
    closing?.destroy()
    closing = null
  }
  let picker: BrowserWindow | null = null
  let mayClose = false
  let wantAwake = false

  main.on('close', (event) => {
    if (mayClose) return
    event.preventDefault()
    keepPlace()
    void options.outOfSight().then((how) => {
      if (how === 'hide') main.hide()
      else main.minimize()
      options.onHidden(how)
    })
  })
  const keepPlace = () => {
    if (main.isDestroyed() || main.isMinimized() || !main.isVisible()) return
    options.onPlace({ ...main.getNormalBounds(), maximised: main.isMaximized() })
  }
  let placeTimer: NodeJS.Timeout | undefined
  const placeChanged = () => {
    clearTimeout(placeTimer)
    placeTimer = setTimeout(keepPlace, placeRestMs)
  }
  main.on('resize', placeChanged)
  main.on('move', placeChanged)
  main.on('maximize', placeChanged)
  main.on('unmaximize', placeChanged)
  main.webContents.on('did-navigate', () => {
    options.onPageBegins()
    applyAwake()
  })
  main.webContents.on('render-process-gone', (_event, { reason }) => {
    options.onPageGone(reason)
    void load(main, 'index.html')
  })
  // Switching while a window is out of sight freezes video on some systems (electron#50250), so it waits.
  const applyAwake = () => {
    if (main.isVisible() && !main.webContents.isCrashed())
      main.webContents.setBackgroundThrottling(!wantAwake)
  }
  main.on('show', applyAwake)
  const tellSight = () => options.onSight(!main.isDestroyed() && main.isVisible() && !main.isMinimized())
  main.on('show', tellSight)
  main.on('hide', tellSight)
  main.on('minimize', tellSight)
  main.on('restore', tellSight)
  main.once('ready-to-show', () => {
    if (options.hidden) return void beginOutOfSight()
    // It shows the window as well, so that one that begins out of sight is made large when it comes into it.
    if (place?.maximised) main.maximize()
    main.show()
  })
  const beginOutOfSight = async () => {
    if (place?.maximised) main.once('show', () => main.maximize())
    if ((await options.outOfSight()) === 'hide' || main.isDestroyed() || main.isVisible()) return
    // Where no panel shows the icon, a window that was never there could not be found.
    main.showInactive()
    main.minimize()
  }
  void load(main, 'index.html')

  return {
    showMain() {
      if (main.isMinimized()) main.restore()
      main.show()
      main.focus()
    },
    restartPage: () => void load(main, 'index.html'),
    openAlert(onShown) {
      endAlert()
      const window = new BrowserWindow({
        ...shared,
        ...alertSize,
        ...alertPlace(),
        focusable: false,
        alwaysOnTop: true,
        skipTaskbar: true,
        resizable: false,
        minimizable: false,
        maximizable: false,
        fullscreenable: false,
      })
      alert = window
      window.once('ready-to-show', () => {
        if (alert !== window) return
        // SECURITY: `show` would take the focus, and the next key that a person types would go to a ringing window.
        window.showInactive()
        onShown()
      })
      window.on('closed', () => {
        if (alert === window) alert = null
      })
      void load(window, 'alert.html')
    },
    closeAlert() {
      endAlert()
      closing = alert
      // SECURITY: from now on its page may order nothing.
      alert = null
      if (!closing?.isVisible()) return endAlert()
      closing.hide()
      ending = setTimeout(endAlert, alertEndMs)
    },
    openPicker(onClosed) {
      const window = new BrowserWindow({
        ...shared,
        ...pickerSize,
        alwaysOnTop: true,
        minimizable: false,
        maximizable: false,
        fullscreenable: false,
      })
      picker = window
      window.once('ready-to-show', () => window.isDestroyed() || window.show())
      window.on('closed', () => {
        if (picker !== window) return
        picker = null
        onClosed()
      })
      void load(window, 'picker.html')
    },
    closePicker() {
      const window = picker
      picker = null
      window?.destroy()
    },
    showBar(place) {
      const bar = new BaseWindow({
        ...place,
        show: false,
        frame: false,
        focusable: false,
        skipTaskbar: true,
        alwaysOnTop: true,
        resizable: false,
        hasShadow: false,
        roundedCorners: false,
        // X11 window managers decorate nothing of this kind and keep it out of the list of windows.
        ...(process.platform === 'linux' && { type: 'notification' }),
        backgroundColor: barColour,
      })
      bar.setIgnoreMouseEvents(true)
      bar.setAlwaysOnTop(true, 'screen-saver')
      bar.showInactive()
      return () => bar.destroy()
    },
    async lendGesture() {
      if (!main.isDestroyed()) await main.webContents.executeJavaScript('void 0', true).catch(() => undefined)
    },
    keepPageAwake(awake) {
      wantAwake = awake
      applyAwake()
    },
    setAddressPolicy(policy) {
      if (!main.isDestroyed()) main.webContents.setWebRTCIPHandlingPolicy(policy)
    },
    allowClose() {
      mayClose = true
    },
    roleOf(webContents) {
      if (webContents === null) return null
      if (webContents === main.webContents) return 'main'
      if (alert !== null && webContents === alert.webContents) return 'alert'
      return picker !== null && webContents === picker.webContents ? 'picker' : null
    },
    pageOf(role) {
      const window = { main, alert, picker }[role]
      return window && !window.isDestroyed() ? window.webContents : null
    },
  }
}

/** A window that is closed while its page is on the way is no failure. */
const load = (window: BrowserWindow, file: string) => window.loadURL(appUrl(file)).catch(() => undefined)

/** The top right corner of the screen that the person is looking at. */
function alertPlace(): { x: number; y: number } {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint())
  return {
    x: workArea.x + workArea.width - alertSize.width - alertMarginPx,
    y: workArea.y + alertMarginPx,
  }
}
