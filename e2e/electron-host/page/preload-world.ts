// Owns the preload's isolated world: the `require` and `process` of a sandboxed preload, ipcRenderer, contextBridge, and
// keys on their way to the app. The page cannot see any of it. It may use nothing outside itself.
import type { createCodec } from './codec.ts'
import type { PageHost } from './main-world.ts'
import type { createWorldBridge } from './world-bridge.ts'

/** Messages to the host (JSON in the binding `__electronHostSend`); `args` is the codec's text of an array. */
export type FromPage =
  | { type: 'invoke'; id: number; channel: string; args: string }
  | { type: 'permission' | 'checks'; id: number; channel: string; args: string }
  | { type: 'send'; channel: string; args: string }
  | { type: 'open-window'; args: string }
  | { type: 'preload-error'; args: string }
  | { type: 'key'; key: KeyReport }

/** Messages from the host, one JSON text each for `__electronHostReceive`. */
export type ToPage =
  | { type: 'answer'; id: number; value: string }
  | { type: 'failure'; id: number; error: string }
  | { type: 'event'; channel: string; args: string }
  | { type: 'watch-keys' }
  | { type: 'let-key'; key: KeyReport }

/** One keyboard event, as much as is needed to tell the app of it and to make it happen again. */
export interface KeyReport {
  type: 'keyDown' | 'keyUp'
  key: string
  code: string
  keyCode: number
  location: number
  isAutoRepeat: boolean
  isComposing: boolean
  shift: boolean
  control: boolean
  alt: boolean
  meta: boolean
}

export interface PreloadSurroundings {
  platform: string
  arch: string
  versions: Record<string, string | undefined>
  env: Record<string, string | undefined>
  argv: string[]
  pid: number
}

type Preload = (
  require: unknown,
  module: unknown,
  exports: unknown,
  process: unknown,
  global: unknown,
) => void

