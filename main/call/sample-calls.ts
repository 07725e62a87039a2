// A call as the tests of the machine and its parts take it apart: who, when, and what a bound link has added.
import { noSharing } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { Common, TalkingCall } from './call-state.ts'

export const callId = 'AAAAAAAAAAAAAAAAAAAAAA' as CallId
export const otherId = 'BBBBBBBBBBBBBBBBBBBBBB' as CallId
export const peer = 'a'.repeat(56) as Address
export const stranger = 'b'.repeat(56) as Address
export const nowMs = 1_000_000

export const common: Common = {
  callId,
  direction: 'out',
  peer,
  video: true,
  micOn: true,
  cameraOn: true,
  cameraProblem: null,
}

/** Five seconds of a call that is secure since its second one. */
export const bound = {
  sinceMs: nowMs - 5000,
  sasAnswer: 'none',
  peerMicOn: true,
  peerCameraOn: false,
  sharing: noSharing,
  claimedName: null,
  secure: true,
  codeSinceMs: nowMs - 4000,
  unverified: false,
  offline: false,
  cameBack: false,
  restartsMs: [],
} as const satisfies Omit<Extract<TalkingCall, { phase: 'talking' }>, keyof Common | 'phase'>
