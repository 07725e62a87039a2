// What one event does to a call, and the questions that more than one file asks of a state. Shapes and predicates only.
import type { CallEffect, CallState, Connecting, LiveCall, TalkingCall } from './call-state.ts'

export interface Step {
  readonly state: CallState
  readonly effects: readonly CallEffect[]
}

export const stay = (state: CallState): Step => ({ state, effects: [] })
export const go = (state: CallState, ...effects: CallEffect[]): Step => ({ state, effects })

export const isTalking = (state: CallState): state is TalkingCall =>
  state.phase === 'talking' || state.phase === 'reconnecting'

/** The first link is open, and the two look for each other. */
export const isLinking = ({ step }: Connecting): boolean => step === 'linking' || step === 'revealed'

/** What may leave this computer now, and whether what arrives is played. */
export const setTracks = ({ callId, micOn, cameraOn, sharing, unverified }: TalkingCall): CallEffect => ({
  do: 'set-tracks',
  callId,
  micOn,
  cameraOn,
  screenOn: sharing.own === 'starting' || sharing.own === 'on',
  hear: !unverified,
})

/** M1 may have reached the callee: its answer can overtake the server's word that it was taken. */
export const isInvited = (state: LiveCall): state is Extract<LiveCall, { phase: 'dialing' | 'ringing' }> =>
  state.phase === 'ringing' || (state.phase === 'dialing' && state.step !== 'preparing')
