import { describe, expect, test } from 'vitest'
import { reduce } from './call-machine.ts'
import type { CallEvent, CallState, Common } from './call-state.ts'
import { bound, callId, common, nowMs, peer } from './sample-calls.ts'

const deadlineMs = nowMs + 1000
const talking: Extract<CallState, { phase: 'talking' }> = {
  ...common,
  ...bound,
  phase: 'talking',
}
const ringing: CallState = { ...common, phase: 'ringing', deadlineMs }
const incoming: CallState = { ...common, phase: 'incoming', silenced: false, deadlineMs }
const linking: CallState = { ...common, phase: 'connecting', step: 'linking', deadlineMs }

const after = (state: CallState, event: CallEvent) => reduce(state, event, nowMs)

describe('a switch of the person', () => {
  test.each<[string, CallEvent, object]>([
    ['mutes', { type: 'user/muted', callId, micOn: false }, { micOn: false, cameraOn: true }],
    [
      'closes the camera',
      { type: 'user/camera-switched', callId, cameraOn: false },
      { micOn: true, cameraOn: false },
    ],
  ])('%s in a call, and the peer is told', (_, event, wish) => {
    const { state, effects } = after(talking, event)
    expect(state).toEqual({ ...talking, ...wish })
    expect(effects).toEqual([
      { do: 'set-tracks', callId, ...wish, screenOn: false, hear: true },
      { do: 'tell-state', callId, ...wish },
    ])
  })

  test('that changes nothing orders nothing', () => {
    for (const event of [
      { type: 'user/muted', callId, micOn: true },
      { type: 'user/camera-switched', callId, cameraOn: true },
    ] as const)
      expect(after(talking, event)).toEqual({ state: talking, effects: [] })
  })

  test('before the link is bound is remembered, and opens nothing', () => {
    const { state, effects } = after(ringing, { type: 'user/muted', callId, micOn: false })
    expect(state).toEqual({ ...ringing, micOn: false })
    expect(effects).toEqual([])
  })

  test('opens no camera in a voice call', () => {
    const voice: CallState = { ...talking, video: false, cameraOn: false }
    expect(after(voice, { type: 'user/camera-switched', callId, cameraOn: true }).state).toBe(voice)
  })

  test('of the camera takes an earlier problem off, even if the wish is the same', () => {
    const closed: CallState = { ...talking, cameraOn: false, cameraProblem: 'camera-busy' }
    expect(after(closed, { type: 'user/camera-switched', callId, cameraOn: false }).state).toEqual({
      ...closed,
      cameraProblem: null,
    })
  })
})

describe('a camera that fails', () => {
  test('is closed with its reason, once', () => {
    const failed: CallEvent = { type: 'link/camera-failed', callId, code: 'camera-busy' }
    const { state } = after(talking, failed)
    expect(state).toEqual({ ...talking, cameraOn: false, cameraProblem: 'camera-busy' })
    expect(after(state, failed).state).toBe(state)
  })

  test('before the call leaves a voice and the reason', () => {
    const dialing: CallState = { ...common, phase: 'dialing', step: 'preparing', deadlineMs }
    const answering: CallState = { ...common, phase: 'connecting', step: 'preparing', deadlineMs }
    const prepared = (cameraProblem: Common['cameraProblem']): CallEvent => ({
      type: 'link/prepared',
      callId,
      cameraProblem,
    })
    for (const state of [dialing, answering]) {
      expect(after(state, prepared('camera-busy')).state).toMatchObject({
        cameraOn: false,
        cameraProblem: 'camera-busy',
      })
      expect(after(state, prepared(null)).state).toMatchObject({ cameraOn: true, cameraProblem: null })
    }
    expect(after(dialing, prepared(null)).effects).toEqual([{ do: 'invite', callId, video: true }])
    expect(after(answering, prepared(null)).state).toMatchObject({ step: 'accepted' })
  })

  test('is no reason to end anything that does not prepare', () => {
    expect(after(talking, { type: 'link/prepared', callId, cameraProblem: 'camera-busy' }).state).toBe(
      talking,
    )
  })
})

describe('a link that cannot be prepared', () => {
  const dialing: CallState = { ...common, phase: 'dialing', step: 'preparing', deadlineMs }

  test.each(['mic-denied', 'mic-missing', 'mic-busy'] as const)('ends the call as %s', (code) => {
    const { state } = after(dialing, { type: 'link/not-prepared', callId, code })
    expect(state).toMatchObject({ reason: code, detail: null })
  })

  test('for another reason is a failed connection', () => {
    const { state } = after(dialing, { type: 'link/not-prepared', callId, code: 'link-failed' })
    expect(state).toMatchObject({ reason: 'connection-failed', detail: 'link-failed' })
  })

  test('for another reason in a call that talked is a lost connection', () => {
    const renewing: CallState = { ...talking, phase: 'reconnecting', step: 'preparing', deadlineMs }
    const { state } = after(renewing, { type: 'link/not-prepared', callId, code: 'link-failed' })
    expect(state).toMatchObject({ reason: 'connection-lost', detail: 'link-failed' })
  })
})

