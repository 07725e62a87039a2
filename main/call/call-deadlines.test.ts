import { describe, expect, test } from 'vitest'
import { patienceMs, timedOut } from './call-deadlines.ts'
import { reduce } from './call-machine.ts'
import type { CallEvent, CallState } from './call-state.ts'
import { bound, callId, common, nowMs, otherId, peer } from './sample-calls.ts'

/** Of an earlier phase: whoever keeps it has forgotten to set its own. */
const deadlineMs = 7

type Phase<P extends CallState['phase']> = Extract<CallState, { phase: P }>
const dialing = (step: Phase<'dialing'>['step']): Phase<'dialing'> => ({
  ...common,
  phase: 'dialing',
  step,
  deadlineMs,
})
const connecting = (step: Phase<'connecting'>['step']): Phase<'connecting'> => ({
  ...common,
  phase: 'connecting',
  step,
  deadlineMs,
})
const ringing: Phase<'ringing'> = { ...common, phase: 'ringing', deadlineMs }
const incoming: Phase<'incoming'> = { ...common, phase: 'incoming', silenced: false, deadlineMs }
const talking: CallState = { ...common, ...bound, phase: 'talking' }
const reconnecting: Phase<'reconnecting'> = {
  ...common,
  ...bound,
  phase: 'reconnecting',
  step: 'waiting',
  deadlineMs,
  leftMs: 0,
  tries: 9,
}

describe('every phase that cannot last has its own time', () => {
  test.each<[keyof typeof patienceMs, string, CallState, CallEvent]>([
    [
      'preparing',
      'dialling',
      { phase: 'idle' },
      { type: 'user/dialed', callId, peer, video: true, refusedPeer: false },
    ],
    ['inviting', 'inviting', dialing('preparing'), { type: 'link/prepared', callId, cameraProblem: null }],
    ['ringing', 'having invited', dialing('inviting'), { type: 'server/invited', callId }],
    ['ringing', 'ringing there', dialing('invited'), { type: 'peer/ringing', callId }],
    [
      'ringing',
      'ringing here',
      { phase: 'idle' },
      { type: 'peer/called', callId, peer, video: true, survives: false },
    ],
    [
      'ringing',
      'ringing anew',
      incoming,
      { type: 'peer/called', callId: otherId, peer, video: true, survives: false },
    ],
    ['preparing', 'answering', incoming, { type: 'user/answered', callId, video: true }],
    [
      'preparing',
      'answering theirs',
      ringing,
      { type: 'peer/called', callId: otherId, peer, video: true, survives: true },
    ],
    [
      'accepted',
      'having accepted',
      connecting('preparing'),
      { type: 'link/prepared', callId, cameraProblem: null },
    ],
    ['linking', 'linking as callee', connecting('accepted'), { type: 'peer/revealed', callId }],
    ['linking', 'linking as caller', ringing, { type: 'peer/accepted', callId, video: true }],
    ['binding', 'binding', connecting('linking'), { type: 'link/opened', callId }],
    ['noticing', 'hearing nothing', talking, { type: 'link/stalled', callId }],
    ['restarted', 'having restarted', reconnecting, { type: 'link/restarted', callId }],
    ['reconnecting', 'renewing', talking, { type: 'link/failed', callId }],
  ])('%s: %s', (patience, _, state, event) => {
    expect(reduce(state, event, nowMs).state).toMatchObject({ deadlineMs: nowMs + patienceMs[patience] })
  })

  test('and a call that is talked in has none', () => {
    expect(reduce(connecting('binding'), { type: 'link/bound', callId }, nowMs).state).not.toHaveProperty(
      'deadlineMs',
    )
    expect(reduce(reconnecting, { type: 'link/restored', callId }, nowMs).state).not.toHaveProperty(
      'deadlineMs',
    )
  })

  test('which is the promised one', () => {
    expect(patienceMs).toEqual({
      preparing: 10_000,
      inviting: 15_000,
      ringing: 60_000,
      accepted: 10_000,
      linking: 20_000,
      relaying: 15_000,
      binding: 15_000,
      reconnecting: 30_000,
      renewing: 15_000,
      noticing: 600,
      restarted: 3_000,
    })
  })
})

describe('a phase that took too long', () => {
  test.each([
    [dialing('preparing'), 'connection-failed', 'page-silent'],
    [dialing('inviting'), 'server-unreachable', null],
    [dialing('invited'), 'no-answer', null],
    [ringing, 'no-answer', null],
    [incoming, 'missed', null],
    [connecting('preparing'), 'connection-failed', 'timeout-preparing'],
    [connecting('accepted'), 'connection-failed', 'timeout-accepted'],
    // It is the microphone that was waited for, whatever the link may use.
    [{ ...connecting('revealed'), relayOnly: true }, 'connection-failed', 'timeout-revealed'],
    [connecting('linking'), 'connection-failed', 'timeout-linking'],
    [connecting('binding'), 'connection-failed', 'timeout-binding'],
    [reconnecting, 'connection-lost', null],
  ])('ends the call for what is missing: %#', (state, reason, detail) => {
    expect(timedOut(state, nowMs).state).toMatchObject({ phase: 'ended', reason, detail })
  })
})

describe('a link that may use a relay only', () => {
  const linking: CallState = { ...connecting('linking'), deadlineMs: nowMs + patienceMs.linking }
  const relayed = reduce(linking, { type: 'link/relay-only', callId }, nowMs + 3_000).state

  test('has fifteen seconds from the beginning, whenever that was found out', () => {
    expect(relayed).toMatchObject({ deadlineMs: nowMs + 15_000, relayOnly: true })
    expect(reduce(relayed, { type: 'link/relay-only', callId }, nowMs + 4_000).state).toBe(relayed)
  })
  test('ends as one whose relay failed, by time or because the connection failed', () => {
    if (relayed.phase !== 'connecting') throw new Error('it does not connect')
    const reason = { phase: 'ended', reason: 'relay-failed' }
    expect(timedOut(relayed, nowMs).state).toMatchObject({ ...reason, detail: 'timeout-linking' })
    const { state, effects } = reduce(relayed, { type: 'link/failed', callId }, nowMs)
    expect(state).toMatchObject({ ...reason, detail: 'link-failed' })
    // Nobody there has hung up.
    expect(effects).toContainEqual({ do: 'hang-up', callId, reason: 'connection-lost' })
  })
  test('ends as any other once its relay has connected it', () => {
    const { state } = reduce(relayed, { type: 'link/opened', callId }, nowMs)
    if (state.phase !== 'connecting') throw new Error('it does not connect')
    expect(timedOut(state, nowMs).state).toMatchObject({ reason: 'connection-failed' })
    expect(reduce(state, { type: 'link/bound', callId }, nowMs).state).not.toHaveProperty('relayOnly')
  })
})
