// The address a person gives out: the identity key itself with a checksum and a version (SP1 section 2). Does
// not know links or contacts.
import { sha256 } from '@noble/hashes/sha2.js'
import { base32, fromBase32 } from './base32.ts'
import { checkIdentityKey } from './ed25519.ts'
import { concat, equal, label } from './encode.ts'
import { Refusal, orRefuse } from './refusal.ts'

const VERSION = Uint8Array.of(1)

/** The 56 lower-case characters that stand for this identity key. A bad key is refused as `bad-key`. */
export function addressOf(publicKey: Uint8Array): string {
  return base32(concat(checkIdentityKey(publicKey), checksum(publicKey), VERSION))
}

/**
 * The identity key in an address as a person may type or paste it: either case, in groups divided by spaces or
 * hyphens, with or without `sp1:`. Anything else is refused as `bad-address`.
 */
export function parseAddress(text: string): Uint8Array {
  const letters = text.replace(/^sp1:(?:\/\/)?/i, '').replace(/[\s-]/g, '')
  // Matched before lower-casing: JavaScript also lowers letters outside ASCII into ASCII (the Kelvin sign).
  if (!/^[a-z2-7]{56}$/i.test(letters)) throw new Refusal('bad-address')
  const bytes = fromBase32(letters.toLowerCase())
  const publicKey = bytes.slice(0, 32)
  if (!equal(bytes.slice(34), VERSION)) throw new Refusal('bad-address')
  if (!equal(bytes.slice(32, 34), checksum(publicKey))) throw new Refusal('bad-address')
  return orRefuse('bad-address', () => checkIdentityKey(publicKey))
}

/** The address in 14 groups of four, as it is shown. SECURITY: never show a part of it as identification. */
export function groupAddress(address: string): string {
  return (address.match(/.{1,4}/g) ?? []).join(' ')
}

function checksum(publicKey: Uint8Array): Uint8Array {
  return sha256(concat(label('address'), VERSION, publicKey)).slice(0, 2)
}
