// What two phones say to each other once they share keys: sealed frames, by the server or by the bound link. Checks
// every description, candidate and name in both directions; decides nothing about the call itself.
import * as v from 'valibot'
import type { CallId } from '../../contract/ids.ts'
import { frameKinds, type FrameBaseKeys, type FrameKeys, type LinkSignal } from '../../contract/link.ts'
import { OwnName } from '../../contract/settings.ts'
import { createCandidateLimit } from '../../sp1/candidate-policy.ts'
import { fromUtf8, utf8 } from '../../sp1/encode.ts'
import { parseEnvelope, type Envelope3 } from '../../sp1/envelope.ts'
import type { Role } from '../../sp1/key-schedule.ts'
import type { Payload } from '../../sp1/payload.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import type { Succession } from '../../sp1/succession.ts'
import type { Received, Session } from '../../sp1/session.ts'
import type { Clock } from '../clock.ts'
import { createBinding, type Binding } from './binding.ts'
import type { CallEvent } from './call-state.ts'
import type { LinkPolicy } from './link-policy.ts'
import { createRefusalGuard } from './refusal-guard.ts'

/** How long a call waits for a frame that is missing before it gives up (SP1 section 4). */
const stallMs = 10_000
/** Of the frames that went by the link alone, how many may still be on their way when it breaks. */
const maxInFlight = 32

export interface ConversationParts {
  readonly callId: CallId
  readonly session: Session
  readonly policy: LinkPolicy
  readonly clock: Clock
  readonly emit: (event: CallEvent) => void
  readonly toPage: {
    signal(signal: LinkSignal): void
    frame(data: string): void
  }
  /** Leaves a frame at the reply handle. */
  readonly leave: (envelope: Envelope3) => void
  /** The peer says which keys its own one follows. Nothing is verified yet. */
  readonly onSuccession: (steps: readonly Succession[]) => void
  /** What the peer says about keys that outlive this call, once the link is bound. */
  readonly onKeys: (payload: KeysPayload) => void
  /** Foreign input that was dropped. */
  readonly count: (code: RefusalCode) => void
}

export type KeysPayload = Extract<Payload, { t: 'delivery' | 'delivery-kept' }>

export interface Conversation {
  readonly binding: Binding
  /** Sends the first frame, which the handshake has sealed. */
  begin(reveal: Envelope3): void
  /** A frame of the peer. Never throws on foreign input. */
  take(envelope: Envelope3, way: 'server' | 'link'): void
  say(payload: Payload): void
  /** Says goodbye on both ways; the peer takes whichever comes first. */
  hangUp(reason: string): void
  /** What the page's WebRTC stack wants to tell the peer's. */
  signal(signal: LinkSignal): void
  /** A text that came over the link's data channel. */
  frame(data: string): void
  /** The code to compare, four bytes; null before the caller has revealed. */
  sas(): Uint8Array | null
  /** What this pair of identities shares beyond the call, 32 bytes; null before the link is bound. */
  pairKey(): Uint8Array | null
  /** For the one link that is to be opened. SECURITY: the receiver erases them. Null before and after there are keys. */
  frameKeys(padPictures: boolean): FrameKeys | null
  /** Whether the link carries anything now, as the page measures it. */
  setFlowing(flowing: boolean): void
  /** Erases the keys. */
  end(): void
}

