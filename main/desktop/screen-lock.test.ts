import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { createVirtualClock } from '../call/virtual-clock.ts'
import { createScreenLock, isScreenLocked } from './screen-lock.ts'

test.each([
  // Linux tells nobody.
  [null, 'active', false],
  [null, 'idle', false],
  [null, 'unknown', false],
  [null, 'locked', true],
  // macOS and Windows do.
  ['locked', 'active', true],
  ['locked', 'unknown', true],
  ['locked', 'locked', true],
  ['unlocked', 'active', false],
  ['unlocked', 'unknown', false],
  // The word came before the system says the same everywhere.
  ['unlocked', 'locked', true],
] as const)('told %s and asked %s, the screen is locked: %s', (told, idle, locked) => {
  expect(isScreenLocked(told, idle)).toBe(locked)
})

function newLock() {
  const clock = createVirtualClock()
  const now = { idle: 'active' as 'active' | 'locked', matters: true, asked: 0 }
  const monitor = Object.assign(new EventEmitter(), {
    getSystemIdleState() {
      now.asked += 1
      return now.idle
    },
  })
  const told: boolean[] = []
  const lock = createScreenLock({ monitor, clock, matters: () => now.matters })
  lock.onChange(() => told.push(lock.isLocked()))
  return { clock, now, monitor, lock, told }
}

test('a system that tells is believed at once', () => {
  const { monitor, told } = newLock()
  monitor.emit('lock-screen')
  monitor.emit('lock-screen')
  monitor.emit('unlock-screen')
  expect(told).toEqual([true, false])
})

test('a system that has to be asked is asked every second while it matters, by one timer', async () => {
  const { clock, now, lock, told } = newLock()
  for (let n = 0; n < 5; n++) lock.look()
  now.idle = 'locked'
  await clock.advance(1_000)
  expect(told).toEqual([true])
  now.idle = 'active'
  await clock.advance(1_000)
  expect(told).toEqual([true, false])
  now.matters = false
  await clock.advance(1_000)
  now.asked = 0
  await clock.advance(60_000)
  expect(now.asked).toBe(0)
})

test('what was locked before a call came is told with it', () => {
  const { now, lock, told } = newLock()
  now.idle = 'locked'
  expect(told).toEqual([])
  lock.look()
  expect(told).toEqual([true])
})
