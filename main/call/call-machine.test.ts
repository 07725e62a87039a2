import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import { patienceMs } from './call-deadlines.ts'
import { idle, reduce } from './call-machine.ts'
import { isInterrupted, isRenewing } from './call-renewal.ts'
import { isTalking } from './call-step.ts'
import type { CallEffect, CallEvent, CallState, Phase } from './call-state.ts'
import type { FrameVerdict } from './frame-watch.ts'
import { bound, callId, common, nowMs, otherId, peer, stranger } from './sample-calls.ts'

const deadlineMs = nowMs + 1000
const openingUntilMs = nowMs + 2000
const interruptedPart = { phase: 'reconnecting', deadlineMs, leftMs: 10_000, tries: 0 } as const

/** One state of every phase and step. */
const states = {
  idle,
  'dialing preparing': { ...common, phase: 'dialing', step: 'preparing', deadlineMs },
  'dialing inviting': { ...common, phase: 'dialing', step: 'inviting', deadlineMs },
  'dialing invited': { ...common, phase: 'dialing', step: 'invited', deadlineMs },
  ringing: { ...common, phase: 'ringing', deadlineMs },
  'dialing inviting opening': { ...common, phase: 'dialing', step: 'inviting', openingUntilMs, deadlineMs },
  'dialing invited opening': { ...common, phase: 'dialing', step: 'invited', openingUntilMs, deadlineMs },
  'ringing opening': { ...common, phase: 'ringing', openingUntilMs, deadlineMs },
  incoming: { ...common, direction: 'in', phase: 'incoming', silenced: false, deadlineMs },
  'connecting preparing': { ...common, direction: 'in', phase: 'connecting', step: 'preparing', deadlineMs },
  'connecting revealed': { ...common, direction: 'in', phase: 'connecting', step: 'revealed', deadlineMs },
  'connecting accepted': { ...common, direction: 'in', phase: 'connecting', step: 'accepted', deadlineMs },
  'connecting linking': { ...common, phase: 'connecting', step: 'linking', deadlineMs },
  'connecting binding': { ...common, phase: 'connecting', step: 'binding', deadlineMs },
  talking: { ...common, ...bound, phase: 'talking' },
  stalled: { ...common, ...bound, ...interruptedPart, step: 'stalled' },
  reconnecting: { ...common, ...bound, ...interruptedPart, step: 'waiting' },
  restarted: { ...common, ...bound, ...interruptedPart, step: 'restarted' },
  'renewing page': { ...common, ...bound, phase: 'reconnecting', step: 'page', deadlineMs },
  'renewing preparing': { ...common, ...bound, phase: 'reconnecting', step: 'preparing', deadlineMs },
  'renewing rekeying': { ...common, ...bound, phase: 'reconnecting', step: 'rekeying', deadlineMs },
  'renewing linking': { ...common, ...bound, phase: 'reconnecting', step: 'linking', deadlineMs },
  ended: {
    ...common,
    phase: 'ended',
    reason: 'hung-up',
    detail: null,
    durationMs: 0,
    claimedName: null,
  },
} as const satisfies Record<string, CallState>
type StateName = keyof typeof states
const stateNames = Object.keys(states) as StateName[]

