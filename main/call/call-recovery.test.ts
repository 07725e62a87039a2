import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deadlineOf, patienceMs } from './call-deadlines.ts'
import { reduce } from './call-machine.ts'
import { isInterrupted } from './call-renewal.ts'
import type { CallEvent, CallState } from './call-state.ts'
import { bound, callId, common, nowMs } from './sample-calls.ts'

const talking: Extract<CallState, { phase: 'talking' }> = { ...common, ...bound, phase: 'talking' }
const stall: CallEvent = { type: 'link/stalled', callId }
const interruption: CallEvent = { type: 'link/interrupted', callId }
const agreement: CallEvent = { type: 'link/restarted', callId }
const recovery: CallEvent = { type: 'link/restored', callId }
const question: CallEvent = { type: 'peer/asks-restart', callId }
const network = (online: boolean): CallEvent => ({ type: 'network/changed', callId, online })

/** A call and its clock: what happens to it, and the orders that followed, with the moment of each. */
function callFrom(state: CallState = talking) {
  let now = nowMs
  let reminders: { readonly atMs: number; readonly event: CallEvent }[] = []
  const ordered: { order: string; atMs: number }[] = []
  const take = (event: CallEvent): void => {
    const step = reduce(state, event, now)
    state = step.state
    for (const effect of step.effects) {
      ordered.push({ order: effect.do, atMs: now - nowMs })
      if (effect.do === 'remind-of-restart')
        reminders.push({
          atMs: now + effect.afterMs,
          event: { type: 'link/restart-due', callId, tries: effect.tries },
        })
    }
  }
  return {
    take,
    state: () => state,
    /** Lets time pass, and each deadline and each reminder in it. */
    pass(ms: number) {
      const untilMs = now + ms
      for (;;) {
        const deadlineMs = deadlineOf(state) ?? Infinity
        const reminder = reminders.toSorted((one, other) => one.atMs - other.atMs)[0]
        const dueMs = Math.min(deadlineMs, reminder?.atMs ?? Infinity)
        if (dueMs > untilMs) break
        now = Math.max(now, dueMs)
        if (reminder && reminder.atMs === dueMs) {
          reminders = reminders.filter((each) => each !== reminder)
          take(reminder.event)
        } else take({ type: 'deadline/passed', callId, deadlineMs })
      }
      now = untilMs
    },
    correctClock(ms: number) {
      now += ms
      if ('deadlineMs' in state) state = { ...state, deadlineMs: state.deadlineMs + ms }
    },
    restarts: () => ordered.filter(({ order }) => order === 'restart-link').map(({ atMs }) => atMs),
    orders: () => ordered.map(({ order }) => order),
    now: () => now - nowMs,
  }
}

