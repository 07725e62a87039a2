// The call as a pure function: what happens next, and what to do about it. Knows no clock, no page, no keys.
//
// A stale or meaningless event returns the same state object. A remote can never make it throw: `assertNever`
// guards only our own unions.
import { noSharing } from '../../contract/call-view.ts'
import { assertNever } from '../../contract/errors.ts'
import { answered, called, dialed } from './call-beginnings.ts'
import { deadlineOf, patienceMs, timedOut, unconnected } from './call-deadlines.ts'
import { ended } from './call-endings.ts'
import { framesJudged, secured } from './call-frames.ts'
import {
  interrupted,
  networkChanged,
  networkChangedUnbound,
  overdue,
  restartAsked,
  restartUnbound,
  restarted,
  restored,
  serverReturned,
  stalled,
} from './call-recovery.ts'
import { isInterrupted, isRenewing, linkLost, pageLost, pageReady, rekeyed, renewed } from './call-renewal.ts'
import { closed, notChosen, peerShared, screenChosen, screenOpened, shareAsked } from './call-sharing.ts'
import type { CallEvent, CallState, Common, Connecting, LiveCall } from './call-state.ts'
import { go, isInvited, isLinking, isTalking, setTracks, stay, type Step } from './call-step.ts'

export const idle: CallState = { phase: 'idle' }

export function reduce(state: CallState, event: CallEvent, nowMs: number): Step {
  if (event.type === 'user/dialed') return dialed(state, event, nowMs)
  if (event.type === 'peer/called') return called(state, event, nowMs)
  if (state.phase === 'idle' || event.callId !== state.callId) return stay(state)
  if (state.phase === 'ended') return event.type === 'user/dismissed' ? go(idle) : stay(state)
  return live(state, event, nowMs)
}

