// Every hash and key of a call, from the messages to the last derived key (SP1 section 4). Pure functions; who
// may call them when, and who erases what, is decided in the handshake and in the session.
import { extract, expand } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, label, lp, utf8 } from './encode.ts'

/** The two ends of a call: `a` is the caller, `b` the callee. */
export type Role = 'a' | 'b'
export type FrameKind = 'audio' | 'video' | 'screen'

/** What the caller commits to before it sees the callee's nonce. */
export function commitment(nonceA: Uint8Array): Uint8Array {
  return sha256(concat(label('commit'), nonceA))
}

export function transcript1(m1: Uint8Array): Uint8Array {
  return sha256(concat(label('th1'), m1))
}

export function transcript2(th1: Uint8Array, ciphertext: Uint8Array, m2: Uint8Array): Uint8Array {
  return sha256(concat(label('th2'), lp(th1), lp(ciphertext), lp(m2)))
}

export function transcript3(th2: Uint8Array, nonceA: Uint8Array, nonceB: Uint8Array): Uint8Array {
  return sha256(concat(label('th3'), lp(th2), lp(nonceA), lp(nonceB)))
}

/** k1: from the KEM's shared secret, bound to everything up to M2. */
export function firstKey(th2: Uint8Array, sharedSecret: Uint8Array): Uint8Array {
  return extract(sha256, sharedSecret, th2)
}

/** k1 of a rekey (SP1 section 5): nobody has it without the keys of the link before, `chainKey`. */
export function rekeyedFirstKey(th2: Uint8Array, sharedSecret: Uint8Array, chainKey: Uint8Array): Uint8Array {
  const material = concat(sharedSecret, chainKey)
  const k1 = extract(sha256, material, th2)
  material.fill(0)
  return k1
}

/** k2: k1 bound to both nonces. */
export function secondKey(th3: Uint8Array, k1: Uint8Array): Uint8Array {
  return extract(sha256, k1, th3)
}

/** From k1: the key of the sealed frames that `sender` sends. */
export function signalingKey(k1: Uint8Array, sender: Role): Uint8Array {
  return derive(k1, `sig ${sender}`)
}

/** From k2: four bytes, of which the first 30 bits are shown. */
export function sasBytes(k2: Uint8Array): Uint8Array {
  return derive(k2, 'sas', 4)
}

/** From k2: the base key of SFrame for one sender and one kind of media (RFC 9605 section 4.4.2). */
export function frameBaseKey(k2: Uint8Array, sender: Role, kind: FrameKind): Uint8Array {
  return derive(k2, `sframe ${sender} ${kind}`)
}

/** From k2: the start of the chain of chat keys. */
export function chatBaseKey(k2: Uint8Array, sender: Role): Uint8Array {
  return derive(k2, `chat ${sender}`)
}

/** From k2: the key that this pair of identities shares beyond the call. */
export function pairBaseKey(k2: Uint8Array): Uint8Array {
  return derive(k2, 'pair')
}

/** From k2: what a rekey of the call is chained to (SP1 section 5). */
export function rekeyChainKey(k2: Uint8Array): Uint8Array {
  return derive(k2, 'rekey')
}

/** From k2: the proof of SP1 section 5 that `sender` uses the certificates with these fingerprints. */
export function dtlsBindMac(
  k2: Uint8Array,
  sender: Role,
  callId: Uint8Array,
  senderFingerprint: string,
  receiverFingerprint: string,
): Uint8Array {
  const key = derive(k2, `dtls ${sender}`)
  const mac = hmac(
    sha256,
    key,
    concat(label('dtls-bind'), lp(callId), lp(senderFingerprint), lp(receiverFingerprint)),
  )
  key.fill(0)
  return mac
}

function derive(key: Uint8Array, info: string, length = 32): Uint8Array {
  return expand(sha256, key, utf8(`SP1 ${info}`), length)
}
