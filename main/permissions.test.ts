import { EventEmitter } from 'node:events'
import type { Session, Video, WebContents, WebFrameMain } from 'electron'
import { describe, expect, test } from 'vitest'
import { guardPermissions } from './permissions.ts'

/** A session that keeps the handlers it is given, so that they can be asked as Chromium would. */
function installed(mediaAllowed: boolean | 'video' = true, screens: (Video | null | Error)[] = []) {
  const handlers: Record<string, (...args: unknown[]) => unknown> = {}
  const keep = (name: string) => (handler: (...args: unknown[]) => unknown) => (handlers[name] = handler)
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display'),
  })
  const mainWindow = {} as WebContents
  const mainFrame = {} as WebFrameMain
  guardPermissions(session as unknown as Session, {
    isMainWindow: (webContents) => webContents === mainWindow,
    mediaAllowed: (kind) => mediaAllowed === true || mediaAllowed === kind,
    isMainFrame: (frame) => frame === mainFrame,
    async takeScreen() {
      const taken = screens.shift() ?? null
      if (taken instanceof Error) throw taken
      return taken
    },
  })
  const ask = (
    permission: string,
    changes: { from?: WebContents | null; url?: string; isMainFrame?: boolean; media?: string[] } = {},
  ) => {
    const { from = mainWindow, url = 'app://bundle/index.html', isMainFrame = true, media } = changes
    let requested: unknown
    const answer = (granted: unknown) => (requested = granted)
    handlers['request']!(from, permission, answer, { requestingUrl: url, isMainFrame, mediaTypes: media })
    const mediaType = media?.length === 1 ? media[0] : 'unknown'
    return [requested, handlers['check']!(from, permission, url, { isMainFrame, mediaType })]
  }
  /** What `getDisplayMedia` would be given. */
  const share = (changes: Partial<Electron.DisplayMediaRequestHandlerHandlerRequest> = {}) =>
    new Promise((answer) =>
      handlers['display']!(
        {
          frame: mainFrame,
          securityOrigin: 'app://bundle/',
          userGesture: true,
          videoRequested: true,
          audioRequested: true,
          ...changes,
        },
        answer,
      ),
    )
  return { ask, share, handlers, session, screens }
}

const denied = [
  'ar', 'automatic-fullscreen', 'background-fetch', 'background-sync', 'captured-surface-control',
  'clipboard-read', 'deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'geolocation',
  'geolocation-approximate', 'hand-tracking', 'hid', 'idle-detection', 'keyboardLock', 'local-fonts',
  'local-network', 'local-network-access', 'loopback-network', 'mediaKeySystem', 'midi', 'midiSysex', 'nfc',
  'openExternal', 'payment-handler', 'periodic-background-sync', 'persistent-storage', 'pointerLock',
  'screen-wake-lock', 'sensors', 'serial', 'smart-card', 'storage-access', 'system-wake-lock',
  'top-level-storage-access', 'usb', 'vr', 'web-app-installation', 'web-printing', 'window-management',
  'unknown', 'something-new',
] // prettier-ignore
const allowed = ['media', 'speaker-selection', 'fullscreen', 'notifications', 'clipboard-sanitized-write']

test.each(denied)('E10 E22 %s is denied to the main window', (permission) => {
  expect(installed().ask(permission)).toEqual([false, false])
})

describe.each(allowed)('E10 %s', (permission) => {
  test('is allowed to the main frame of the main window', () => {
    expect(installed().ask(permission)).toEqual([true, true])
  })
  test.each([
    ['another window', { from: {} as WebContents }],
    ['nobody', { from: null }],
    ['a frame inside', { isMainFrame: false }],
    ['another host', { url: 'app://bundle.evil/' }],
    ['a web page', { url: 'https://example.org/' }],
    ['a file', { url: 'file:///etc/passwd' }],
    ['no origin', { url: '' }],
  ])('is denied to %s', (_, changes) => {
    expect(installed().ask(permission, changes)).toEqual([false, false])
  })
})

test('E11 microphone and camera are denied while nothing needs them', () => {
  expect(installed(false).ask('media')).toEqual([false, false])
})

test('E11 while a code is looked for the camera is allowed, and nothing with a microphone in it', () => {
  const { ask } = installed('video')
  expect(ask('media', { media: ['video'] })).toEqual([true, true])
  expect(ask('media', { media: ['audio'] })).toEqual([false, false])
  expect(ask('media', { media: ['audio', 'video'] })).toEqual([false, false])
  expect(ask('media', { media: [] })).toEqual([false, false])
})

test('E10 no device and no download is given out', () => {
  const { handlers, session } = installed()
  let prevented = false
  session.emit('will-download', { preventDefault: () => (prevented = true) })
  expect([handlers['device']!({}), prevented]).toEqual([false, true])
})

const desk: Video = { id: 'screen:0:0', name: 'Entire screen' }

test('E10 a screen is given once to the page whose person has chosen it, and no sound with it', async () => {
  const { share } = installed(true, [desk])
  expect(await share()).toEqual({ video: desk })
  expect(await share()).toBeNull()
})

test.each([
  ['without a gesture', { userGesture: false }],
  ['to a frame inside', { frame: {} as WebFrameMain }],
  ['to a frame that is gone', { frame: null }],
  ['to another page', { securityOrigin: 'https://example.org/' }],
  ['for sound alone', { videoRequested: false }],
])('E10 no screen is given %s, and what was chosen is still there', async (_, changes) => {
  const { share, screens } = installed(true, [desk])
  expect(await share(changes)).toBeNull()
  expect(screens).toEqual([desk])
})

test('E10 a screen that cannot be had is answered as well, so that nobody waits', async () => {
  expect(await installed(true, [new Error('no portal')]).share()).toBeNull()
})
