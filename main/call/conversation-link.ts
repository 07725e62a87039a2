// One WebRTC link of a conversation: its binding, and the check of every description and candidate that crosses it in
// either direction. A call has one after the other; each has its own certificates and keys. Sends through its owner.
import type { LinkSignal } from '../../contract/link.ts'
import { createCandidateLimit, withoutOrigin, type CandidatePolicy } from '../../sp1/candidate-policy.ts'
import type { Role } from '../../sp1/key-schedule.ts'
import type { LinkSecrets } from '../../sp1/link-secrets.ts'
import type { Payload } from '../../sp1/payload.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import { createBinding, type Binding } from './binding.ts'
import type { LinkPolicy } from './link-policy.ts'
import type { RateLimit } from './rate-limit.ts'
import { createRefusalGuard } from './refusal-guard.ts'

export type LinkPayload = Extract<Payload, { t: 'offer' | 'answer' | 'candidates' }>

/** What the peer may say of its link before mine is opened; as much as a page would keep. */
const maxHeld = 80

export interface ConversationLink {
  readonly secrets: LinkSecrets
  readonly binding: Binding
  /**
   * The page is about to open it, and these are the candidates it may use. SECURITY: until then nothing is passed on in
   * either direction, so that no address gets through that the relay was to hide.
   */
  open(candidates: CandidatePolicy): void
  /** What the peer's WebRTC stack says, out of a sealed frame. */
  hear(payload: LinkPayload): void
  /** What the page's WebRTC stack wants to tell the peer's. */
  signal(signal: LinkSignal): void
  /** It is gone: nothing of it counts any more. Its keys stay, for the next one is chained to them. */
  close(): void
}

export interface ConversationLinkParts {
  readonly role: Role
  readonly secrets: LinkSecrets
  readonly policy: LinkPolicy
  /** Of all links of the call together (S15). */
  readonly descriptions: RateLimit
  readonly toPage: { signal(signal: LinkSignal): void; frame(data: string): void }
  readonly say: (payload: LinkPayload) => void
  readonly count: (code: RefusalCode) => void
  readonly onOpened: () => void
  readonly onBound: () => void
  /** Bound, and described anew by both sides (SP1 section 5). */
  readonly onRestarted: () => void
  /** Something was altered before the link was bound. After that a refusal is only counted. */
  readonly onAltered: (code: RefusalCode) => void
}

export function createConversationLink(parts: ConversationLinkParts): ConversationLink {
  const { role, secrets, policy, descriptions, toPage, say, count } = parts
  const candidateLimits = { in: createCandidateLimit(), out: createCandidateLimit() }
  const guard = createRefusalGuard(count)
  let candidates: CandidatePolicy | null = null
  let held: LinkPayload[] = []
  let closed = false

  const binding = createBinding({
    secrets,
    policy,
    send: toPage.frame,
    onOpened: parts.onOpened,
    onBound: parts.onBound,
    onRefused(code) {
      count(code)
      parts.onAltered(code)
    },
  })

  /** SECURITY: a bad description is dropped and counted; only a link that is not bound yet ends over it. */
  function altered(code: RefusalCode): void {
    if (!binding.isBound()) parts.onAltered(code)
  }

  function hear(payload: LinkPayload): void {
    // What the peer said of a link that is gone here arrives until it has heard of that.
    if (closed) return
    if (candidates) return take(payload, candidates)
    if (held.length < maxHeld) held.push(payload)
    else count('rate')
  }

  function take(payload: LinkPayload, allowed: CandidatePolicy): void {
    if (payload.t === 'candidates') {
      const list = payload.list.filter(({ candidate }) => isAllowed(candidate, 'in', allowed))
      return list.length ? toPage.signal({ type: 'candidates', list }) : undefined
    }
    const { t: type } = payload
    guard(() => {
      // S15: each one has the page build its connection anew.
      descriptions.count()
      guard(() => {
        const sdp = checked(payload.sdp, secrets.peerFingerprint, allowed)
        toPage.signal({ type, sdp })
        describedBy(type)
      }, altered)
    })
  }

  function checked(sdp: string, fingerprint: string, allowed: CandidatePolicy): string {
    const description = policy.checkDescription(sdp, fingerprint, allowed)
    for (let dropped = 0; dropped < description.dropped; dropped++) count('relay-only')
    return description.sdp
  }

  function signal(out: LinkSignal): void {
    if (closed || !candidates || !secrets.isReady()) return
    const allowed = candidates
    if (out.type === 'candidates') {
      const list = out.list.flatMap(({ candidate, sdpMid, sdpMLineIndex }) =>
        isAllowed(candidate, 'out', allowed) && sdpMid !== null && sdpMLineIndex !== null
          ? [
              {
                candidate: allowed.relayOnly ? withoutOrigin(candidate) : candidate,
                sdpMid,
                sdpMLineIndex,
              },
            ]
          : [],
      )
      // What passes for a candidate may still stand beside text that no frame can carry.
      return guard(() => list.length && say({ t: 'candidates', list }))
    }
    guard(() => {
      // SECURITY (R4): a page that an attacker controls cannot announce another certificate than the signed one.
      if (out.type !== (role === 'a' ? 'offer' : 'answer')) throw new Refusal('state')
      say({ t: out.type, sdp: checked(out.sdp, secrets.ownFingerprint, allowed) })
      describedBy(out.type)
    }, altered)
  }

  function describedBy(type: 'offer' | 'answer'): void {
    if (type === 'answer' && binding.isBound()) parts.onRestarted()
  }

  function isAllowed(candidate: string, direction: 'in' | 'out', by: CandidatePolicy): boolean {
    let allowed = false
    guard(() => {
      candidateLimits[direction].count(policy.checkCandidate(candidate, by))
      allowed = true
    })
    return allowed
  }

  return {
    secrets,
    binding,
    open(allowed) {
      if (closed || candidates) return
      candidates = allowed
      const waiting = held
      held = []
      for (const payload of waiting) take(payload, allowed)
    },
    hear,
    signal,
    close() {
      closed = true
      held = []
      binding.close()
    },
  }
}
