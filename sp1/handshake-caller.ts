// The caller's side of the handshake (SP1 section 4): M1 out, M2 and auxiliary answers in, M3 with the session.
// Sends nothing itself and keeps no time.
import { sha256 } from '@noble/hashes/sha2.js'
import { openBody, signBody } from './body.ts'
import { checkIdentityKey } from './ed25519.ts'
import { base64url, equal, fromBase64url } from './encode.ts'
import type { Rng } from './encode.ts'
import type { Envelope1, Envelope2, Envelope3, Envelope4, Envelope5 } from './envelope.ts'
import { ACCEPT, ANY_ANSWER, CALL, CANCEL, prekeyContext, replyContext } from './handshake-messages.ts'
import type { AnswerKind, CallMedia } from './handshake-messages.ts'
import type { Identity } from './identity.ts'
import { commitment, transcript1 } from './key-schedule.ts'
import type { PeerPrekey } from './prekey.ts'
import { Refusal } from './refusal.ts'
import { boxUnder, seal, unboxUnder } from './seal.ts'
import type { SealPurpose } from './seal.ts'
import { createCallerSession } from './session.ts'
import type { Session } from './session.ts'
import {
  KEM_ENCAPSULATION_SEED_BYTES,
  KEM_SEED_BYTES,
  decapsulate,
  encapsulate,
  kemKeysFromSeed,
} from './xwing.ts'
import type { Encapsulated, KemKeys } from './xwing.ts'

/** A call that was sent and not yet accepted. */
export type OutgoingCall = {
  readonly callerKey: Uint8Array
  readonly peer: Uint8Array
  readonly callId: Uint8Array
  readonly reply: Uint8Array
  readonly fingerprint: string
  readonly prekey: PeerPrekey
  readonly th1: Uint8Array
  /** Revealed in M3 and not before. */
  readonly nonceA: Uint8Array
  readonly ephemeralSecret: Uint8Array
  /** The KEM ciphertexts that were tried, see `openReply`. */
  readonly tried: string[]
  phase: 'sent' | 'accepted' | 'dropped'
}

export type CallRequest = {
  readonly identity: Identity
  /** The identity key in the dialled address. */
  readonly peer: Uint8Array
  readonly prekey: PeerPrekey
  /** Of a certificate made for this call only, as `sha-256 AA:BB…`. */
  readonly fingerprint: string
  readonly media: CallMedia
  /** 16 random bytes that name the call, for both sides. */
  readonly callId: Uint8Array
  /** The 16 random bytes of the reply handle. */
  readonly reply: Uint8Array
  readonly nowMs: number
  readonly rng: Rng
  /** As it was made before, for this peer and this prekey; else it is made now. */
  readonly keys?: CallKeys
}

/** What takes longest of M1 and names no call: its nonce, its ephemeral key, and the key that it is sealed under. */
export type CallKeys = {
  readonly nonceA: Uint8Array
  readonly ephemeral: KemKeys
  readonly encapsulated: Encapsulated
  phase: 'fresh' | 'used'
}

/** One answer while it rings and one that ends the ringing. */
const MAX_DECAPSULATIONS = 2

/** For one call. Draws 32 bytes (nonce), 32 (ephemeral key), 64 (encapsulation), in this order. Refused as `bad-key`. */
export function makeCallKeys(prekey: PeerPrekey, rng: Rng): CallKeys {
  const nonceA = rng(32)
  const seeds = [rng(KEM_SEED_BYTES), rng(KEM_ENCAPSULATION_SEED_BYTES)] as const
  try {
    const ephemeral = kemKeysFromSeed(seeds[0])
    const encapsulated = encapsulate(prekey.publicKey, seeds[1])
    return { nonceA, ephemeral, encapsulated, phase: 'fresh' }
  } finally {
    for (const seed of seeds) seed.fill(0)
  }
}

/** Erases what was made for a call that nobody makes. */
export function dropCallKeys(keys: CallKeys): void {
  // Of a call that was made they are its own.
  if (keys.phase === 'used') return
  keys.phase = 'used'
  keys.nonceA.fill(0)
  keys.ephemeral.secretKey.fill(0)
  keys.encapsulated.sharedSecret.fill(0)
}

/**
 * M1. Draws what `makeCallKeys` draws, unless that was made before; the key that the message is sealed under is erased.
 * Refused as `bad-key` or `self-call`, as `type` if the fingerprint is malformed, and as `state` if `keys` were used.
 */
export function startCall(request: CallRequest): { outgoing: OutgoingCall; wire: Envelope1 } {
  const { identity, prekey, fingerprint, media, callId, reply, nowMs, rng } = request
  const peer = checkIdentityKey(request.peer)
  if (equal(peer, identity.publicKey)) throw new Refusal('self-call')
  const keys = request.keys ?? makeCallKeys(prekey, rng)
  if (keys.phase === 'used') throw new Refusal('state')
  const { nonceA, ephemeral } = keys
  const m1 = signBody(identity, 'call', CALL, {
    t: 'call',
    v: 1,
    cid: callId,
    a: identity.publicKey,
    b: peer,
    ts: nowMs,
    kem: ephemeral.publicKey,
    fp: fingerprint,
    com: commitment(nonceA),
    pk: prekey.pkid,
    media,
    reply,
  })
  const { ciphertext, sharedSecret } = keys.encapsulated
  const box = boxUnder('seal1', sharedSecret, ciphertext, prekeyContext(peer, prekey.pkid), m1)
  sharedSecret.fill(0)
  keys.phase = 'used'
  const outgoing: OutgoingCall = {
    callerKey: identity.publicKey,
    peer,
    callId,
    reply,
    fingerprint,
    prekey,
    th1: transcript1(m1),
    nonceA,
    ephemeralSecret: ephemeral.secretKey,
    tried: [],
    phase: 'sent',
  }
  const wire: Envelope1 = {
    k: 1,
    pkid: base64url(prekey.pkid),
    ct: base64url(ciphertext),
    box: base64url(box),
  }
  return { outgoing, wire }
}

