// The header of an SFrame ciphertext (RFC 9605 section 4.3): which key and which counter. Knows no key.
import { concat } from '../encode.ts'
import { Refusal } from '../refusal.ts'

export interface FrameHeader {
  readonly kid: bigint
  readonly ctr: bigint
  /** Bytes that the header takes. */
  readonly length: number
}

/** Values below this stand in the config byte itself. */
const inlineLimit = 8n
const maxValue = (1n << 64n) - 1n

/** Both are unsigned 64-bit integers; a RangeError for others is a bug of ours. */
export function encodeHeader(kid: bigint, ctr: bigint): Uint8Array {
  const key = encodeField(kid)
  const counter = encodeField(ctr)
  return concat(Uint8Array.of((key.nibble << 4) | counter.nibble), key.bytes, counter.bytes)
}

/** Refused as `frame-header`: too short, or a field that takes more bytes than its value needs. */
export function parseHeader(frame: Uint8Array): FrameHeader {
  const [config] = frame
  if (config === undefined) throw new Refusal('frame-header')
  const key = parseField(config >> 4, frame, 1)
  const counter = parseField(config & 0x0f, frame, key.end)
  return { kid: key.value, ctr: counter.value, length: counter.end }
}

/** Four bits of the config byte: the value itself, or with the first bit set the number of its bytes less one. */
function encodeField(value: bigint): { readonly nibble: number; readonly bytes: Uint8Array } {
  if (value < 0n || value > maxValue) throw new RangeError('not an unsigned 64-bit integer')
  if (value < inlineLimit) return { nibble: Number(value), bytes: new Uint8Array() }
  const bytes: number[] = []
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn))
  return { nibble: 0x08 | (bytes.length - 1), bytes: Uint8Array.from(bytes) }
}

function parseField(nibble: number, frame: Uint8Array, start: number) {
  if ((nibble & 0x08) === 0) return { value: BigInt(nibble), end: start }
  const end = start + (nibble & 0x07) + 1
  if (end > frame.length) throw new Refusal('frame-header')
  let value = 0n
  for (const byte of frame.subarray(start, end)) value = (value << 8n) | BigInt(byte)
  // SECURITY: one value, one encoding; else the same frame could be told in several ways.
  if (value < inlineLimit || (end - start > 1 && frame[start] === 0)) throw new Refusal('frame-header')
  return { value, end }
}