/** One event of every kind, about this call. */
const events = {
  'user/dialed': { type: 'user/dialed', callId: otherId, peer: stranger, video: true, refusedPeer: false },
  'user/answered': { type: 'user/answered', callId, video: true },
  'user/declined': { type: 'user/declined', callId },
  'user/silenced': { type: 'user/silenced', callId },
  'user/hung-up': { type: 'user/hung-up', callId },
  'user/muted': { type: 'user/muted', callId, micOn: false },
  'user/camera-switched': { type: 'user/camera-switched', callId, cameraOn: false },
  'user/shared': { type: 'user/shared', callId, on: true },
  'screen/chosen': { type: 'screen/chosen', callId, what: 'Screen 1' },
  'screen/not-chosen': { type: 'screen/not-chosen', callId, problem: null },
  'link/screen-opened': { type: 'link/screen-opened', callId },
  'link/screen-closed': { type: 'link/screen-closed', callId, problem: 'screen-gone' },
  'user/compared': { type: 'user/compared', callId, answer: 'match' },
  'user/dismissed': { type: 'user/dismissed', callId },
  'user/blocked': { type: 'user/blocked', callId },
  'link/prepared': { type: 'link/prepared', callId, cameraProblem: null },
  'link/not-prepared': { type: 'link/not-prepared', callId, code: 'mic-denied' },
  'link/relay-only': { type: 'link/relay-only', callId },
  'link/no-way': { type: 'link/no-way', callId, code: 'no-relay' },
  'link/opened': { type: 'link/opened', callId },
  'link/bound': { type: 'link/bound', callId },
  'link/rekeyed': { type: 'link/rekeyed', callId },
  'link/stalled': { type: 'link/stalled', callId },
  'link/interrupted': { type: 'link/interrupted', callId },
  'link/restarted': { type: 'link/restarted', callId },
  'link/restored': { type: 'link/restored', callId },
  'link/restart-due': { type: 'link/restart-due', callId, tries: 0 },
  'link/failed': { type: 'link/failed', callId },
  'link/frames-failed': { type: 'link/frames-failed', callId },
  'link/secured': { type: 'link/secured', callId },
  'link/frames-judged': { type: 'link/frames-judged', callId, verdict: 'bypassed' },
  'link/altered': { type: 'link/altered', callId, code: 'certificate' },
  'link/camera-failed': { type: 'link/camera-failed', callId, code: 'camera-busy' },
  'page/gone': { type: 'page/gone', callId },
  'page/ready': { type: 'page/ready', callId },
  'network/changed': { type: 'network/changed', callId, online: true },
  'peer/called': { type: 'peer/called', callId: otherId, peer: stranger, video: false, survives: true },
  'peer/ringing': { type: 'peer/ringing', callId },
  'peer/accepted': { type: 'peer/accepted', callId, video: true },
  'peer/revealed': { type: 'peer/revealed', callId },
  'peer/busy': { type: 'peer/busy', callId },
  'peer/declined': { type: 'peer/declined', callId },
  'peer/cancelled': { type: 'peer/cancelled', callId },
  'peer/hung-up': { type: 'peer/hung-up', callId, lost: false },
  'peer/asks-restart': { type: 'peer/asks-restart', callId },
  'peer/restarts': { type: 'peer/restarts', callId },
  'peer/renews': { type: 'peer/renews', callId },
  'peer/named': { type: 'peer/named', callId, name: 'Bob' },
  'peer/switched': { type: 'peer/switched', callId, micOn: false, cameraOn: true },
  'peer/shared': { type: 'peer/shared', callId, on: true },
  'server/invited': { type: 'server/invited', callId },
  'server/returned': { type: 'server/returned', callId },
  'server/refused': { type: 'server/refused', callId, reason: 'not-at-server' },
  'handshake/refused': { type: 'handshake/refused', callId, code: 'aead' },
  'handshake/stalled': { type: 'handshake/stalled', callId },
  'deadline/passed': { type: 'deadline/passed', callId, deadlineMs },
} as const satisfies { [T in CallEvent['type']]: CallEvent & { type: T } }
type EventName = keyof typeof events
const eventNames = Object.keys(events) as EventName[]

const live = stateNames.filter((name) => name !== 'idle' && name !== 'ended')
/** The invitation did not wait for the microphone. */
const opening = ['dialing inviting opening', 'dialing invited opening', 'ringing opening'] as const
const asked = ['dialing inviting', 'dialing invited', 'ringing', ...opening] as const
const connecting = live.filter((name) => name.startsWith('connecting'))
const renewing = ['renewing page', 'renewing preparing', 'renewing rekeying', 'renewing linking'] as const
/** Nothing was said of the link yet. */
const unopened: readonly StateName[] = ['connecting preparing', 'connecting accepted']
/** The link is there, and carries something or may do so again. */
const linked = ['talking', 'stalled', 'reconnecting', 'restarted'] as const
const talks = [...linked, ...renewing] as const
/** A link that these had, or hope for, is gone for good. */
const renewable = [...linked, 'renewing rekeying', 'renewing linking'] as const
const all = <T extends string>(names: readonly T[], outcome: string) =>
  Object.fromEntries(names.map((name) => [name, outcome]))

const same = <T extends string>(names: readonly T[]) => Object.fromEntries(names.map((name) => [name, name]))

