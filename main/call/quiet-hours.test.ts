import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QuietHours } from '../../contract/ringing.ts'
import { isQuiet, wallTimeOf } from './quiet-hours.ts'

const [sunday, monday, tuesday, friday, saturday] = [0, 1, 2, 5, 6] as const
const at = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number)
  return hours! * 60 + minutes!
}
const hours = (from: string, to: string, days: readonly number[] = [0, 1, 2, 3, 4, 5, 6]): QuietHours => ({
  on: true,
  days: [...days],
  fromMinute: at(from),
  toMinute: at(to),
})
const night = hours('22:00', '07:00')
const workNights = hours('22:00', '07:00', [sunday, monday])
const noon = hours('12:00', '13:30', [monday])
const allMonday = hours('00:00', '00:00', [monday])

test.each([
  ['before it begins', night, monday, '21:59', false],
  ['the minute it begins', night, monday, '22:00', true],
  ['the last minute of a day', night, monday, '23:59', true],
  ['the first minute of the next', night, tuesday, '00:00', true],
  ['the last quiet minute', night, tuesday, '06:59', true],
  ['the minute it ends', night, tuesday, '07:00', false],
  ['switched off', { ...night, on: false }, monday, '23:00', false],
  ['on no day', hours('22:00', '07:00', []), monday, '23:00', false],
  ['a day that is not chosen', workNights, tuesday, '23:00', false],
  ['the morning after a chosen day', workNights, tuesday, '06:00', true],
  ['the morning before the first chosen day', workNights, sunday, '06:00', false],
  ['from Saturday to Sunday', hours('23:00', '01:00', [saturday]), sunday, '00:30', true],
  ['from Saturday to Sunday, not before', hours('23:00', '01:00', [saturday]), friday, '23:30', false],
  ['within a day, before', noon, monday, '11:59', false],
  ['within a day', noon, monday, '13:29', true],
  ['within a day, after', noon, monday, '13:30', false],
  ['within another day', noon, tuesday, '12:30', false],
  ['a whole day, its first minute', allMonday, monday, '00:00', true],
  ['a whole day, its last minute', allMonday, monday, '23:59', true],
  ['after a whole day', allMonday, tuesday, '00:00', false],
  ['before a whole day', allMonday, sunday, '23:59', false],
  ['from noon to noon', hours('12:00', '12:00', [monday]), tuesday, '11:59', true],
  ['after noon to noon', hours('12:00', '12:00', [monday]), tuesday, '12:00', false],
] as const)('quiet hours %s', (_, quiet, day, time, expected) => {
  expect(isQuiet(quiet, { day, minute: at(time) })).toBe(expected)
})

describe('where the clocks change', () => {
  const zone = process.env['TZ']
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin'
  })
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })
  const quietAt = (quiet: QuietHours, instant: string) => isQuiet(quiet, wallTimeOf(Date.parse(instant)))

  test.each([
    ['the night loses an hour, and ends at seven all the same', night, '2026-03-29T04:59:00Z', true],
    ['the night loses an hour, and is over at seven', night, '2026-03-29T05:00:00Z', false],
    ['the night gains an hour, and lasts until seven', night, '2026-10-25T05:59:00Z', true],
    ['the night gains an hour, and is over at seven', night, '2026-10-25T06:00:00Z', false],
    ['hours that the night skips do not begin', hours('02:15', '02:45'), '2026-03-29T01:15:00Z', false],
    ['hours that the night has twice are quiet twice', hours('02:15', '02:45'), '2026-10-25T00:30:00Z', true],
    ['the second time', hours('02:15', '02:45'), '2026-10-25T01:30:00Z', true],
  ])('%s', (_, quiet, instant, expected) => {
    expect(quietAt(quiet, instant)).toBe(expected)
  })

  test('a clock that jumps is asked anew, forth and back', () => {
    expect(quietAt(night, '2026-06-01T19:59:00Z')).toBe(false)
    expect(quietAt(night, '2026-06-01T21:00:00Z')).toBe(true)
    expect(quietAt(night, '2026-06-01T19:59:00Z')).toBe(false)
  })
})
