// Owns the way across the two JavaScript worlds of one page, as contextBridge has it: plain values are cloned, functions
// and promises become references that work from the other side. The same source runs once in each world; the halves talk
// by synchronous CustomEvents under a name that the page does not know. It may use nothing outside itself.

export interface WorldBridge {
  /** Sends one message; the other side has handled it when this returns. Values inside must have gone through `wrap`. */
  post(message: BridgeMessage): void
  /** What to do with messages that are not the bridge's own, by their `op`. */
  readonly handlers: Record<string, (message: BridgeMessage) => void>
  wrap(value: unknown): unknown
  unwrap(value: unknown): unknown
}
export interface BridgeMessage {
  op: string
  [key: string]: unknown
}

export function createWorldBridge(eventName: string, side: 'page' | 'preload'): WorldBridge {
  type AnyFunction = (...args: unknown[]) => unknown
  type Answer = { ok: boolean; value: unknown }
  // Taken before any script of the page runs, so that the page cannot replace them.
  const dispatch = window.dispatchEvent.bind(window)
  const BridgeEvent = CustomEvent
  const TAG = '__electronHostReference'

  const functions = new Map<string, AnyFunction>()
  const functionIds = new WeakMap<AnyFunction, string>()
  const awaited = new Map<string, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let lastId = 0
  let answer: Answer | null = null

  const nextId = (): string => `${side}${++lastId}`
  const post = (message: BridgeMessage): void => {
    dispatch(new BridgeEvent(eventName, { detail: { ...message, from: side } }))
  }

  const isReference = (value: unknown): boolean => typeof value === 'function' || value instanceof Promise
  // What is walked into for references; everything else is left to the structured clone.
  const isContainer = (value: unknown): value is object =>
    value !== null &&
    typeof value === 'object' &&
    (Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]')

  function holdsReference(value: unknown, seen: Set<unknown>): boolean {
    if (isReference(value)) return true
    if (!isContainer(value) || seen.has(value)) return false
    seen.add(value)
    return Object.values(value).some((item) => holdsReference(item, seen))
  }

  const wrapError = (error: unknown): unknown => {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
    return { [TAG]: 'error', name, message }
  }

  function wrapFunction(value: AnyFunction): unknown {
    let id = functionIds.get(value)
    if (id === undefined) {
      id = nextId()
      functionIds.set(value, id)
      functions.set(id, value)
    }
    return { [TAG]: 'function', id }
  }

  function wrapPromise(promise: Promise<unknown>): unknown {
    const id = nextId()
    const settle = (ok: boolean, value: unknown): void => post({ op: 'settle', id, ok, value })
    promise
      .then((value) => settle(true, wrap(value)))
      .catch((error: unknown) => settle(false, wrapError(error)))
    return { [TAG]: 'promise', id }
  }

  function walk(value: unknown): unknown {
    if (typeof value === 'function') return wrapFunction(value as AnyFunction)
    if (value instanceof Promise) return wrapPromise(value)
    if (value instanceof Error) return wrapError(value)
    if (!isContainer(value)) return value
    if (Array.isArray(value)) return value.map(walk)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
  }

  function wrap(value: unknown): unknown {
    if (value instanceof Error) return wrapError(value)
    if (holdsReference(value, new Set())) return walk(value)
    try {
      return structuredClone(value)
    } catch {
      throw new Error('An object could not be cloned.')
    }
  }

  function unwrap(value: unknown): unknown {
    if (!isContainer(value)) return value
    if (Array.isArray(value)) return value.map(unwrap)
    const reference = value as Record<string, unknown>
    const id = reference['id'] as string
    switch (reference[TAG]) {
      case 'function':
        return (...args: unknown[]) => call(id, args)
      case 'promise':
        return new Promise((resolve, reject) => awaited.set(id, { resolve, reject }))
      case 'error':
        return Object.assign(new Error(reference['message'] as string), { name: reference['name'] as string })
      default:
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]))
    }
  }

  function call(id: string, args: unknown[]): unknown {
    answer = null
    post({ op: 'call', id, args: args.map(wrap) })
    const got = answer as Answer | null
    answer = null
    if (!got) throw new Error('electron host: no answer from the other world')
    if (!got.ok) throw unwrap(got.value)
    return unwrap(got.value)
  }

  const handlers: WorldBridge['handlers'] = {
    call({ id, args }) {
      let result: Answer
      try {
        const called = functions.get(id as string)!
        result = { ok: true, value: wrap(called(...(args as unknown[]).map(unwrap))) }
      } catch (error) {
        result = { ok: false, value: wrapError(error) }
      }
      post({ op: 'answer', ...result })
    },
    answer({ ok, value }) {
      answer = { ok: ok as boolean, value }
    },
    settle({ id, ok, value }) {
      const promise = awaited.get(id as string)
      awaited.delete(id as string)
      if (ok) promise?.resolve(unwrap(value))
      else promise?.reject(unwrap(value))
    },
  }

  window.addEventListener(
    eventName,
    (event) => {
      const message = (event as CustomEvent<BridgeMessage | undefined>).detail
      if (!message || message['from'] === side) return
      event.stopImmediatePropagation()
      handlers[message.op]?.(message)
    },
    true,
  )
  return { post, handlers, wrap, unwrap }
}