/**
 * Takes M2 and returns the session with M3 to send. Only one M2 counts: after it everything is `state`. Refused
 * before that as `unseal`, `signature`, `bind`, `replay` (this very envelope was tried) or for its form.
 */
export function completeCall(
  outgoing: OutgoingCall,
  envelope: Envelope2,
): { session: Session; wire: Envelope3; media: CallMedia } {
  const { message: m2, ciphertext, sharedSecret } = openReply(outgoing, 'seal2', envelope)
  try {
    const fields = openBody(outgoing.peer, 'accept', ACCEPT, m2)
    checkBound(outgoing, fields)
    if (!equal(fields.ct, sha256(ciphertext))) throw new Refusal('bind')
    const material = {
      callId: outgoing.callId,
      th1: outgoing.th1,
      ciphertext,
      m2,
      sharedSecret,
      nonceB: fields.nb,
      ownFingerprint: outgoing.fingerprint,
      peerFingerprint: fields.fp,
    }
    const opened = createCallerSession(material, outgoing.nonceA)
    erase(outgoing, 'accepted')
    return { ...opened, media: fields.media }
  } finally {
    sharedSecret.fill(0)
  }
}

/** `note`: the words that came with a decline; foreign text of at most 233 bytes, whatever it is made of. */
export type Answer = { readonly kind: AnswerKind; readonly note: string | null }

/** Takes an auxiliary answer. `busy` and `decline` end the call: the ephemeral key is erased. */
export function openAnswer(outgoing: OutgoingCall, envelope: Envelope4): Answer {
  const { message, sharedSecret } = openReply(outgoing, 'seal-aux', envelope)
  sharedSecret.fill(0)
  const fields = openBody(outgoing.peer, 'aux', ANY_ANSWER, message)
  checkBound(outgoing, fields)
  if (fields.t !== 'ring') dropCall(outgoing)
  return fields.t === 'note' ? { kind: 'decline', note: fields.note } : { kind: fields.t, note: null }
}

/** The envelope that stops the ringing at the callee. Draws 64 bytes. Goes to the mailbox, as M1 did. */
export function sealCancel(request: {
  readonly identity: Identity
  readonly outgoing: OutgoingCall
  readonly rng: Rng
}): Envelope5 {
  const { identity, outgoing, rng } = request
  const { prekey, peer, callId } = outgoing
  const message = signBody(identity, 'aux', CANCEL, {
    t: 'cancel',
    v: 1,
    cid: callId,
    a: identity.publicKey,
    b: peer,
  })
  const sealed = seal('seal-aux', prekey.publicKey, prekeyContext(peer, prekey.pkid), message, rng)
  return {
    k: 5,
    pkid: base64url(prekey.pkid),
    ct: base64url(sealed.ciphertext),
    box: base64url(sealed.box),
  }
}

/** Gives up a call that was not accepted and erases its secrets. */
export function dropCall(outgoing: OutgoingCall): void {
  erase(outgoing, 'dropped')
}

/**
 * Opens what was sealed to the ephemeral key.
 *
 * SECURITY: the KEM is not constant-time, so the key is used at most twice, and never twice for one ciphertext:
 * a server that repeats or invents answers learns nothing more (SP1 section 16).
 */
function openReply(outgoing: OutgoingCall, purpose: SealPurpose, envelope: Envelope2 | Envelope4) {
  if (outgoing.phase !== 'sent') throw new Refusal('state')
  if (outgoing.tried.includes(envelope.ct)) throw new Refusal('replay')
  const ciphertext = fromBase64url(envelope.ct)
  const box = fromBase64url(envelope.box)
  if (outgoing.tried.length >= MAX_DECAPSULATIONS) throw new Refusal('state')
  outgoing.tried.push(envelope.ct)
  const sharedSecret = decapsulate(outgoing.ephemeralSecret, ciphertext)
  const context = replyContext(outgoing.th1)
  try {
    const message = unboxUnder(purpose, sharedSecret, context, { ciphertext, box })
    return { message, ciphertext, sharedSecret }
  } catch (error) {
    sharedSecret.fill(0)
    throw error
  }
}

/** SECURITY: an answer counts only for this call, between these two, to this M1. */
function checkBound(
  outgoing: OutgoingCall,
  fields: {
    readonly cid: Uint8Array
    readonly a: Uint8Array
    readonly b: Uint8Array
    readonly m1: Uint8Array
  },
): void {
  const bound =
    equal(fields.cid, outgoing.callId) &&
    equal(fields.a, outgoing.callerKey) &&
    equal(fields.b, outgoing.peer) &&
    equal(fields.m1, outgoing.th1)
  if (!bound) throw new Refusal('bind')
}

function erase(outgoing: OutgoingCall, phase: 'accepted' | 'dropped'): void {
  outgoing.phase = phase
  outgoing.ephemeralSecret.fill(0)
  outgoing.nonceA.fill(0)
}
