// Which tone and which ring belong to what a call is doing. Pure.
import type { CallView, EndReason } from '../../contract/call-view.ts'
import type { RingView, Ringtone } from '../../contract/ringing.ts'

export type Tone = 'ring-back' | 'busy' | 'ended' | 'interrupted' | 'back'

/** Nothing is heard where the person did it, or was not there for it. */
const endTones: Readonly<Record<EndReason, Tone | null>> = {
  'hung-up': null,
  'peer-hung-up': 'ended',
  cancelled: null,
  missed: null,
  declined: null,
  'peer-declined': 'busy',
  busy: 'busy',
  'no-answer': 'ended',
  'not-at-server': 'ended',
  'server-unreachable': 'ended',
  'mic-denied': 'ended',
  'mic-missing': 'ended',
  'mic-busy': 'ended',
  'connection-failed': 'ended',
  'connection-lost': 'ended',
  'no-relay': 'ended',
  'relay-failed': 'ended',
  altered: 'ended',
  'sas-mismatch': null,
  'refused-peer': null,
  blocked: null,
  'page-gone': null,
  'frames-failed': null,
}

export function toneFor(call: CallView): Tone | null {
  switch (call.phase) {
    case 'ringing':
      return 'ring-back'
    case 'reconnecting':
      return 'interrupted'
    case 'talking':
      return call.cameBack ? 'back' : null
    case 'ended':
      // Nobody waits at the phone for an incoming call that rang out; it is in the history.
      return call.direction === 'in' && call.reason === 'no-answer' ? null : endTones[call.reason]
    default:
      return null
  }
}

/** Null is silence. A call decides for itself; without one a rehearsal may ring. */
export function ringFor(call: CallView, ringing: Pick<RingView, 'rehearsal'>): Ringtone | null {
  if (call.phase === 'incoming') return call.silenced ? null : call.tone
  return call.phase === 'idle' || call.phase === 'ended' ? ringing.rehearsal : null
}