/** Events about the live call, already known to be about this one. */
function live(
  state: LiveCall,
  event: Exclude<CallEvent, { type: 'user/dialed' | 'peer/called' }>,
  nowMs: number,
): Step {
  const { callId } = state
  switch (event.type) {
    case 'user/answered':
      return state.phase === 'incoming' ? answered(state, event.video, nowMs) : stay(state)
    case 'user/declined':
      return state.phase === 'incoming' ? ended(state, 'declined', null, nowMs, event.note) : stay(state)
    case 'user/silenced':
      return state.phase === 'incoming' && !state.silenced ? go({ ...state, silenced: true }) : stay(state)
    case 'user/hung-up':
      return ended(state, hangUpReason(state), null, nowMs)
    case 'user/muted':
      return switched(state, { micOn: event.micOn })
    case 'user/camera-switched':
      return state.video ? switched(state, { cameraOn: event.cameraOn, cameraProblem: null }) : stay(state)
    case 'user/shared':
      return isTalking(state) ? shareAsked(state, event.on) : stay(state)
    case 'screen/chosen':
      return isTalking(state) ? screenChosen(state, event.what) : stay(state)
    case 'screen/not-chosen':
      return isTalking(state) ? notChosen(state, event.problem) : stay(state)
    case 'link/screen-opened':
      return isTalking(state) ? screenOpened(state) : stay(state)
    case 'link/screen-closed':
      return isTalking(state) ? closed(state, event.problem) : stay(state)
    case 'user/compared':
      return compared(state, event.answer, nowMs)
    case 'user/dismissed':
      return stay(state)
    case 'user/blocked':
      return ended(state, 'blocked', null, nowMs)

    case 'link/prepared':
      return prepared(state, event.cameraProblem, nowMs)
    case 'link/not-prepared':
      if (!isPreparing(state)) return stay(state)
      return event.code === 'link-failed'
        ? ended(state, isTalking(state) ? 'connection-lost' : 'connection-failed', event.code, nowMs)
        : ended(state, event.code, null, nowMs)
    case 'link/relay-only':
      return relayOnly(state)
    case 'link/no-way':
      // A call that talks had a way before: its deadline says how long to wait for another.
      return state.phase === 'connecting' && isLinking(state)
        ? ended(state, event.code, null, nowMs)
        : stay(state)
    case 'link/opened':
      return state.phase === 'connecting' && state.step === 'linking'
        ? go({ ...state, step: 'binding', deadlineMs: nowMs + patienceMs.binding })
        : stay(state)
    case 'link/bound':
      return isTalking(state) ? renewed(state) : bound(state, nowMs)
    case 'link/rekeyed':
      return isTalking(state) ? rekeyed(state, nowMs) : stay(state)
    case 'link/stalled':
      return isTalking(state) ? stalled(state, nowMs) : stay(state)
    case 'link/interrupted':
      return isTalking(state) ? interrupted(state, nowMs) : stay(state)
    case 'link/restarted':
      return isTalking(state) ? restarted(state, nowMs) : stay(state)
    case 'link/restored':
      return isTalking(state) ? restored(state) : stay(state)
    case 'link/restart-due':
      return state.phase === 'connecting' && state.tries === event.tries
        ? restartUnbound(state, nowMs)
        : stay(state)
    case 'link/failed':
      if (isTalking(state)) return linkLost(state, nowMs)
      return state.phase === 'connecting' ? unconnected(state, 'link-failed', nowMs) : stay(state)
    case 'link/frames-failed':
      // While it rings here the page gets itself ready once more.
      return state.phase === 'incoming' ? stay(state) : ended(state, 'frames-failed', null, nowMs)
    case 'link/altered':
      return isTalking(state) || state.phase === 'connecting'
        ? ended(state, 'altered', event.code, nowMs)
        : stay(state)
    case 'link/secured':
      return secured(state, nowMs)
    case 'link/frames-judged':
      return framesJudged(state, event.verdict, nowMs)
    case 'link/camera-failed':
      return state.cameraOn ? switched(state, { cameraOn: false, cameraProblem: event.code }) : stay(state)
    case 'page/gone':
      if (isTalking(state)) return pageLost(state, nowMs)
      // Somebody who only rings has opened nothing in the page: the ring goes on in its successor.
      return state.phase === 'incoming' ? stay(state) : ended(state, 'page-gone', null, nowMs)

    case 'page/ready':
      return isTalking(state) ? pageReady(state, nowMs) : stay(state)
    case 'network/changed':
      if (isTalking(state)) return networkChanged(state, event.online, nowMs)
      return state.phase === 'connecting' ? networkChangedUnbound(state, event.online, nowMs) : stay(state)

    case 'peer/asks-restart':
      if (isTalking(state)) return restartAsked(state, nowMs)
      return state.phase === 'connecting' && state.direction === 'out'
        ? restartUnbound(state, nowMs)
        : stay(state)
    case 'peer/restarts':
      return state.phase === 'connecting' && !state.addressesChanged
        ? go({ ...state, addressesChanged: true })
        : stay(state)
    case 'peer/renews':
      return isTalking(state) ? linkLost(state, nowMs) : stay(state)
    case 'peer/ringing':
      if (state.phase !== 'dialing' || !isInvited(state)) return stay(state)
      return go({ ...withoutStep(state), phase: 'ringing', deadlineMs: nowMs + patienceMs.ringing })
    case 'peer/accepted':
      return accepted(state, event.video, nowMs)
    case 'peer/revealed':
      return revealed(state, nowMs)
    case 'peer/busy':
      return isInvited(state) ? ended(state, 'busy', null, nowMs) : stay(state)
    case 'peer/declined':
      return isInvited(state) ? ended(state, 'peer-declined', null, nowMs, event.note) : stay(state)
    case 'peer/cancelled':
      if (state.phase === 'incoming') return ended(state, 'missed', null, nowMs)
      return state.phase === 'connecting' ? ended(state, 'peer-hung-up', null, nowMs) : stay(state)
    case 'peer/hung-up':
      return isTalking(state) || state.phase === 'connecting'
        ? ended(state, event.lost ? 'connection-lost' : 'peer-hung-up', null, nowMs)
        : stay(state)
    case 'peer/named':
      return isTalking(state) && state.claimedName !== event.name
        ? go({ ...state, claimedName: event.name })
        : stay(state)
    case 'peer/switched':
      return isTalking(state) && (state.peerMicOn !== event.micOn || state.peerCameraOn !== event.cameraOn)
        ? go({ ...state, peerMicOn: event.micOn, peerCameraOn: event.cameraOn })
        : stay(state)

    case 'peer/shared':
      return isTalking(state) ? peerShared(state, event.on) : stay(state)

    case 'server/invited':
      return state.phase === 'dialing' && state.step === 'inviting'
        ? go(
            { ...state, step: 'invited', deadlineMs: nowMs + patienceMs.ringing },
            { do: 'begin-link', callId, initiator: true },
          )
        : stay(state)
    case 'server/returned':
      return isTalking(state) ? serverReturned(state, nowMs) : stay(state)
    case 'server/refused':
      return state.phase === 'dialing' ? ended(state, event.reason, null, nowMs) : stay(state)
    case 'handshake/refused':
      // SECURITY: after the link is bound, a bad message is dropped and counted; it never ends a healthy call.
      return isTalking(state) || state.phase === 'incoming'
        ? stay(state)
        : ended(state, 'altered', event.code, nowMs)
    case 'handshake/stalled':
      return state.phase === 'connecting' ? ended(state, 'connection-lost', 'seq', nowMs) : stay(state)
    case 'deadline/passed':
      if (!('deadlineMs' in state) || deadlineOf(state) !== event.deadlineMs) return stay(state)
      return isInterrupted(state) ? overdue(state, nowMs) : timedOut(state, nowMs)
    default:
      return assertNever(event)
  }
}

