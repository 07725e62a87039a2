// What two phones say to each other once they share keys: sealed frames, by the server or by the bound link. The sealed
// channel lasts as long as the call; the link in use may be replaced. Decides nothing about the call itself.
import * as v from 'valibot'
import type { ChatKeys } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { frameKinds, type FrameBaseKeys, type FrameKeys, type LinkSignal } from '../../contract/link.ts'
import { OwnName } from '../../contract/settings.ts'
import type { CandidatePolicy } from '../../sp1/candidate-policy.ts'
import { fromUtf8, utf8, type Rng } from '../../sp1/encode.ts'
import { parseEnvelope, type Envelope3 } from '../../sp1/envelope.ts'
import type { Role } from '../../sp1/key-schedule.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { LinkSecrets } from '../../sp1/link-secrets.ts'
import type { Payload } from '../../sp1/payload.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import type { Succession } from '../../sp1/succession.ts'
import type { Received, Session } from '../../sp1/session.ts'
import type { Clock } from '../clock.ts'
import type { Binding } from './binding.ts'
import type { CallEvent } from './call-state.ts'
import { createConversationLink, type ConversationLink } from './conversation-link.ts'
import { createFrameWays } from './frame-ways.ts'
import type { LinkPolicy } from './link-policy.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRefusalGuard } from './refusal-guard.ts'
import { createRenewal } from './renewal.ts'

/** How long a call waits for a frame that is missing before it gives up (SP1 section 4). */
const stallMs = 10_000
/**
 * S15: descriptions of the peer, over all links of the call. A healthy phone needs fewer: one for the call, one for each of a
 * few renewals, and at most twenty restarts, on a journey where the network changes all the time. One that was refused would
 * leave the peer waiting for its answer, and every later restart with it.
 */
const maxDescriptionsPerMinute = 26
/** How long after a link was bound the people hear each other: what is not needed for that waits until then. In milliseconds. */
export const firstSoundMs = 400
/** How long what was said is not repeated again for another frame that shows that the peer can be reached. */
const repeatGapMs = 500

