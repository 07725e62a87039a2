// Bytes and text: the encodings that every other file builds on (SP1 section 1). Knows no keys and no protocol.
import { Refusal, orRefuse } from './refusal.ts'

/** A source of `length` cryptographically random bytes, passed in by the host. */
export type Rng = (length: number) => Uint8Array

const encoder = new TextEncoder()
// SECURITY: without ignoreBOM the decoder drops a leading byte order mark, and two different byte strings would
// pass as the same canonical body.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Strict UTF-8; malformed bytes are refused as `json`, because only JSON text travels in SP1. */
export function fromUtf8(bytes: Uint8Array): string {
  return orRefuse('json', () => decoder.decode(bytes))
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Compares without leaving early, so that the time taken tells nothing about where two values differ. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0)
  return difference === 0
}

export function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

export function u64be(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** LP(x) of SP1 section 1: the length as u32be, then the bytes; text counts as its UTF-8. */
export function lp(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(value) : value
  return concat(u32be(bytes.length), bytes)
}

/** L(name) of SP1 section 1: ASCII "SP1 " + name, then a zero byte. */
export function label(name: string): Uint8Array {
  return utf8(`SP1 ${name}\0`)
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Even-length hexadecimal in either case; anything else is refused as `type`. */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new Refusal('type')
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64URL_VALUES = new Map(Array.from(BASE64URL, (character, value) => [character, value]))

/** RFC 4648 section 5, without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let buffer = 0
  for (const byte of bytes) {
    buffer = ((buffer & 0x3f) << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += BASE64URL.charAt((buffer >> bits) & 0x3f)
    }
  }
  if (bits > 0) text += BASE64URL.charAt((buffer << (6 - bits)) & 0x3f)
  return text
}

/**
 * Canonical base64url only: no padding, no foreign characters, unused bits zero; with `length`, exactly that
 * many bytes. Anything else is refused as `base64`.
 */
export function fromBase64url(text: unknown, length?: number): Uint8Array {
  if (typeof text !== 'string' || text.length % 4 === 1) throw new Refusal('base64')
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  if (length !== undefined && bytes.length !== length) throw new Refusal('base64')
  let filled = 0
  let bits = 0
  let buffer = 0
  for (const character of text) {
    const value = BASE64URL_VALUES.get(character)
    if (value === undefined) throw new Refusal('base64')
    buffer = ((buffer & 0xff) << 6) | value
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[filled++] = (buffer >> bits) & 0xff
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) throw new Refusal('base64')
  return bytes
}

/** pad_q(x) of SP1 section 1: u32be(length), x, 0x80, zeros up to the next multiple of `quantum`. */
export function pad(bytes: Uint8Array, quantum: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 5) / quantum) * quantum)
  padded.set(u32be(bytes.length))
  padded.set(bytes, 4)
  padded[4 + bytes.length] = 0x80
  return padded
}

/** The inverse of `pad`; every other arrangement of the same content is refused as `pad`. */
export function unpad(padded: Uint8Array, quantum: number): Uint8Array {
  if (padded.length < quantum) throw new Refusal('pad')
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (padded.length !== Math.ceil((length + 5) / quantum) * quantum) throw new Refusal('pad')
  if (padded[4 + length] !== 0x80) throw new Refusal('pad')
  if (padded.subarray(5 + length).some((byte) => byte !== 0)) throw new Refusal('pad')
  return padded.slice(4, 4 + length)
}
