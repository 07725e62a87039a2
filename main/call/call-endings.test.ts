import { describe, expect, test } from 'vitest'
import type { EndReason } from '../../contract/call-view.ts'
import { comparingMs, ended, endedWith } from './call-endings.ts'
import type { CallState, Common, LiveCall } from './call-state.ts'
import { bound as sampleBound, common as sample, nowMs } from './sample-calls.ts'

const common: Common = {
  ...sample,
  direction: 'in',
  micOn: false,
  cameraOn: true,
  cameraProblem: 'camera-busy',
}
const { callId, peer } = common
const bound = {
  ...sampleBound,
  claimedName: 'Bob',
} as const
const talking: LiveCall = { ...common, ...bound, phase: 'talking' }
const reconnecting: LiveCall = {
  ...common,
  ...bound,
  phase: 'reconnecting',
  step: 'waiting',
  deadlineMs: nowMs + 1,
  leftMs: 0,
  tries: 0,
}
const ringing: LiveCall = { ...common, phase: 'ringing', deadlineMs: nowMs + 1 }
const connecting = (step: Extract<CallState, { phase: 'connecting' }>['step']): LiveCall => ({
  ...common,
  phase: 'connecting',
  step,
  deadlineMs: nowMs + 1,
})

describe('SP1 section 4: a call that ends with an unanswered code', () => {
  const counts = (state: LiveCall, reason: EndReason) =>
    ended(state, reason, null, nowMs).effects.some((effect) => effect.do === 'count-exposure')
  const heardFor = (ms: number, change: object = {}): LiveCall => ({
    ...talking,
    sinceMs: 0,
    codeSinceMs: nowMs - ms,
    ...change,
  })

  test.each<EndReason>(['peer-hung-up', 'connection-lost', 'altered', 'frames-failed', 'hung-up'])(
    'counts when it was bound and no sound ever came, however long it stood and whoever ended it: %s',
    (reason) => {
      const silent = { ...talking, sinceMs: 0, secure: false, codeSinceMs: null } as const
      expect(counts(silent, reason)).toBe(true)
      expect(counts({ ...silent, phase: 'reconnecting', step: 'page', deadlineMs: 1 }, reason)).toBe(true)
    },
  )

  test.each<EndReason>(['peer-hung-up', 'connection-lost', 'altered', 'frames-failed'])(
    'counts when it was cut before two people could have compared, and not after: %s',
    (reason) => {
      expect(counts(heardFor(comparingMs - 1), reason)).toBe(true)
      expect(counts(heardFor(comparingMs - 1, { sasAnswer: 'later' }), reason)).toBe(true)
      expect(counts(heardFor(comparingMs), reason)).toBe(false)
    },
  )

  test('does not count when this person heard somebody and left, or has answered', () => {
    for (const reason of ['hung-up', 'blocked'] as const) expect(counts(heardFor(1), reason)).toBe(false)
    expect(counts(heardFor(1, { sasAnswer: 'match' }), 'peer-hung-up')).toBe(false)
    expect(counts(heardFor(1), 'sas-mismatch')).toBe(false)
  })

  test('does not count because its link was renewed and nothing was heard over the new one yet', () => {
    expect(counts(heardFor(comparingMs, { secure: false }), 'connection-lost')).toBe(false)
  })
})

