// An identity and the labelled signatures it makes (SP1 sections 1 and 2). The label keeps a signature made for
// one purpose from being used for another.
import { publicKeyOf, sign, verify } from './ed25519.ts'
import { concat, label } from './encode.ts'

/** A 32-byte seed and the Ed25519 public key it gives. The seed never leaves the process that made it. */
export type Identity = { readonly seed: Uint8Array; readonly publicKey: Uint8Array }

/** What a signature is for; there is no other way to obtain one. */
export type SignatureLabel = 'server-auth' | 'prekey' | 'call' | 'accept' | 'aux' | 'rekey' | 'succ'

export function identityFromSeed(seed: Uint8Array): Identity {
  return { seed, publicKey: publicKeyOf(seed) }
}

/** 64 bytes: Ed25519 over L(purpose) || body. */
export function signLabelled(identity: Identity, purpose: SignatureLabel, body: Uint8Array): Uint8Array {
  return sign(identity.seed, concat(label(purpose), body))
}

/** `publicKey` must have passed `checkIdentityKey`. False for anything malformed; never throws. */
export function verifyLabelled(
  publicKey: Uint8Array,
  purpose: SignatureLabel,
  body: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(publicKey, concat(label(purpose), body), signature)
}
