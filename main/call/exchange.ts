// How one call comes about over the server: the invitation or the answer to it, until both share keys and a
// conversation begins. Turns what the peer says into events; decides nothing about the call itself.
import { safeParse } from 'valibot'
import { DeclineNote } from '../../contract/decline-note.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { base64url } from '../../sp1/encode.ts'
import { parseEnvelope, type Envelope } from '../../sp1/envelope.ts'
import { acceptCall, encapsulateToCaller, sealAnswer, type IncomingCall } from '../../sp1/handshake-callee.ts'
import {
  completeCall,
  dropCall,
  openAnswer,
  sealCancel,
  type OutgoingCall,
} from '../../sp1/handshake-caller.ts'
import type { AnswerKind, CallMedia } from '../../sp1/handshake-messages.ts'
import { addressOf } from '../../sp1/address.ts'
import { Refusal } from '../../sp1/refusal.ts'
import type { Session } from '../../sp1/session.ts'
import { openSuccessions } from '../../sp1/succession.ts'
import type { Encapsulated } from '../../sp1/xwing.ts'
import { WireRefused, type Drop } from '../signaling/drop.ts'
import type { ContactKeysInCall } from './contact-keys-in-call.ts'
import { createConversation, type Conversation, type ConversationParts } from './conversation.ts'
import { createInvitation, type Invitation } from './invitation.ts'
import type { AskForRelay, Reach } from './reach.ts'
import { createRefusalGuard } from './refusal-guard.ts'

/** How long a callee's mailbox keeps an invitation, and how long a caller waits. */
const invitationTtlS = 60
const farewellMs = 2_000

export interface ExchangeParts extends Omit<
  ConversationParts,
  'session' | 'peerKey' | 'leave' | 'onSuccession' | 'onKeys'
> {
  readonly keys: ContactKeysInCall
  readonly drop: Drop
  readonly reachTo: (peer: Address, ask: AskForRelay) => Reach
  /** These keys, the latest first, vouch for the peer's: verified. */
  readonly onVouched: (peerKey: Uint8Array, oldKeys: readonly Uint8Array[]) => void
}

export interface Exchange {
  /** Takes the seat at a new reply handle. False when that cannot be had; it is told when somebody is to be invited. */
  sit(peer: Address): Promise<boolean>
  /**
   * The same, finds the callee's prekey and makes what takes time of the invitation. The callee hears nothing of it, and once is
   * enough.
   */
  seek(peer: Address): Promise<boolean>
  /** The certificate of this call exists: what takes time of an acceptance is made, and stays here. */
  certified(): void
  /** Leaves the invitation, once what was sought is found. Speaks through events. */
  invite(fingerprint: string, video: boolean): Promise<void>
  cancel(): void
  /** Waits at the reply handle of a call that came in. */
  ring(incoming: IncomingCall): void
  /** `note`: goes along with a decline if it can; never in its way. */
  answer(kind: AnswerKind, note?: string): void
  /** The person accepted: the nonce leaves now. */
  accept(video: boolean, fingerprint: string): void
  /** Null before there are keys. */
  conversation(): Conversation | null
  /** How this call reaches its peer; null before anybody was invited or rang. */
  reach(): Reach | null
  /** Makes sure that the server can be spoken to, as soon as it can. */
  checkServer(): void
  /** Erases the keys and leaves the server, once what was said has left. */
  forget(): void
}

const mediaOf = (video: boolean): CallMedia => (video ? 'av' : 'a')