describe('before the call talks', () => {
  const looking = (step: 'revealed' | 'linking' | 'binding', direction: 'in' | 'out' = 'out') =>
    callFrom({ ...common, direction, phase: 'connecting', step, deadlineMs: nowMs + patienceMs.linking })

  test.each(['revealed', 'linking', 'binding'] as const)(
    'other addresses restart the link at once (%s)',
    (step) => {
      for (const direction of ['in', 'out'] as const) {
        const call = looking(step, direction)
        call.take(network(true))
        expect(call.restarts()).toEqual([0])
      }
    },
  )

  test('they restart it again and again, and put no deadline off', () => {
    const call = looking('linking')
    call.pass(500)
    call.take(network(true))
    call.pass(patienceMs.linking)
    expect(call.restarts()).toEqual([500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500])
    expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-failed' })
  })

  test('a link that is bound is restarted no more, and nothing of it stays in the call', () => {
    const call = looking('linking')
    call.take(network(true))
    // Perhaps by the path that is gone by now.
    call.take({ type: 'link/opened', callId })
    call.pass(1_500)
    call.take({ type: 'link/bound', callId })
    call.pass(10_000)
    expect(call.restarts()).toEqual([0, 1_000])
    const { direction, peer, video, micOn, cameraOn, cameraProblem } = common
    expect(call.state()).toEqual({
      ...{ callId, direction, peer, video, micOn, cameraOn, cameraProblem },
      ...bound,
      phase: 'talking',
      peerCameraOn: false,
      sinceMs: nowMs + 1_500,
      secure: false,
      codeSinceMs: null,
      restartsMs: [nowMs, nowMs + 1_000],
    })
  })

  test('a network that is announced twice or changes once more is as new', () => {
    const call = looking('linking')
    call.take(network(true))
    call.pass(100)
    call.take(network(true))
    call.pass(4_000)
    expect(call.restarts()).toEqual([0, 100, 1_000, 3_000])
    call.take(network(true))
    call.pass(1_000)
    expect(call.restarts()).toEqual([0, 100, 1_000, 3_000, 4_100, 5_100])
  })

  test('without addresses nothing is restarted until there are some', () => {
    const call = looking('linking')
    call.take(network(true))
    call.take(network(false))
    call.pass(6_000)
    call.take(network(true))
    expect(call.restarts()).toEqual([0, 6_000])
  })

  test('S15 a callee that asks all the time gets twenty, one that asks twice in a moment one and then another', () => {
    const call = looking('linking')
    for (let asked = 0; asked < 2; asked++) call.take(question)
    call.pass(1_000)
    expect(call.restarts()).toEqual([0, 1_000])
    for (let asked = 0; asked < 100; asked++) {
      call.pass(150)
      call.take(question)
    }
    expect(call.restarts()).toHaveLength(20)
    const opening = looking('revealed')
    opening.take(question)
    expect(opening.restarts()).toEqual([0])
    const callee = looking('linking', 'in')
    callee.take(question)
    expect(callee.restarts()).toEqual([])
  })
})

test('S15 a peer that asks for restarts all the time gets twenty a minute', () => {
  const call = callFrom()
  for (let asked = 0; asked < 118; asked++) {
    call.take(question)
    call.pass(500)
  }
  expect(call.restarts()).toHaveLength(20)
  call.pass(1_000)
  call.take(question)
  expect(call.restarts()).toHaveLength(21)
})

describe('a stall', () => {
  test('that is over soon is told to nobody and restarts nothing', () => {
    const call = callFrom()
    call.take(stall)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'stalled' })
    call.pass(599)
    call.take(recovery)
    expect(call.state()).toEqual(talking)
    expect(call.restarts()).toEqual([])
  })

  test('that lasts is an interruption, and the link is restarted', () => {
    const call = callFrom()
    call.take(stall)
    call.pass(600)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'waiting' })
    expect(call.restarts()).toEqual([600])
    call.pass(3_000)
    expect(call.restarts()).toEqual([600, 1_600, 3_600])
  })

  test('right after the network has changed is no hiccup', () => {
    const call = callFrom()
    call.take(network(true))
    call.pass(500)
    call.take(stall)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'waiting' })
    expect(call.restarts()).toEqual([0, 500])
  })

  test.each([
    [1_999, 'waiting'],
    [2_000, 'stalled'],
  ])('%i ms after the network has changed is met as %s', (ms, step) => {
    const call = callFrom()
    call.take(network(true))
    call.pass(ms)
    call.take(stall)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step })
  })
})

describe('an interruption', () => {
  test('is met with restarts at 0, 1, 3, 7, 11, … s, and ends the call after half a minute', () => {
    const call = callFrom()
    call.take(interruption)
    call.pass(29_999)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'waiting' })
    call.pass(1)
    expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
    expect(call.restarts().map((ms) => ms / 1000)).toEqual([0, 1, 3, 7, 11, 15, 19, 23, 27])
  })

  test('that began as a stall ends the call half a minute after the stall', () => {
    const call = callFrom()
    call.take(stall)
    call.pass(29_999)
    expect(call.state()).toMatchObject({ phase: 'reconnecting' })
    call.pass(1)
    expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
  })

  test('that is over is told as such, and a later stall is not', () => {
    const call = callFrom()
    call.take(interruption)
    call.take(recovery)
    expect(call.state()).toMatchObject({ phase: 'talking', cameBack: true })
    expect(call.state()).not.toHaveProperty('step')
    expect(call.state()).not.toHaveProperty('leftMs')
    expect(call.state()).not.toHaveProperty('tries')
  })

  test.each(['waiting', 'restarted'])('of which a clock that is put back makes no long one: %s', (step) => {
    const call = callFrom()
    call.take(interruption)
    if (step === 'restarted') call.take(agreement)
    call.correctClock(-3_600_000)
    call.pass(500)
    call.take(network(true))
    call.pass(31_000)
    expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
  })
})

