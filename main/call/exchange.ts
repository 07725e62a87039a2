// Everything one call says to the peer: the handshake, then sealed frames, by the server or by the bound link. Turns
// what the peer says into events and holds the keys of this call; decides nothing about the call itself.
import { PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { LinkSignal } from '../../contract/link.ts'
import { createCandidateLimit } from '../../sp1/candidate-policy.ts'
import { base64url, fromUtf8, utf8, type Rng } from '../../sp1/encode.ts'
import { parseEnvelope, type Envelope, type Envelope3 } from '../../sp1/envelope.ts'
import { acceptCall, sealAnswer, type IncomingCall } from '../../sp1/handshake-callee.ts'
import {
  completeCall,
  dropCall,
  openAnswer,
  sealCancel,
  startCall,
  type OutgoingCall,
} from '../../sp1/handshake-caller.ts'
import type { AnswerKind, CallMedia } from '../../sp1/handshake-messages.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { Payload } from '../../sp1/payload.ts'
import { parseAddress } from '../../sp1/address.ts'
import { checkPrekey } from '../../sp1/prekey.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import type { Received, Session } from '../../sp1/session.ts'
import type { Clock } from '../clock.ts'
import { WireRefused, type Drop } from '../signaling/drop.ts'
import type { CallEvent } from './call-state.ts'
import { createBinding, type Binding } from './binding.ts'
import type { LinkPolicy } from './link-policy.ts'

/** How long a callee's mailbox keeps an invitation, and how long a caller waits. */
const invitationTtlS = 60
const stallMs = 10_000
const farewellMs = 2_000

export interface ExchangeParts {
  readonly callId: CallId
  readonly identity: Identity
  readonly drop: Drop
  readonly policy: LinkPolicy
  readonly clock: Clock
  readonly rng: Rng
  readonly emit: (event: CallEvent) => void
  readonly toPage: {
    signal(signal: LinkSignal): void
    frame(data: string): void
  }
  /** Foreign input that was dropped. */
  readonly count: (code: RefusalCode) => void
}

export interface Exchange {
  /** Finds the callee's prekey and leaves the invitation. Speaks through events. */
  invite(peer: Address, video: boolean, fingerprint: string): Promise<void>
  cancel(): void
  /** Waits at the reply handle of a call that came in. */
  ring(incoming: IncomingCall): void
  answer(kind: AnswerKind): void
  /** The person accepted: the nonce leaves now. */
  accept(video: boolean, fingerprint: string): void
  say(payload: Payload): void
  /** Says goodbye on both ways; the peer takes whichever comes first. */
  hangUp(reason: string): void
  /** What the page's WebRTC stack wants to tell the peer's. */
  signal(signal: LinkSignal): void
  bind(own: string, seen: string): void
  frame(data: string): void
  /** Null before the keys are complete. */
  sas(): Uint8Array | null
  binding(): Binding | null
  /** Erases the keys and leaves the server, once what was said has left. */
  forget(): void
}

const mediaOf = (video: boolean): CallMedia => (video ? 'av' : 'a')

export function createExchange(parts: ExchangeParts): Exchange {
  const { callId, identity, drop, policy, clock, rng, emit, toPage, count } = parts
  const leaving = new Set<Promise<unknown>>()
  const candidateLimits = { in: createCandidateLimit(), out: createCandidateLimit() }
  let outgoing: OutgoingCall | null = null
  let incoming: IncomingCall | null = null
  let session: Session | null = null
  let binding: Binding | null = null
  let dialled: Address | null = null
  let forgotten = false
  /** Frames that were left at the server before the link was bound. */
  const leftAtServer: Envelope3[] = []

  /** What fails on its way is as if it were lost: the other side's deadline ends the call. */
  function track(sending: Promise<unknown>): void {
    const settled: Promise<unknown> = sending.catch(() => undefined).finally(() => leaving.delete(settled))
    leaving.add(settled)
  }
  const leave = (envelope: Envelope) => track(drop.putReply(envelope))
  const refused = (code: string) => emit({ type: 'handshake/refused', callId, code })

  /** Runs what reads foreign input; a refusal is counted, and handed to `onRefused` if it means something here. */
  function guard(read: () => void, onRefused: (code: RefusalCode) => void = () => undefined): void {
    try {
      read()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      count(error.code)
      onRefused(error.code)
    }
  }

  // ---- handshake

  async function invite(peer: Address, video: boolean, fingerprint: string): Promise<void> {
    dialled = peer
    try {
      const peerKey = parseAddress(peer)
      const prekey = checkPrekey(await drop.prekey(peer), peerKey, clock.now())
      if (forgotten) return
      const reply = rng(16)
      const started = startCall({
        identity,
        peer: peerKey,
        prekey,
        fingerprint,
        media: mediaOf(video),
        reply,
        nowMs: clock.now(),
        rng,
      })
      outgoing = started.outgoing
      await drop.openReply(base64url(reply), fromServer)
      if (forgotten) return
      const put = drop.put(peer, started.wire, invitationTtlS)
      track(put)
      await put
      emit({ type: 'server/invited', callId })
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
    track(drop.openReply(base64url(call.reply), fromServer))
  }

  function answer(kind: AnswerKind): void {
    if (incoming?.phase === 'pending') leave(sealAnswer({ identity, incoming, kind, rng }))
  }

  function accept(video: boolean, fingerprint: string): void {
    if (incoming?.phase !== 'pending') return
    const accepted = acceptCall({ identity, incoming, fingerprint, media: mediaOf(video), rng })
    takeSession(accepted.session)
    leave(accepted.wire)
  }

  function takeSession(opened: Session): void {
    session = opened
    binding = createBinding({
      session: opened,
      policy,
      send: toPage.frame,
      onOpened: () => emit({ type: 'link/opened', callId }),
      onBound() {
        // The server may have died with some of them, and a missing frame would hold back all later ones. What
        // did arrive is refused as a repeat.
        for (const envelope of leftAtServer.splice(0)) toPage.frame(JSON.stringify(envelope))
        emit({ type: 'link/bound', callId })
      },
      onRefused: (code) => {
        count(code)
        refused(code)
      },
    })
  }

  // ---- what arrives

  function fromServer(foreign: unknown): void {
    if (forgotten) return
    guard(() => {
      const envelope = parseEnvelope(foreign)
      if (envelope.k === 3) takeFrame(envelope)
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
        const { session: opened, wire, media } = completeCall(call, envelope)
        takeSession(opened)
        leftAtServer.push(wire)
        leave(wire)
        emit({ type: 'peer/accepted', callId, video: media === 'av' })
      },
      // The same box again is the server repeating itself.
      (code) => code !== 'replay' && refused(code === 'unseal' ? 'aead' : code),
    )
  }

  function takeAnswer(envelope: Extract<Envelope, { k: 4 }>): void {
    if (outgoing?.phase !== 'sent') throw new Refusal('state')
    const kind = openAnswer(outgoing, envelope)
    if (kind === 'ring') emit({ type: 'peer/ringing', callId })
    else emit({ type: kind === 'busy' ? 'peer/busy' : 'peer/declined', callId })
  }

  /** From the server or from the link: the counter says which frame it is, and a repeat is refused. */
  function takeFrame(envelope: Envelope3): void {
    const open = session
    if (!open) throw new Refusal('state')
    const wasRevealing = open.phase() === 'revealing'
    let received: Received[] = []
    guard(
      () => {
        received = open.receive(envelope, clock.now())
      },
      (code) => {
        if (code !== 'seq' && code !== 'gap') refused(code)
      },
    )
    if (wasRevealing && open.phase() === 'ready') emit({ type: 'peer/revealed', callId })
    for (const payload of received) if (!forgotten) hear(payload, open)
    watchGap(open)
  }

  function watchGap(open: Session): void {
    const since = open.phase() === 'destroyed' ? null : open.gapSinceMs()
    if (since === null) return
    clock.after(Math.max(0, since + stallMs - clock.now()), () => {
      if (!forgotten && open.gapSinceMs() === since) emit({ type: 'handshake/stalled', callId })
    })
  }

  function hear(payload: Received, open: Session): void {
    switch (payload.t) {
      case 'offer':
      case 'answer': {
        const { t: type, sdp } = payload
        return guard(() => {
          policy.checkDescription(sdp, open.peerFingerprint)
          toPage.signal({ type, sdp })
        }, refused)
      }
      case 'candidates': {
        const list = payload.list.filter(({ candidate }) => isAllowed(candidate, 'in'))
        return list.length ? toPage.signal({ type: 'candidates', list }) : undefined
      }
      case 'state':
        return emit({ type: 'peer/switched', callId, micOn: payload.mic, cameraOn: payload.camera })
      case 'name':
        return emit({ type: 'peer/named', callId, name: payload.name })
      case 'hangup':
        return emit({ type: 'peer/hung-up', callId })
      case 'refused':
        return count(payload.code)
    }
  }

  function isAllowed(candidate: string, direction: 'in' | 'out'): boolean {
    let allowed = false
    guard(() => {
      candidateLimits[direction].count(policy.checkCandidate(candidate))
      allowed = true
    })
    return allowed
  }

  // ---- what leaves

  /** By the link once it is bound, so that a dead server cannot swallow it; else by the server. */
  function say(payload: Payload): void {
    if (session?.phase() !== 'ready') return
    const envelope = session.send(payload)
    if (binding?.isBound()) return toPage.frame(JSON.stringify(envelope))
    leftAtServer.push(envelope)
    leave(envelope)
  }

  function hangUp(reason: string): void {
    if (session?.phase() !== 'ready') return
    const envelope = session.send({ t: 'hangup', reason })
    if (binding?.isBound()) toPage.frame(JSON.stringify(envelope))
    leave(envelope)
  }

  function signal(out: LinkSignal): void {
    const open = session
    if (open?.phase() !== 'ready') return
    if (out.type === 'candidates') {
      const list = out.list.flatMap(({ candidate, sdpMid, sdpMLineIndex }) =>
        isAllowed(candidate, 'out') && sdpMid !== null && sdpMLineIndex !== null
          ? [{ candidate, sdpMid, sdpMLineIndex }]
          : [],
      )
      if (list.length) say({ t: 'candidates', list })
      return
    }
    guard(() => {
      // SECURITY (R4): a page that an attacker controls cannot announce another certificate than the signed one.
      if (out.type !== (open.role === 'a' ? 'offer' : 'answer')) throw new Refusal('state')
      policy.checkDescription(out.sdp, open.ownFingerprint)
      say({ t: out.type, sdp: out.sdp })
    }, refused)
  }

  function cancel(): void {
    if (outgoing?.phase !== 'sent' || dialled === null) return
    track(drop.put(dialled, sealCancel({ identity, outgoing, rng }), invitationTtlS))
  }

  function frame(data: string): void {
    if (forgotten || !binding) return
    if (!binding.isBound()) return binding.prove(data)
    guard(() => {
      const envelope = parseEnvelope(parsed(data))
      if (envelope.k !== 3) throw new Refusal('state')
      takeFrame(envelope)
    })
  }

  function forget(): void {
    if (forgotten) return
    forgotten = true
    session?.destroy()
    if (outgoing && outgoing.phase === 'sent') dropCall(outgoing)
    const close = () => drop.close()
    const giveUp = clock.after(farewellMs, close)
    void Promise.all(leaving).then(() => {
      giveUp()
      close()
    })
  }

  return {
    invite,
    cancel,
    ring,
    answer,
    accept,
    say,
    hangUp,
    signal,
    bind: (own, seen) => binding?.report(own, seen),
    frame,
    sas: () => (session?.phase() === 'ready' ? session.sas() : null),
    binding: () => binding,
    forget,
  }
}

/** Null for what is a bug. A bundle that is merely too old is somebody who was away for weeks. */
function whyNotInvited(error: unknown): 'not-at-server' | 'server-unreachable' | null {
  if (error instanceof Refusal) return 'not-at-server'
  if (error instanceof WireRefused) return error.code === 'no-prekey' ? 'not-at-server' : 'server-unreachable'
  return error instanceof PhoneError ? 'server-unreachable' : null
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(fromUtf8(utf8(data)))
  } catch {
    throw new Refusal('json')
  }
}
