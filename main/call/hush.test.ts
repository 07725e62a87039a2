import { expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../contract/settings.ts'
import { createHush } from './hush.ts'
import { createVirtualClock } from './virtual-clock.ts'
import { wallTimeOf } from './quiet-hours.ts'

function person() {
  const clock = createVirtualClock()
  let settings: Settings = defaultSettings
  const hush = createHush({ wish: () => settings, clock })
  const change = (part: Partial<Settings>) => (settings = { ...settings, ...part })
  const heard: unknown[] = []
  hush.onChange(() => heard.push(hush.now()))
  return { clock, hush, change, heard }
}
/** Quiet from so many minutes after the beginning of the test's time, for ten minutes. */
const soon = (nowMs: number, inMinutes: number): Settings['quietHours'] => {
  const { minute } = wallTimeOf(nowMs)
  return {
    on: true,
    days: [0, 1, 2, 3, 4, 5, 6],
    fromMinute: (minute + inMinutes) % 1440,
    toMinute: (minute + inMinutes + 10) % 1440,
  }
}

test('nothing keeps it silent at first', () => {
  expect(person().hush.now()).toBeNull()
})

test('do not disturb holds from the next look on, and comes before quiet hours', () => {
  const { hush, change, clock } = person()
  change({ quietHours: soon(clock.now(), 0) })
  expect(hush.now()).toBe('quiet-hours')
  change({ availability: 'do-not-disturb' })
  expect(hush.now()).toBe('do-not-disturb')
  change({ availability: 'invisible' })
  expect(hush.now()).toBe('quiet-hours')
})

test('tells when quiet hours begin and end, once each', async () => {
  const { change, clock, heard } = person()
  change({ quietHours: soon(clock.now(), 5) })
  await clock.advance(4 * 60_000 - 10_000)
  expect(heard).toEqual([])
  await clock.advance(2 * 60_000)
  expect(heard).toEqual(['quiet-hours'])
  await clock.advance(12 * 60_000)
  expect(heard).toEqual(['quiet-hours', null])
})