export interface ConversationParts {
  readonly callId: CallId
  readonly identity: Identity
  /** The identity key that signed the other half of the handshake. */
  readonly peerKey: Uint8Array
  readonly session: Session
  readonly policy: LinkPolicy
  readonly clock: Clock
  readonly rng: Rng
  readonly emit: (event: CallEvent) => void
  readonly toPage: {
    signal(signal: LinkSignal): void
    frame(data: string): void
    /** The link is bound: what its chat is sealed with. SECURITY: the receiver erases the keys. */
    chat(keys: ChatKeys): void
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
  /** Of the latest link. */
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
  /** What this pair of identities shares beyond the call, 32 bytes; null before a link of it was bound. */
  pairKey(): Uint8Array | null
  /** The page is about to open the latest link, which may use these candidates and no others. */
  openLink(candidates: CandidatePolicy): void
  /** For the one link that is to be opened. SECURITY: the receiver erases them. Null before and after there are keys. */
  frameKeys(padPictures: boolean): FrameKeys | null
  /** Whether the link carries anything now, as the page measures it. */
  setFlowing(flowing: boolean): void
  /** The server may have lost what was left there, or the connection what it was to bring: it is said once more. */
  repeat(): void
  /** The link is gone. What it may have taken with it goes by the server, and so does what follows. */
  suspend(): void
  /** The page has prepared another link, under this certificate: agree on its keys. */
  renew(fingerprint: string): void
  /** Erases the keys. */
  end(): void
}

export function createConversation(parts: ConversationParts): Conversation {
  const { callId, session, policy, clock, emit, toPage, leave, count } = parts
  const descriptions = createRateLimit(maxDescriptionsPerMinute, clock)
  let ended = false
  /** A link of this call was bound once: the peer has proved that the certificates are theirs. */
  let wasBound = false
  /** The gap that a deadline runs for. SECURITY: one for each gap, however often the server repeats a frame in it. */
  let watchedGapMs: number | null = null
  let repeatedMs = -Infinity

  const refused = (code: RefusalCode) => emit({ type: 'handshake/refused', callId, code })

  let link = linkWith(session.link)
  const renewal = createRenewal({
    ...parts,
    role: session.role,
    secrets: () => link.secrets,
    say,
    onPeerRenews: () => emit({ type: 'peer/renews', callId }),
    onRekeyed(secrets) {
      link.close()
      // SECURITY: the keys before are chained into these and of no use any more.
      link.secrets.destroy()
      link = linkWith(secrets)
      emit({ type: 'link/rekeyed', callId })
    },
  })

  function linkWith(secrets: LinkSecrets): ConversationLink {
    const made: ConversationLink = createConversationLink({
      role: session.role,
      secrets,
      policy,
      descriptions,
      toPage,
      say,
      count,
      onOpened: () => emit({ type: 'link/opened', callId }),
      onBound() {
        wasBound = true
        const repeat = ways.linkBound()
        // The microphone first: somebody begins to speak.
        emit({ type: 'link/bound', callId })
        clock.after(firstSoundMs, () => {
          if (ended || link !== made || !isBound()) return
          repeat()
          toPage.chat(chatKeys(session.role, secrets))
        })
      },
      onRestarted: () => emit({ type: 'link/restarted', callId }),
      onAltered: (code) => emit({ type: 'link/altered', callId, code }),
    })
    return made
  }
  const isBound = () => link.binding.isBound()
  const ways = createFrameWays({ isBound, byLink: toPage.frame, byServer: leave })

  const guard = createRefusalGuard(count)

  // ---- what arrives

  /** From the server or from the link: the counter says which frame it is, and a repeat is refused. */
  function take(envelope: Envelope3, way: 'server' | 'link'): void {
    const wasRevealing = session.phase() === 'revealing'
    let received: Received[] = []
    let isNew = false
    try {
      received = session.receive(envelope, clock.now())
      isNew = true
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // What came by the server comes once more when the link is bound, as it should.
      if (error.code !== 'seq' || way === 'server') count(error.code)
      if (error.code !== 'seq' && error.code !== 'gap') refused(error.code)
    }
    if (wasRevealing && session.phase() === 'ready') emit({ type: 'peer/revealed', callId })
    for (const payload of received) if (!ended) hear(payload)
    watchGap()
    if (way === 'server' && isNew) repeatToReturned()
  }

  /** The peer is back at the server. What I said meanwhile may have gone to a connection of theirs that was dead. */
  function repeatToReturned(): void {
    // Also between two links, when a frame that is missing holds back the keys of the next.
    if (ended || !wasBound || ways.isFlowing() || Math.abs(clock.now() - repeatedMs) < repeatGapMs) return
    repeatedMs = clock.now()
    ways.repeat()
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
      case 'answer':
      case 'candidates':
        return link.hear(payload)
      case 'restart-ask':
        return emit({ type: 'peer/asks-restart', callId })
      case 'rekey':
      case 'rekey-accept':
      case 'rekey-reveal':
      case 'rekey-ask':
        return renewal.hear(payload)
      case 'state':
        return emit({ type: 'peer/switched', callId, micOn: payload.mic, cameraOn: payload.camera })
      case 'screen':
        return emit({ type: 'peer/shared', callId, on: payload.on })
      case 'name':
        return hearName(payload.name)
      case 'succession':
        return guard(() => parts.onSuccession(payload.steps))
      case 'delivery':
      case 'delivery-kept':
        // SECURITY: what outlives the call is taken from nobody who has not proved that a link of it is theirs. What that
        // link took with it is said again by the server, perhaps before the next one is bound.
        return wasBound ? parts.onKeys(payload) : count('state')
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

  // ---- what leaves

  function say(payload: Payload): void {
    if (session.phase() !== 'ready') return
    const envelope = session.send(payload)
    if (isAboutPath(payload)) ways.sendBothWays(envelope)
    else ways.send(envelope)
  }

  function hangUp(reason: string): void {
    // A callee can say goodbye before the caller has revealed: the keys of the frames are there since M2.
    if (session.phase() === 'destroyed') return
    ways.sendLast(session.send({ t: 'hangup', reason }))
  }

  function suspend(): void {
    const carried = isBound()
    link.close()
    renewal.lose()
    if (carried) ways.linkLost()
  }

  function frame(data: string): void {
    if (ended) return
    if (!isBound()) return link.binding.prove(data)
    guard(() => {
      const envelope = parseEnvelope(parsed(data))
      if (envelope.k !== 3) throw new Refusal('state')
      take(envelope, 'link')
    })
  }

  function end(): void {
    ended = true
    renewal.end()
    link.secrets.destroy()
    session.destroy()
  }

  function frameKeys(padPictures: boolean): FrameKeys | null {
    const { secrets } = link
    if (!secrets.isReady()) return null
    const { role } = session
    const of = (sender: Role) =>
      Object.fromEntries(
        frameKinds.map((kind) => [kind, secrets.frameKey(sender, kind)]),
      ) as unknown as FrameBaseKeys
    return { role, send: of(role), receive: of(role === 'a' ? 'b' : 'a'), padPictures }
  }

  const sas = () => (session.phase() === 'ready' ? session.sas() : null)

  const pairKey = () => (wasBound && session.phase() === 'ready' ? session.pairKey() : null)

  return {
    get binding() {
      return link.binding
    },
    begin: ways.send,
    take,
    say,
    hangUp,
    signal: (out) => link.signal(out),
    frame,
    sas,
    pairKey,
    openLink: (candidates) => link.open(candidates),
    frameKeys,
    setFlowing: ways.setFlowing,
    repeat: ways.repeat,
    suspend,
    renew: renewal.begin,
    end,
  }
}

const chatKeys = (role: Role, secrets: LinkSecrets): ChatKeys => ({
  role,
  linkId: secrets.callId,
  send: secrets.chatKey(role),
  receive: secrets.chatKey(role === 'a' ? 'b' : 'a'),
})

/** What looks for another path for the link: nobody knows yet which of the ways is dead. */
const isAboutPath = ({ t }: Payload): boolean =>
  t === 'offer' || t === 'answer' || t === 'candidates' || t === 'restart-ask'

function parsed(data: string): unknown {
  try {
    return JSON.parse(fromUtf8(utf8(data)))
  } catch {
    throw new Refusal('json')
  }
}
