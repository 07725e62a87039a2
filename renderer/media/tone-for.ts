// Which tone belongs to what a call is doing. Pure.
import type { CallView, EndReason } from '../../contract/call-view.ts'

export type Tone = 'ring' | 'ring-back' | 'busy' | 'ended' | 'interrupted' | 'back'

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
    case 'incoming':
      return call.silenced ? null : 'ring'
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
