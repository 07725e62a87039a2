// Owns the app's answers to permission questions, and telling Chromium the same so that its own check agrees.
// As Electron's sources have it: getUserMedia goes to the request handler alone; other interfaces first to the check
// handler and, if that says no, to the request handler; with no handler set everything is granted.
import type { Session, WebContents } from 'electron'
import { browser } from '../browser.ts'
import { originOf, toChromium } from '../origins.ts'

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>
type DisplayHandler = NonNullable<Parameters<Session['setDisplayMediaRequestHandler']>[0]>
type PermissionName = Parameters<RequestHandler>[1]

export interface PermissionHandlers {
  request: RequestHandler | null
  check: CheckHandler | null
  displayMedia: DisplayHandler | null
}

interface AskedDetails {
  mediaTypes?: ('audio' | 'video')[]
  videoRequested?: boolean
  audioRequested?: boolean
}

// What Chromium keeps a state for, under the name that Electron has for it too, except for one.
const KEPT: PermissionName[] = [
  'clipboard-read',
  'clipboard-sanitized-write',
  'geolocation',
  'idle-detection',
  'local-fonts',
  'midi',
  'notifications',
  'persistent-storage',
  'screen-wake-lock',
  'storage-access',
  'window-management',
]
const chromiumName = (name: PermissionName): string =>
  name === 'clipboard-sanitized-write' ? 'clipboard-write' : name
const MEDIA_NAMES = { audio: 'microphone', video: 'camera' }

async function tellChromium(url: string, name: string, granted: boolean): Promise<void> {
  const real = toChromium(url)
  const origin = real.startsWith('http') ? { origin: new URL(real).origin } : {}
  const setting = granted ? 'granted' : 'denied'
  await browser().send('Browser.setPermission', { permission: { name }, setting, ...origin })
}

export interface MediaChecks {
  audio: boolean
  video: boolean
}

// Chromium keeps its states by origin, the app answers by page, and Chromium ends what is open when a state falls back. So
// camera and microphone start denied and are granted before a getUserMedia that the app allows, but never taken back.
const shut = new Set<string>()

async function startShut(url: string): Promise<void> {
  const origin = originOf(url)
  if (shut.has(origin)) return
  shut.add(origin)
  for (const name of Object.values(MEDIA_NAMES)) await tellChromium(url, name, false)
}

/**
 * Tells Chromium what the check handler says, before a document is fetched and whenever a page looks; answers what it says
 * of microphone and camera.
 */
export async function applyChecks(
  contents: WebContents,
  url: string,
  check: CheckHandler | null,
): Promise<MediaChecks> {
  if (originOf(url) === 'null') return { audio: false, video: false }
  const base = { requestingUrl: url, isMainFrame: true, securityOrigin: `${originOf(url)}/` }
  const ask = (name: PermissionName, details: { mediaType?: 'audio' | 'video' } = {}): boolean =>
    !check || check(contents, name, base.securityOrigin, { ...base, ...details })
  await startShut(url)
  await Promise.all(KEPT.map((name) => tellChromium(url, chromiumName(name), ask(name))))
  return { audio: ask('media', { mediaType: 'audio' }), video: ask('media', { mediaType: 'video' }) }
}

/** A page asks for a permission. */
export async function askPermission(
  contents: WebContents,
  handlers: PermissionHandlers,
  permission: string,
  details: AskedDetails,
): Promise<string | false> {
  const url = contents.getURL()
  if (permission === 'display-media') return askDisplayMedia(contents, handlers, details)
  const name = permission as PermissionName
  const { mediaTypes } = details
  const base = { requestingUrl: url, isMainFrame: true, securityOrigin: `${originOf(url)}/` }
  const checked = mediaTypes === undefined && handlers.check?.(contents, name, base.securityOrigin, base)
  const granted = checked || (await request(contents, handlers.request, name, { ...base, ...details }))
  if (mediaTypes && granted) for (const type of mediaTypes) await tellChromium(url, MEDIA_NAMES[type], true)
  if (KEPT.includes(name)) await tellChromium(url, chromiumName(name), granted)
  return granted && 'granted'
}

function request(
  contents: WebContents,
  handler: RequestHandler | null,
  name: PermissionName,
  details: object,
): Promise<boolean> {
  if (!handler) return Promise.resolve(true)
  return new Promise((resolve) => handler(contents, name, resolve, details as Parameters<RequestHandler>[3]))
}

/** 'video' or 'audio' (both) if the app gave a source; which one it gave cannot be honoured by a stock Chromium. */
async function askDisplayMedia(
  contents: WebContents,
  handlers: PermissionHandlers,
  { videoRequested = true, audioRequested = false }: AskedDetails,
): Promise<'video' | 'audio' | false> {
  const { displayMedia } = handlers
  const url = contents.getURL()
  const details = {
    requestingUrl: url,
    isMainFrame: true,
    securityOrigin: `${originOf(url)}/`,
    mediaTypes: [],
  }
  // Electron asks for display capture under the name of media too, naming no type of it.
  if (!displayMedia || !(await request(contents, handlers.request, 'media', details))) return false
  const streams = await new Promise<Electron.Streams | null>((resolve) => {
    const frame = contents.mainFrame
    const asked = {
      frame,
      securityOrigin: details.securityOrigin,
      videoRequested,
      audioRequested,
      userGesture: true,
    }
    displayMedia(asked, resolve)
  })
  if (!streams?.video) return false
  return streams.audio ? 'audio' : 'video'
}
