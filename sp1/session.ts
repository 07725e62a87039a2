// An established call between two identities (SP1 section 4): the sealed signaling frames in both directions
// and the keys for everything else. Knows no transport, no clock and no media.
import { decodeBody, encodeBody } from './body.ts'
import { base64url, equal, fromBase64url } from './encode.ts'
import { MAX_FRAME_PADDED_BYTES } from './envelope.ts'
import type { Envelope3 } from './envelope.ts'
import { createFrameOrder } from './frame-order.ts'
import {
  commitment,
  firstKey,
  pairBaseKey,
  sasBytes,
  secondKey,
  signalingKey,
  transcript2,
  transcript3,
} from './key-schedule.ts'
import type { Role } from './key-schedule.ts'
import { createLinkSecrets } from './link-secrets.ts'
import type { LinkSecrets } from './link-secrets.ts'
import { ONLY_FROM, PAYLOAD } from './payload.ts'
import type { Payload, Reveal } from './payload.ts'
import { Refusal } from './refusal.ts'
import type { RefusalCode } from './refusal.ts'
import { boxFrame, unboxFrame } from './signal-box.ts'

/** `revealing`: the callee waits for the caller's nonce; only then is there a SAS. */
type SessionPhase = 'revealing' | 'ready' | 'destroyed'

/** A payload of the peer, or in its place the note that the peer sealed something that is none. */
export type Received = Payload | { readonly t: 'refused'; readonly code: RefusalCode }

/**
 * The sealed channel of a call and what its first exchange gave for good. The keys of a link are the link's: those of
 * the first one are `link`, which a rekey erases while the session goes on.
 */
export type Session = Omit<LinkSecrets, 'destroy' | 'isReady' | 'chainKey'> & {
  readonly role: Role
  readonly link: LinkSecrets
  phase(): SessionPhase
  /** The next frame. Refused as `size` if it cannot fit an envelope, as `type` if no peer would read it. */
  send(payload: Payload): Envelope3
  /**
   * The payloads whose turn has come, in the order in which the peer sent them; the reveal is taken by the
   * session itself. Refused as `seq` (repeat), `gap` (too far ahead) or `aead` (not the peer's, not at this
   * place): nothing has changed then. A caller whose first frame is no fitting reveal is refused as `commit`
   * or `state`, and the session is destroyed.
   */
  receive(envelope: Envelope3, nowMs: number): Received[]
  /** Since when a later frame waits for a missing one, or null. After 10 s the call cannot go on. */
  gapSinceMs(): number | null
  /**
   * Four bytes for `sasView`, a fresh copy. SECURITY: of the first exchange, whatever follows. A rekey is accepted
   * without a person, so a code of its own would be one that a server may try again and again.
   */
  sas(): Uint8Array
  /** Of the first exchange, a fresh copy. */
  pairKey(): Uint8Array
  /** Erases all keys; every later use is refused as `state`. */
  destroy(): void
}

/** What the handshake hands over. `sharedSecret` is erased here. */
export type SessionMaterial = {
  readonly callId: Uint8Array
  readonly th1: Uint8Array
  readonly ciphertext: Uint8Array
  readonly m2: Uint8Array
  readonly sharedSecret: Uint8Array
  readonly nonceB: Uint8Array
  readonly ownFingerprint: string
  readonly peerFingerprint: string
}

/** The caller's end and its M3, the reveal. The keys are complete at once. */
export function createCallerSession(
  material: SessionMaterial,
  nonceA: Uint8Array,
): { session: Session; wire: Envelope3 } {
  const { session, complete, sendNext } = createSession('a', material, null)
  complete(nonceA)
  return { session, wire: sendNext({ t: 'reveal', na: nonceA }) }
}

/** The callee's end: it becomes `ready` with the reveal that fits the commitment of M1. */
export function createCalleeSession(material: SessionMaterial, committed: Uint8Array): Session {
  return createSession('b', material, committed).session
}

