// What `electron` is to the app's main process, for import and require alike. The list of modules is checked against
// Electron's own; what is not in it throws when it is touched, or fails to link where it is imported by name.
import type Electron from 'electron'
import { app } from './api/app.ts'
import { BaseWindow } from './api/base-window.ts'
import { BrowserWindow } from './api/browser-window.ts'
import { clipboard } from './api/clipboard.ts'
import { crashReporter } from './api/crash-reporter.ts'
import { desktopCapturer } from './api/desktop-capturer.ts'
import { dialog } from './api/dialog.ts'
import { globalShortcut } from './api/global-shortcut.ts'
import { ipcMain } from './api/ipc-main.ts'
import { Menu, MenuItem } from './api/menu.ts'
import { nativeImage } from './api/native-image.ts'
import { nativeTheme } from './api/native-theme.ts'
import { net } from './api/net.ts'
import { Notification } from './api/notification.ts'
import { powerMonitor, powerSaveBlocker } from './api/power.ts'
import { protocol } from './api/protocol.ts'
import { safeStorage } from './api/safe-storage.ts'
import { screen } from './api/screen.ts'
import { session } from './api/session.ts'
import { shell } from './api/shell.ts'
import { systemPreferences } from './api/system-preferences.ts'
import { Tray } from './api/tray.ts'
import { utilityProcess } from './api/utility-process.ts'
import { webContents } from './api/web-contents.ts'
import { mainModules, refusal } from './refusal.ts'

const modules = {
  app,
  BaseWindow,
  BrowserWindow,
  clipboard,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  webContents,
} satisfies Partial<typeof Electron>

const electron = new Proxy(modules, {
  get(_target, key, receiver) {
    if (typeof key === 'string' && mainModules.has(key) && !(key in modules)) throw refusal(key)
    return Reflect.get(modules, key, receiver) as unknown
  },
})

export {
  app,
  BaseWindow,
  BrowserWindow,
  clipboard,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  webContents,
}
export default electron
export { electron as 'module.exports' }
