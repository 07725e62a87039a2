// The callee's side of the handshake (SP1 section 4): M1 in, auxiliary answers and M2 out. Ringing, contacts and
// the block list are the host's. Failures are silent on the wire: a refusal is counted, never answered.
import { sha256 } from '@noble/hashes/sha2.js'
import { checkSigned, openBody, peekBody, signBody } from './body.ts'
import { checkIdentityKey } from './ed25519.ts'
import { base64url, equal, fromBase64url, utf8 } from './encode.ts'
import type { Rng } from './encode.ts'
import type { Envelope1, Envelope2, Envelope4, Envelope5 } from './envelope.ts'
import {
  ACCEPT,
  ANY_ANSWER,
  CALL,
  CANCEL,
  NOTE_BYTES,
  prekeyContext,
  replyContext,
} from './handshake-messages.ts'
import type { AnswerKind, CallMedia } from './handshake-messages.ts'
import type { Identity } from './identity.ts'
import { transcript1 } from './key-schedule.ts'
import type { Prekey } from './prekey.ts'
import { Refusal } from './refusal.ts'
import { boxUnder, seal, unseal } from './seal.ts'
import type { SealPurpose } from './seal.ts'
import type { SeenCalls } from './seen-calls.ts'
import { createCalleeSession } from './session.ts'
import type { Session } from './session.ts'
import { KEM_ENCAPSULATION_SEED_BYTES, encapsulate } from './xwing.ts'
import type { Encapsulated } from './xwing.ts'

/** A call whose signature and freshness were checked, and which may ring. */
export type IncomingCall = {
  readonly callerKey: Uint8Array
  readonly callId: Uint8Array
  readonly media: CallMedia
  /** The 16 bytes of the reply handle. */
  readonly reply: Uint8Array
  readonly fingerprint: string
  readonly sentAtMs: number
  readonly th1: Uint8Array
  readonly ephemeralKey: Uint8Array
  readonly commitment: Uint8Array
  phase: 'pending' | 'accepted'
}

/** How far the caller's clock and ours may differ. */
const MAX_CLOCK_SKEW_MS = 300_000

/**
 * Opens M1 and checks it in the order of SP1 section 4. Refused as `no-prekey`, `unseal`, for its form,
 * `bad-key`, `signature`, `not-for-me`, `reflection`, `bind`, `stale`, `replay` or `policy`.
 */
export function receiveCall(
  request: {
    readonly identity: Identity
    readonly prekeys: readonly Prekey[]
    readonly seen: SeenCalls
    readonly nowMs: number
    /** The block list: false refuses the call as `policy`. */
    readonly allows?: (callerKey: Uint8Array) => boolean
  },
  envelope: Envelope1,
): IncomingCall {
  const { identity, prekeys, seen, nowMs, allows } = request
  const { message: m1, pkid } = openToPrekey(identity, prekeys, 'seal1', envelope)
  const call = peekBody(CALL, m1)
  checkSigned(checkIdentityKey(call.a), 'call', m1)
  checkParties(identity, call)
  if (!equal(call.pk, pkid)) throw new Refusal('bind')
  if (Math.abs(nowMs - call.ts) > MAX_CLOCK_SKEW_MS) throw new Refusal('stale')
  if (!seen.remember(call.a, call.cid, nowMs)) throw new Refusal('replay')
  if (allows && !allows(call.a)) throw new Refusal('policy')
  return {
    callerKey: call.a,
    callId: call.cid,
    media: call.media,
    reply: call.reply,
    fingerprint: call.fp,
    sentAtMs: call.ts,
    th1: transcript1(m1),
    ephemeralKey: call.kem,
    commitment: call.com,
    phase: 'pending',
  }
}

/**
 * What takes longest of M2 and says nothing of whoever makes it, so that it can be had before a person has accepted. Draws
 * 64 bytes. Refused as `bad-key`.
 */
export const encapsulateToCaller = ({ ephemeralKey }: IncomingCall, rng: Rng): Encapsulated =>
  encapsulate(ephemeralKey, rng(KEM_ENCAPSULATION_SEED_BYTES))

/**
 * M2 and the session, which becomes `ready` with the caller's reveal. Draws 32 bytes (nonce), then 64
 * (encapsulation). A call is accepted once; a second time is refused as `state`.
 *
 * SECURITY: the nonce leaves here only because a human accepted (or both dialled each other). An automatic
 * answer would let a server try codes silently.
 */
