// What a call does when a screen is shared, by either side: asked for, chosen, opened, ended. Pure, like the machine. Each
// side shares by itself; both may at once.
import type { ScreenProblem, SharingView } from '../../contract/call-view.ts'
import { isRenewing } from './call-renewal.ts'
import type { CallEffect, TalkingCall } from './call-state.ts'
import { go, setTracks, stay, type Step } from './call-step.ts'

/** SECURITY: only a person begins it, and what it opens is what that person chose for this one time. */
export function shareAsked(state: TalkingCall, on: boolean): Step {
  if (!on) return closed(state, null)
  if (state.sharing.own !== 'off' || isRenewing(state)) return stay(state)
  return go(withOwn(state, { own: 'choosing', what: null, problem: null }))
}

export function screenChosen(state: TalkingCall, what: string | null): Step {
  if (state.sharing.own !== 'choosing' || isRenewing(state)) return stay(state)
  const next = withOwn(state, { own: 'starting', what })
  return go(next, setTracks(next))
}

export function screenOpened(state: TalkingCall): Step {
  if (state.sharing.own !== 'starting') return stay(state)
  return go(withOwn(state, { own: 'on' }), { do: 'tell-screen', callId: state.callId, on: true })
}

/** By whoever shared, by the system, or because nothing came of it. */
export function closed(state: TalkingCall, problem: ScreenProblem | null): Step {
  const { own } = state.sharing
  if (own === 'off') return stay(state)
  const next = withOwn(state, { own: 'off', what: null, problem })
  const told: CallEffect[] = own === 'on' ? [{ do: 'tell-screen', callId: state.callId, on: false }] : []
  return own === 'choosing' ? go(next) : go(next, setTracks(next), ...told)
}

export const notChosen = (state: TalkingCall, problem: ScreenProblem | null): Step =>
  state.sharing.own === 'choosing' ? closed(state, problem) : stay(state)

export const peerShared = (state: TalkingCall, on: boolean): Step =>
  state.sharing.peer === on ? stay(state) : go({ ...state, sharing: { ...state.sharing, peer: on } })

const withOwn = <T extends TalkingCall>(state: T, change: Partial<SharingView>): T => ({
  ...state,
  sharing: { ...state.sharing, ...change },
})