/** Where each event leads from each state, as `phase [step|reason]`. What is not listed changes nothing. */
const table: { readonly [E in EventName]: Partial<Record<StateName, string>> } = {
  'user/dialed': { idle: 'dialing preparing', ended: 'dialing preparing' },
  'user/answered': { incoming: 'connecting preparing' },
  'user/declined': { incoming: 'ended declined' },
  'user/silenced': { incoming: 'incoming' },
  'user/hung-up': {
    ...all(live, 'ended hung-up'),
    'dialing preparing': 'ended cancelled',
    ...all(asked, 'ended cancelled'),
    incoming: 'ended declined',
  },
  'user/muted': same(live),
  'user/camera-switched': same(live),
  // SECURITY: before a link is bound, and while it is renewed, nobody is asked what to show; what nobody asked for is nothing.
  'user/shared': same(linked),
  'screen/chosen': {},
  'screen/not-chosen': {},
  'link/screen-opened': {},
  'link/screen-closed': {},
  'user/compared': same(talks),
  'user/dismissed': { ended: 'idle' },
  'user/blocked': all(live, 'ended blocked'),
  'link/prepared': {
    'dialing preparing': 'dialing inviting',
    'dialing inviting opening': 'dialing inviting',
    'dialing invited opening': 'dialing invited',
    'ringing opening': 'ringing',
    'connecting preparing': 'connecting accepted',
    'connecting revealed': 'connecting linking',
    'renewing preparing': 'renewing rekeying',
  },
  'link/not-prepared': {
    'dialing preparing': 'ended mic-denied',
    ...all(opening, 'ended mic-denied'),
    'connecting preparing': 'ended mic-denied',
    'connecting revealed': 'ended mic-denied',
    'renewing preparing': 'ended mic-denied',
  },
  'link/relay-only': {
    'connecting revealed': 'connecting revealed',
    'connecting linking': 'connecting linking',
  },
  'link/no-way': { 'connecting revealed': 'ended no-relay', 'connecting linking': 'ended no-relay' },
  'link/opened': { 'connecting linking': 'connecting binding' },
  'link/bound': {
    'connecting linking': 'talking',
    'connecting binding': 'talking',
    'renewing linking': 'talking',
  },
  'link/rekeyed': { 'renewing rekeying': 'renewing linking' },
  'link/stalled': { talking: 'stalled' },
  'link/interrupted': { talking: 'reconnecting', stalled: 'reconnecting' },
  'link/restarted': { reconnecting: 'restarted' },
  'link/restored': { stalled: 'talking', reconnecting: 'talking', restarted: 'talking' },
  'link/frames-failed': all(
    live.filter((name) => name !== 'incoming'),
    'ended frames-failed',
  ),
  'link/secured': {},
  'link/frames-judged': all(talks, 'ended altered'),
  'link/failed': { ...all(connecting, 'ended connection-failed'), ...all(renewable, 'renewing preparing') },
  'link/altered': all([...connecting, ...talks], 'ended altered'),
  'link/camera-failed': same(live),
  'page/gone': {
    ...Object.fromEntries(
      live
        .filter((name) => name !== 'incoming' && !isTalking(states[name]))
        .map((name) => [name, 'ended page-gone']),
    ),
    ...all(renewable, 'renewing page'),
    'renewing preparing': 'renewing page',
  },
  'page/ready': { 'renewing page': 'renewing preparing' },
  'network/changed': {
    talking: 'talking',
    stalled: 'stalled',
    reconnecting: 'reconnecting',
    restarted: 'reconnecting',
    ...same(connecting),
  },
  // Nobody waits for it here: see the tests of the recovery.
  'link/restart-due': {},
  'peer/restarts': same(connecting),
  // Only a caller can restart it.
  'peer/asks-restart': { ...same(linked), ...same(['connecting linking', 'connecting binding']) },
  'server/returned': {
    reconnecting: 'reconnecting',
    ...same(renewing),
  },
  'peer/called': { idle: 'incoming', ended: 'incoming' },
  'peer/ringing': {
    'dialing inviting': 'ringing',
    'dialing invited': 'ringing',
    'dialing inviting opening': 'ringing opening',
    'dialing invited opening': 'ringing opening',
  },
  'peer/accepted': { ...all(asked, 'connecting linking'), ...all(opening, 'connecting revealed') },
  'peer/revealed': {
    'connecting preparing': 'connecting revealed',
    'connecting accepted': 'connecting linking',
  },
  'peer/busy': all(asked, 'ended busy'),
  'peer/declined': all(asked, 'ended peer-declined'),
  'peer/cancelled': { incoming: 'ended missed', ...all(connecting, 'ended peer-hung-up') },
  'peer/hung-up': { ...all(connecting, 'ended peer-hung-up'), ...all(talks, 'ended peer-hung-up') },
  'peer/renews': all(renewable, 'renewing preparing'),
  'peer/named': same(talks),
  'peer/switched': same(talks),
  'peer/shared': same(talks),
  'server/invited': {
    'dialing inviting': 'dialing invited',
    'dialing inviting opening': 'dialing invited opening',
  },
  'server/refused': all(
    live.filter((name) => name.startsWith('dialing')),
    'ended not-at-server',
  ),
  'handshake/refused': all(
    live.filter((name) => !isTalking(states[name]) && name !== 'incoming'),
    'ended altered',
  ),
  'handshake/stalled': all(connecting, 'ended connection-lost'),
  'deadline/passed': {
    'dialing preparing': 'ended connection-failed',
    'dialing inviting': 'ended server-unreachable',
    'dialing invited': 'ended no-answer',
    'dialing inviting opening': 'ended server-unreachable',
    'dialing invited opening': 'ended no-answer',
    ringing: 'ended no-answer',
    'ringing opening': 'ended no-answer',
    incoming: 'ended missed',
    ...all(connecting, 'ended connection-failed'),
    stalled: 'reconnecting',
    reconnecting: 'reconnecting',
    restarted: 'renewing preparing',
    ...all(renewing, 'ended connection-lost'),
  },
}

