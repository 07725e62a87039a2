// What Chromium may let a page do. Everything is denied but a short list, and that only to the main window;
// microphone and camera only while main says so, each for itself.
import type { Session, Video, WebContents, WebFrameMain } from 'electron'
import { isAppUrl } from './app-protocol.ts'

const always: ReadonlySet<string> = new Set([
  'speaker-selection',
  'fullscreen',
  'notifications',
  'clipboard-sanitized-write',
])

/** `unknown` is for both, or for what Chromium does not say. */
type MediaKind = 'audio' | 'video' | 'unknown'

/**
 * Installs every handler a session has for permissions (E10). `mediaAllowed` is asked each time: true while a
 * call, the screen before one, or a device test is open, and for the camera alone while a code is looked for (E11).
 */
export function guardPermissions(
  session: Session,
  rules: {
    isMainWindow: (webContents: WebContents | null) => boolean
    mediaAllowed: (kind: MediaKind) => boolean
    /** The page of the main window itself, and no frame inside of it. */
    isMainFrame: (frame: WebFrameMain | null) => boolean
    /** What a person has just chosen to share; null for nothing. */
    takeScreen: () => Promise<Video | null>
  },
): void {
  const allows = (
    webContents: WebContents | null,
    permission: string,
    url: string,
    isMainFrame: boolean,
    media: readonly MediaKind[],
  ) =>
    rules.isMainWindow(webContents) &&
    isMainFrame &&
    isAppUrl(url) &&
    (always.has(permission) || (permission === 'media' && media.every(rules.mediaAllowed)))

  session.setPermissionRequestHandler((webContents, permission, answer, details) => {
    const asked = 'mediaTypes' in details && details.mediaTypes?.length ? details.mediaTypes : null
    answer(allows(webContents, permission, details.requestingUrl, details.isMainFrame, asked ?? ['unknown']))
  })
  session.setPermissionCheckHandler((webContents, permission, origin, details) =>
    allows(webContents, permission, origin, details.isMainFrame, [details.mediaType ?? 'unknown']),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((request, answer) => {
    // SECURITY: without a gesture, from another frame or when nobody has chosen anything there is no screen; and never any
    // sound, for the sound of a computer has the other person's voice in it.
    const mayAsk =
      request.userGesture &&
      request.videoRequested &&
      rules.isMainFrame(request.frame) &&
      isAppUrl(request.securityOrigin)
    const taken = mayAsk ? rules.takeScreen() : Promise.resolve(null)
    void taken.catch(() => null).then((video) => answer(video && { video }))
  })
  session.on('will-download', (event) => event.preventDefault())
}
