// What a hostile server, caller or callee can make out of real messages, for tests: everything but signatures of
// others.
import { sha256 } from '@noble/hashes/sha2.js'
import { peekBody, signBody } from './body.ts'
import { base64url, concat, fromBase64url, fromUtf8, utf8 } from './encode.ts'
import type { Envelope1, Envelope2, Envelope5 } from './envelope.ts'
import type { IncomingCall } from './handshake-callee.ts'
import { ACCEPT, CALL, CANCEL, prekeyContext, replyContext } from './handshake-messages.ts'
import { signLabelled } from './identity.ts'
import { rehearseCall } from './rehearsal.ts'
import type { Person } from './rehearsal.ts'
import { boxUnder, seal, unseal } from './seal.ts'
import { encapsulate } from './xwing.ts'

/** Flips one bit in the middle of a binary field. */
export function flipped(text: string): string {
  const bytes = fromBase64url(text)
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return base64url(bytes)
}

/** The signed M1 inside an envelope, as its callee reads it. */
export function openedCall(callee: Person, wire: Envelope1): Uint8Array {
  const [prekey] = callee.prekeys
  const sealed = { ciphertext: fromBase64url(wire.ct), box: fromBase64url(wire.box) }
  return unseal('seal1', prekey.secretKey, prekeyContext(callee.identity.publicKey, prekey.pkid), sealed)
}

/** Any message sealed to a callee: anybody can do that. */
export function sealedTo(callee: Person, message: Uint8Array): Envelope1 {
  const [prekey] = callee.prekeys
  const context = prekeyContext(callee.identity.publicKey, prekey.pkid)
  const { ciphertext, box } = seal('seal1', prekey.publicKey, context, message, callee.rng)
  return { k: 1, pkid: base64url(prekey.pkid), ct: base64url(ciphertext), box: base64url(box) }
}

/** An M1 whose text was changed, and which its caller signed all the same. */
export function signedAnew(caller: Person, callee: Person, change: (json: string) => string): Envelope1 {
  const original = openedCall(callee, rehearseCall(caller, callee).wire).slice(64)
  const body = utf8(change(fromUtf8(original)))
  return sealedTo(callee, concat(signLabelled(caller.identity, 'call', body), body))
}

/** Somebody's M1 with the thief as its caller, signed by the thief. */
export function stolenCall(thief: Person, callee: Person, wire: Envelope1): Envelope1 {
  const call = { ...peekBody(CALL, openedCall(callee, wire)), a: thief.identity.publicKey }
  return sealedTo(callee, signBody(thief.identity, 'call', CALL, call))
}

type Acceptance = Parameters<typeof ACCEPT.write>[0]

/** An M2 under the right secret and signature, of which the callee changed some fields. */
export function rogueAcceptance(
  callee: Person,
  incoming: IncomingCall,
  changes: Partial<Acceptance>,
): Envelope2 {
  const { ciphertext, sharedSecret } = encapsulate(incoming.ephemeralKey, callee.rng(64))
  const message = signBody(callee.identity, 'accept', ACCEPT, {
    t: 'accept',
    v: 1,
    cid: incoming.callId,
    a: incoming.callerKey,
    b: callee.identity.publicKey,
    m1: incoming.th1,
    ct: sha256(ciphertext),
    fp: callee.fingerprint,
    nb: callee.rng(32),
    media: 'a',
    ...changes,
  })
  const box = boxUnder('seal2', sharedSecret, ciphertext, replyContext(incoming.th1), message)
  return { k: 2, ct: base64url(ciphertext), box: base64url(box) }
}

/** A cancellation sealed to one person that names another as its callee. */
export function misdirectedCancel(caller: Person, reader: Person, namedCallee: Uint8Array): Envelope5 {
  const [prekey] = reader.prekeys
  const message = signBody(caller.identity, 'aux', CANCEL, {
    t: 'cancel',
    v: 1,
    cid: new Uint8Array(16),
    a: caller.identity.publicKey,
    b: namedCallee,
  })
  const context = prekeyContext(reader.identity.publicKey, prekey.pkid)
  const { ciphertext, box } = seal('seal-aux', prekey.publicKey, context, message, reader.rng)
  return { k: 5, pkid: base64url(prekey.pkid), ct: base64url(ciphertext), box: base64url(box) }
}
