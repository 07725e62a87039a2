// Who owns the wire, for tests: what the adversary of the protocol knows, and what it can make of it. It breaks no
// cipher and forges no signature; everything else it does. It knows more than a server would: old prekeys of the
// honest have leaked to it, because nothing but the secrecy of the sealed envelope may depend on them (SP1 section 3).
import { sha256 } from '@noble/hashes/sha2.js'
import { decapsulated, encapsulated, ephemeral } from './adversary-kem.ts'
import { decodeBody, encodeBody, openBody, peekBody, signBody } from './body.ts'
import { base64url, concat, equal, fromBase64url } from './encode.ts'
import type { Envelope, Envelope1, Envelope2, Envelope3 } from './envelope.ts'
import { outcomeOf } from './expect-refusal.ts'
import { ACCEPT, CALL, prekeyContext, replyContext } from './handshake-messages.ts'
import type { Secrets } from './leg.ts'
import type { Recipient } from './cast.ts'
import type { Identity } from './identity.ts'
import {
  chatBaseKey,
  commitment,
  dtlsBindMac,
  firstKey,
  frameBaseKey,
  pairBaseKey,
  sasBytes,
  secondKey,
  signalingKey,
  transcript1,
  transcript2,
  transcript3,
} from './key-schedule.ts'
import type { Role } from './key-schedule.ts'
import { PAYLOAD } from './payload.ts'
import type { Payload, Reveal } from './payload.ts'
import { rehearsedRng } from './rehearsal.ts'
import { sasView } from './sas.ts'
import { boxUnder, unboxUnder } from './seal.ts'
import { boxFrame, unboxFrame } from './signal-box.ts'

type CallFields = Parameters<typeof CALL.write>[0]

/** An M1 whose text the adversary has. */
export type KnownCall = {
  readonly message: Uint8Array
  readonly fields: CallFields
  readonly th1: Uint8Array
}

/** A session of the adversary's own, with every secret in the open. `k2` once the caller's nonce is known. */
export type OwnSession = {
  readonly role: Role
  readonly callId: Uint8Array
  readonly handle: string
  readonly th2: Uint8Array
  readonly k1: Uint8Array
  readonly nonceB: Uint8Array
  readonly ownFingerprint: string
  readonly peerFingerprint: string
  k2: Uint8Array | null
  sent: number
}

export type Adversary = ReturnType<typeof createAdversary>

