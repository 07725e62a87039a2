// Owns one Chromium page with a window of its own: its making, the scripts in it, messages to the preload, its place.
// Knows the DevTools protocol and nothing of Electron's interfaces.
import { browser, chromium } from './browser.ts'
import type { CdpSession } from './cdp.ts'
import { mainWorldScript, PRELOAD_WORLD, preloadWorldScript } from './page-scripts.ts'
import type { PreloadSurroundings, ToPage } from './page/preload-world.ts'

export interface Place {
  x?: number | undefined
  y?: number | undefined
  width: number
  height: number
}

export interface PageOptions {
  place: Place
  visible: boolean
  preload: string | undefined
  surroundings: PreloadSurroundings
  userAgent: string
  disableDialogs: boolean
  /** Called once the page can be spoken to and before anything has happened in it. */
  onAttached(session: CdpSession, mainFrameId: string): void
  onGone(): void
}

export interface ChromiumPage {
  /** Settles when the page is attached and placed; rejects if that failed. */
  readonly opened: Promise<void>
  targetId(): string | null
  /** Sends when opened. */
  send: CdpSession['send']
  /** To one world, or to the main frame's present preload world; silently nowhere if there is none. */
  toPreload(message: ToPage, contextId?: number): void
  /** Moves and sizes the window so that the page has this place. */
  setPlace(place: Place): void
  setState(state: 'normal' | 'minimized' | 'maximized' | 'fullscreen'): void
  close(): Promise<void>
}

const NO_DIALOGS = 'window.alert = () => {}; window.confirm = () => false; window.prompt = () => null'

export function openChromiumPage(options: PageOptions): ChromiumPage {
  let targetId: string | null = null
  let session: CdpSession
  let windowId = 0
  let preloadContext: number | null = null
  // Chromium's tab strip and toolbar take room that an Electron window gives to the page.
  let furniture = { width: 0, height: 0 }
  let isGone = false

  function gone(): void {
    if (isGone) return
    isGone = true
    options.onGone()
  }

  async function open(): Promise<void> {
    const { x, y, width, height } = options.place
    const position = x === undefined || y === undefined ? {} : { left: x, top: y }
    const target = { url: 'about:blank', newWindow: true, width, height, ...position }
    targetId = (await browser().send('Target.createTarget', target)).targetId
    browser().on('Target.targetDestroyed', (destroyed) => {
      if (destroyed.targetId === targetId) gone()
    })
    const { sessionId } = await browser().send('Target.attachToTarget', { targetId, flatten: true })
    session = chromium().cdp.session(sessionId)
    const { frameTree } = await session.send('Page.getFrameTree')
    const mainFrameId = frameTree.frame.id
    followPreloadContext(mainFrameId)
    options.onAttached(session, mainFrameId)
    await prepare()
    await furnish()
    if (!options.visible) await setBounds({ windowState: 'minimized' })
  }

  function followPreloadContext(mainFrameId: string): void {
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string }
      if (context.name === PRELOAD_WORLD && frameId === mainFrameId) preloadContext = context.id
    })
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === preloadContext) preloadContext = null
    })
    session.on('Runtime.executionContextsCleared', () => {
      preloadContext = null
    })
    session.on('Inspector.targetCrashed', () => {
      preloadContext = null
    })
  }

  async function prepare(): Promise<void> {
    const onNewDocument = 'Page.addScriptToEvaluateOnNewDocument'
    const preloadSource = preloadWorldScript(options.preload, options.surroundings)
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.addBinding', { name: '__electronHostSend', executionContextName: PRELOAD_WORLD }),
      // In this order: the main world waits for what the preload exposes. They also run in frames, where they do nothing.
      session.send(onNewDocument, { source: mainWorldScript }),
      session.send(onNewDocument, { source: preloadSource, worldName: PRELOAD_WORLD }),
      ...(options.disableDialogs ? [session.send(onNewDocument, { source: NO_DIALOGS })] : []),
      session.send('Runtime.enable'),
      session.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] }),
      session.send('Inspector.enable'),
      session.send('Emulation.setUserAgentOverride', { userAgent: options.userAgent }),
    ])
  }

  async function furnish(): Promise<void> {
    const window = await browser().send('Browser.getWindowForTarget', { targetId: targetId! })
    windowId = window.windowId
    const expression = '({ width: outerWidth - innerWidth, height: outerHeight - innerHeight })'
    const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true })
    furniture = result.value as typeof furniture
    await place(options.place)
  }

  const setBounds = (bounds: object): Promise<unknown> =>
    browser().send('Browser.setWindowBounds', { windowId, bounds })
  const place = ({ x, y, width, height }: Place): Promise<unknown> =>
    setBounds({
      ...(x === undefined ? {} : { left: x }),
      ...(y === undefined ? {} : { top: y }),
      width: width + furniture.width,
      height: height + furniture.height,
    })
  // A window that goes away in between needs no bounds any more; anything else is worth a line.
  const whenOpened = (act: () => Promise<unknown>): void => {
    opened.then(act).catch((error: unknown) => {
      if (!isGone) console.error('electron host:', error)
    })
  }

  const opened = open()
  opened.catch((error: unknown) => {
    if (!isGone) console.error('electron host: no page:', error)
  })
  return {
    opened,
    targetId: () => targetId,
    send: async (method, params) => {
      await opened
      return session.send(method, params)
    },
    toPreload(message, contextId = preloadContext ?? undefined) {
      if (contextId === undefined || isGone) return
      const call = {
        functionDeclaration: 'function (text) { __electronHostReceive(text) }',
        arguments: [{ value: JSON.stringify(message) }],
        executionContextId: contextId,
      }
      session.send('Runtime.callFunctionOn', call).catch(() => {}) // the world may be gone: so is who waited
    },
    setPlace: (to) => whenOpened(() => place(to)),
    setState: (windowState) => whenOpened(() => setBounds({ windowState })),
    async close() {
      await opened.catch(() => {})
      if (isGone) return
      if (targetId === null) return gone()
      await browser()
        .send('Target.closeTarget', { targetId })
        .catch(() => gone())
    },
  }
}