function createSession(role: Role, material: SessionMaterial, committed: Uint8Array | null) {
  const { callId, ownFingerprint, peerFingerprint, nonceB } = material
  const { secrets: link, fill } = createLinkSecrets({ role, callId, ownFingerprint, peerFingerprint })
  const peer: Role = role === 'a' ? 'b' : 'a'
  const th2 = transcript2(material.th1, material.ciphertext, material.m2)
  const k1 = firstKey(th2, material.sharedSecret)
  const sas = new Uint8Array(4)
  const pair = new Uint8Array(32)
  material.sharedSecret.fill(0)
  const sendKey = signalingKey(k1, role)
  const receiveKey = signalingKey(k1, peer)
  const order = createFrameOrder<Received | Reveal>()
  let phase: SessionPhase = 'revealing'
  let sent = 0

  function complete(nonceA: Uint8Array): void {
    const k2 = secondKey(transcript3(th2, nonceA, nonceB), k1)
    sas.set(sasBytes(k2))
    pair.set(pairBaseKey(k2))
    fill(k2)
    k1.fill(0)
    phase = 'ready'
  }

  function sendNext(payload: Payload | Reveal): Envelope3 {
    if (phase === 'destroyed') throw new Refusal('state')
    const body = encodeBody(PAYLOAD, payload)
    if (body.length + 5 > MAX_FRAME_PADDED_BYTES) throw new Refusal('size')
    const sequence = sent++
    const box = boxFrame(sendKey, { callId, sender: role, sequence }, body)
    return { k: 3, s: sequence, box: base64url(box) }
  }

  function receive(envelope: Envelope3, nowMs: number): Received[] {
    if (phase === 'destroyed') throw new Refusal('state')
    order.check(envelope.s)
    // SECURITY: opened before it may wait, so that only the peer can fill the buffer or open a gap.
    const position = { callId, sender: peer, sequence: envelope.s }
    const body = unboxFrame(receiveKey, position, fromBase64url(envelope.box))
    return order.place(envelope.s, readPayload(body, peer), nowMs).flatMap(take)
  }

  function take(received: Received | Reveal): Received[] {
    if (phase === 'revealing') {
      takeReveal(received)
      return []
    }
    return [received.t === 'reveal' ? { t: 'refused', code: 'state' } : received]
  }

  /** SECURITY: the first frame of a caller opens its commitment, or there is no call. */
  function takeReveal(received: Received | Reveal): void {
    if (received.t === 'reveal' && committed !== null && equal(commitment(received.na), committed)) {
      complete(received.na)
      return
    }
    destroy()
    throw new Refusal(received.t === 'reveal' ? 'commit' : 'state')
  }

  /** A copy of what is there once the keys are complete. */
  function copyOf(bytes: Uint8Array): Uint8Array {
    if (phase !== 'ready') throw new Refusal('state')
    return bytes.slice()
  }

  function destroy(): void {
    phase = 'destroyed'
    link.destroy()
    for (const key of [k1, sas, pair, sendKey, receiveKey]) key.fill(0)
    order.clear()
  }

  const { dtlsMac, verifyDtlsMac, frameKey, chatKey } = link
  const session: Session = {
    role,
    callId,
    ownFingerprint,
    peerFingerprint,
    link,
    phase: () => phase,
    send: sendNext,
    receive,
    gapSinceMs: order.gapSinceMs,
    sas: () => copyOf(sas),
    dtlsMac,
    verifyDtlsMac,
    frameKey,
    chatKey,
    pairKey: () => copyOf(pair),
    destroy,
  }
  return { session, complete, sendNext }
}

/** SDP has one offerer and a rekey one beginner, the caller; everything that is malformed or out of its direction is noted, not acted on. */
function readPayload(body: Uint8Array, sender: Role): Received | Reveal {
  try {
    const payload = decodeBody(PAYLOAD, body)
    const onlyFrom = ONLY_FROM[payload.t] ?? sender
    return onlyFrom === sender ? payload : { t: 'refused', code: 'state' }
  } catch (error) {
    if (error instanceof Refusal) return { t: 'refused', code: error.code }
    throw error
  }
}
