// Owns WebContents: one page as the app's main process sees it. The window around it is known only by what it is told.
// One class, as Electron has it.
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'
import path from 'node:path'
import type {
  LoadFileOptions,
  Session,
  WebContents as ElectronWebContents,
  WebFrameMain,
  WebPreferences,
} from 'electron'
import { setAddressPolicy } from '../address-policy.ts'
import type { CdpSession } from '../cdp.ts'
import { chromium } from '../browser.ts'
import { openChromiumPage, type ChromiumPage, type Place } from '../chromium-page.ts'
import { hostEvent } from '../host-event.ts'
import { toApp, toChromium } from '../origins.ts'
import { electronVersion, offeredClass, refusal, type Part } from '../refusal.ts'
import { app } from './app.ts'
import { codec } from './ipc-main.ts'
import { followKeys } from './key-input.ts'
import { nativeTheme } from './native-theme.ts'
import { guardNavigations, type NavigationGuard } from './navigation.ts'
import { receivePageMessages } from './page-messages.ts'
import { applyChecks } from './permissions.ts'
import { defaultSession, permissionHandlers } from './session.ts'
import type { CompletePreferences } from './web-preferences.ts'
import { createFrameTree, type FrameTree } from './web-frame-main.ts'

/** What a page needs of the window around it. */
export interface PageOwner {
  readonly place: Place
  readonly visible: boolean
  title(): string
  isFocused(): boolean
  focus(): void
  destroy(): void
  /** The first document is there. */
  domReady(): void
  /** The page is gone for good. */
  gone(): void
  openWindow(url: string, options: Electron.BrowserWindowConstructorOptions): Electron.BrowserWindow
}

type OpenHandler = Parameters<ElectronWebContents['setWindowOpenHandler']>[0]
type IpHandlingPolicy = Parameters<ElectronWebContents['setWebRTCIPHandlingPolicy']>[0]
type WithPreferences = ElectronWebContents & { getLastWebPreferences(): WebPreferences }

const open = new Map<number, ElectronWebContents>()
const pages = new WeakMap<ElectronWebContents, ChromiumPage>()
let lastId = 0

class HostContents extends EventEmitter implements Part<WithPreferences> {
  readonly id = ++lastId
  readonly session: Session = defaultSession
  #owner: PageOwner
  #preferences: CompletePreferences
  #page: ChromiumPage
  #frames: FrameTree = createFrameTree(this.#self())
  #guard: NavigationGuard | null = null
  #openHandler: OpenHandler | null = null
  #isDestroyed = false
  #isCrashed = false
  #isLoading = false
  #backgroundThrottling: boolean
  #audioMuted = false
  #zoomFactor = 1
  #ipHandlingPolicy: IpHandlingPolicy = 'default'
  #policyInForce: Promise<void> = Promise.resolve()