/** What the peer is told when a call ends here. */
const farewells: Partial<Record<StateName, string>> = {
  ...all(asked, 'cancel'),
  incoming: 'refuse',
  // The page may not have made the certificate yet: one of the two finds nothing to do.
  'connecting preparing': 'refuse hang-up',
  'connecting revealed': 'hang-up',
  'connecting accepted': 'hang-up',
  'connecting linking': 'hang-up',
  'connecting binding': 'hang-up',
  ...all(talks, 'hang-up'),
}
const endsThere: readonly EventName[] = ['peer/busy', 'peer/declined', 'peer/cancelled', 'peer/hung-up']
/** What an event that ends nothing orders, before and after the link is bound. */
const orders: { readonly [E in EventName]?: string } = {
  'user/dialed': 'prepare-link seek',
  'user/answered': 'prepare-link accept begin-link',
  'user/compared': 'mark-verified',
  'link/bound': 'set-tracks introduce tell-state',
  'link/interrupted': 'restart-link',
  'link/restored': 'set-tracks',
  'network/changed': 'restart-link',
  'peer/asks-restart': 'restart-link',
  'server/returned': 'restart-link',
  'link/rekeyed': 'open-link',
  'link/failed': 'suspend-link prepare-link',
  'page/gone': 'suspend-link',
  'page/ready': 'prepare-link',
  'peer/renews': 'suspend-link prepare-link',
  'peer/called': 'ring-back warm-link',
  'server/invited': 'begin-link',
  'peer/accepted': 'open-link',
  'peer/revealed': 'open-link',
}
const preparedOrders: Partial<Record<StateName, string>> = {
  'dialing preparing': 'invite',
  'renewing preparing': 'rekey',
}
const switches: readonly EventName[] = ['user/muted', 'user/camera-switched', 'link/camera-failed']

function ordersOf(name: EventName, from: StateName): string {
  if (table[name][from]?.startsWith('ended')) {
    // Whoever is blocked while it rings is not told, as nobody is who calls later.
    const untold = !name.startsWith('user/') || name === 'user/blocked'
    const silent = endsThere.includes(name) || (from === 'incoming' && untold)
    const farewell = silent ? undefined : farewells[from]
    // A nonce is out once it is accepted, and there was no code to compare.
    const untried = from.startsWith('connecting')
    // Or a code stood there, too shortly to be compared, and it was not this person who left.
    const cutShort = isTalking(states[from]) && name !== 'user/hung-up' && name !== 'user/blocked'
    const exposes = untried || cutShort
    return [
      ...(farewell ? [farewell] : []),
      'close-link',
      'forget',
      ...(exposes ? ['count-exposure'] : []),
      'record',
      ...(table[name][from] === 'ended altered' ? ['warn'] : []),
    ].join(' ')
  }
  if (name === 'network/changed' && unopened.includes(from)) return ''
  if (from.startsWith('connecting') && orders[name] === 'restart-link')
    return 'restart-link remind-of-restart'
  if (name === 'link/prepared') return preparedOrders[from] ?? ''
  if (name === 'deadline/passed') return from === 'restarted' ? 'suspend-link prepare-link' : 'restart-link'
  if (name === 'server/returned' && isRenewing(states[from])) return 'tell-state'
  if (name === 'link/bound' && from === 'renewing linking') return 'set-tracks tell-state'
  if (switches.includes(name)) {
    if (!isTalking(states[from])) return ''
    return isRenewing(states[from]) ? 'tell-state' : 'set-tracks tell-state'
  }
  return orders[name] ?? ''
}

const nameOf = (state: CallState): string => {
  if ((state.phase === 'dialing' || state.phase === 'ringing') && state.openingUntilMs !== undefined)
    return `${nameOf({ ...state, openingUntilMs: undefined })} opening`
  if (state.phase === 'dialing' || state.phase === 'connecting') return `${state.phase} ${state.step}`
  if (isRenewing(state)) return `renewing ${state.step}`
  if (isInterrupted(state)) return state.step === 'waiting' ? 'reconnecting' : state.step
  return state.phase === 'ended' ? `ended ${state.reason}` : state.phase
}