function prepared(state: LiveCall, cameraProblem: Common['cameraProblem'], nowMs: number): Step {
  const { callId } = state
  const camera = cameraProblem ? { cameraOn: false, cameraProblem } : {}
  if (state.phase === 'dialing' && state.step === 'preparing')
    return go(
      { ...state, ...camera, step: 'inviting', deadlineMs: nowMs + patienceMs.inviting },
      { do: 'invite', callId, video: state.video },
    )
  if (isInvited(state) && state.openingUntilMs !== undefined)
    return go({ ...state, ...camera, openingUntilMs: undefined })
  if (state.phase === 'connecting' && state.step === 'preparing')
    return go({ ...state, ...camera, step: 'accepted', deadlineMs: nowMs + patienceMs.accepted })
  if (state.phase === 'connecting' && state.step === 'revealed')
    return go({ ...state, ...camera, step: 'linking', deadlineMs: nowMs + linkingMs(state) })
  if (isRenewing(state) && state.step === 'preparing')
    return go({ ...state, ...camera, step: 'rekeying' }, { do: 'rekey', callId })
  return stay(state)
}

/** The caller has shown its nonce. The link opens while the microphone does; its proof waits for that (see the engine). */
function revealed(state: LiveCall, nowMs: number): Step {
  if (state.phase !== 'connecting') return stay(state)
  const open = { do: 'open-link', callId: state.callId, initiator: false } as const
  if (state.step === 'preparing') return go({ ...state, step: 'revealed' }, open)
  return state.step === 'accepted'
    ? go({ ...state, step: 'linking', deadlineMs: nowMs + patienceMs.linking }, open)
    : stay(state)
}

const linkingMs = ({ relayOnly = false }: Connecting) =>
  relayOnly ? patienceMs.relaying : patienceMs.linking

function relayOnly(state: LiveCall): Step {
  if (state.phase !== 'connecting' || !isLinking(state) || state.relayOnly) return stay(state)
  const next = { ...state, relayOnly: true }
  // While the microphone opens, the deadline is that of the microphone.
  return state.step === 'linking'
    ? go({ ...next, deadlineMs: state.deadlineMs - patienceMs.linking + patienceMs.relaying })
    : go(next)
}

