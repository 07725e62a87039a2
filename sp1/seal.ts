// Sealing to a KEM public key: one message, one key, no sender visible (SP1 section 1).
import { gcm } from '@noble/ciphers/aes.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, label, pad, unpad } from './encode.ts'
import type { Rng } from './encode.ts'
import { orRefuse } from './refusal.ts'
import { KEM_ENCAPSULATION_SEED_BYTES, decapsulate, encapsulate } from './xwing.ts'

export type SealPurpose = 'seal1' | 'seal2' | 'seal-aux'

export type Sealed = { readonly ciphertext: Uint8Array; readonly box: Uint8Array }

const PAD_QUANTUM = 512

/** Draws 64 bytes. A malformed recipient key is refused as `bad-key`. */
export function seal(
  purpose: SealPurpose,
  recipientKey: Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array,
  rng: Rng,
): Sealed {
  const { ciphertext, sharedSecret } = encapsulate(recipientKey, rng(KEM_ENCAPSULATION_SEED_BYTES))
  const box = boxUnder(purpose, sharedSecret, ciphertext, context, plaintext)
  sharedSecret.fill(0)
  return { ciphertext, box }
}

/** The plaintext; refused as `unseal` if it was not sealed to this key for this purpose and context. */
export function unseal(
  purpose: SealPurpose,
  secretKey: Uint8Array,
  context: Uint8Array,
  sealed: Sealed,
): Uint8Array {
  const sharedSecret = decapsulate(secretKey, sealed.ciphertext)
  try {
    return unboxUnder(purpose, sharedSecret, context, sealed)
  } finally {
    sharedSecret.fill(0)
  }
}

/**
 * The box alone, for a message that must name the ciphertext it travels with. The nonce may be derived because
 * a shared secret boxes one message for each purpose.
 */
export function boxUnder(
  purpose: SealPurpose,
  sharedSecret: Uint8Array,
  ciphertext: Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return withCipher(purpose, sharedSecret, ciphertext, context, (cipher) =>
    cipher.encrypt(pad(plaintext, PAD_QUANTUM)),
  )
}

/** The inverse of `boxUnder`; refused as `unseal` or `pad`. */
export function unboxUnder(
  purpose: SealPurpose,
  sharedSecret: Uint8Array,
  context: Uint8Array,
  sealed: Sealed,
): Uint8Array {
  const padded = withCipher(purpose, sharedSecret, sealed.ciphertext, context, (cipher) =>
    orRefuse('unseal', () => cipher.decrypt(sealed.box)),
  )
  return unpad(padded, PAD_QUANTUM)
}

function withCipher<T>(
  purpose: SealPurpose,
  sharedSecret: Uint8Array,
  ciphertext: Uint8Array,
  context: Uint8Array,
  use: (cipher: ReturnType<typeof gcm>) => T,
): T {
  const binding = concat(label(purpose), context)
  const material = expand(sha256, extract(sha256, sharedSecret, sha256(ciphertext)), binding, 44)
  try {
    return use(gcm(material.subarray(0, 32), material.subarray(32), binding))
  } finally {
    material.fill(0)
  }
}
