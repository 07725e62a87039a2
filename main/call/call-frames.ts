// What the frame layer's measurements mean for a call: when it counts as secure, when nothing is played, when it ends.
// Knows no counters: frame-watch judges them.
import { assertNever } from '../../contract/errors.ts'
import { ended } from './call-endings.ts'
import { isRenewing } from './call-renewal.ts'
import type { LiveCall } from './call-state.ts'
import { go, isTalking, setTracks, stay, type Step } from './call-step.ts'
import type { FrameVerdict } from './frame-watch.ts'

/** An authentic frame of the peer's sound was opened. A fact about the keys of this link: a renewal takes it back. */
export function secured(state: LiveCall, nowMs: number): Step {
  return isTalking(state) && !state.secure
    ? go({ ...state, secure: true, codeSinceMs: state.codeSinceMs ?? nowMs })
    : stay(state)
}

export function framesJudged(state: LiveCall, verdict: FrameVerdict, nowMs: number): Step {
  if (!isTalking(state)) return stay(state)
  switch (verdict) {
    case 'fine':
    case 'unverified': {
      const unverified = verdict === 'unverified'
      // SECURITY: the tracks of a link that is not bound yet stay closed, whatever is measured of it.
      if (state.unverified === unverified || isRenewing(state)) return stay(state)
      const next = { ...state, unverified }
      return go(next, setTracks(next))
    }
    case 'cut':
      return ended(state, 'altered', 'frames-unverified', nowMs)
    case 'bypassed':
      return ended(state, 'altered', 'frame-bypass', nowMs)
    default:
      return assertNever(verdict)
  }
}
