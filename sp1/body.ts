// Strict JSON bodies and their signed form (SP1 section 1). One value has exactly one byte string: duplicate
// keys, extra fields, another order or whitespace are refused.
import { concat, fromUtf8, utf8 } from './encode.ts'
import type { Field } from './fields.ts'
import { signLabelled, verifyLabelled } from './identity.ts'
import type { Identity, SignatureLabel } from './identity.ts'
import { Refusal, orRefuse } from './refusal.ts'

const SIGNATURE_BYTES = 64

/** The canonical bytes of a value. */
export function encodeBody<T>(shape: Field<T>, value: T): Uint8Array {
  return utf8(JSON.stringify(shape.write(value)))
}

/** The value behind canonical bytes; refused as `json`, `fields`, `type`, `base64` or `noncanonical`. */
export function decodeBody<T>(shape: Field<T>, body: Uint8Array): T {
  const json = fromUtf8(body)
  const parsed = orRefuse('json', (): unknown => JSON.parse(json))
  const value = shape.read(parsed)
  if (JSON.stringify(parsed) !== json) throw new Refusal('noncanonical')
  return value
}

/** signed() of SP1 section 1: the 64-byte signature, then the body. */
export function signBody<T>(
  identity: Identity,
  purpose: SignatureLabel,
  shape: Field<T>,
  value: T,
): Uint8Array {
  const body = encodeBody(shape, value)
  return concat(signLabelled(identity, purpose, body), body)
}

/** The body of a signed message, before its signature is checked: only to learn who claims to have signed. */
export function peekBody<T>(shape: Field<T>, message: Uint8Array): T {
  return decodeBody(shape, message.subarray(SIGNATURE_BYTES))
}

/** Verifies over the received bytes, then reads the body strictly. A wrong signature is `signature`. */
export function openBody<T>(
  publicKey: Uint8Array,
  purpose: SignatureLabel,
  shape: Field<T>,
  message: Uint8Array,
): T {
  checkSigned(publicKey, purpose, message)
  return decodeBody(shape, message.subarray(SIGNATURE_BYTES))
}

/** Refuses as `signature` unless the owner of `publicKey` signed this message for this purpose. */
export function checkSigned(publicKey: Uint8Array, purpose: SignatureLabel, message: Uint8Array): void {
  const signature = message.subarray(0, SIGNATURE_BYTES)
  const body = message.subarray(SIGNATURE_BYTES)
  if (!verifyLabelled(publicKey, purpose, body, signature)) throw new Refusal('signature')
}