  constructor(owner: PageOwner, preferences: CompletePreferences) {
    super()
    this.setMaxListeners(0)
    this.#owner = owner
    this.#preferences = preferences
    this.#backgroundThrottling = preferences.backgroundThrottling !== false
    this.#page = openChromiumPage({
      place: owner.place,
      visible: owner.visible,
      preload: preferences.preload,
      disableDialogs: preferences.disableDialogs === true,
      surroundings: {
        platform: process.platform,
        arch: process.arch,
        versions: { ...process.versions },
        env: { ...process.env },
        argv: [process.execPath, ...(preferences.additionalArguments ?? [])],
        pid: process.pid,
      },
      userAgent: userAgent(),
      onAttached: (session, mainFrameId) => this.#attached(session, mainFrameId),
      onGone: () => this.#gone(),
    })
    open.set(this.id, this.#self())
    pages.set(this.#self(), this.#page)
    if (!this.#backgroundThrottling) this.setBackgroundThrottling(false)
    nativeTheme.on('updated', this.#followTheme)
    app.emit('web-contents-created', hostEvent(), this)
  }

  static fromId(id: number): ElectronWebContents | undefined {
    return open.get(id)
  }
  static fromDevToolsTargetId(targetId: string): ElectronWebContents | undefined {
    return [...open.values()].find((contents) => pages.get(contents)?.targetId() === targetId)
  }
  static fromFrame(frame: WebFrameMain): ElectronWebContents | undefined {
    return [...open.values()].find((contents) => contents.mainFrame.framesInSubtree.includes(frame))
  }
  static getAllWebContents(): ElectronWebContents[] {
    return [...open.values()]
  }
  static getFocusedWebContents(): ElectronWebContents | null {
    return [...open.values()].find((contents) => contents.isFocused()) ?? null
  }

  async loadURL(url: string): Promise<void> {
    await this.#page.opened
    await this.#policyInForce
    this.#guard!.expect(toChromium(url))
    const loaded = this.#nextLoad()
    loaded.catch(() => {}) // unheard when Page.navigate has already failed
    try {
      const { errorText, loaderId } = await this.#page.send('Page.navigate', { url: toChromium(url) })
      if (errorText !== undefined) {
        this.emit('did-fail-load', hostEvent(), -2, errorText.replace('net::', ''), url, true, 1, 1)
        const code = errorText.replace('net::', '')
        throw Object.assign(new Error(`${code} (-2) loading '${url}'`), { code, errno: -2, url })
      }
      if (loaderId !== undefined) await loaded // none: only the part after # has changed
    } finally {
      this.#guard!.settled()
    }
  }
  loadFile(file: string, { query, search, hash }: LoadFileOptions = {}): Promise<void> {
    const url = pathToFileURL(path.resolve(app.getAppPath(), file))
    if (query) url.search = new URLSearchParams(query as Record<string, string>).toString()
    if (search !== undefined) url.search = search
    if (hash !== undefined) url.hash = hash
    return this.loadURL(url.href)
  }
  reload(): void {
    this.#reload(false)
  }
  reloadIgnoringCache(): void {
    this.#reload(true)
  }
  send(channel: string, ...args: unknown[]): void {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument')
    let text: string
    try {
      text = codec.encode(args)
    } catch {
      throw new TypeError('Failed to serialize arguments')
    }
    this.#page.toPreload({ type: 'event', channel, args: text })
  }
  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    await this.#policyInForce
    const evaluation = { expression: code, awaitPromise: true, returnByValue: true, userGesture }
    const { result, exceptionDetails } = await this.#page.send('Runtime.evaluate', evaluation)
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value as unknown
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }
  getURL(): string {
    const url = this.#frames.mainId() === null ? '' : this.#frames.main().url
    return url === 'about:blank' ? '' : url
  }
  getTitle(): string {
    return this.#owner.title()
  }
  get mainFrame(): WebFrameMain {
    return this.#frames.main()
  }
  getType(): 'window' {
    return 'window'
  }
  getUserAgent(): string {
    return userAgent()
  }
  getLastWebPreferences(): WebPreferences {
    return { ...this.#preferences } as WebPreferences
  }
  isLoading(): boolean {
    return this.#isLoading
  }
  isLoadingMainFrame(): boolean {
    return this.#isLoading
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  isCrashed(): boolean {
    return this.#isCrashed
  }
  isFocused(): boolean {
    return this.#owner.isFocused()
  }
  focus(): void {
    this.#owner.focus()
  }
  close(): void {
    this.#owner.destroy()
  }
  forcefullyCrashRenderer(): void {
    this.#page.send('Page.crash').catch(() => {}) // there is nobody left to answer
  }
  openDevTools(): never {
    throw refusal('webContents.openDevTools')
  }
  isDevToolsOpened(): boolean {
    return false
  }
  setBackgroundThrottling(allowed: boolean): void {
    this.#backgroundThrottling = allowed
    this.#tell('Emulation.setFocusEmulationEnabled', { enabled: !allowed })
  }
  getBackgroundThrottling(): boolean {
    return this.#backgroundThrottling
  }
  setZoomFactor(factor: number): void {
    if (!(factor > 0)) throw new Error("'zoomFactor' must be a double greater than 0.0")
    this.#zoomFactor = factor
    this.#zoom()
  }
  getZoomFactor(): number {
    return this.#zoomFactor
  }
  setAudioMuted(muted: boolean): void {
    this.#audioMuted = muted
  }
  isAudioMuted(): boolean {
    return this.#audioMuted
  }
  setWebRTCIPHandlingPolicy(policy: IpHandlingPolicy): void {
    this.#ipHandlingPolicy = policy
    this.#policyInForce = setAddressPolicy(policy).catch((error: unknown) => {
      if (!this.#isDestroyed) console.error('electron host: no address policy:', error)
    })
  }
  getWebRTCIPHandlingPolicy(): string {
    return this.#ipHandlingPolicy
  }

  #self(): WithPreferences {
    return this as unknown as WithPreferences // what is missing refuses itself (refusal.ts)
  }
  #tell(...[method, params]: Parameters<CdpSession['send']>): void {
    this.#page.send(method, params).catch((error: unknown) => {
      if (!this.#isDestroyed) console.error('electron host:', error)
    })
  }
  #followTheme = (): void => {
    const value = nativeTheme.themeSource === 'system' ? '' : nativeTheme.themeSource
    this.#tell('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }
  #zoom(): void {
    this.#tell('Runtime.evaluate', {
      expression: `document.documentElement.style.zoom = ${this.#zoomFactor}`,
    })
  }
  #reload(ignoreCache: boolean): void {
    this.#guard?.expect(toChromium(this.getURL()))
    this.once('did-finish-load', () => this.#guard?.settled())
    this.#tell('Page.reload', { ignoreCache })
  }
  #nextLoad(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onGone = (): void => reject(new Error('ERR_FAILED (-2): the page is gone'))
      this.once('destroyed', onGone)
      this.once('did-finish-load', () => {
        this.off('destroyed', onGone)
        resolve()
      })
    })
  }

  #attached(session: CdpSession, mainFrameId: string): void {
    this.#frames.setMain(mainFrameId)
    const emit = (name: string, ...args: unknown[]): boolean => this.emit(name, ...args)
    this.#guard = guardNavigations(session, this.#frames, emit, (url) =>
      applyChecks(this.#self(), url, permissionHandlers.check),
    )
    const keys = followKeys(this.#self(), session, this.#page)
    receivePageMessages(session, this.#self(), this.#page, {
      preload: this.#preferences.preload ?? '',
      onKey: (key) => keys.reported(key),
      onOpenWindow: (wanted) => this.#openWindow(wanted),
    })
    this.#followDocument(session)
    session.on('Inspector.targetCrashed', () => {
      this.#isCrashed = true
      const details = { reason: 'crashed', exitCode: 1 }
      this.emit('render-process-gone', hostEvent(), details)
      app.emit('render-process-gone', hostEvent(), this, details)
    })
  }

  #followDocument(session: CdpSession): void {
    const isMain = (frameId: string): boolean => frameId === this.#frames.mainId()
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) =>
      this.#frames.frame(frameId, parentFrameId),
    )
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason !== 'swap') this.#frames.remove(frameId)
    })
    session.on('Page.frameStartedLoading', ({ frameId }) => {
      if (!isMain(frameId)) return
      this.#isLoading = true
      this.emit('did-start-loading')
    })
    session.on('Page.frameNavigated', ({ frame }) => {
      this.#frames.frame(frame.id, frame.parentId)
      this.#frames.setUrl(frame.id, frame.url + (frame.urlFragment ?? ''))
      if (!isMain(frame.id)) return
      this.#isCrashed = false
      // Set again for each document: Playwright sets its own colour scheme when it attaches.
      this.#followTheme()
      this.emit('did-navigate', hostEvent(), this.getURL(), 200, 'OK')
    })
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      this.#frames.setUrl(frameId, url)
      this.emit('did-navigate-in-page', hostEvent(), toApp(url), isMain(frameId), 1, 1)
    })
    session.on('Page.domContentEventFired', () => {
      if (this.#zoomFactor !== 1) this.#zoom()
      this.emit('dom-ready', hostEvent())
      this.#owner.domReady()
    })
    session.on('Page.loadEventFired', () => {
      this.#isLoading = false
      this.emit('did-frame-finish-load', hostEvent(), true, 1, 1)
      this.emit('did-finish-load', hostEvent())
      this.emit('did-stop-loading')
    })
  }

  #openWindow({ url, frameName, features }: { url: string; frameName: string; features: string }): void {
    const disposition = features === '' ? ('foreground-tab' as const) : ('new-window' as const)
    const referrer = { url: this.getURL(), policy: 'strict-origin-when-cross-origin' as const }
    const details = { url: toApp(url), frameName, features, disposition, referrer }
    const answer: Electron.WindowOpenHandlerResponse = this.#openHandler?.(details) ?? { action: 'allow' }
    if (answer.action !== 'allow') return
    const window = this.#owner.openWindow(details.url, answer.overrideBrowserWindowOptions ?? {})
    this.emit('did-create-window', window, details)
  }
  #gone(): void {
    this.#isDestroyed = true
    open.delete(this.id)
    nativeTheme.off('updated', this.#followTheme)
    this.emit('destroyed')
    this.#owner.gone()
  }
}

function userAgent(): string {
  const name = app.getName().replaceAll(' ', '')
  return chromium()
    .userAgent.replace('HeadlessChrome', 'Chrome')
    .replace(' Chrome/', ` ${name}/${app.getVersion()} Chrome/`)
    .replace(' Safari/', ` Electron/${electronVersion} Safari/`)
}

type ContentsClass = Omit<typeof Electron.WebContents, 'prototype'> &
  (new (owner: PageOwner, preferences: CompletePreferences) => WithPreferences)
const HostedContents = offeredClass<ContentsClass>('WebContents')(HostContents)

export const webContents = HostedContents as unknown as typeof Electron.WebContents

/** A page for a window, and the Chromium page under it by which the window moves and hides. */
export function createWebContents(
  owner: PageOwner,
  preferences: CompletePreferences,
): { contents: ElectronWebContents; page: ChromiumPage } {
  const contents = new HostedContents(owner, preferences)
  return { contents, page: pages.get(contents)! }
}
