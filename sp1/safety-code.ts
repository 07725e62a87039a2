// The QR code two people show each other when they meet: who shows it, and whom it is shown to (SP1 section 6). Knows
// no pictures; whoever scans compares both keys.
import { base32, fromBase32 } from './base32.ts'
import { checkIdentityKey } from './ed25519.ts'
import { concat } from './encode.ts'
import { orRefuse, Refusal } from './refusal.ts'

const PREFIX = 'SP1V1:'
/** 64 bytes in base32: 102 letters of five bits and one of two. */
const LETTERS = 103

export interface SafetyCode {
  /** The identity key of whoever shows the code. */
  readonly shownBy: Uint8Array
  /** The key that they have for whoever scans it. */
  readonly shownTo: Uint8Array
}

/** `SP1V1:` and base32(own || peer), in capitals: a QR code holds those in two thirds of the room. */
export function safetyCode(own: Uint8Array, peer: Uint8Array): string {
  return PREFIX + base32(concat(checkIdentityKey(own), checkIdentityKey(peer))).toUpperCase()
}

/**
 * Reads a scanned code in capitals or in small letters, and nothing around it. Refused as `noncanonical` if it is none, as
 * `bad-key` if one of its keys is not fit to be an identity.
 */
export function parseSafetyCode(text: string): SafetyCode {
  const letters = text.slice(PREFIX.length)
  // Matched before lower-casing: JavaScript also lowers letters outside ASCII into ASCII (the Kelvin sign).
  const isCode = /^(?:[A-Z2-7]+|[a-z2-7]+)$/.test(letters) && letters.length === LETTERS
  if (!text.startsWith(PREFIX) || !isCode) throw new Refusal('noncanonical')
  const keys = fromBase32(letters.toLowerCase())
  return {
    shownBy: orRefuse('bad-key', () => checkIdentityKey(keys.slice(0, 32))),
    shownTo: orRefuse('bad-key', () => checkIdentityKey(keys.slice(32))),
  }
}