describe.each(stateNames)('from %s', (from) => {
  test.each(eventNames)('%s', (name) => {
    const state: CallState = states[from]
    const wanted = table[name][from]
    const step = reduce(state, events[name], nowMs)
    if (wanted === undefined) {
      // SECURITY: the same object, so that nobody downstream takes a meaningless event for a change.
      expect(step.state).toBe(state)
      const answersBusy = name === 'peer/called' && from !== 'idle' && from !== 'ended'
      expect(step.effects.map((effect) => effect.do)).toEqual(
        answersBusy ? ['refuse', 'forget', 'record'] : [],
      )
    } else {
      expect(step.state).not.toBe(state)
      expect(nameOf(step.state)).toBe(wanted)
      expect(step.effects.map((effect) => effect.do).join(' ')).toBe(ordersOf(name, from))
    }
  })

  test('an event about another call changes nothing', () => {
    const state: CallState = states[from]
    for (const event of Object.values(events)) {
      if (event.type === 'user/dialed' || event.type === 'peer/called') continue
      const step = reduce(state, { ...event, callId: otherId }, nowMs)
      expect(step.state).toBe(state)
      expect(step.effects).toEqual([])
    }
  })

  test('a deadline of an earlier phase changes nothing', () => {
    const state: CallState = states[from]
    const late = { ...events['deadline/passed'], deadlineMs: deadlineMs - 1 }
    expect(reduce(state, late, deadlineMs + 1).state).toBe(state)
  })
})

const effectsOf = (state: CallState, event: CallEvent) =>
  reduce(state, event, nowMs).effects.map((effect) => effect.do)

test('the microphone is opened before the invitation leaves', () => {
  const dialed = reduce(idle, { ...events['user/dialed'], callId }, nowMs)
  expect(dialed.effects).toEqual([
    { do: 'prepare-link', callId, video: true },
    { do: 'seek', callId, peer: stranger },
  ])
  expect(effectsOf(dialed.state, events['link/prepared'])).toEqual(['invite'])
})

test('the nonce of whoever accepts leaves while the microphone opens, and the link opens meanwhile', () => {
  const answered = reduce(states.incoming, events['user/answered'], nowMs)
  expect(answered.effects).toContainEqual({ do: 'accept', callId, video: true })
  const revealed = reduce(answered.state, events['peer/revealed'], nowMs)
  expect(revealed.effects).toEqual([{ do: 'open-link', callId, initiator: false }])
  expect(effectsOf(revealed.state, events['link/prepared'])).toEqual([])
  const prepared = reduce(answered.state, events['link/prepared'], nowMs)
  expect(prepared.effects).toEqual([])
  expect(effectsOf(prepared.state, events['peer/revealed'])).toEqual(['open-link'])
})

test('nothing is opened and no link exists before both agreed and the link is bound', () => {
  const opened: Record<string, string[]> = {}
  for (const from of stateNames)
    for (const name of eventNames)
      for (const effect of effectsOf(states[from], events[name]))
        if (effect === 'set-tracks' || effect === 'open-link') (opened[effect] ??= []).push(`${from} ${name}`)
  expect(opened).toEqual({
    'open-link': [
      'dialing inviting peer/accepted',
      'dialing invited peer/accepted',
      'ringing peer/accepted',
      ...opening.map((from) => `${from} peer/accepted`),
      'connecting preparing peer/revealed',
      'connecting accepted peer/revealed',
      'renewing rekeying link/rekeyed',
    ],
    'set-tracks': [
      'connecting linking link/bound',
      'connecting binding link/bound',
      'talking user/muted',
      'talking user/camera-switched',
      'talking link/camera-failed',
      ...['stalled', 'reconnecting', 'restarted'].flatMap((from) => [
        `${from} user/muted`,
        `${from} user/camera-switched`,
        `${from} link/restored`,
        `${from} link/camera-failed`,
      ]),
      'renewing linking link/bound',
    ],
  })
})

test('mute chosen while it rings holds when the call begins', () => {
  const muted = reduce(states['connecting binding'], events['user/muted'], nowMs).state
  expect(reduce(muted, events['link/bound'], nowMs).effects).toContainEqual({
    do: 'set-tracks',
    callId,
    micOn: false,
    cameraOn: true,
    screenOn: false,
    hear: true,
  })
})

test('after a recovery microphone and camera are as the person left them', () => {
  const muted = reduce(states.reconnecting, events['user/muted'], nowMs).state
  expect(reduce(muted, events['link/restored'], nowMs).effects).toEqual([
    { do: 'set-tracks', callId, micOn: false, cameraOn: true, screenOn: false, hear: true },
  ])
})

test('a renewal has half a minute in all, however often the page dies meanwhile', () => {
  const gone = reduce(states.talking, events['page/gone'], nowMs).state
  expect(gone).toMatchObject({ deadlineMs: nowMs + 30_000 })
  const ready = reduce(gone, events['page/ready'], nowMs + 5_000).state
  const again = reduce(ready, events['page/gone'], nowMs + 10_000).state
  expect(again).toMatchObject({ step: 'page', deadlineMs: nowMs + 30_000 })
  const late = { ...events['deadline/passed'], deadlineMs: nowMs + 30_000 }
  expect(reduce(again, late, nowMs + 30_000).state).toMatchObject({ reason: 'connection-lost' })
})