describe('what the peer says of itself', () => {
  test.each<CallEvent>([
    { type: 'peer/switched', callId, micOn: true, cameraOn: true },
    { type: 'peer/switched', callId, micOn: false, cameraOn: false },
  ])('is shown: %j', (event) => {
    const { micOn: peerMicOn, cameraOn: peerCameraOn } = event as { micOn: boolean; cameraOn: boolean }
    expect(after(talking, event)).toEqual({ state: { ...talking, peerMicOn, peerCameraOn }, effects: [] })
  })

  test('changes nothing if it is known', () => {
    expect(after(talking, { type: 'peer/switched', callId, micOn: true, cameraOn: false }).state).toBe(
      talking,
    )
    const named = after(talking, { type: 'peer/named', callId, name: 'Bob' }).state
    expect(named).toEqual({ ...talking, claimedName: 'Bob' })
    expect(after(named, { type: 'peer/named', callId, name: 'Bob' }).state).toBe(named)
  })

  test('counts for nothing before the link is bound', () => {
    expect(after(linking, { type: 'peer/named', callId, name: 'Bob' }).state).toBe(linking)
    expect(after(linking, { type: 'peer/switched', callId, micOn: false, cameraOn: true }).state).toBe(
      linking,
    )
  })
})

describe('an answer to the code', () => {
  const answer = (state: CallState, given: 'match' | 'different' | 'later') =>
    after(state, { type: 'user/compared', callId, answer: given })

  test('"They match" verifies the peer', () => {
    expect(answer(talking, 'match')).toEqual({
      state: { ...talking, sasAnswer: 'match' },
      effects: [{ do: 'mark-verified', peer }],
    })
  })

  test('"Later" is remembered, and takes no answer back', () => {
    const later = answer(talking, 'later')
    expect(later).toEqual({ state: { ...talking, sasAnswer: 'later' }, effects: [] })
    expect(answer(later.state, 'later').state).toBe(later.state)
    const matched = answer(talking, 'match').state
    expect(answer(matched, 'later').state).toBe(matched)
  })

  test('"Different" marks the peer after everything else', () => {
    expect(answer(talking, 'different').effects.at(-1)).toEqual({ do: 'mark-mismatched', peer })
  })
})

describe('an accepted call', () => {
  const accept = (state: CallState, video: boolean) => after(state, { type: 'peer/accepted', callId, video })

  test('is linked by its caller, with what both want and the person has left open', () => {
    const muted: CallState = { ...common, phase: 'ringing', deadlineMs, micOn: false, cameraOn: false }
    const { state, effects } = accept(muted, true)
    expect(state).toMatchObject({
      ...common,
      micOn: false,
      cameraOn: false,
      phase: 'connecting',
      step: 'linking',
    })
    expect(effects).toEqual([{ do: 'open-link', callId, initiator: true }])
  })

  test('keeps the camera that both want open', () => {
    expect(accept({ ...common, phase: 'ringing', deadlineMs }, true).state).toMatchObject({
      video: true,
      cameraOn: true,
    })
  })

  test('has no pictures that nobody asked for', () => {
    const voice: CallState = { ...common, phase: 'ringing', deadlineMs, video: false, cameraOn: false }
    expect(accept(voice, true).state).toMatchObject({ video: false, cameraOn: false })
  })

  test('is linked by its callee when the code is sure', () => {
    const waiting: CallState = { ...common, phase: 'connecting', step: 'accepted', deadlineMs }
    expect(after(waiting, { type: 'peer/revealed', callId }).effects).toEqual([
      { do: 'open-link', callId, initiator: false },
    ])
  })
})

describe('a bound call', () => {
  test('begins now, unmuted at the other end as far as known, and says its name and state', () => {
    const { state, effects } = after(
      { ...linking, micOn: false, cameraOn: false },
      { type: 'link/bound', callId },
    )
    const wish = { micOn: false, cameraOn: false }
    expect(state).toEqual({ ...talking, ...wish, sinceMs: nowMs, secure: false, codeSinceMs: null })
    expect(effects).toEqual([
      { do: 'set-tracks', callId, ...wish, screenOn: false, hear: true },
      { do: 'introduce', callId, peer },
      { do: 'tell-state', callId, ...wish },
    ])
  })

  test('that comes back is as it was', () => {
    const away = after(talking, { type: 'link/interrupted', callId }).state
    expect(after(away, { type: 'link/restored', callId }).state).toEqual({
      ...talking,
      cameBack: true,
      restartsMs: [nowMs],
    })
  })
})

describe('how a call ends says why', () => {
  test.each<[CallState, CallEvent, string, string | null]>([
    [linking, { type: 'link/failed', callId }, 'connection-failed', 'link-failed'],
    [linking, { type: 'handshake/stalled', callId }, 'connection-lost', 'seq'],
    [ringing, { type: 'handshake/refused', callId, code: 'bind' }, 'altered', 'bind'],
    [talking, { type: 'link/altered', callId, code: 'certificate' }, 'altered', 'certificate'],
    [linking, { type: 'peer/hung-up', callId, lost: true }, 'connection-lost', null],
    [linking, { type: 'peer/hung-up', callId, lost: false }, 'peer-hung-up', null],
    [linking, { type: 'user/hung-up', callId }, 'hung-up', null],
    [
      { ...common, phase: 'dialing', step: 'invited', deadlineMs },
      { type: 'server/refused', callId, reason: 'server-unreachable' },
      'server-unreachable',
      null,
    ],
  ])('%#: %j', (state, event, reason, detail) => {
    expect(after(state, event).state).toMatchObject({ phase: 'ended', reason, detail })
  })
})

test('a ring is silenced once, and goes on', () => {
  const { state, effects } = after(incoming, { type: 'user/silenced', callId })
  expect(state).toEqual({ ...incoming, silenced: true })
  expect(effects).toEqual([])
  expect(after(state, { type: 'user/silenced', callId }).state).toBe(state)
})

test('"it rings there" leaves no step of dialling behind', () => {
  const invited: CallState = { ...common, phase: 'dialing', step: 'invited', deadlineMs }
  expect(after(invited, { type: 'peer/ringing', callId }).state).toEqual({
    ...common,
    phase: 'ringing',
    deadlineMs: nowMs + 60_000,
  })
})
