import { describe, expect, test } from 'vitest'
import { noSharing, type SharingView } from '../../contract/call-view.ts'
import { reduce } from './call-machine.ts'
import type { CallEvent, CallState } from './call-state.ts'
import { bound, callId, common, nowMs } from './sample-calls.ts'

const talking = (sharing: Partial<SharingView> = {}): CallState => ({
  ...common,
  ...bound,
  phase: 'talking',
  sharing: { ...noSharing, ...sharing },
})
const after = (state: CallState, event: CallEvent) => reduce(state, event, nowMs)
const sharingOf = (state: CallState) => ('sharing' in state ? state.sharing : null)
const tracks = (screenOn: boolean) => ({
  do: 'set-tracks',
  callId,
  micOn: common.micOn,
  cameraOn: common.cameraOn,
  screenOn,
  hear: true,
})

describe('sharing a screen', () => {
  test('is asked, chosen, opened and only then told to the peer', () => {
    const asked = after(talking(), { type: 'user/shared', callId, on: true })
    expect(sharingOf(asked.state)).toEqual({ ...noSharing, own: 'choosing' })
    expect(asked.effects).toEqual([])
    const chosen = after(asked.state, { type: 'screen/chosen', callId, what: 'Screen 1' })
    expect(sharingOf(chosen.state)).toEqual({ ...noSharing, own: 'starting', what: 'Screen 1' })
    expect(chosen.effects).toEqual([tracks(true)])
    const opened = after(chosen.state, { type: 'link/screen-opened', callId })
    expect(sharingOf(opened.state)).toEqual({ ...noSharing, own: 'on', what: 'Screen 1' })
    expect(opened.effects).toEqual([{ do: 'tell-screen', callId, on: true }])
  })

  test.each(['choosing', 'starting', 'on'] as const)('ends at once while it is %s', (own) => {
    const { state, effects } = after(talking({ own, what: 'Mail' }), {
      type: 'user/shared',
      callId,
      on: false,
    })
    expect(sharingOf(state)).toEqual(noSharing)
    expect(effects).toEqual([
      ...(own === 'choosing' ? [] : [tracks(false)]),
      ...(own === 'on' ? [{ do: 'tell-screen', callId, on: false }] : []),
    ])
  })

  test('that is asked for twice asks once', () => {
    for (const own of ['choosing', 'starting', 'on'] as const) {
      const state = talking({ own })
      expect(after(state, { type: 'user/shared', callId, on: true }).state).toBe(state)
    }
  })

  test('opens nothing that came too late: chosen, opened or refused after it was taken back', () => {
    const state = talking()
    for (const event of [
      { type: 'screen/chosen', callId, what: null },
      { type: 'screen/not-chosen', callId, problem: 'screen-failed' },
      { type: 'link/screen-opened', callId },
      { type: 'link/screen-closed', callId, problem: 'screen-gone' },
    ] as const)
      expect(after(state, event)).toEqual({ state, effects: [] })
  })

  test('says why nothing came of it, until it is asked for again', () => {
    const denied = after(talking({ own: 'choosing' }), {
      type: 'screen/not-chosen',
      callId,
      problem: 'screen-denied',
    })
    expect(sharingOf(denied.state)).toEqual({ ...noSharing, problem: 'screen-denied' })
    const gone = after(talking({ own: 'on' }), { type: 'link/screen-closed', callId, problem: 'screen-gone' })
    expect(sharingOf(gone.state)).toEqual({ ...noSharing, problem: 'screen-gone' })
    expect(gone.effects).toEqual([tracks(false), { do: 'tell-screen', callId, on: false }])
    const again = after(gone.state, { type: 'user/shared', callId, on: true })
    expect(sharingOf(again.state)).toEqual({ ...noSharing, own: 'choosing' })
  })

  test('by both at once is two things', () => {
    const { state, effects } = after(talking({ own: 'on', what: 'Mail' }), {
      type: 'peer/shared',
      callId,
      on: true,
    })
    expect(sharingOf(state)).toEqual({ ...noSharing, own: 'on', what: 'Mail', peer: true })
    expect(effects).toEqual([])
    const over = after(state, { type: 'user/shared', callId, on: false })
    expect(sharingOf(over.state)).toEqual({ ...noSharing, peer: true })
  })

  test.each<CallEvent>([
    { type: 'link/failed', callId },
    { type: 'page/gone', callId },
    { type: 'peer/renews', callId },
  ])('is never begun again by a link that is renewed: $type', (event) => {
    const { state, effects } = after(talking({ own: 'on', what: 'Mail', peer: true }), event)
    expect(effects).toContainEqual({ do: 'tell-screen', callId, on: false })
    expect(sharingOf(state)).toEqual({ ...noSharing, problem: 'screen-gone' })
    expect(after(state, { type: 'user/shared', callId, on: true }).state).toBe(state)
  })
})
