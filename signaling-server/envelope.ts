// What the server may know of an envelope: that it is plain JSON, and how large. Never looks at its members.
import { wireLimits, type WireRefusal } from '../contract/signaling.ts'

export type Envelope = Readonly<Record<string, unknown>>

/** Deeper nesting than this can overflow the stack of whoever walks it next, here or at the receiver. */
const MAX_DEPTH = 8

/** True for what JSON can say and nothing else: no Buffer, which is how a binary packet arrives. */
export function isPlainJson(value: unknown, depth = MAX_DEPTH): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  return Object.values(value).every((member) => isPlainJson(member, depth - 1))
}

/** The size of an envelope as UTF-8 JSON. */
export const envelopeBytes = (envelope: Envelope): number => Buffer.byteLength(JSON.stringify(envelope))

export const checkSize = (bytes: number): WireRefusal | null =>
  bytes > wireLimits.envelopeBytes ? 'too-big' : null