export function acceptCall(request: {
  readonly identity: Identity
  readonly incoming: IncomingCall
  /** Of a certificate made for this call only, as `sha-256 AA:BB…`. */
  readonly fingerprint: string
  readonly media: CallMedia
  readonly rng: Rng
  /** As it was made before, for this call; else it is made now. Erased with the session's keys. */
  readonly encapsulated?: Encapsulated
}): { wire: Envelope2; session: Session } {
  const { identity, incoming, fingerprint, media, rng } = request
  if (incoming.phase !== 'pending') throw new Refusal('state')
  const { callId, callerKey, th1 } = incoming
  const nonceB = rng(32)
  const { ciphertext, sharedSecret } = request.encapsulated ?? encapsulateToCaller(incoming, rng)
  const m2 = signBody(identity, 'accept', ACCEPT, {
    t: 'accept',
    v: 1,
    cid: callId,
    a: callerKey,
    b: identity.publicKey,
    m1: th1,
    ct: sha256(ciphertext),
    fp: fingerprint,
    nb: nonceB,
    media,
  })
  const box = boxUnder('seal2', sharedSecret, ciphertext, replyContext(th1), m2)
  incoming.phase = 'accepted'
  const session = createCalleeSession(
    {
      callId,
      th1,
      ciphertext,
      m2,
      sharedSecret,
      nonceB,
      ownFingerprint: fingerprint,
      peerFingerprint: incoming.fingerprint,
    },
    incoming.commitment,
  )
  return { wire: { k: 2, ct: base64url(ciphertext), box: base64url(box) }, session }
}

/**
 * Tells the caller that it rings (only contacts may be told), or that the call is not taken; with a note, that it is
 * declined. Draws 64 bytes. A note that would make the answer larger than others is refused as `size`.
 */
export function sealAnswer(request: {
  readonly identity: Identity
  readonly incoming: IncomingCall
  readonly kind: AnswerKind
  /** For `decline` alone. */
  readonly note?: string | undefined
  readonly rng: Rng
}): Envelope4 {
  const { identity, incoming, kind, note, rng } = request
  const parties = {
    v: 1,
    cid: incoming.callId,
    a: incoming.callerKey,
    b: identity.publicKey,
    m1: incoming.th1,
  } as const
  const noted = kind === 'decline' && note !== undefined
  // SECURITY (Z2): whoever sees the sizes must not learn that somebody wrote a note.
  if (noted && utf8(JSON.stringify(note)).length - 2 > NOTE_BYTES) throw new Refusal('size')
  const answer = noted ? ({ t: 'note', ...parties, note } as const) : { t: kind, ...parties }
  const message = signBody(identity, 'aux', ANY_ANSWER, answer)
  const sealed = seal('seal-aux', incoming.ephemeralKey, replyContext(incoming.th1), message, rng)
  return { k: 4, ct: base64url(sealed.ciphertext), box: base64url(sealed.box) }
}

/** Which call its caller cancels. The host ends that call only, and only while it rings. */
export function openCancel(
  request: { readonly identity: Identity; readonly prekeys: readonly Prekey[] },
  envelope: Envelope5,
): { callerKey: Uint8Array; callId: Uint8Array } {
  const { identity, prekeys } = request
  const { message } = openToPrekey(identity, prekeys, 'seal-aux', envelope)
  const callerKey = checkIdentityKey(peekBody(CANCEL, message).a)
  const cancel = openBody(callerKey, 'aux', CANCEL, message)
  checkParties(identity, cancel)
  return { callerKey, callId: cancel.cid }
}

function openToPrekey(
  identity: Identity,
  prekeys: readonly Prekey[],
  purpose: SealPurpose,
  envelope: Envelope1 | Envelope5,
) {
  const pkid = fromBase64url(envelope.pkid, 16)
  const prekey = prekeys.find((candidate) => equal(candidate.pkid, pkid))
  if (prekey === undefined) throw new Refusal('no-prekey')
  const sealed = { ciphertext: fromBase64url(envelope.ct), box: fromBase64url(envelope.box) }
  const message = unseal(purpose, prekey.secretKey, prekeyContext(identity.publicKey, pkid), sealed)
  return { message, pkid }
}

function checkParties(identity: Identity, message: { readonly a: Uint8Array; readonly b: Uint8Array }): void {
  if (!equal(message.b, identity.publicKey)) throw new Refusal('not-for-me')
  if (equal(message.a, identity.publicKey)) throw new Refusal('reflection')
}
