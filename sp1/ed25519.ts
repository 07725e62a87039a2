// Plain Ed25519 (RFC 8032) and the check that a public key is fit to be an identity. Knows no labels: only
// identity.ts decides what is signed.
import { ed25519 } from '@noble/curves/ed25519.js'
import { base64url } from './encode.ts'
import { Refusal, orRefuse } from './refusal.ts'

export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

export function sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed)
}

/** False for every malformed argument; never throws. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

/**
 * The last keys that were found to be good: the check takes as long as a signature, and the same few people are called,
 * and call, again and again.
 */
const passed = new Set<string>()
const maxPassed = 256

/**
 * Refuses as `bad-key` what is not 32 bytes, not canonical, not on the curve, of small order, or outside the
 * prime-order subgroup (SP1 section 2).
 *
 * SECURITY: some verifiers accept a forged signature under a small-order key, so every key is checked before
 * it is used, however it arrived.
 */
export function checkIdentityKey(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== 32) throw new Refusal('bad-key')
  const name = base64url(publicKey)
  if (passed.has(name)) return publicKey
  const point = orRefuse('bad-key', () => ed25519.Point.fromBytes(publicKey, false))
  if (point.isSmallOrder() || !point.isTorsionFree()) throw new Refusal('bad-key')
  const [oldest] = passed.size < maxPassed ? [] : passed
  if (oldest !== undefined) passed.delete(oldest)
  passed.add(name)
  return publicKey
}
