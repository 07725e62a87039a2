// One WebRTC link of a conversation: its binding, and the check of every description and candidate that crosses it in
// either direction. A call has one after the other; each has its own certificates and keys. Sends through its owner.
import type { LinkSignal } from '../../contract/link.ts'
import { createCandidateLimit } from '../../sp1/candidate-policy.ts'
import type { Role } from '../../sp1/key-schedule.ts'
import type { LinkSecrets } from '../../sp1/link-secrets.ts'
import type { Payload } from '../../sp1/payload.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import { createBinding, type Binding } from './binding.ts'
import type { LinkPolicy } from './link-policy.ts'
import type { RateLimit } from './rate-limit.ts'
import { createRefusalGuard } from './refusal-guard.ts'

export type LinkPayload = Extract<Payload, { t: 'offer' | 'answer' | 'candidates' }>

export interface ConversationLink {
  readonly secrets: LinkSecrets
  readonly binding: Binding
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
    if (payload.t === 'candidates') {
      const list = payload.list.filter(({ candidate }) => isAllowed(candidate, 'in'))
      return list.length ? toPage.signal({ type: 'candidates', list }) : undefined
    }
    const { t: type, sdp } = payload
    guard(() => {
      // S15: each one has the page build its connection anew.
      descriptions.count()
      guard(() => {
        policy.checkDescription(sdp, secrets.peerFingerprint)
        toPage.signal({ type, sdp })
        describedBy(type)
      }, altered)
    })
  }

  function signal(out: LinkSignal): void {
    if (closed || !secrets.isReady()) return
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
      if (out.type !== (role === 'a' ? 'offer' : 'answer')) throw new Refusal('state')
      policy.checkDescription(out.sdp, secrets.ownFingerprint)
      say({ t: out.type, sdp: out.sdp })
      describedBy(out.type)
    }, altered)
  }

  function describedBy(type: 'offer' | 'answer'): void {
    if (type === 'answer' && binding.isBound()) parts.onRestarted()
  }

  function isAllowed(candidate: string, direction: 'in' | 'out'): boolean {
    let allowed = false
    guard(() => {
      candidateLimits[direction].count(policy.checkCandidate(candidate))
      allowed = true
    })
    return allowed
  }

  return {
    secrets,
    binding,
    hear,
    signal,
    close() {
      closed = true
      binding.close()
    },
  }
}