export function preparePreloadWorld(
  createBridge: typeof createWorldBridge,
  eventName: string,
  makeCodec: typeof createCodec,
  surroundings: PreloadSurroundings,
  preload: Preload | undefined,
): void {
  if (window !== window.top) return
  type Listener = (...args: unknown[]) => unknown
  const world = globalThis as unknown as { __electronHostSend: (text: string) => void }
  const sendText = world.__electronHostSend
  const send = (message: FromPage): void => sendText(JSON.stringify(message))
  const codec = makeCodec()
  const bridge = createBridge(eventName, 'preload')

  /** What Electron has here and the host has not throws when touched, as everywhere in the host. */
  function refusing<Part extends object>(name: string, part: Part): Part {
    return new Proxy(part, {
      get(target, key, receiver) {
        if (typeof key !== 'string' || key in target || key === 'then' || key === 'toJSON') {
          return Reflect.get(target, key, receiver) as unknown
        }
        throw new Error(`electron host: ${name}.${key} is not available in a preload`)
      },
    })
  }

  class Emitter {
    private readonly byName = new Map<string, { call: Listener; original: Listener }[]>()
    on(name: string, listener: Listener, call: Listener = listener): this {
      this.byName.set(name, [...(this.byName.get(name) ?? []), { call, original: listener }])
      return this
    }
    addListener(name: string, listener: Listener): this {
      return this.on(name, listener)
    }
    once(name: string, listener: Listener): this {
      const call: Listener = (...args) => {
        this.off(name, listener)
        listener.apply(this, args)
      }
      return this.on(name, listener, call)
    }
    off(name: string, listener: Listener): this {
      const left = [...(this.byName.get(name) ?? [])]
      const index = left.findLastIndex(({ original }) => original === listener)
      if (index >= 0) left.splice(index, 1)
      this.byName.set(name, left)
      return this
    }
    removeListener(name: string, listener: Listener): this {
      return this.off(name, listener)
    }
    removeAllListeners(name?: string): this {
      if (name === undefined) this.byName.clear()
      else this.byName.delete(name)
      return this
    }
    emit(name: string, ...args: unknown[]): boolean {
      const listeners = this.byName.get(name) ?? []
      for (const { call } of listeners) call.apply(this, args)
      return listeners.length > 0
    }
    listenerCount(name: string): number {
      return this.byName.get(name)?.length ?? 0
    }
  }

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  const ask = (
    type: 'invoke' | 'permission' | 'checks',
    channel: string,
    args: unknown[],
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const text = codec.encode(args)
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      send({ type, id, channel, args: text })
    })

  const emitter = new Emitter()
  const ipcRenderer = refusing(
    'ipcRenderer',
    Object.assign(emitter, {
      send: (channel: string, ...args: unknown[]) =>
        send({ type: 'send', channel, args: codec.encode(args) }),
      invoke: (channel: string, ...args: unknown[]) => ask('invoke', channel, args),
    }),
  )

  // `before-input-event`: while the app listens, a key is held back, shown to the app, and let happen if the app agrees.
  let keysAreWatched = false
  const letThrough: string[] = []
  const keyId = (key: Pick<KeyReport, 'type' | 'key' | 'code'>): string =>
    `${key.type} ${key.code} ${key.key}`
  const onKey = (event: KeyboardEvent): void => {
    if (!keysAreWatched || !event.isTrusted) return
    const report: KeyReport = {
      type: event.type === 'keyup' ? 'keyUp' : 'keyDown',
      key: event.key,
      code: event.code,
      keyCode: event.keyCode,
      location: event.location,
      isAutoRepeat: event.repeat,
      isComposing: event.isComposing,
      shift: event.shiftKey,
      control: event.ctrlKey,
      alt: event.altKey,
      meta: event.metaKey,
    }
    const allowed = letThrough.indexOf(keyId(report))
    if (allowed >= 0) {
      letThrough.splice(allowed, 1)
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    send({ type: 'key', key: report })
  }
  window.addEventListener('keydown', onKey, true)
  window.addEventListener('keyup', onKey, true)

  function receive(text: string): void {
    const message = JSON.parse(text) as ToPage
    switch (message.type) {
      case 'answer':
        waiting.get(message.id)?.resolve(codec.decode(message.value))
        waiting.delete(message.id)
        return
      case 'failure':
        waiting.get(message.id)?.reject(new Error(message.error))
        waiting.delete(message.id)
        return
      case 'event': {
        const event = { sender: ipcRenderer, senderId: 0, ports: [] }
        emitter.emit(message.channel, event, ...(codec.decode(message.args) as unknown[]))
        return
      }
      case 'watch-keys':
        keysAreWatched = true
        return
      case 'let-key':
        letThrough.push(keyId(message.key))
    }
  }
  Object.defineProperty(globalThis, '__electronHostReceive', { value: receive })

  const contextBridge = refusing('contextBridge', {
    exposeInMainWorld(key: string, api: unknown): void {
      let answer: { error?: string } | null = null
      bridge.handlers['exposed'] = (message) => {
        answer = message as { error?: string }
      }
      bridge.post({ op: 'expose', key, value: bridge.wrap(api) })
      const got = answer as { error?: string } | null
      if (!got) throw new Error("electron host: the page's world did not answer")
      if (got.error !== undefined) throw new Error(got.error)
    },
  })
  const pageHost: PageHost = {
    askPermission: (permission, details) =>
      ask('permission', permission, [details]) as ReturnType<PageHost['askPermission']>,
    refreshChecks: () => ask('checks', '', []) as ReturnType<PageHost['refreshChecks']>,
    openWindow: (url, frameName, features) =>
      send({ type: 'open-window', args: codec.encode([{ url, frameName, features }]) }),
  }
  bridge.post({ op: 'host', value: bridge.wrap({ ...pageHost }) })

  const electron = refusing('electron', { contextBridge, ipcRenderer })
  const process = refusing('process', {
    ...surroundings,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    nextTick: (callback: Listener, ...args: unknown[]) => queueMicrotask(() => void callback(...args)),
  })
  const modules: Record<string, unknown> = {
    electron,
    events: Object.assign(Emitter, { EventEmitter: Emitter }),
    timers: { setTimeout, clearTimeout, setInterval, clearInterval },
    url: { URL, URLSearchParams },
  }
  // A sandboxed preload has these four and no others.
  const require = (id: string): unknown => {
    const name = id.replace(/^node:/, '').replace(/^electron\/(renderer|common)$/, 'electron')
    if (name in modules) return modules[name]
    throw new Error(`module not found: ${id}`)
  }
  const module = { exports: {} }
  try {
    preload?.(require, module, module.exports, process, globalThis)
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    send({ type: 'preload-error', args: codec.encode([{ message, stack }]) })
    console.error('Unable to load preload script:', error)
  }
}