test('a new page opens no camera that was off, and leaves muted what was muted', () => {
  const off = reduce(states['renewing page'], events['user/camera-switched'], nowMs).state
  const muted = reduce(off, events['user/muted'], nowMs).state
  const prepare = reduce(muted, events['page/ready'], nowMs)
  expect(prepare.effects).toEqual([{ do: 'prepare-link', callId, video: false }])
  const rekeying = reduce(prepare.state, events['link/prepared'], nowMs).state
  const linking = reduce(rekeying, events['link/rekeyed'], nowMs)
  expect(linking.effects).toEqual([{ do: 'open-link', callId, initiator: true }])
  expect(reduce(linking.state, events['link/bound'], nowMs).effects).toEqual([
    { do: 'set-tracks', callId, micOn: false, cameraOn: false, screenOn: false, hear: true },
    { do: 'tell-state', callId, micOn: false, cameraOn: false },
  ])
})

test('a callee never offers, also not in a link that it has asked for', () => {
  const callee: CallState = { ...states['renewing rekeying'], direction: 'in' }
  expect(reduce(callee, events['link/rekeyed'], nowMs).effects).toEqual([
    { do: 'open-link', callId, initiator: false },
  ])
})

test('a voice answer to a video call is a voice call for both', () => {
  const answered = reduce(states.incoming, { type: 'user/answered', callId, video: false }, nowMs)
  expect(answered.state).toMatchObject({ video: false, cameraOn: false })
  const accepted = reduce(states.ringing, { type: 'peer/accepted', callId, video: false }, nowMs)
  expect(accepted.state).toMatchObject({ video: false, cameraOn: false })
})

test('"Different" cuts the call, marks the identity and is recorded', () => {
  const step = reduce(states.talking, { type: 'user/compared', callId, answer: 'different' }, nowMs)
  expect(step.state).toMatchObject({ phase: 'ended', reason: 'sas-mismatch', durationMs: 5000 })
  expect(step.effects.map((effect) => effect.do)).toEqual([
    'hang-up',
    'close-link',
    'forget',
    'record',
    'warn',
    'mark-mismatched',
  ])
})

test.each(stateNames.filter((name) => !isTalking(states[name])))(
  'no answer to a code that was never shown cuts a call or marks anybody: %s',
  (from) => {
    for (const answer of ['match', 'different', 'later'] as const) {
      const state: CallState = states[from]
      const step = reduce(state, { type: 'user/compared', callId, answer }, nowMs)
      expect(step.state).toBe(state)
      expect(step.effects).toEqual([])
    }
  },
)

test('an altered call orders a warning that says who and why', () => {
  const { effects } = reduce(states.talking, events['link/altered'], nowMs)
  expect(effects).toContainEqual({
    do: 'warn',
    callId,
    direction: 'out',
    peer,
    reason: 'altered',
    detail: 'certificate',
  })
})

test('R3 nobody becomes verified but by a press in a call whose sound was seen to be authentic', () => {
  for (const from of stateNames) {
    const marks = effectsOf(states[from], events['user/compared']).includes('mark-verified')
    expect(marks, from).toBe(isTalking(states[from]))
  }
  for (const from of talks) {
    const unheard: CallState = { ...states[from], secure: false }
    for (const answer of ['match', 'later'] as const)
      expect(reduce(unheard, { type: 'user/compared', callId, answer }, nowMs)).toEqual({
        state: unheard,
        effects: [],
      })
    // A safety number that turns out to be another's ends the call all the same.
    const cut = reduce(unheard, { type: 'user/compared', callId, answer: 'different' }, nowMs)
    expect(cut.state).toMatchObject({ phase: 'ended', reason: 'sas-mismatch' })
  }
})

test('a renewed link is unheard until an authentic frame came through its own keys', () => {
  const renewed = reduce(states['renewing linking'], events['link/bound'], nowMs).state
  expect(renewed).toMatchObject({ phase: 'talking', secure: false })
})

test('a call begins unheard, and one authentic frame of sound makes it secure', () => {
  const begun = reduce(states['connecting binding'], events['link/bound'], nowMs).state
  expect(begun).toMatchObject({ phase: 'talking', secure: false, unverified: false })
  const secure = reduce(begun, events['link/secured'], nowMs).state
  expect(secure).toMatchObject({ phase: 'talking', secure: true })
  const back = [events['link/interrupted'], events['link/restored']].reduce<CallState>(
    (state, event) => reduce(state, event, nowMs).state,
    secure,
  )
  expect(back).toMatchObject({ phase: 'talking', secure: true })
  for (const from of connecting)
    expect(reduce(states[from], events['link/secured'], nowMs).state).toBe(states[from])
})

