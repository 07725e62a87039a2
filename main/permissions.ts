// What Chromium may let a page do. Everything is denied but a short list, and that only to the main window;
// microphone and camera only while main says so.
import type { Session, WebContents } from 'electron'
import { isAppUrl } from './app-protocol.ts'

const always: ReadonlySet<string> = new Set([
  'speaker-selection',
  'fullscreen',
  'notifications',
  'clipboard-sanitized-write',
])

/**
 * Installs every handler a session has for permissions (E10). `mediaAllowed` is asked each time: true while a
 * call, the screen before one, or a device test is open (E11).
 */
export function guardPermissions(
  session: Session,
  rules: { isMainWindow: (webContents: WebContents | null) => boolean; mediaAllowed: () => boolean },
): void {
  const allows = (webContents: WebContents | null, permission: string, url: string, isMainFrame: boolean) =>
    rules.isMainWindow(webContents) &&
    isMainFrame &&
    isAppUrl(url) &&
    (always.has(permission) || (permission === 'media' && rules.mediaAllowed()))

  session.setPermissionRequestHandler((webContents, permission, answer, details) => {
    answer(allows(webContents, permission, details.requestingUrl, details.isMainFrame))
  })
  session.setPermissionCheckHandler((webContents, permission, origin, details) =>
    allows(webContents, permission, origin, details.isMainFrame),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event) => event.preventDefault())
}
