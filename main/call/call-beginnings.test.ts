import { describe, expect, test } from 'vitest'
import { answered, called, dialed } from './call-beginnings.ts'
import type { CallId } from '../../contract/ids.ts'
import { patienceMs } from './call-deadlines.ts'
import type { CallState } from './call-state.ts'
import { callId, common, nowMs, otherId, peer, stranger } from './sample-calls.ts'

const deadlineMs = 7

const incoming: Extract<CallState, { phase: 'incoming' }> = {
  ...common,
  direction: 'in',
  phase: 'incoming',
  silenced: true,
  deadlineMs,
}
const ringing: CallState = { ...common, phase: 'ringing', deadlineMs }
const over: CallState = {
  ...common,
  phase: 'ended',
  reason: 'hung-up',
  detail: null,
  durationMs: 0,
  claimedName: null,
}
const dial = { type: 'user/dialed', callId: otherId, peer, video: false, refusedPeer: false } as const
/** The nonce leaves while the microphone opens. */
const accepting = (id: CallId, video: boolean) => [
  { do: 'prepare-link', callId: id, video },
  { do: 'accept', callId: id, video },
  { do: 'begin-link', callId: id, initiator: false },
]
const ring = { type: 'peer/called', callId: otherId, peer, video: false, survives: false } as const

describe('dialling', () => {
  test.each([{ phase: 'idle' } as const, over])(
    'begins a call with the microphone wished open: $phase',
    (state) => {
      expect(dialed(state, dial, nowMs)).toEqual({
        state: {
          callId: otherId,
          direction: 'out',
          peer,
          video: false,
          micOn: true,
          cameraOn: false,
          cameraProblem: null,
          phase: 'dialing',
          step: 'preparing',
          deadlineMs: nowMs + patienceMs.preparing,
        },
        effects: [
          { do: 'prepare-link', callId: otherId, video: false },
          { do: 'seek', callId: otherId, peer },
        ],
      })
    },
  )

  test('with a microphone that opened before the invitation leaves at once', () => {
    const step = dialed({ phase: 'idle' }, { ...dial, proven: true }, nowMs)
    expect(step.state).toMatchObject({
      phase: 'dialing',
      step: 'inviting',
      openingUntilMs: nowMs + patienceMs.preparing,
      deadlineMs: nowMs + patienceMs.inviting,
    })
    expect(step.effects).toEqual([
      { do: 'seek', callId: otherId, peer },
      { do: 'invite', callId: otherId, video: false },
      { do: 'prepare-link', callId: otherId, video: false },
    ])
  })

  test('with pictures wishes the camera open, too', () => {
    expect(dialed({ phase: 'idle' }, { ...dial, video: true }, nowMs).state).toMatchObject({ cameraOn: true })
  })

  test('somebody who is blocked is told and recorded, and opens nothing', () => {
    const step = dialed({ phase: 'idle' }, { ...dial, blocked: true }, nowMs)
    expect(step.state).toMatchObject({ phase: 'ended', reason: 'blocked', callId: otherId })
    expect(step.effects).toEqual([
      { do: 'record', peer, direction: 'out', video: false, durationMs: 0, outcome: 'failed' },
    ])
  })

  test('somebody else changes nothing while it rings', () => {
    expect(dialed(incoming, { ...dial, peer: stranger }, nowMs)).toEqual({ state: incoming, effects: [] })
  })

  test('the one who rings is answering, with the pictures that both asked for', () => {
    const step = dialed(incoming, dial, nowMs)
    expect(step.state).toMatchObject({ callId, phase: 'connecting', video: false, cameraOn: false })
  })
})

describe('being called', () => {
  test.each([{ phase: 'idle' } as const, over])('rings, and opens nothing: $phase', (state) => {
    expect(called(state, { ...ring, video: true }, nowMs)).toEqual({
      state: {
        callId: otherId,
        direction: 'in',
        peer,
        video: true,
        micOn: true,
        cameraOn: true,
        cameraProblem: null,
        phase: 'incoming',
        silenced: false,
        deadlineMs: nowMs + patienceMs.ringing,
      },
      effects: [
        { do: 'ring-back', callId: otherId, peer },
        { do: 'warm-link', callId: otherId },
      ],
    })
  })

  test('again by the one who rings replaces the older call, and stays silenced', () => {
    const step = called(incoming, ring, nowMs)
    expect(step.state).toMatchObject({ callId: otherId, phase: 'incoming', silenced: true, video: false })
    expect(step.effects).toEqual([
      { do: 'forget', callId },
      { do: 'ring-back', callId: otherId, peer },
      { do: 'warm-link', callId: otherId },
    ])
  })

  test.each([
    [false, false, false],
    [false, true, true],
    [true, false, true],
  ])('again is silent if the older call was silenced or this one is to be: %s, %s', (was, is, silenced) => {
    const step = called({ ...incoming, silenced: was }, { ...ring, silent: is }, nowMs)
    expect(step.state).toMatchObject({ callId: otherId, silenced })
  })

  test('by the very call that rings changes nothing', () => {
    expect(called(incoming, { ...ring, callId }, nowMs)).toEqual({ state: incoming, effects: [] })
  })

  test.each([incoming, ringing])('by somebody else meets a busy phone, and is missed: $phase', (state) => {
    expect(called(state, { ...ring, peer: stranger, survives: true }, nowMs)).toEqual({
      state,
      effects: [
        { do: 'refuse', callId: otherId, kind: 'busy' },
        { do: 'forget', callId: otherId },
        { do: 'record', peer: stranger, direction: 'in', video: false, outcome: 'missed', durationMs: 0 },
      ],
    })
  })
})

describe('A8 the call that survives is theirs', () => {
  test('it keeps what the person has muted, and has pictures if both want them', () => {
    const muted: CallState = { ...common, phase: 'ringing', deadlineMs, micOn: false, cameraOn: false }
    const step = called(muted, { ...ring, video: true, survives: true }, nowMs)
    expect(step.state).toEqual({
      callId: otherId,
      direction: 'in',
      peer,
      video: true,
      micOn: false,
      cameraOn: false,
      cameraProblem: null,
      phase: 'connecting',
      step: 'preparing',
      deadlineMs: nowMs + patienceMs.preparing,
    })
  })

  test('it keeps the camera that both want open', () => {
    const step = called(ringing, { ...ring, video: true, survives: true }, nowMs)
    expect(step.state).toMatchObject({ video: true, cameraOn: true })
  })

  test('a voice call of mine stays one, whatever theirs asks for', () => {
    const voice: CallState = { ...common, video: false, cameraOn: false, phase: 'ringing', deadlineMs }
    const step = called(voice, { ...ring, video: true, survives: true }, nowMs)
    expect(step.state).toMatchObject({ video: false, cameraOn: false })
    expect(step.effects.slice(-3)).toEqual(accepting(otherId, false))
  })
})

describe('answering', () => {
  test('leaves the ring behind and prepares what both asked for', () => {
    const step = answered(incoming, true, nowMs)
    expect(step.state).toEqual({
      ...common,
      direction: 'in',
      phase: 'connecting',
      step: 'preparing',
      deadlineMs: nowMs + patienceMs.preparing,
    })
    expect(step.effects).toEqual(accepting(callId, true))
  })

  test.each([
    [false, true],
    [true, false],
    [false, false],
  ])('has no pictures unless both want them: call %s, answer %s', (asked, given) => {
    const step = answered({ ...incoming, video: asked }, given, nowMs)
    expect(step.state).toMatchObject({ video: false, cameraOn: false })
    expect(step.effects).toEqual(accepting(callId, false))
  })
})
