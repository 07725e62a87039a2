// Owns the text form of structured-clone values, in which IPC crosses between Node and the preload's world.
// Runs in both: in Node as this module, in the page as this function's own source. It may use nothing outside itself.

export interface Codec {
  /** Throws `An object could not be cloned.` as Electron does for functions, promises, proxies and DOM nodes. */
  encode(value: unknown): string
  decode(text: string): unknown
}

export function createCodec(): Codec {
  // A plain JSON value, or an object whose one key `$` names what stands in `v`.
  type Encoded = null | string | boolean | number | Encoded[] | { [key: string]: Encoded }
  type Tagged = { $: string; v: Encoded; t?: string }

  const toBase64 = (bytes: Uint8Array): string => {
    let binary = ''
    for (let i = 0; i < bytes.length; i += 0x8000)
      binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
    return btoa(binary)
  }
  const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const errors = { TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError }

  function write(value: unknown): Encoded {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'number') {
      if (Object.is(value, -0)) return { $: 'number', v: '-0' }
      return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (Array.isArray(value)) return value.map(write)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof RegExp) return { $: 'regexp', v: [value.source, value.flags] }
    if (value instanceof Map)
      return { $: 'map', v: [...value].map(([key, item]) => [write(key), write(item)]) }
    if (value instanceof Set) return { $: 'set', v: [...value].map(write) }
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) }
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      return { $: 'view', t: value.constructor.name, v: toBase64(bytes) }
    }
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message, value.stack ?? ''] }
    const object = Object.fromEntries(
      Object.entries(value as object).map(([key, item]) => [key, write(item)]),
    )
    return '$' in object ? { $: 'object', v: object } : object
  }

  function readObject(object: { [key: string]: Encoded }): object {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, read(item)]))
  }

  function readTagged({ $: tag, v, t }: Tagged): unknown {
    switch (tag) {
      case 'undefined':
        return undefined
      case 'number':
        return Number(v)
      case 'bigint':
        return BigInt(v as string)
      case 'date':
        return new Date(v as number)
      case 'regexp':
        return new RegExp(...(v as [string, string]))
      case 'map':
        return new Map((v as [Encoded, Encoded][]).map(([key, item]) => [read(key), read(item)]))
      case 'set':
        return new Set((v as Encoded[]).map(read))
      case 'buffer':
        return fromBase64(v as string).buffer
      case 'view': {
        const bytes = fromBase64(v as string)
        // A Node Buffer arrives as a Uint8Array on the other side, in Electron too.
        if (t === 'Uint8Array' || t === 'Buffer') return bytes
        const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[t!]!
        return new View(bytes.buffer)
      }
      case 'error': {
        const [name, message, stack] = v as [string, string, string]
        const error = new (errors[name as keyof typeof errors] ?? Error)(message)
        error.stack = stack
        return error
      }
      case 'object':
        return readObject(v as { [key: string]: Encoded })
      default:
        throw new Error(`electron host: unknown tag ${tag}`)
    }
  }

  function read(value: Encoded): unknown {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(read)
    return '$' in value ? readTagged(value as unknown as Tagged) : readObject(value)
  }

  return {
    encode(value) {
      let clone: unknown
      try {
        clone = structuredClone(value)
      } catch {
        throw new Error('An object could not be cloned.')
      }
      return JSON.stringify(write(clone))
    },
    decode: (text) => read(JSON.parse(text) as Encoded),
  }
}
