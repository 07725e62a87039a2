import { expect, test } from 'vitest'
import type { Address } from '../contract/ids.ts'
import { createVirtualClock } from './call/virtual-clock.ts'
import { createForgetting } from './forgetting.ts'
import { createHistory, type KeptHistory } from './history.ts'

const hour = 3_600_000
const day = 24 * hour

function computer(wish = { on: true }) {
  const clock = createVirtualClock()
  const startMs = clock.now()
  let corrected = 0
  const disk: { kept: KeptHistory } = { kept: [] }
  const openHistory = () =>
    createHistory({
      file: {
        load: async () => disk.kept,
        save: async (value) => void (disk.kept = value),
        wasSetAside: () => false,
      },
      kept: disk.kept,
    })
  let history = openHistory()
  let runs = 0
  const begin = () => {
    const mine = ++runs
    return createForgetting({
      clock,
      steadyMs: () => clock.now() - startMs - corrected,
      wanted: () => wish.on,
      history: () => (mine === runs ? history : null),
    })
  }
  let running = begin()
  running.look()
  return {
    wish,
    clock,
    look: () => running.look(),
    call: () =>
      history.record({
        address: 'a'.repeat(56) as Address,
        direction: 'in',
        outcome: 'talked',
        video: false,
        atMs: clock.now(),
        durationMs: 1,
      }),
    calls: () => history.view(() => null).length,
    /** Somebody sets the clock; what runs notices nothing. */
    setClock(byMs: number) {
      clock.correct(byMs)
      corrected += byMs
    },
    restart() {
      history = openHistory()
      running = begin()
      running.look()
    },
  }
}

test('a call is forgotten after seven days, within the hour, and not before', async () => {
  const { clock, call, calls } = computer()
  await call()
  await clock.advance(7 * day - hour)
  expect(calls()).toBe(1)
  await clock.advance(2 * hour)
  expect(calls()).toBe(0)
})

test('nothing is forgotten where nobody asked for it; choosing it forgets at once', async () => {
  const { clock, call, calls, look, wish } = computer({ on: false })
  await call()
  await clock.advance(30 * day)
  await call()
  expect(calls()).toBe(2)
  wish.on = true
  look()
  await clock.advance(0)
  expect(calls()).toBe(1)
  wish.on = false
  look()
  await clock.advance(30 * day)
  expect(calls()).toBe(1)
})

test('a clock that is put back makes no call younger, not even over a restart', async () => {
  const { clock, call, calls, setClock, restart } = computer()
  await call()
  await clock.advance(5 * day)
  setClock(-20 * day)
  await clock.advance(day)
  expect(calls()).toBe(1)
  restart()
  await clock.advance(day - 2 * hour)
  expect(calls()).toBe(1)
  await clock.advance(3 * hour)
  expect(calls()).toBe(0)
})

test('a clock that is put forward forgets what it makes old, and keeps the calls after it', async () => {
  const { clock, call, calls, setClock } = computer()
  await call()
  setClock(8 * day)
  await clock.advance(hour)
  expect(calls()).toBe(0)
  setClock(-8 * day)
  await call()
  await clock.advance(6 * day)
  expect(calls()).toBe(1)
})

test('after days in which nothing ran the first sweep is at the start', async () => {
  const { clock, call, calls, restart, wish } = computer()
  await call()
  wish.on = false
  await clock.advance(8 * day)
  wish.on = true
  restart()
  await clock.advance(0)
  expect(calls()).toBe(0)
})