function accepted(state: LiveCall, video: boolean, nowMs: number): Step {
  if (!isInvited(state)) return stay(state)
  const both = state.video && video
  // As at the callee's: the proof of the link waits for the microphone (see the engine).
  const linking = { step: 'linking', deadlineMs: nowMs + patienceMs.linking } as const
  const opening = state.openingUntilMs
  const { callId, direction, peer, micOn, cameraOn, cameraProblem } = state
  return go(
    {
      callId,
      direction,
      peer,
      video: both,
      micOn,
      cameraOn: both && cameraOn,
      cameraProblem,
      phase: 'connecting',
      ...(opening === undefined ? linking : ({ step: 'revealed', deadlineMs: opening } as const)),
    },
    { do: 'open-link', callId, initiator: true },
  )
}

function bound(state: LiveCall, nowMs: number): Step {
  if (state.phase !== 'connecting' || (state.step !== 'binding' && state.step !== 'linking'))
    return stay(state)
  const { callId, direction, peer, video, micOn, cameraOn, cameraProblem, restartsMs = [] } = state
  const next = {
    callId,
    direction,
    peer,
    video,
    micOn,
    cameraOn,
    cameraProblem,
    phase: 'talking',
    sinceMs: nowMs,
    sasAnswer: 'none',
    peerMicOn: true,
    peerCameraOn: false,
    sharing: noSharing,
    claimedName: null,
    secure: false,
    codeSinceMs: null,
    unverified: false,
    offline: false,
    cameBack: false,
    restartsMs,
  } as const
  return go(
    next,
    setTracks(next),
    { do: 'introduce', callId, peer },
    { do: 'tell-state', callId, micOn, cameraOn },
  )
}

function switched(
  state: LiveCall,
  change: Partial<Pick<Common, 'micOn' | 'cameraOn' | 'cameraProblem'>>,
): Step {
  const next = { ...state, ...change }
  const same =
    next.micOn === state.micOn &&
    next.cameraOn === state.cameraOn &&
    next.cameraProblem === state.cameraProblem
  if (same) return stay(state)
  const { callId, micOn, cameraOn } = next
  // SECURITY: before the link is bound the wish is remembered and nothing is opened; no more while it is renewed.
  if (!isTalking(next)) return go(next)
  const tell = { do: 'tell-state', callId, micOn, cameraOn } as const
  return isRenewing(next) ? go(next, tell) : go(next, setTracks(next), tell)
}

function compared(state: LiveCall, answer: 'match' | 'different' | 'later', nowMs: number): Step {
  if (!isTalking(state)) return stay(state)
  // A safety number can turn out to be another's at any time: that cuts whatever is on.
  if (answer === 'different') {
    const end = ended(state, 'sas-mismatch', null, nowMs)
    return { ...end, effects: [...end.effects, { do: 'mark-mismatched', peer: state.peer }] }
  }
  // SECURITY (R3): there is nothing to compare before the keys of this call were seen to work.
  if (!state.secure) return stay(state)
  if (answer === 'later')
    return state.sasAnswer === 'none' ? go({ ...state, sasAnswer: 'later' }) : stay(state)
  return go({ ...state, sasAnswer: 'match' }, { do: 'mark-verified', peer: state.peer })
}

const hangUpReason = (state: LiveCall) =>
  state.phase === 'dialing' || state.phase === 'ringing'
    ? 'cancelled'
    : state.phase === 'incoming'
      ? 'declined'
      : 'hung-up'

/** The page opens the microphone. */
function isPreparing(state: LiveCall): boolean {
  if (state.phase === 'ringing' || state.phase === 'dialing')
    return state.openingUntilMs !== undefined || (state.phase === 'dialing' && state.step === 'preparing')
  return (
    (state.phase === 'connecting' || state.phase === 'reconnecting') &&
    (state.step === 'preparing' || state.step === 'revealed')
  )
}

function withoutStep(state: Extract<CallState, { phase: 'dialing' }>) {
  const { step: _step, phase: _phase, ...rest } = state
  return rest
}
