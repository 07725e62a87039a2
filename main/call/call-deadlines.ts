// How long each phase may last, and how a call ends that lasts longer. Knows no timers.
import { assertNever } from '../../contract/errors.ts'
import { ended } from './call-endings.ts'
import type { CallState, Connecting, LiveCall } from './call-state.ts'
import type { Interrupted } from './call-renewal.ts'
import { isLinking, type Step } from './call-step.ts'

/** In milliseconds. */
export const patienceMs = {
  /** The page opens the microphone, perhaps asking the system. */
  preparing: 10_000,
  inviting: 15_000,
  ringing: 60_000,
  /** From M2 to the caller's reveal (SP1 section 4). */
  accepted: 10_000,
  /** ICE and DTLS. */
  linking: 20_000,
  /** The same, where only a relay may be used: one that does not answer is no reason to wait longer. */
  relaying: 15_000,
  /** From the open channel to both MACs: 5 s, and as long as the other side's microphone may take. */
  binding: 15_000,
  reconnecting: 30_000,
  /** A new link, however late in an interruption. */
  renewing: 15_000,
  /** A stall that is over sooner than this is nothing to tell a person of. With the 400 ms of the page, a second. */
  noticing: 600,
  /** From both new descriptions to sound: longer, and the link gets a successor. */
  restarted: 3_000,
} as const

/** When an interrupted link is restarted once more. In milliseconds; the last is repeated for as long as there is patience. */
export const againAfterMs = [1_000, 2_000, 4_000] as const

/**
 * How much longer the call may be interrupted, in ms: until the deadline and after it. What a clock that was corrected says of
 * the first counts for one wait at most.
 */
export const patienceLeft = ({ leftMs, deadlineMs }: Interrupted, nowMs: number): number =>
  leftMs + Math.min(Math.max(0, deadlineMs - nowMs), againAfterMs[2])

/** The two sides did not find each other: by the relay that had to be used, or at all. */
export function unconnected(state: Connecting, detail: string, nowMs: number): Step {
  const byRelay = state.relayOnly === true && isLinking(state)
  return ended(state, byRelay ? 'relay-failed' : 'connection-failed', detail, nowMs)
}

/** When this state ends by itself, in the clock's milliseconds; null where it does not. */
export function deadlineOf(state: CallState): number | null {
  if (!('deadlineMs' in state)) return null
  const opening = 'openingUntilMs' in state ? state.openingUntilMs : undefined
  return Math.min(state.deadlineMs, opening ?? Infinity)
}

export function timedOut(state: Extract<LiveCall, { deadlineMs: number }>, nowMs: number): Step {
  // A page that never answers, whether it rings by now or not.
  if ('openingUntilMs' in state && state.openingUntilMs === deadlineOf(state))
    return ended(state, 'connection-failed', 'page-silent', nowMs)
  switch (state.phase) {
    case 'dialing':
      if (state.step === 'invited') return ended(state, 'no-answer', null, nowMs)
      return state.step === 'inviting'
        ? ended(state, 'server-unreachable', null, nowMs)
        : ended(state, 'connection-failed', 'page-silent', nowMs)
    case 'ringing':
      return ended(state, 'no-answer', null, nowMs)
    case 'incoming':
      return ended(state, 'missed', null, nowMs)
    case 'connecting':
      if (state.step === 'revealed') return ended(state, 'connection-failed', 'timeout-revealed', nowMs)
      // A proof that does not come is a broken network as likely as an attack: only a wrong one accuses anybody.
      return unconnected(state, `timeout-${state.step}`, nowMs)
    case 'reconnecting':
      return ended(state, 'connection-lost', null, nowMs)
    default:
      return assertNever(state)
  }
}