describe('a restart on which both sides agreed', () => {
  test('and which brings no sound is followed by another link, three seconds later', () => {
    const call = callFrom()
    call.take(interruption)
    call.pass(200)
    call.take(agreement)
    call.pass(2_999)
    expect(call.state()).toMatchObject({ step: 'restarted' })
    call.pass(1)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'preparing' })
    expect(call.orders()).toEqual(['restart-link', 'suspend-link', 'prepare-link'])
    // There is one link at a time: what the old one still says changes nothing.
    for (const event of [stall, interruption, agreement, recovery, question]) {
      const before = call.state()
      call.take(event)
      expect(call.state()).toBe(before)
    }
  })

  test('and which is repeated puts the new link off no further', () => {
    const call = callFrom()
    call.take(interruption)
    call.take(agreement)
    call.pass(2_000)
    call.take(question)
    call.take(agreement)
    call.pass(1_000)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'preparing' })
  })

  test('leaves the new link what is left of the half minute, and a quarter of a minute however late it was', () => {
    for (const [afterMs, endsMs] of [
      [1_000, 30_000],
      [12_000, 30_000],
      [29_000, 47_000],
    ] as const) {
      const call = callFrom()
      call.take(interruption)
      call.pass(afterMs)
      call.take(agreement)
      call.pass(endsMs - afterMs - 1)
      expect(call.state()).toMatchObject({ phase: 'reconnecting', step: 'preparing' })
      call.pass(1)
      expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
    }
  })

  test('of a link that works is nothing to wait for', () => {
    const call = callFrom()
    call.take(network(true))
    const before = call.state()
    call.take(agreement)
    expect(call.state()).toBe(before)
    expect(before).toMatchObject({ phase: 'talking' })
  })

  test('is begun anew when the network changes meanwhile', () => {
    const call = callFrom()
    call.take(interruption)
    call.take(agreement)
    call.pass(1_000)
    call.take(network(true))
    expect(call.state()).toMatchObject({ step: 'waiting', tries: 0 })
    expect(call.restarts()).toEqual([0, 1_000])
  })
})

