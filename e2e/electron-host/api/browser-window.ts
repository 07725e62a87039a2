// Owns BrowserWindow: visibility, place, focus and end of a window. A hidden window is a minimized Chromium window, whose
// page goes on running as a hidden Electron window's does. One class, as Electron has it.
import { EventEmitter } from 'node:events'
import type {
  BrowserWindow as ElectronBrowserWindow,
  BrowserWindowConstructorOptions,
  LoadFileOptions,
  Rectangle,
  WebContents,
} from 'electron'
import type { ChromiumPage } from '../chromium-page.ts'
import { hostEvent } from '../host-event.ts'
import { offeredClass, type Part } from '../refusal.ts'
import { app, appIsReady } from './app.ts'
import { windowClosed, windowOpened, type OpenWindow } from './open-windows.ts'
import { createWebContents, type PageOwner } from './web-contents.ts'
import { completePreferences } from './web-preferences.ts'
import { refuseUnknownOptions } from './window-options.ts'

const windows = new Map<number, ElectronBrowserWindow>()
const windowOf = new WeakMap<WebContents, ElectronBrowserWindow>()
const DEFAULT_SIZE = { width: 800, height: 600 }
let lastId = 0

class HostWindow extends EventEmitter implements Part<ElectronBrowserWindow> {
  readonly id = ++lastId
  readonly webContents: WebContents
  #page: ChromiumPage
  #listed: OpenWindow = { closeForQuit: () => this.#closeForQuit() }
  #place: Partial<Rectangle> & { width: number; height: number }
  #title: string
  #backgroundColor: string
  #isVisible: boolean
  #isFocused = false
  #isMinimized = false
  #isMaximized = false
  #isFullScreen = false
  #isFocusable: boolean
  #isAlwaysOnTop: boolean
  #isResizable: boolean
  #isOnAllWorkspaces = false
  #isContentProtected = false
  #isMenuBarVisible = true
  #minimumSize: [number, number]
  #wasReadyToShow = false
  #isClosing = false
  #isDestroyed = false

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    this.setMaxListeners(0)
    if (!appIsReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    refuseUnknownOptions(options)
    const { width = DEFAULT_SIZE.width, height = DEFAULT_SIZE.height, x, y } = options
    this.#place = { width, height, ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) }
    this.#title = options.title ?? app.getName()
    this.#backgroundColor = options.backgroundColor ?? '#FFFFFF'
    this.#isVisible = options.show !== false
    this.#isFocusable = options.focusable !== false
    this.#isAlwaysOnTop = options.alwaysOnTop === true
    this.#isResizable = options.resizable !== false
    this.#minimumSize = [options.minWidth ?? 0, options.minHeight ?? 0]
    const { contents, page } = createWebContents(
      this.#ownership(),
      completePreferences(options.webPreferences),
    )
    this.webContents = contents
    this.#page = page
    windows.set(this.id, this.#self())
    windowOf.set(contents, this.#self())
    windowOpened(this.#listed)
    if (this.#isVisible) this.focus()
    app.emit('browser-window-created', hostEvent(), this)
  }

  static getAllWindows(): ElectronBrowserWindow[] {
    return [...windows.values()]
  }
  static getFocusedWindow(): ElectronBrowserWindow | null {
    return [...windows.values()].find((window) => window.isFocused()) ?? null
  }
  static fromWebContents(contents: WebContents): ElectronBrowserWindow | null {
    return windowOf.get(contents) ?? null
  }
  static fromId(id: number): ElectronBrowserWindow | null {
    return windows.get(id) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }
  loadFile(file: string, options?: LoadFileOptions): Promise<void> {
    return this.webContents.loadFile(file, options)
  }
  reload(): void {
    this.webContents.reload()
  }

  show(): void {
    this.#appear()
    this.focus()
  }
  showInactive(): void {
    this.#appear()
  }
  hide(): void {
    if (this.#isDestroyed || !this.#isVisible) return
    this.#isVisible = false
    this.blur()
    this.#page.setState('minimized')
    this.emit('hide')
  }
  isVisible(): boolean {
    return this.#isVisible && !this.#isDestroyed
  }
  minimize(): void {
    this.#isMinimized = true
    this.blur()
    this.#page.setState('minimized')
    this.emit('minimize')
  }
  restore(): void {
    if (!this.#isMinimized) return
    this.#isMinimized = false
    this.#isVisible = true
    this.#page.setState('normal')
    this.emit('restore')
  }
  isMinimized(): boolean {
    return this.#isMinimized
  }
  maximize(): void {
    this.#isMaximized = true
    this.#page.setState('maximized')
    this.emit('maximize')
  }
  unmaximize(): void {
    this.#isMaximized = false
    this.#page.setState('normal')
    this.emit('unmaximize')
  }
  isMaximized(): boolean {
    return this.#isMaximized
  }
  setFullScreen(flag: boolean): void {
    this.#isFullScreen = flag
    this.#page.setState(flag ? 'fullscreen' : 'normal')
    this.emit(flag ? 'enter-full-screen' : 'leave-full-screen')
  }
  isFullScreen(): boolean {
    return this.#isFullScreen
  }

  focus(): void {
    if (this.#isDestroyed || !this.#isFocusable || this.#isFocused) return
    for (const other of windows.values()) if (other !== this.#self()) other.blur()
    this.#isFocused = true
    this.#page.send('Page.bringToFront').catch((error: unknown) => {
      if (!this.#isDestroyed) console.error('electron host:', error)
    })
    this.emit('focus', hostEvent())
    app.emit('browser-window-focus', hostEvent(), this)
  }
  blur(): void {
    if (!this.#isFocused) return
    this.#isFocused = false
    this.emit('blur', hostEvent())
    app.emit('browser-window-blur', hostEvent(), this)
  }
  isFocused(): boolean {
    return this.#isFocused
  }
  setFocusable(focusable: boolean): void {
    this.#isFocusable = focusable
  }
  isFocusable(): boolean {
    return this.#isFocusable
  }
  moveTop(): void {} // there is no stack of windows to be seen

  getBounds(): Rectangle {
    return { x: 0, y: 0, ...this.#place }
  }
  getContentBounds(): Rectangle {
    return this.getBounds()
  }
  getNormalBounds(): Rectangle {
    return this.getBounds()
  }
  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.getBounds()
    this.#place = { ...this.#place, ...bounds }
    this.#page.setPlace(this.#place)
    const { x, y, width, height } = this.getBounds()
    if (width !== before.width || height !== before.height) this.emit('resize')
    if (x !== before.x || y !== before.y) this.emit('move')
  }
  getSize(): number[] {
    return [this.#place.width, this.#place.height]
  }
  getContentSize(): number[] {
    return this.getSize()
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height })
  }
  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height })
  }
  getPosition(): number[] {
    const { x, y } = this.getBounds()
    return [x, y]
  }
  setPosition(x: number, y: number): void {
    this.setBounds({ x, y })
  }

  // Remembered, not done: what there is no desktop for. Electron's own questions answer what was said.
  setTitle(title: string): void {
    this.#title = title
  }
  getTitle(): string {
    return this.#title
  }
  setBackgroundColor(color: string): void {
    this.#backgroundColor = color
  }
  getBackgroundColor(): string {
    return this.#backgroundColor
  }
  setAlwaysOnTop(flag: boolean): void {
    this.#isAlwaysOnTop = flag
    this.emit('always-on-top-changed', hostEvent(), flag)
  }
  isAlwaysOnTop(): boolean {
    return this.#isAlwaysOnTop
  }
  setVisibleOnAllWorkspaces(visible: boolean): void {
    this.#isOnAllWorkspaces = visible
  }
  isVisibleOnAllWorkspaces(): boolean {
    return this.#isOnAllWorkspaces
  }
  setContentProtection(enable: boolean): void {
    this.#isContentProtected = enable
  }
  isContentProtected(): boolean {
    return this.#isContentProtected
  }
  setResizable(resizable: boolean): void {
    this.#isResizable = resizable
  }
  isResizable(): boolean {
    return this.#isResizable
  }
  setMinimumSize(width: number, height: number): void {
    this.#minimumSize = [width, height]
  }
  getMinimumSize(): number[] {
    return this.#minimumSize
  }
  setMenuBarVisibility(visible: boolean): void {
    this.#isMenuBarVisible = visible
  }
  isMenuBarVisible(): boolean {
    return this.#isMenuBarVisible
  }
  setMenu(): void {}
  removeMenu(): void {}
  setAutoHideMenuBar(): void {}
  setSkipTaskbar(): void {}
  flashFrame(): void {}
  setProgressBar(): void {}
  setOverlayIcon(): void {}
  setIcon(): void {}
  getMediaSourceId(): string {
    return `window:${this.id}:0`
  }

  close(): void {
    if (this.#isDestroyed || this.#isClosing) return
    const event = hostEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy(): void {
    if (this.#isClosing) return
    this.#isClosing = true
    void this.#page.close()
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  #self(): ElectronBrowserWindow {
    return this as unknown as ElectronBrowserWindow // what is missing refuses itself (refusal.ts)
  }
  #appear(): void {
    if (this.#isDestroyed) return
    const wasVisible = this.#isVisible
    this.#isVisible = true
    this.#isMinimized = false
    this.#page.setState('normal')
    if (!wasVisible) this.emit('show')
  }
  async #closeForQuit(): Promise<boolean> {
    const closed = new Promise<void>((resolve) => this.once('closed', () => resolve()))
    this.close()
    if (!this.#isClosing) return false
    await closed
    return true
  }
  #ownership(): PageOwner {
    return {
      place: this.#place,
      visible: this.#isVisible,
      title: () => this.#title,
      isFocused: () => this.#isFocused,
      focus: () => this.focus(),
      destroy: () => this.destroy(),
      domReady: () => {
        if (this.#wasReadyToShow) return
        this.#wasReadyToShow = true
        this.emit('ready-to-show', hostEvent())
      },
      gone: () => {
        this.#isDestroyed = true
        this.#isVisible = this.#isFocused = false
        windows.delete(this.id)
        this.emit('closed', hostEvent())
        windowClosed(this.#listed)
      },
      openWindow: (url, options) => {
        const window = new BrowserWindow(options)
        window.loadURL(url).catch((error: unknown) => console.error('electron host: window.open:', error))
        return window
      },
    }
  }
}

export const BrowserWindow = offeredClass<typeof ElectronBrowserWindow>('BrowserWindow')(HostWindow)
