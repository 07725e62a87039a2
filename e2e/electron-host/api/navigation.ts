// Owns will-navigate, will-frame-navigate and will-redirect: every document request of a page is held until the app has
// spoken. The app's own loadURL and reload are expected and not asked about.
import type { WebFrameMain } from 'electron'
import type { CdpSession } from '../cdp.ts'
import { hostEvent } from '../host-event.ts'
import { toApp } from '../origins.ts'
import type { FrameTree } from './web-frame-main.ts'

export interface NavigationGuard {
  /** The app itself goes to this (Chromium's) URL. */
  expect(url: string): void
  /** The expected navigation has ended, one way or the other. */
  settled(): void
}

type Emit = (name: string, ...args: unknown[]) => void
interface Paused {
  requestId: string
  frameId: string
  request: { url: string; urlFragment?: string }
  redirectedRequestId?: string
}

const FLUSH_TIMEOUT_MS = 300
const withoutHash = (url: string): string => url.split('#')[0]!

export function guardNavigations(
  session: CdpSession,
  frames: FrameTree,
  emit: Emit,
  beforeDocument: (url: string) => Promise<unknown>,
): NavigationGuard {
  let expected: string | null = null
  // Frames whose own scripts or links asked to go somewhere, and where to.
  const requested = new Map<string, string>()

  session.on('Page.frameRequestedNavigation', ({ frameId, url }) => requested.set(frameId, withoutHash(url)))
  session.on('Fetch.requestPaused', (paused) => {
    decide(paused).catch((error: unknown) => console.error('electron host: navigation:', error))
  })

  // Whether the page asked, rather than the test runner (page.reload, page.goto), about which Electron asks nothing.
  async function isFromPage({ frameId, request }: Paused): Promise<boolean> {
    if (frameId !== frames.mainId()) return true
    // The request comes from the browser process, the page's wish from the renderer: an answer from the renderer means
    // that its earlier events have arrived as well. Chromium lets no answer through during a reload from outside; so a
    // renderer that says nothing is believed only where the page stays what it is.
    const flushed = session.send('Runtime.evaluate', { expression: '0' }).then(() => true)
    const timeout = new Promise<false>((resolve) => setTimeout(resolve, FLUSH_TIMEOUT_MS, false))
    const answered = await Promise.race([flushed.catch(() => true), timeout])
    if (!answered) return withoutHash(request.url) !== withoutHash(frames.urlOf(frameId))
    return requested.get(frameId) === withoutHash(request.url)
  }

  async function decide(paused: Paused): Promise<void> {
    const { requestId, frameId, request, redirectedRequestId } = paused
    const url = toApp(request.url + (request.urlFragment ?? ''))
    const isMainFrame = frameId === frames.mainId()
    const frame: WebFrameMain = frames.frame(frameId)
    const event = hostEvent({ url, isSameDocument: false, isMainFrame, frame, initiator: frame })
    const { processId, routingId } = frame
    if (redirectedRequestId !== undefined) {
      emit('will-redirect', event, url, false, isMainFrame, processId, routingId)
    } else if (!(isMainFrame && withoutHash(request.url) === expected) && (await isFromPage(paused))) {
      requested.delete(frameId)
      emit('will-frame-navigate', event)
      if (!event.defaultPrevented && isMainFrame)
        emit('will-navigate', event, url, false, true, processId, routingId)
    }
    if (!event.defaultPrevented && isMainFrame) await beforeDocument(url)
    const end = event.defaultPrevented
      ? session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : session.send('Fetch.continueRequest', { requestId })
    await end.catch(() => {}) // a later navigation has taken its place
  }

  return {
    expect: (url) => void (expected = withoutHash(url)),
    settled: () => void (expected = null),
  }
}