describe('an ended call', () => {
  test.each([talking, reconnecting])(
    'that was talked in keeps how long, and under which name: $phase',
    (state) => {
      expect(ended(state, 'hung-up', null, nowMs).state).toEqual({
        ...common,
        phase: 'ended',
        reason: 'hung-up',
        detail: null,
        durationMs: 5000,
        claimedName: 'Bob',
      })
    },
  )

  test('that was not talked in has no duration and no name, and keeps the refusal behind it', () => {
    expect(ended(ringing, 'altered', 'aead', nowMs).state).toEqual({
      ...common,
      phase: 'ended',
      reason: 'altered',
      detail: 'aead',
      durationMs: 0,
      claimedName: null,
    })
  })

  test('that never began is only recorded', () => {
    const { state, effects } = endedWith(common, 'refused-peer')
    expect(state).toEqual({
      ...common,
      phase: 'ended',
      reason: 'refused-peer',
      detail: null,
      durationMs: 0,
      claimedName: null,
    })
    expect(effects).toEqual([
      { do: 'record', peer, direction: 'in', video: true, durationMs: 0, outcome: 'failed' },
    ])
  })

  test.each<[EndReason, string, string]>([
    ['altered', 'altered', 'altered'],
    ['sas-mismatch', 'mismatch', 'mismatch'],
    ['missed', 'missed', 'missed'],
    ['declined', 'declined', 'declined'],
    ['peer-declined', 'declined', 'declined'],
    ['busy', 'busy', 'busy'],
    ['no-answer', 'no-answer', 'no-answer'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['hung-up', 'talked', 'failed'],
    ['connection-lost', 'talked', 'failed'],
    ['mic-denied', 'talked', 'failed'],
  ])('for %s stands in the history as %s, or %s if nobody talked', (reason, talked, untalked) => {
    const recorded = { do: 'record', peer, direction: 'in', video: true }
    const record = (state: LiveCall) =>
      ended(state, reason, null, nowMs).effects.find((effect) => effect.do === 'record')
    expect(record(talking)).toEqual({ ...recorded, durationMs: 5000, outcome: talked })
    expect(record(ringing)).toEqual({ ...recorded, durationMs: 0, outcome: untalked })
  })

  test('for somebody who was blocked stands in the history as talked, or else as one that I declined or that failed', () => {
    const outcome = (call: LiveCall) => {
      const record = ended(call, 'blocked', null, nowMs).effects.find((effect) => effect.do === 'record')
      return record?.do === 'record' && record.outcome
    }
    expect(outcome(talking)).toBe('talked')
    expect(outcome(ringing)).toBe('declined')
    expect(outcome({ ...ringing, direction: 'out' })).toBe('failed')
  })

  test('lets go of the page and of the keys, in this order, and is recorded last', () => {
    const orders = ended(talking, 'hung-up', null, nowMs).effects
    expect(orders.slice(0, 3)).toEqual([
      { do: 'hang-up', callId, reason: 'hung-up' },
      { do: 'close-link', callId },
      { do: 'forget', callId },
    ])
    expect(orders[3]?.do).toBe('record')
  })
})

describe('what the peer hears of the end', () => {
  const heard = (state: LiveCall, reason: EndReason) =>
    ended(state, reason, null, nowMs).effects.filter((effect) =>
      ['cancel', 'refuse', 'hang-up'].includes(effect.do),
    )

  test.each(['peer-hung-up', 'busy', 'peer-declined'] as const)(
    'is nothing when it came from there: %s',
    (reason) => {
      expect(heard(talking, reason)).toEqual([])
      expect(heard(ringing, reason)).toEqual([])
    },
  )

  test('is a cancellation once the invitation may have left', () => {
    const dialing = (step: 'preparing' | 'inviting' | 'invited'): LiveCall => ({
      ...common,
      phase: 'dialing',
      step,
      deadlineMs: nowMs + 1,
    })
    expect(heard(dialing('preparing'), 'cancelled')).toEqual([])
    expect(heard(dialing('inviting'), 'cancelled')).toEqual([{ do: 'cancel', callId }])
    expect(heard(dialing('invited'), 'no-answer')).toEqual([{ do: 'cancel', callId }])
    expect(heard(ringing, 'no-answer')).toEqual([{ do: 'cancel', callId }])
  })

  test('is a refusal while there is no session to say goodbye in, and else a goodbye', () => {
    const goodbye = { do: 'hang-up', callId, reason: 'hung-up' }
    // Whether the nonce has left is not known here; what does not fit finds nothing to do.
    const refusal = { do: 'refuse', callId, kind: 'decline' }
    expect(heard(connecting('preparing'), 'mic-denied')).toEqual([refusal, goodbye])
    for (const step of ['revealed', 'accepted', 'linking', 'binding'] as const)
      expect(heard(connecting(step), 'mic-denied')).toEqual([goodbye])
  })

  test('is, while it rings here, only that the person declined', () => {
    const incoming: LiveCall = { ...common, phase: 'incoming', silenced: false, deadlineMs: nowMs + 1 }
    expect(heard(incoming, 'declined')).toEqual([{ do: 'refuse', callId, kind: 'decline' }])
    expect(heard(incoming, 'missed')).toEqual([])
  })

  test.each(['page-gone', 'connection-lost', 'no-relay', 'relay-failed'] as const)(
    'is that nobody meant to hang up: %s',
    (reason) => {
      expect(heard(reconnecting, reason)).toEqual([{ do: 'hang-up', callId, reason: 'connection-lost' }])
    },
  )

  test.each(['sas-mismatch', 'mic-denied', 'blocked', 'hung-up'] as const)('is never why: %s', (reason) => {
    expect(heard(reconnecting, reason)).toEqual([{ do: 'hang-up', callId, reason: 'hung-up' }])
  })
})