const judged = (state: CallState, verdict: FrameVerdict) =>
  reduce(state, { type: 'link/frames-judged', callId, verdict }, nowMs)

test('what cannot be verified is not played, and is heard again once it can', () => {
  const tracks = { do: 'set-tracks', callId, micOn: true, cameraOn: true, screenOn: false } as const
  for (const from of linked) {
    const muted = judged(states[from], 'unverified')
    expect(muted.state).toMatchObject({ phase: states[from].phase, unverified: true })
    expect(muted.effects).toEqual([{ ...tracks, hear: false }])
    expect(judged(muted.state, 'unverified')).toEqual({ state: muted.state, effects: [] })
    // Nothing else opens it again: not a switch of the camera, not a recovery.
    expect(reduce(muted.state, events['user/camera-switched'], nowMs).effects[0]).toMatchObject({
      hear: false,
    })
    const heard = judged(muted.state, 'fine')
    expect(heard.state).toMatchObject({ unverified: false })
    expect(heard.effects).toEqual([{ ...tracks, hear: true }])
    expect(judged(states[from], 'fine').state).toBe(states[from])
  }
})

test('nothing that is measured opens the tracks of a link that is being renewed', () => {
  for (const from of talks.filter((name) => isRenewing(states[name])))
    expect(judged(states[from], 'unverified')).toEqual({ state: states[from], effects: [] })
})

test('F8 a call whose frames stay unverified, or go round the encryption, is cut as altered', () => {
  for (const from of talks) {
    expect(judged(states[from], 'cut').state).toMatchObject({
      phase: 'ended',
      reason: 'altered',
      detail: 'frames-unverified',
    })
    expect(judged(states[from], 'bypassed').state).toMatchObject({
      phase: 'ended',
      reason: 'altered',
      detail: 'frame-bypass',
    })
  }
})

test('a goodbye from a page that is gone is a lost connection, not a hang-up', () => {
  const step = reduce(states.talking, { ...events['peer/hung-up'], lost: true }, nowMs)
  expect(step.state).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
})

test('D1 certificates that change in a call cut it, and no other bad message does', () => {
  const cut = reduce(states.talking, events['link/altered'], nowMs)
  expect(cut.state).toMatchObject({ phase: 'ended', reason: 'altered', detail: 'certificate' })
  expect(reduce(states.talking, events['handshake/refused'], nowMs).state).toBe(states.talking)
})

test('somebody refused cannot be dialled', () => {
  const step = reduce(idle, { ...events['user/dialed'], refusedPeer: true }, nowMs)
  expect(step.state).toMatchObject({ phase: 'ended', reason: 'refused-peer' })
  expect(step.effects.map((effect) => effect.do)).toEqual(['record'])
})

describe('A8 both dial each other', () => {
  const theirs = { ...events['peer/called'], peer, video: true }

  test.each(['dialing preparing', 'dialing inviting', 'dialing invited', 'ringing'] as const)(
    'from %s the surviving call is theirs: mine is dropped and theirs answered without asking',
    (from) => {
      const step = reduce(states[from], { ...theirs, survives: true }, nowMs)
      expect(step.state).toMatchObject({
        phase: 'connecting',
        step: 'preparing',
        callId: otherId,
        direction: 'in',
      })
      // SECURITY: what has left is taken back, or it could ring where nobody dials any more.
      const takenBack = from === 'dialing preparing' ? [] : [{ do: 'cancel', callId }]
      expect(step.effects).toEqual([
        ...takenBack,
        { do: 'close-link', callId },
        { do: 'forget', callId },
        { do: 'prepare-link', callId: otherId, video: true },
        { do: 'accept', callId: otherId, video: true },
        { do: 'begin-link', callId: otherId, initiator: false },
      ])
    },
  )

  test('the surviving call is mine: theirs is dropped without a word', () => {
    const step = reduce(states.ringing, { ...theirs, survives: false }, nowMs)
    expect(step.state).toBe(states.ringing)
    expect(step.effects).toEqual([{ do: 'forget', callId: otherId }])
  })

  test.each([...connecting, ...talks])('their half that comes late, %s, is no missed call', (from) => {
    const step = reduce(states[from], { ...theirs, survives: false }, nowMs)
    expect(step.state).toBe(states[from])
    expect(step.effects.map((effect) => effect.do)).toEqual(['refuse', 'forget'])
  })

  test('the media is what both asked for', () => {
    const voice = reduce(states.ringing, { ...theirs, video: false, survives: true }, nowMs)
    expect(voice.state).toMatchObject({ video: false, cameraOn: false })
  })

  test('dialling somebody who already rings is answering', () => {
    const step = reduce(states.incoming, { ...events['user/dialed'], peer }, nowMs)
    expect(step.state).toMatchObject({ phase: 'connecting', step: 'preparing', callId })
  })
})