describe('other addresses', () => {
  test('restart a link that works, without a word', () => {
    const call = callFrom()
    call.take(network(true))
    expect(call.state()).toEqual({ ...talking, restartsMs: [nowMs] })
    expect(call.restarts()).toEqual([0])
  })

  test('one after the other restart it each time, since the earlier may be gone', () => {
    const call = callFrom()
    call.take(network(true))
    call.pass(100)
    call.take(network(true))
    expect(call.restarts()).toEqual([0, 100])
  })

  test('restart it twenty times within a minute, and again once the minute is over', () => {
    const call = callFrom()
    for (let time = 0; time < 21; time++) call.take(network(true))
    call.pass(59_999)
    call.take(network(true))
    expect(call.restarts()).toHaveLength(20)
    call.pass(1)
    call.take(network(true))
    expect(call.restarts()).toHaveLength(21)
  })

  test('restart it also after the clock was put back', () => {
    const call = callFrom()
    call.take(network(true))
    call.correctClock(-3_600_000)
    call.take(network(true))
    expect(call.restarts()).toHaveLength(2)
  })

  test('that are none are told, and nothing is restarted until there are some', () => {
    const call = callFrom()
    call.take(network(false))
    expect(call.state()).toMatchObject({ phase: 'talking', offline: true })
    expect(call.restarts()).toEqual([])
    call.take(interruption)
    call.pass(5_000)
    expect(call.state()).toMatchObject({ phase: 'reconnecting', offline: true })
    call.take(network(true))
    expect(call.state()).toMatchObject({ phase: 'reconnecting', offline: false, tries: 0 })
    expect(call.restarts()).toEqual([5_000])
    call.take(recovery)
    expect(call.state()).toMatchObject({ phase: 'talking', offline: false, cameBack: true })
  })

  test('that were none leave restarts for when there are some, also after one outage after the other', () => {
    const call = callFrom()
    for (let outage = 0; outage < 4; outage++) {
      call.take(network(false))
      call.take(interruption)
      call.pass(8_000)
      call.take(network(true))
      call.take(recovery)
    }
    call.pass(2_000)
    call.take(interruption)
    call.pass(4_000)
    expect(call.restarts()).toEqual([8_000, 16_000, 24_000, 32_000, 34_000, 35_000, 37_000])
  })

  test('that come and go all the time restart twenty times a minute and do not prolong the half minute', () => {
    const call = callFrom()
    call.take(interruption)
    for (let time = 0; time < 300 && call.state().phase !== 'ended'; time++) {
      call.pass(100)
      call.take(network(time % 2 === 0))
    }
    expect(call.restarts()).toHaveLength(20)
    call.pass(200)
    expect(call.state()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
  })

  test('of a call that is renewed are noted: the new link will have them', () => {
    const call = callFrom()
    call.take({ type: 'page/gone', callId })
    call.take(network(false))
    expect(call.state()).toMatchObject({ step: 'page', offline: true })
    const before = call.state()
    call.take(network(false))
    expect(call.state()).toBe(before)
    call.take(network(true))
    expect(call.state()).toMatchObject({ step: 'page', offline: false })
    expect(call.restarts()).toEqual([])
  })
})

describe('who restarts', () => {
  test('is the caller, and the callee asks', () => {
    const initiatorOf = (direction: 'out' | 'in') => {
      const [effect] = reduce({ ...talking, direction }, interruption, nowMs).effects
      return effect?.do === 'restart-link' && effect.initiator
    }
    expect([initiatorOf('out'), initiatorOf('in')]).toEqual([true, false])
  })

  test('is never a callee who was asked', () => {
    const callee: CallState = { ...talking, direction: 'in' }
    expect(reduce(callee, question, nowMs)).toEqual({ state: callee, effects: [] })
  })

  test('once for all reasons of one moment, and twenty times a minute at most however often it is asked', () => {
    const call = callFrom()
    call.take(interruption)
    call.take(question)
    call.pass(399)
    call.take(question)
    expect(call.restarts()).toEqual([0])
    call.pass(1)
    call.take(question)
    expect(call.restarts()).toEqual([0, 400])
    call.take(recovery)
    for (let time = 0; time < 100; time++) {
      call.pass(500)
      call.take(question)
    }
    expect(call.restarts()).toHaveLength(20)
    call.pass(30_000)
    call.take(question)
    expect(call.restarts()).toHaveLength(21)
  })
})

test('the server that returns is used at once', () => {
  const call = callFrom()
  call.take(interruption)
  call.pass(4_000)
  call.take({ type: 'server/returned', callId })
  expect(call.restarts()).toEqual([0, 1_000, 3_000, 4_000])
  expect(call.state()).toMatchObject({ tries: 0 })
})

test('whatever happens, a link that brings nothing ends the call within half a minute', () => {
  const events = [
    stall,
    interruption,
    question,
    network(true),
    network(false),
    { type: 'server/returned', callId },
  ] as const
  const step = fc.tuple(fc.constantFrom(...events), fc.nat(6_000))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const call = callFrom()
      call.take(interruption)
      for (const [event, ms] of steps) {
        call.take(event)
        if (call.now() < 30_000 && call.now() + ms < 30_000) expect(isInterrupted(call.state())).toBe(true)
        call.pass(ms)
        if (call.now() >= 30_000) expect(call.state()).toMatchObject({ phase: 'ended' })
      }
    }),
    { numRuns: 200, seed: 20_261_128 },
  )
})
