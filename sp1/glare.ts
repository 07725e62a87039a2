// When both people dial each other at once (SP1 section 4): which of the two calls lives on, and with what.
import type { CallMedia } from './handshake-messages.ts'
import { Refusal } from './refusal.ts'

/**
 * The caller whose call survives: the bytewise smaller identity key. Both ends come to the same result without
 * a message. Two equal keys are refused as `self-call`.
 */
export function survivingCaller(one: Uint8Array, other: Uint8Array): Uint8Array {
  for (const [index, byte] of one.entries()) {
    const difference = byte - (other[index] ?? 0)
    if (difference !== 0) return difference < 0 ? one : other
  }
  throw new Refusal('self-call')
}

/** What both asked for. */
export function commonMedia(one: CallMedia, other: CallMedia): CallMedia {
  return one === 'av' && other === 'av' ? 'av' : 'a'
}