test('who is told what at the end', () => {
  const told = (from: StateName, event: CallEvent) =>
    reduce(states[from], event, nowMs).effects.filter(({ do: order }) =>
      ['cancel', 'refuse', 'hang-up'].includes(order),
    )
  expect(told('dialing preparing', events['user/hung-up'])).toEqual([])
  expect(told('ringing', events['user/hung-up'])).toEqual([{ do: 'cancel', callId }])
  expect(told('incoming', events['user/declined'])).toEqual([{ do: 'refuse', callId, kind: 'decline' }])
  expect(told('talking', events['user/hung-up'])).toEqual([{ do: 'hang-up', callId, reason: 'hung-up' }])
  expect(told('connecting linking', events['page/gone'])).toEqual([
    { do: 'hang-up', callId, reason: 'connection-lost' },
  ])
  expect(told('talking', events['page/gone'])).toEqual([])
  expect(told('talking', events['peer/hung-up'])).toEqual([])
  expect(told('ringing', events['peer/busy'])).toEqual([])
})

test('the deadlines are the promised ones', () => {
  expect(patienceMs).toMatchObject({ ringing: 60_000, accepted: 10_000, linking: 20_000, binding: 15_000 })
  expect(patienceMs.reconnecting).toBe(30_000)
})

test('a long random walk keeps every promise', () => {
  const anyId = fc.constantFrom(callId, otherId)
  const anyEvent = fc.tuple(fc.constantFrom(...eventNames), anyId, fc.boolean(), fc.boolean()).map(
    ([name, id, flag, survives]) =>
      ({
        ...events[name],
        callId: id,
        ...(name === 'peer/called' ? { survives, peer: flag ? peer : stranger, video: flag } : {}),
        ...(name === 'user/dialed' ? { peer: flag ? peer : stranger } : {}),
        ...(name === 'user/muted' ? { micOn: flag } : {}),
        ...(name === 'link/frames-judged' ? { verdict: flag ? 'unverified' : 'fine' } : {}),
        ...(name === 'user/compared' ? { answer: flag ? 'match' : 'different' } : {}),
      }) as CallEvent,
  )
  const walk = fc.array(fc.tuple(anyEvent, fc.nat(70_000)), { maxLength: 200 })
  const legal: Record<Phase, readonly Phase[]> = {
    idle: ['dialing', 'incoming', 'ended'],
    dialing: ['dialing', 'ringing', 'connecting', 'ended'],
    ringing: ['ringing', 'connecting', 'ended'],
    incoming: ['incoming', 'connecting', 'ended'],
    connecting: ['connecting', 'talking', 'ended'],
    talking: ['talking', 'reconnecting', 'ended'],
    reconnecting: ['talking', 'reconnecting', 'ended'],
    ended: ['idle', 'dialing', 'incoming', 'ended'],
  }
  fc.assert(
    fc.property(walk, (steps) => {
      let state: CallState = idle
      let now = nowMs
      const open = new Set<CallId>()
      for (const [event, elapsedMs] of steps) {
        now += elapsedMs
        const before: CallState = state
        // A timer fires for the deadline it was set for, or for one that is past.
        const due = event.type === 'deadline/passed' && 'deadlineMs' in before && elapsedMs % 2 === 0
        const step = reduce(before, due ? { ...event, deadlineMs: before.deadlineMs } : event, now)
        state = step.state
        if (state !== before) expect(legal[before.phase]).toContain(state.phase)
        for (const effect of step.effects) watch(effect, state, open)
        if (state.phase === 'ended') expect(state.reason).toBeTruthy()
        if (state.phase === 'idle' || state.phase === 'ended') expect(open.size).toBe(0)
        expect(open.size).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 500, seed: 20_261_120 },
  )
})

/** Tracks are only ever set in a bound call, and a link that was prepared is closed. */
function watch(effect: CallEffect, state: CallState, open: Set<CallId>): void {
  if (effect.do === 'prepare-link') open.add(effect.callId)
  if (effect.do === 'close-link') open.delete(effect.callId)
  if (effect.do === 'open-link') {
    expect(['connecting', 'reconnecting']).toContain(state.phase)
    expect(state).toMatchObject({ step: 'linking' })
  }
  if (effect.do === 'set-tracks') {
    expect(isTalking(state) && !isRenewing(state)).toBe(true)
    if (isTalking(state)) expect(effect).toMatchObject({ micOn: state.micOn, cameraOn: state.cameraOn })
  }
}
