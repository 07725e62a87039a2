// Owns the frames of one page, as the app sees them in senderFrame and mainFrame.
import { EventEmitter } from 'node:events'
import type { WebContents, WebFrameMain } from 'electron'
import { originOf, toApp } from '../origins.ts'
import { offeredClass, type Part } from '../refusal.ts'

let lastTreeNodeId = 0

class HostFrame extends EventEmitter implements Part<WebFrameMain> {
  readonly frameTreeNodeId = ++lastTreeNodeId
  readonly routingId = this.frameTreeNodeId
  readonly processId = 1
  readonly parent: WebFrameMain | null
  #tree: FrameTree
  #id: string

  constructor(tree: FrameTree, id: string, parent: WebFrameMain | null) {
    super()
    this.#tree = tree
    this.#id = id
    this.parent = parent
  }
  get url(): string {
    return toApp(this.#tree.urlOf(this.#id))
  }
  get origin(): string {
    return originOf(this.url)
  }
  get top(): WebFrameMain | null {
    return this.parent ? this.parent.top : (this as unknown as WebFrameMain)
  }
  get frames(): WebFrameMain[] {
    return this.#tree.all().filter((frame) => frame.parent === (this as unknown))
  }
  get framesInSubtree(): WebFrameMain[] {
    return [this as unknown as WebFrameMain, ...this.frames.flatMap((frame) => frame.framesInSubtree)]
  }
  get detached(): boolean {
    return !this.#tree.has(this.#id)
  }
  isDestroyed(): boolean {
    return !this.#tree.has(this.#id)
  }
  send(channel: string, ...args: unknown[]): void {
    if (this.parent === null) this.#tree.contents.send(channel, ...args) // there is no preload in other frames
  }
}

const HostedFrame =
  offeredClass<new (tree: FrameTree, id: string, parent: WebFrameMain | null) => WebFrameMain>(
    'WebFrameMain',
  )(HostFrame)

export interface FrameTree {
  readonly contents: WebContents
  /** The frame of that id; made, with its parent, if it is new. */
  frame(id: string, parentId?: string): WebFrameMain
  setMain(id: string): void
  main(): WebFrameMain
  mainId(): string | null
  setUrl(id: string, url: string): void
  urlOf(id: string): string
  has(id: string): boolean
  remove(id: string): void
  all(): WebFrameMain[]
}

export function createFrameTree(contents: WebContents): FrameTree {
  const frames = new Map<string, WebFrameMain>()
  const urls = new Map<string, string>()
  let mainId: string | null = null
  const tree: FrameTree = {
    contents,
    frame(id, parentId) {
      const known = frames.get(id)
      if (known) return known
      const frame = new HostedFrame(tree, id, parentId === undefined ? null : tree.frame(parentId))
      frames.set(id, frame)
      return frame
    },
    setMain(id) {
      mainId = id
      tree.frame(id)
    },
    // Asked for before the page is attached: Electron has a frame then too, at about:blank.
    main: () => tree.frame(mainId ?? ''),
    mainId: () => mainId,
    setUrl: (id, url) => void urls.set(id, url),
    urlOf: (id) => urls.get(id) ?? 'about:blank',
    has: (id) => frames.has(id) && !contents.isDestroyed(),
    remove(id) {
      frames.delete(id)
      urls.delete(id)
    },
    all: () => [...frames.values()],
  }
  return tree
}