export function createConversation(parts: ConversationParts): Conversation {
  const { callId, session, policy, clock, emit, toPage, leave, count } = parts
  const candidateLimits = { in: createCandidateLimit(), out: createCandidateLimit() }
  /** What went one way only: by the server before the link was bound, by the link after. */
  let sentOneWay: Envelope3[] = []
  let flowing = true
  let ended = false
  /** The gap that a deadline runs for. SECURITY: one for each gap, however often the server repeats a frame in it. */
  let watchedGapMs: number | null = null

  const refused = (code: RefusalCode) => emit({ type: 'handshake/refused', callId, code })

  const binding = createBinding({
    session,
    policy,
    send: toPage.frame,
    onOpened: () => emit({ type: 'link/opened', callId }),
    onBound() {
      // The server may have died with some of them, and a missing frame would hold back all later ones. What did
      // arrive is refused as a repeat.
      for (const envelope of sentOneWay.splice(0)) toPage.frame(JSON.stringify(envelope))
      emit({ type: 'link/bound', callId })
    },
    onRefused(code) {
      count(code)
      refused(code)
    },
  })

  const guard = createRefusalGuard(count)

  // ---- what arrives

  /** From the server or from the link: the counter says which frame it is, and a repeat is refused. */
  function take(envelope: Envelope3, way: 'server' | 'link'): void {
    const wasRevealing = session.phase() === 'revealing'
    let received: Received[] = []
    try {
      received = session.receive(envelope, clock.now())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // What came by the server comes once more when the link is bound, as it should.
      if (error.code !== 'seq' || way === 'server') count(error.code)
      if (error.code !== 'seq' && error.code !== 'gap') refused(error.code)
    }
    if (wasRevealing && session.phase() === 'ready') emit({ type: 'peer/revealed', callId })
    for (const payload of received) if (!ended) hear(payload)
    watchGap()
  }

  function watchGap(): void {
    const since = session.phase() === 'destroyed' ? null : session.gapSinceMs()
    if (since === null || since === watchedGapMs) return
    watchedGapMs = since
    clock.after(Math.max(0, since + stallMs - clock.now()), () => {
      if (!ended && session.gapSinceMs() === since) emit({ type: 'handshake/stalled', callId })
    })
  }

  function hear(payload: Received): void {
    switch (payload.t) {
      case 'offer':
      case 'answer': {
        const { t: type, sdp } = payload
        return guard(() => {
          policy.checkDescription(sdp, session.peerFingerprint)
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
        return hearName(payload.name)
      case 'succession':
        return guard(() => parts.onSuccession(payload.steps))
      case 'delivery':
      case 'delivery-kept':
        // SECURITY: what outlives the call is taken from nobody who has not proved that this link is theirs.
        return binding.isBound() ? parts.onKeys(payload) : count('state')
      case 'hangup':
        return emit({ type: 'peer/hung-up', callId, lost: payload.reason === 'connection-lost' })
      case 'refused':
        return count(payload.code)
    }
  }

  /** A phone sends the name its own settings let through; markers of direction and the like are nobody's name. */
  function hearName(foreign: string): void {
    const name = v.safeParse(OwnName, foreign)
    if (name.success) emit({ type: 'peer/named', callId, name: name.output })
    else count('type')
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
  function send(envelope: Envelope3): void {
    const bound = binding.isBound()
    if (bound) toPage.frame(JSON.stringify(envelope))
    // A link that is interrupted cannot carry the offer that would restart it.
    if (!bound || !flowing) leave(envelope)
    if (!bound || flowing) sentOneWay.push(envelope)
    if (bound) sentOneWay = sentOneWay.slice(-maxInFlight)
  }

  function say(payload: Payload): void {
    if (session.phase() === 'ready') send(session.send(payload))
  }

  function hangUp(reason: string): void {
    // A callee can say goodbye before the caller has revealed: the keys of the frames are there since M2.
    if (session.phase() === 'destroyed') return
    const envelope = session.send({ t: 'hangup', reason })
    if (binding.isBound()) toPage.frame(JSON.stringify(envelope))
    leave(envelope)
  }

  function setFlowing(now: boolean): void {
    if (flowing === now) return
    flowing = now
    if (flowing || !binding.isBound()) return
    // What the link took with it would hold back everything after it.
    for (const envelope of sentOneWay.splice(0)) leave(envelope)
  }

  function signal(out: LinkSignal): void {
    if (session.phase() !== 'ready') return
    if (out.type === 'candidates') {
      const list = out.list.flatMap(({ candidate, sdpMid, sdpMLineIndex }) =>
        isAllowed(candidate, 'out') && sdpMid !== null && sdpMLineIndex !== null
          ? [{ candidate, sdpMid, sdpMLineIndex }]
          : [],
      )
      // What passes for a candidate may still stand beside text that no frame can carry.
      return guard(() => list.length && say({ t: 'candidates', list }))
    }
    guard(() => {
      // SECURITY (R4): a page that an attacker controls cannot announce another certificate than the signed one.
      if (out.type !== (session.role === 'a' ? 'offer' : 'answer')) throw new Refusal('state')
      policy.checkDescription(out.sdp, session.ownFingerprint)
      say({ t: out.type, sdp: out.sdp })
    }, refused)
  }

  function frame(data: string): void {
    if (ended) return
    if (!binding.isBound()) return binding.prove(data)
    guard(() => {
      const envelope = parseEnvelope(parsed(data))
      if (envelope.k !== 3) throw new Refusal('state')
      take(envelope, 'link')
    })
  }

  function end(): void {
    ended = true
    session.destroy()
  }

  function frameKeys(padPictures: boolean): FrameKeys | null {
    if (session.phase() !== 'ready') return null
    const { role } = session
    const of = (sender: Role) =>
      Object.fromEntries(
        frameKinds.map((kind) => [kind, session.frameKey(sender, kind)]),
      ) as unknown as FrameBaseKeys
    return { role, send: of(role), receive: of(role === 'a' ? 'b' : 'a'), padPictures }
  }

  const sas = () => (session.phase() === 'ready' ? session.sas() : null)

  const pairKey = () => (binding.isBound() && session.phase() === 'ready' ? session.pairKey() : null)

  return {
    binding,
    begin: send,
    take,
    say,
    hangUp,
    signal,
    frame,
    sas,
    pairKey,
    frameKeys,
    setFlowing,
    end,
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(fromUtf8(utf8(data)))
  } catch {
    throw new Refusal('json')
  }
}