/** `stolen` are the prekeys it can open what was sealed to, its own among them. */
export function createAdversary(stolen: readonly Recipient[]) {
  const rng = rehearsedRng('the adversary')
  const ownNonce = rng(32)
  const nonces: Uint8Array[] = [ownNonce]
  const calls: KnownCall[] = []
  const sessions: OwnSession[] = []

  // ---- what it learns

  function observe(envelope: Envelope, handle: string | null): void {
    if (envelope.k === 1) learnCall(envelope)
    if (envelope.k === 2 && handle !== null) learnAcceptance(envelope, handle)
    if (envelope.k === 3 && handle !== null) learnReveal(envelope, handle)
  }

  function learnCall(envelope: Envelope1): void {
    const key = stolen.find(({ prekey }) => base64url(prekey.pkid) === envelope.pkid)
    if (key) outcomeOf(() => learnMessage(openedTo(key, envelope)))
  }

  function learnMessage(message: Uint8Array): void {
    const [fields, th1] = [peekBody(CALL, message), transcript1(message)]
    if (!calls.some((call) => equal(call.th1, th1))) calls.push({ message, fields, th1 })
  }

  /** An M2 for a call that it made with a key of its own. */
  function learnAcceptance(envelope: Envelope2, handle: string): void {
    const mine = calls.filter(
      ({ fields }) => equal(fields.kem, ephemeral.publicKey) && base64url(fields.reply) === handle,
    )
    for (const { fields, th1 } of mine) {
      outcomeOf(() => {
        const ciphertext = fromBase64url(envelope.ct)
        const sharedSecret = decapsulated(ephemeral.secretKey, envelope.ct)
        const box = fromBase64url(envelope.box)
        const m2 = unboxUnder('seal2', sharedSecret, replyContext(th1), { ciphertext, box })
        const { nb, fp } = openBody(fields.b, 'accept', ACCEPT, m2)
        const th2 = transcript2(th1, ciphertext, m2)
        hold({
          role: 'a',
          fields,
          th2,
          k1: firstKey(th2, sharedSecret),
          nonceB: nb,
          own: fields.fp,
          peer: fp,
        })
      })
    }
  }

  function learnReveal(envelope: Envelope3, handle: string): void {
    for (const session of sessions.filter((session) => session.handle === handle && !session.k2)) {
      const position = { callId: session.callId, sender: 'a' as const, sequence: envelope.s }
      outcomeOf(() => {
        const body = unboxFrame(signalingKey(session.k1, 'a'), position, fromBase64url(envelope.box))
        const payload = decodeBody(PAYLOAD, body)
        if (payload.t !== 'reveal') return
        learnNonce(payload.na)
        complete(session, payload.na)
      })
    }
  }

  function learnNonce(nonce: Uint8Array): void {
    if (!nonces.some((known) => equal(known, nonce))) nonces.push(nonce)
  }

  function hold(held: {
    readonly role: Role
    readonly fields: CallFields
    readonly th2: Uint8Array
    readonly k1: Uint8Array
    readonly nonceB: Uint8Array
    readonly own: string
    readonly peer: string
  }): void {
    const { role, fields, th2, k1, nonceB, own: ownFingerprint, peer: peerFingerprint } = held
    if (sessions.some((session) => equal(session.th2, th2))) return
    const [callId, handle] = [fields.cid, base64url(fields.reply)]
    const fingerprints = { ownFingerprint, peerFingerprint }
    sessions.push({ role, callId, handle, th2, k1, nonceB, ...fingerprints, k2: null, sent: 0 })
    learnNonce(nonceB)
  }

  function complete(session: OwnSession, nonceA: Uint8Array): void {
    session.k2 = secondKey(transcript3(session.th2, nonceA, session.nonceB), session.k1)
  }

  // ---- what it makes

  /** An M1 in its own name. What is not given is its own; `fields` are somebody's, as far as it likes. */
  function call(
    caller: Identity,
    callee: Recipient,
    fields: Partial<CallFields> & { ts: number; fp: string },
  ) {
    const message = signBody(caller, 'call', CALL, {
      t: 'call',
      v: 1,
      cid: rng(16),
      kem: ephemeral.publicKey,
      com: commitment(ownNonce),
      pk: callee.prekey.pkid,
      media: 'a',
      reply: rng(16),
      ...fields,
      a: caller.publicKey,
      b: callee.publicKey,
    })
    learnMessage(message)
    return sealed(callee, message)
  }

  /** An M1 as it is, sealed to somebody. */
  function sealed({ publicKey, prekey }: Recipient, message: Uint8Array): Envelope1 {
    const { ciphertext, sharedSecret } = encapsulated(prekey.publicKey)
    const box = boxUnder('seal1', sharedSecret, ciphertext, prekeyContext(publicKey, prekey.pkid), message)
    return { k: 1, pkid: base64url(prekey.pkid), ct: base64url(ciphertext), box: base64url(box) }
  }

  /** An M2 in its own name, for any call it has read; `callee` is who it says it is. */
  function accept(
    signer: Identity,
    { fields, th1 }: KnownCall,
    claims: {
      readonly callee: Uint8Array
      readonly fp: string
      readonly nonceB: Uint8Array
      readonly m1: Uint8Array
    },
  ): Envelope2 {
    const { ciphertext, sharedSecret } = encapsulated(fields.kem)
    const m2 = signBody(signer, 'accept', ACCEPT, {
      t: 'accept',
      v: 1,
      cid: fields.cid,
      a: fields.a,
      b: claims.callee,
      m1: claims.m1,
      ct: sha256(ciphertext),
      fp: claims.fp,
      nb: claims.nonceB,
      media: 'a',
    })
    const box = boxUnder('seal2', sharedSecret, ciphertext, replyContext(th1), m2)
    const th2 = transcript2(th1, ciphertext, m2)
    const k1 = firstKey(th2, sharedSecret)
    hold({ role: 'b', fields, th2, k1, nonceB: claims.nonceB, own: claims.fp, peer: fields.fp })
    return { k: 2, ct: base64url(ciphertext), box: base64url(box) }
  }

  /** Its M3, with the nonce it committed to or with another. */
  function reveal(session: OwnSession, nonceA: Uint8Array): Envelope3 {
    complete(session, nonceA)
    return frame(session, { t: 'reveal', na: nonceA })
  }

  /** Any frame of a session of its own. */
  function frame(session: OwnSession, payload: Payload | Reveal, sequence = session.sent++): Envelope3 {
    const position = { callId: session.callId, sender: session.role, sequence }
    const box = boxFrame(signalingKey(session.k1, session.role), position, encodeBody(PAYLOAD, payload))
    return { k: 3, s: sequence, box: base64url(box) }
  }

  /** A proof with the keys of a session of its own, over any certificates, in either role. */
  function mac(session: OwnSession, sender: Role, own: string, seen: string): Uint8Array | null {
    return session.k2 && dtlsBindMac(session.k2, sender, session.callId, own, seen)
  }

  return { nonces, ownNonce, calls, sessions, observe, call, sealed, accept, reveal, frame, mac }
}

/** What the other end of this session has, too. */
export function secretsOfOwn({ k2 }: OwnSession): Secrets | null {
  if (!k2) return null
  const roles = ['a', 'b'] as const
  const kinds = ['audio', 'video', 'screen'] as const
  const media = roles.flatMap((role) => kinds.map((kind) => frameBaseKey(k2, role, kind)))
  const keys = concat(...media, ...roles.map((role) => chatBaseKey(k2, role)), pairBaseKey(k2))
  return { sas: sasView(sasBytes(k2)).digits.join(' '), keys: base64url(keys) }
}

function openedTo({ publicKey, prekey }: Recipient, envelope: Envelope1): Uint8Array {
  const sealed = { ciphertext: fromBase64url(envelope.ct), box: fromBase64url(envelope.box) }
  const sharedSecret = decapsulated(prekey.secretKey, envelope.ct)
  return unboxUnder('seal1', sharedSecret, prekeyContext(publicKey, prekey.pkid), sealed)
}
