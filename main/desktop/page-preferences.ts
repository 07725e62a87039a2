// What every page of the app may do, and what it may not.
import { join } from 'node:path'
import type { WebPreferences } from 'electron'

/** SECURITY: what Electron has by default, spelled out so that a change of a default cannot open a page (E6). */
export const pagePreferences = (isPackaged: boolean): WebPreferences => ({
  preload: join(import.meta.dirname, '../preload/index.cjs'),
  sandbox: true,
  contextIsolation: true,
  webSecurity: true,
  nodeIntegration: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // Its dictionaries would be fetched from a server that is nobody's here.
  spellcheck: false,
  // Whoever gets a person to open them and paste something there would hold the page.
  devTools: !isPackaged,
})
