// How a call gets a new link when its page or its link is gone: which step follows which. Pure, like the machine.
import { noSharing, type SharingView } from '../../contract/call-view.ts'
import { patienceLeft, patienceMs } from './call-deadlines.ts'
import type { CallEffect, CallState, TalkingCall } from './call-state.ts'
import { go, setTracks, stay, type Step } from './call-step.ts'

type Reconnecting = Extract<CallState, { phase: 'reconnecting' }>
export type Interrupted = Extract<Reconnecting, { readonly tries: number }>
type Renewing = Exclude<Reconnecting, Interrupted>

/** The link is not just interrupted: it is gone, and the next one does not exist or is not bound yet. */
export const isRenewing = (state: CallState): state is Renewing =>
  state.phase === 'reconnecting' && !isInterrupted(state)

/** The link may carry something again at any moment. */
export const isInterrupted = (state: CallState): state is Interrupted =>
  state.phase === 'reconnecting' &&
  (state.step === 'stalled' || state.step === 'waiting' || state.step === 'restarted')

/** The page went away, with everything that was open in it. Its successor will say that it is there. */
export function pageLost(state: TalkingCall, nowMs: number): Step {
  if (isRenewing(state) && state.step === 'page') return stay(state)
  return go(
    renewing(state, 'page', nowMs),
    { do: 'suspend-link', callId: state.callId },
    ...tellUnshared(state),
  )
}

export function pageReady(state: TalkingCall, nowMs: number): Step {
  if (!isRenewing(state) || state.step !== 'page') return stay(state)
  return go(renewing(state, 'preparing', nowMs), prepare(state))
}

/** The link broke for good, here or at the peer. */
export function linkLost(state: TalkingCall, nowMs: number): Step {
  if (isRenewing(state) && (state.step === 'page' || state.step === 'preparing')) return stay(state)
  return go(
    renewing(state, 'preparing', nowMs),
    { do: 'suspend-link', callId: state.callId },
    ...tellUnshared(state),
    prepare(state),
  )
}

export function rekeyed(state: TalkingCall, nowMs: number): Step {
  if (!isRenewing(state) || state.step !== 'rekeying') return stay(state)
  const { callId, direction } = state
  return go(renewing(state, 'linking', nowMs), { do: 'open-link', callId, initiator: direction === 'out' })
}

/** Back, with microphone and camera as the person left them: never more open than before. */
export function renewed(state: TalkingCall): Step {
  if (!isRenewing(state) || state.step !== 'linking') return stay(state)
  const { step: _step, deadlineMs: _deadlineMs, ...call } = state
  const { callId, micOn, cameraOn } = call
  // SECURITY: what was found out about the link before says nothing about the keys of this one.
  const next = {
    ...call,
    phase: 'talking',
    secure: false,
    unverified: false,
    offline: false,
    cameBack: true,
  } as const
  return go(next, setTracks(next), { do: 'tell-state', callId, micOn, cameraOn })
}

/**
 * One deadline for the whole renewal: a page that dies again and again does not move it, and whoever has waited through an
 * interruption before it waits for what is left of that, or long enough for one link.
 */
function renewing(state: TalkingCall, step: Renewing['step'], nowMs: number): Renewing {
  if (isRenewing(state)) return { ...state, step }
  const forMs = isInterrupted(state)
    ? Math.max(patienceLeft(state, nowMs), patienceMs.renewing)
    : patienceMs.reconnecting
  const sharing = unshared(state.sharing)
  return {
    ...linkless(state),
    sharing,
    phase: 'reconnecting',
    step,
    deadlineMs: nowMs + forMs,
  }
}

/** SECURITY: a screen went with the link. Nobody is shown one again whom a person has not chosen to show it once more. */
const unshared = ({ own, problem }: SharingView): SharingView => ({
  ...noSharing,
  problem: own === 'off' ? problem : 'screen-gone',
})

/** The peer may not have heard of it before its link was gone as well, and hears it later. */
const tellUnshared = ({ callId, sharing }: TalkingCall): readonly CallEffect[] =>
  sharing.own === 'on' ? [{ do: 'tell-screen', callId, on: false }] : []

/** Without what belongs to an interruption. */
function linkless(state: Exclude<TalkingCall, Renewing>) {
  if (state.phase === 'talking') return state
  const { leftMs: _leftMs, tries: _tries, ...call } = state
  return call
}

/** SECURITY: a camera that is off stays closed, also in the new page. */
const prepare = ({ callId, cameraOn }: TalkingCall) =>
  ({ do: 'prepare-link', callId, video: cameraOn }) as const
