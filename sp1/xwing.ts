// X-Wing, the hybrid of X25519 and ML-KEM-768 (draft-connolly-cfrg-xwing-kem). The only importer of the
// post-quantum library, which throws plain errors for malformed keys: they become refusals here.
import { ml_kem768_x25519 as xwing } from '@noble/post-quantum/hybrid.js'
import { orRefuse } from './refusal.ts'

export const KEM_SEED_BYTES = 32
export const KEM_PUBLIC_KEY_BYTES = 1216
export const KEM_CIPHERTEXT_BYTES = 1120
export const KEM_ENCAPSULATION_SEED_BYTES = 64

export type KemKeys = { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array }

/** What was sent to a public key, and the 32 bytes that both share by it. */
export type Encapsulated = { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array }

/** The secret key is the 32-byte seed itself. */
export function kemKeysFromSeed(seed: Uint8Array): KemKeys {
  return xwing.keygen(seed)
}

/** `seed` is 64 random bytes, used once. A malformed public key is refused as `bad-key`. */
export function encapsulate(publicKey: Uint8Array, seed: Uint8Array): Encapsulated {
  const { cipherText, sharedSecret } = orRefuse('bad-key', () => xwing.encapsulate(publicKey, seed))
  return { ciphertext: cipherText, sharedSecret }
}

/** A foreign ciphertext gives an unrelated secret (implicit rejection); a malformed one is `unseal`. */
export function decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return orRefuse('unseal', () => xwing.decapsulate(ciphertext, secretKey))
}
