// How a call begins: somebody dials, somebody calls, both at once, or somebody calls who finds me busy.
import type { CallId } from '../../contract/ids.ts'
import { patienceMs } from './call-deadlines.ts'
import { endedWith } from './call-endings.ts'
import type { CallEffect, CallEvent, CallState, Common, LiveCall } from './call-state.ts'
import { go, isInvited, stay, type Step } from './call-step.ts'

/** A call as it begins: everything open that was asked for, once it may be. */
function begun(
  direction: Common['direction'],
  { callId, peer, video }: Pick<Common, 'callId' | 'peer' | 'video'>,
): Common {
  return { callId, direction, peer, video, micOn: true, cameraOn: video, cameraProblem: null }
}

export function dialed(
  state: CallState,
  event: Extract<CallEvent, { type: 'user/dialed' }>,
  nowMs: number,
): Step {
  // Calling back somebody who is ringing is answering.
  if (state.phase === 'incoming' && state.peer === event.peer) return answered(state, event.video, nowMs)
  if (state.phase !== 'idle' && state.phase !== 'ended') return stay(state)
  const { callId, video } = event
  const call = begun('out', event)
  if (event.blocked) return endedWith(call, 'blocked')
  if (event.refusedPeer) return endedWith(call, 'refused-peer')
  const seek: CallEffect = { do: 'seek', callId, peer: call.peer }
  const prepare: CallEffect = { do: 'prepare-link', callId, video }
  // Nobody is to be rung for a call that cannot be; what opened before will most likely open again.
  return event.proven
    ? go(
        {
          ...call,
          phase: 'dialing',
          step: 'inviting',
          openingUntilMs: nowMs + patienceMs.preparing,
          deadlineMs: nowMs + patienceMs.inviting,
        },
        seek,
        { do: 'invite', callId, video },
        prepare,
      )
    : go(
        { ...call, phase: 'dialing', step: 'preparing', deadlineMs: nowMs + patienceMs.preparing },
        prepare,
        seek,
      )
}

export function called(
  state: CallState,
  event: Extract<CallEvent, { type: 'peer/called' }>,
  nowMs: number,
): Step {
  const { callId, peer, video, silent = false } = event
  const call = begun('in', event)
  if (state.phase === 'idle' || state.phase === 'ended')
    return go(
      { ...call, phase: 'incoming', silenced: silent, deadlineMs: nowMs + patienceMs.ringing },
      { do: 'ring-back', callId, peer },
      { do: 'warm-link', callId },
    )
  // Another call from somebody who already rings is the newer wish of the same person: the older one is gone.
  if (state.phase === 'incoming' && state.peer === peer)
    return state.callId === callId
      ? stay(state)
      : go(
          {
            ...call,
            phase: 'incoming',
            silenced: state.silenced || silent,
            deadlineMs: nowMs + patienceMs.ringing,
          },
          { do: 'forget', callId: state.callId },
          { do: 'ring-back', callId, peer },
          { do: 'warm-link', callId },
        )
  if ((state.phase === 'dialing' || state.phase === 'ringing') && state.peer === peer)
    return event.survives
      ? glareLost(state, call, nowMs)
      : // Mine goes on and is answered by the other side; theirs is dropped without a word.
        go(state, { do: 'forget', callId })
  const refusal: CallEffect[] = [
    { do: 'refuse', callId, kind: 'busy' },
    { do: 'forget', callId },
  ]
  // From the one I am in a call with it is the late half of a glare, or another try after a crash: not missed.
  if (state.peer === peer) return go(state, ...refusal)
  return go(state, ...refusal, {
    do: 'record',
    peer,
    direction: 'in',
    video,
    outcome: 'missed',
    durationMs: 0,
  })
}

/** Both dialled: both have consented, so theirs is answered at once, with what both asked for. */
function glareLost(mine: LiveCall, theirs: Common, nowMs: number): Step {
  const video = mine.video && theirs.video
  return go(
    {
      ...theirs,
      video,
      micOn: mine.micOn,
      cameraOn: video && mine.cameraOn,
      phase: 'connecting',
      step: 'preparing',
      deadlineMs: nowMs + patienceMs.preparing,
    },
    // The other side ignores my invitation while it dials. If it has just given up, mine must not ring there.
    ...(isInvited(mine) ? [{ do: 'cancel', callId: mine.callId } as const] : []),
    { do: 'close-link', callId: mine.callId },
    { do: 'forget', callId: mine.callId },
    ...accepting(theirs.callId, video),
  )
}

export function answered(
  state: Extract<CallState, { phase: 'incoming' }>,
  video: boolean,
  nowMs: number,
): Step {
  const { silenced: _silenced, ...call } = state
  const both = state.video && video
  return go(
    {
      ...call,
      video: both,
      cameraOn: both,
      phase: 'connecting',
      step: 'preparing',
      deadlineMs: nowMs + patienceMs.preparing,
    },
    ...accepting(state.callId, both),
  )
}

/**
 * A person has accepted, so the nonce may leave: nobody waits for the microphone before the handshake goes on, nor
 * before the link opens. Its proof waits (see the engine).
 */
const accepting = (callId: CallId, video: boolean): readonly CallEffect[] => [
  { do: 'prepare-link', callId, video },
  { do: 'accept', callId, video },
  { do: 'begin-link', callId, initiator: false },
]