export function createExchange(parts: ExchangeParts): Exchange {
  const { callId, identity, drop, policy, clock, rng, emit, toPage, keys, count } = parts
  const leaving = new Set<Promise<unknown>>()
  let outgoing: OutgoingCall | null = null
  let incoming: IncomingCall | null = null
  let conversation: Conversation | null = null
  let dialled: Address | null = null
  let reach: Reach | null = null
  let invitation: Invitation | null = null
  /** Leaves the same invitation. */
  let inviteAgain: (() => Promise<void>) | null = null
  /** Of the call that came in, for when it is accepted. */
  let encapsulated: Encapsulated | null = null
  /** The last answer to the call that came in. */
  let answered: Envelope | null = null
  let forgotten = false

  /** What fails on its way is as if it were lost: the other side's deadline ends the call. */
  function track(sending: Promise<unknown>): void {
    const settled: Promise<unknown> = sending.catch(() => undefined).finally(() => leaving.delete(settled))
    leaving.add(settled)
  }
  /** Not yet taken by the server: to leave them again would say them twice. */
  const waiting = new Set<Envelope>()
  function leave(envelope: Envelope): void {
    if (waiting.has(envelope)) return
    waiting.add(envelope)
    track(drop.putReply(envelope).finally(() => waiting.delete(envelope)))
  }
  const refused = (code: string) => emit({ type: 'handshake/refused', callId, code })

  const guard = createRefusalGuard(count)

  // ---- handshake

  function expect(peer: Address): Invitation {
    if (invitation) return invitation
    reach = parts.reachTo(peer, drop.relay)
    dialled = peer
    invitation = createInvitation({ ...parts, peer, onEnvelope: fromServer, onReturn: returned })
    return invitation
  }

  /** What cannot be had is told when it is needed. */
  const isThere = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      (error: unknown) => {
        if (whyNotInvited(error) === null) throw error
        return false
      },
    )

  function encapsulate(call: IncomingCall): void {
    try {
      encapsulated = encapsulateToCaller(call, rng)
    } catch (error) {
      // What is wrong with the caller's key is told once somebody answers.
      if (!(error instanceof Refusal)) throw error
    }
  }

  function certified(): void {
    if (incoming?.phase === 'pending' && !encapsulated) encapsulate(incoming)
  }

  async function invite(fingerprint: string, video: boolean): Promise<void> {
    try {
      const started = await invitation?.write({ fingerprint, media: mediaOf(video) })
      const peer = dialled
      if (started) outgoing = started.outgoing
      if (outgoing && forgotten) dropCall(outgoing)
      if (forgotten || !started || peer === null || reach === null) return
      inviteAgain = () => drop.put(peer, started.wire, invitationTtlS, keys.deliveryKeyOf(peer))
      const put = inviteAgain()
      track(put)
      await put
      emit({ type: 'server/invited', callId })
      reach.prepare()
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'prekey-expired') {
        count(error.code)
        return refused(error.code)
      }
      const reason = whyNotInvited(error)
      if (reason === null) throw error
      emit({ type: 'server/refused', callId, reason })
    }
  }

  function ring(call: IncomingCall): void {
    incoming = call
    reach = parts.reachTo(addressOf(call.callerKey) as Address, drop.relay)
    track(drop.openReply(base64url(call.reply), fromServer, returned))
  }

  function answer(kind: AnswerKind, note?: string): void {
    const call = incoming
    // The key to seal to is the caller's, and nothing has been done with it before.
    if (call?.phase !== 'pending') return
    guard(
      () => {
        answered = sealAnswer({ identity, incoming: call, kind, note, rng })
        leave(answered)
      },
      () => note !== undefined && answer(kind),
    )
  }

  function accept(video: boolean, fingerprint: string): void {
    const call = incoming
    if (call?.phase !== 'pending') return
    guard(() => {
      const accepted = acceptCall({
        identity,
        incoming: call,
        fingerprint,
        media: mediaOf(video),
        rng,
        ...(encapsulated ? { encapsulated } : {}),
      })
      encapsulated = null
      conversation = converse(accepted.session, call.callerKey)
      answered = accepted.wire
      leave(answered)
      // A contact's call has asked while it rang; for a stranger nothing is asked before somebody answers.
      reach?.prepare()
    }, refused)
  }

  /** `peerKey`: whose keys the session was made with. */
  function converse(session: Session, peerKey: Uint8Array): Conversation {
    const peer = addressOf(peerKey) as Address
    const talk: Conversation = createConversation({
      callId,
      identity,
      peerKey,
      session,
      policy,
      clock,
      rng,
      emit,
      toPage,
      leave,
      onSuccession: (steps) => parts.onVouched(peerKey, openSuccessions(peerKey, steps)),
      onKeys: (payload) => keys.heard(peer, payload, talk),
      count,
    })
    return talk
  }

  // ---- what arrives

  /**
   * The seat at the handle is taken again. The server may have lost everything in a restart of its own, and one from before
   * there were acks what it sent to a connection that was dead: what may not have arrived is said once more, in the same words (A11: no nonce of its own, no new code).
   */
  function returned(): void {
    if (forgotten) return
    if (outgoing?.phase === 'sent' && inviteAgain) track(inviteAgain())
    if (answered && !conversation?.binding.isBound()) leave(answered)
    conversation?.repeat()
    emit({ type: 'server/returned', callId })
  }

  function fromServer(foreign: unknown): void {
    if (forgotten) return
    guard(() => {
      const envelope = parseEnvelope(foreign)
      if (envelope.k === 3 && conversation) conversation.take(envelope, 'server')
      else if (envelope.k === 2) takeAccept(envelope)
      else if (envelope.k === 4) takeAnswer(envelope)
      else throw new Refusal('state')
    })
  }

  function takeAccept(envelope: Extract<Envelope, { k: 2 }>): void {
    if (outgoing?.phase !== 'sent') throw new Refusal('state')
    const call = outgoing
    guard(
      () => {
        const { session, wire, media } = completeCall(call, envelope)
        conversation = converse(session, call.peer)
        conversation.begin(wire)
        emit({ type: 'peer/accepted', callId, video: media === 'av' })
      },
      // The same box again is the server repeating itself.
      (code) => code !== 'replay' && refused(code === 'unseal' ? 'aead' : code),
    )
  }

  function takeAnswer(envelope: Extract<Envelope, { k: 4 }>): void {
    if (outgoing?.phase !== 'sent') throw new Refusal('state')
    const { kind, note } = openAnswer(outgoing, envelope)
    if (kind === 'ring') emit({ type: 'peer/ringing', callId })
    else if (kind === 'busy') emit({ type: 'peer/busy', callId })
    else emit({ type: 'peer/declined', callId, note: readNote(note) })
  }

  /** SECURITY: signed by whoever was dialled, and a stranger's all the same. What is no plain line is left out; the decline stands. */
  function readNote(note: string | null): string | undefined {
    if (note === null) return undefined
    const read = safeParse(DeclineNote, note)
    if (!read.success) count('type')
    return read.success ? read.output : undefined
  }

  // ---- how it ends

  function cancel(): void {
    if (outgoing?.phase !== 'sent' || dialled === null) return
    const wire = sealCancel({ identity, outgoing, rng })
    track(drop.put(dialled, wire, invitationTtlS, keys.deliveryKeyOf(dialled)))
  }

  function forget(): void {
    if (forgotten) return
    forgotten = true
    conversation?.end()
    if (outgoing && outgoing.phase === 'sent') dropCall(outgoing)
    encapsulated?.sharedSecret.fill(0)
    invitation?.forget()
    const close = () => drop.close()
    const giveUp = clock.after(farewellMs, close)
    void Promise.all(leaving).then(() => {
      giveUp()
      close()
    })
  }

  return {
    sit: (peer) => isThere(expect(peer).sit()),
    seek: (peer) => isThere(expect(peer).seek()),
    certified,
    invite,
    cancel,
    ring,
    answer,
    accept,
    conversation: () => conversation,
    reach: () => reach,
    checkServer: drop.check,
    forget,
  }
}

/** Null for what is a bug. A bundle that is merely too old is somebody who was away for weeks. */
function whyNotInvited(error: unknown): 'not-at-server' | 'server-unreachable' | null {
  if (error instanceof Refusal) return 'not-at-server'
  if (error instanceof WireRefused) return error.code === 'no-prekey' ? 'not-at-server' : 'server-unreachable'
  return error instanceof PhoneError ? 'server-unreachable' : null
}
