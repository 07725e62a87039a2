// How a call gets through an interruption with the link it has, or through other addresses before there is one: when the
// link is restarted, how often, and for how long.
// Pure, like the machine. What ends with another link is in call-renewal.
//
// Measured with Chromium 156: a link that hears nothing checks its path twenty times a second, so that an outage of 5 s is
// over within 60 ms whatever is done here. After some 16 s it has given every path up: only a restart brings it back, 50
// to 150 ms after the peer can be reached. A restart costs a link that works nothing, and one that is not answered holds
// back all later ones, so what was said is repeated rather than said anew (frame-ways).
import { againAfterMs, patienceLeft, patienceMs } from './call-deadlines.ts'
import { ended } from './call-endings.ts'
import { isInterrupted, isRenewing, linkLost, type Interrupted } from './call-renewal.ts'
import type { CallState, Connecting, TalkingCall } from './call-state.ts'
import { go, isLinking, setTracks, stay, type Step } from './call-step.ts'

/** Stalls, questions of the peer and tries come from both sides and for one reason: one restart is enough for all. */
const restartGapMs = 400
/** A stall so soon after a restart was ordered is no hiccup: whatever ordered it has cut the path. */
const sameCauseMs = 2_000
/** Enough for several outages and moves. A peer takes twenty-six descriptions a minute (S15), and renewals need some of them. */
const maxRestartsPerMinute = 20
const minuteMs = 60_000

/** No sound for a moment. A person is told if it stays so; the transport finds a path that is there by itself. */
export function stalled(state: TalkingCall, nowMs: number): Step {
  if (state.phase !== 'talking') return stay(state)
  if (nowMs - (recentRestarts(state, nowMs).at(-1) ?? -Infinity) < sameCauseMs)
    return interrupted(state, nowMs)
  return go({
    ...state,
    phase: 'reconnecting',
    step: 'stalled',
    tries: 0,
    deadlineMs: nowMs + patienceMs.noticing,
    leftMs: patienceMs.reconnecting - patienceMs.noticing,
  })
}

/** The transport has noticed it as well. */
export function interrupted(state: TalkingCall, nowMs: number): Step {
  if (state.phase === 'talking')
    return attempt({ ...state, phase: 'reconnecting', tries: 0 }, patienceMs.reconnecting, nowMs)
  return isInterrupted(state) && state.step === 'stalled'
    ? again(state, patienceLeft(state, nowMs), nowMs)
    : stay(state)
}

/** Other addresses, or awake after a sleep: what went over the old ones is gone, whether that is known yet or not. */
export function networkChanged(state: TalkingCall, online: boolean, nowMs: number): Step {
  const next = state.offline === !online ? state : { ...state, offline: !online }
  if (!online || isRenewing(next)) return next === state ? stay(state) : go(next)
  if (next.phase === 'talking' || next.step === 'stalled') return restart(next, nowMs, 0)
  return attempt({ ...next, tries: 0 }, patienceLeft(next, nowMs), nowMs, 0)
}

/** The same, while the two look for each other for the first time. No deadline is put off by it. */
export function networkChangedUnbound(state: Connecting, online: boolean, nowMs: number): Step {
  const next = { ...state, addressesChanged: true, tries: undefined }
  return online ? restartUnbound(next, nowMs, 0) : go(next)
}

/**
 * Other addresses, here or there: what each has said of the old ones is of no use. Again and again, for one side may not have
 * had its new ones yet. A link that is not open is made anew instead (see the orders).
 */
export function restartUnbound(state: Connecting, nowMs: number, gapMs = restartGapMs): Step {
  if (!isLinking(state) && state.step !== 'binding') return stay(state)
  const { callId } = state
  const tries = state.tries === undefined ? 0 : state.tries + 1
  const step = restart({ ...state, addressesChanged: true, tries }, nowMs, gapMs)
  // Who asks too early is heeded with the next one, which is planned already.
  if (step.effects.length === 0) return go({ ...state, addressesChanged: true })
  const afterMs = againAfterMs[tries] ?? againAfterMs[2]
  return go(step.state, ...step.effects, { do: 'remind-of-restart', callId, tries, afterMs })
}

