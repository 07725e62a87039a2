// How a call ends from each phase: what the peer is told, what is recorded, what is released.
import type { EndReason } from '../../contract/call-view.ts'
import type { HistoryEntry } from '../../contract/ipc.ts'
import type { CallEffect, CallState, Common, LiveCall } from './call-state.ts'

export interface End {
  readonly state: CallState
  readonly effects: readonly CallEffect[]
}

/** Ends a live call. `detail` is the refusal behind it, to be quoted in a report; `note`, with what words it was declined. */
export function ended(
  state: LiveCall,
  reason: EndReason,
  detail: string | null,
  nowMs: number,
  note?: string,
): End {
  const talked = state.phase === 'talking' || state.phase === 'reconnecting' ? state : null
  const { callId } = state
  return endedWith(state, reason, {
    detail,
    durationMs: talked ? nowMs - talked.sinceMs : 0,
    claimedName: talked?.claimedName ?? null,
    note,
    before: [
      ...farewell(state, reason, note),
      { do: 'close-link', callId },
      { do: 'forget', callId },
      ...exposure(state, reason, nowMs),
    ],
  })
}

/** Also for a call that never began. */
export function endedWith(
  call: Common,
  reason: EndReason,
  more: {
    detail?: string | null
    durationMs?: number
    claimedName?: string | null
    note?: string | undefined
    before?: readonly CallEffect[]
  } = {},
): End {
  const { callId, direction, peer, video, micOn, cameraOn, cameraProblem } = call
  const { detail = null, durationMs = 0, claimedName = null, note, before = [] } = more
  const common = { callId, direction, peer, video, micOn, cameraOn, cameraProblem }
  return {
    state: { ...common, phase: 'ended', reason, detail, durationMs, claimedName, note },
    effects: [
      ...before,
      {
        do: 'record',
        peer,
        direction,
        video,
        durationMs,
        outcome: outcomeOf(reason, durationMs, direction),
        note,
      },
      ...(isAlarm(reason) ? [{ do: 'warn', callId, direction, peer, reason, detail } as const] : []),
    ],
  }
}

/** SECURITY: these two say that somebody may be in between. A person has to see them, whatever comes next. */
export const isAlarm = (reason: EndReason): reason is 'altered' | 'sas-mismatch' =>
  reason === 'altered' || reason === 'sas-mismatch'

/** Two people do not read a code to each other in less, in milliseconds. */
export const comparingMs = 15_000

/**
 * SECURITY: whoever stands in between knows once the nonces are out whether both codes agree, and if not, breaks off and
 * tries again for free, unless that is counted (SP1 section 4).
 */
const exposure = (state: LiveCall, reason: EndReason, nowMs: number): CallEffect[] =>
  isExposed(state, reason, nowMs) ? [{ do: 'count-exposure', peer: state.peer }] : []

function isExposed(state: LiveCall, reason: EndReason, nowMs: number): boolean {
  if (state.phase === 'connecting') return true
  if (state.phase !== 'talking' && state.phase !== 'reconnecting') return false
  // Who has answered has compared: nothing of the code is left to be tried.
  if (state.sasAnswer === 'match' || reason === 'sas-mismatch') return false
  // No code was ever shown. Also a person's own hang-up counts: an attacker only has to make them wait for it.
  if (state.codeSinceMs === null) return true
  // From here on how a call ended says little, for the attacker chooses. It does not choose when this person, who hears
  // somebody, leaves; and a call that goes on for as long as a comparison takes is one in which it can be found out. So
  // two people who talk and never compare are not counted.
  if (reason === 'hung-up' || reason === 'blocked') return false
  return nowMs - state.codeSinceMs < comparingMs
}

/** What the peer hears of the end. Nothing, when the end came from there. */
function farewell(state: LiveCall, reason: EndReason, note?: string): CallEffect[] {
  const { callId } = state
  if (reason === 'peer-hung-up' || reason === 'busy' || reason === 'peer-declined') return []
  switch (state.phase) {
    case 'dialing':
      return state.step === 'preparing' ? [] : [{ do: 'cancel', callId }]
    case 'ringing':
      return [{ do: 'cancel', callId }]
    case 'incoming':
      return reason === 'declined' ? [{ do: 'refuse', callId, kind: 'decline', note }] : []
    case 'connecting':
      // Until M2 has left there is no session to say goodbye in, and after it there is nothing to refuse: one does nothing.
      return [
        ...(state.step === 'preparing' ? [{ do: 'refuse', callId, kind: 'decline' } as const] : []),
        { do: 'hang-up', callId, reason: said(reason) },
      ]
    case 'talking':
    case 'reconnecting':
      return [{ do: 'hang-up', callId, reason: said(reason) }]
  }
}

/** A peer learns that it was ended, and not why somebody's microphone failed. */
const said = (reason: EndReason) => (notMeant.has(reason) ? 'connection-lost' : 'hung-up')
const notMeant: ReadonlySet<EndReason> = new Set(['page-gone', 'connection-lost', 'no-relay', 'relay-failed'])

function outcomeOf(
  reason: EndReason,
  durationMs: number,
  direction: Common['direction'],
): HistoryEntry['outcome'] {
  switch (reason) {
    case 'altered':
      return 'altered'
    case 'sas-mismatch':
      return 'mismatch'
    case 'missed':
      return 'missed'
    case 'declined':
    case 'peer-declined':
      return 'declined'
    case 'busy':
      return 'busy'
    case 'no-answer':
      return 'no-answer'
    case 'cancelled':
      return 'cancelled'
    case 'blocked':
      if (durationMs > 0) return 'talked'
      return direction === 'in' ? 'declined' : 'failed'
    default:
      return durationMs > 0 ? 'talked' : 'failed'
  }
}