/** What the page has found by the addresses before is no verdict on the call that is not bound. */
export const isLookingAnew = (state: CallState): boolean =>
  state.phase === 'connecting' && state.addressesChanged === true

/**
 * The server can be reached again, and through it perhaps the peer. While a link is renewed, something new is said, whatever
 * it is: by that the peer knows that I am back, and says once more what went to the connection that is gone.
 */
export function serverReturned(state: TalkingCall, nowMs: number): Step {
  const { callId, micOn, cameraOn } = state
  if (isRenewing(state)) return go({ ...state }, { do: 'tell-state', callId, micOn, cameraOn })
  return state.phase === 'reconnecting' && state.step === 'waiting'
    ? attempt({ ...state, tries: 0 }, patienceLeft(state, nowMs), nowMs)
    : stay(state)
}

/** The callee hears nothing, or knows of another network. */
export function restartAsked(state: TalkingCall, nowMs: number): Step {
  return state.direction === 'out' && !isRenewing(state) ? restart(state, nowMs) : stay(state)
}

/**
 * Whoever could agree on new descriptions can agree on a new link, if these do not help. Only the first counts, or a peer
 * that asks again and again would put the new link off for ever.
 */
export function restarted(state: TalkingCall, nowMs: number): Step {
  if (!isInterrupted(state) || state.step !== 'waiting') return stay(state)
  return go({
    ...state,
    step: 'restarted',
    deadlineMs: nowMs + patienceMs.restarted,
    leftMs: Math.max(0, patienceLeft(state, nowMs) - patienceMs.restarted),
  })
}

/** Back, with microphone and camera as the person left them: never more open than before. */
export function restored(state: TalkingCall): Step {
  if (!isInterrupted(state)) return stay(state)
  const { step, deadlineMs: _deadlineMs, leftMs: _leftMs, tries: _tries, ...call } = state
  const cameBack = call.cameBack || step !== 'stalled'
  const next = { ...call, phase: 'talking', offline: false, cameBack } as const
  return go(next, setTracks(next))
}

/** The deadline of a step has passed. */
export function overdue(state: Interrupted, nowMs: number): Step {
  if (state.step === 'restarted') return linkLost(state, nowMs)
  if (state.leftMs <= 0) return ended(state, 'connection-lost', null, nowMs)
  return again(state, state.leftMs, nowMs)
}

const again = (state: Interrupted, patience: number, nowMs: number): Step => {
  const tries = state.step === 'stalled' ? 0 : state.tries + 1
  return attempt({ ...state, tries }, patience, nowMs)
}

type Unlinked = Omit<Interrupted, 'step' | 'deadlineMs' | 'leftMs'>

/** Restarts the link, if it may be, and waits for what comes of it. `patience` in ms. */
function attempt(state: Unlinked, patience: number, nowMs: number, gapMs = restartGapMs): Step {
  const waitMs = Math.min(patience, againAfterMs[state.tries] ?? againAfterMs[2])
  const waiting = {
    ...state,
    step: 'waiting',
    deadlineMs: nowMs + waitMs,
    leftMs: patience - waitMs,
  } as const
  // Nobody can be told of it yet, and restarts are few: those spent now are missing once there are addresses.
  return state.offline ? go(waiting) : restart(waiting, nowMs, gapMs)
}

function restart(state: TalkingCall | Connecting, nowMs: number, gapMs = restartGapMs): Step {
  const recent = recentRestarts(state, nowMs)
  const last = recent.at(-1) ?? -Infinity
  if (recent.length >= maxRestartsPerMinute || nowMs - last < gapMs) return go(state)
  const { callId, direction } = state
  return go(
    { ...state, restartsMs: [...recent, nowMs] },
    { do: 'restart-link', callId, initiator: direction === 'out' },
  )
}

/** A clock that was put back must not hold an old moment for ever. */
const recentRestarts = (
  { restartsMs = [] }: Pick<Connecting, 'restartsMs'>,
  nowMs: number,
): readonly number[] => restartsMs.filter((atMs) => atMs <= nowMs && nowMs - atMs < minuteMs)
