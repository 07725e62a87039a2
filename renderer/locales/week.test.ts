import { expect, it } from 'vitest'
import { minuteOf, timeOf, weekdays } from './week.ts'

it('names the days, Monday first and Sunday as day 0', () => {
  expect(weekdays().map(({ day, short }) => [day, short])).toEqual([
    [1, 'Mon'],
    [2, 'Tue'],
    [3, 'Wed'],
    [4, 'Thu'],
    [5, 'Fri'],
    [6, 'Sat'],
    [0, 'Sun'],
  ])
})

it.each([
  ['00:00', 0],
  ['07:05', 425],
  ['23:59', 1439],
])('writes and reads %s', (time, minute) => {
  expect([timeOf(minute), minuteOf(time)]).toEqual([time, minute])
})

it.each(['', '24:00', '7:00', '12:60', 'noon'])('takes "%s" for no time', (time) => {
  expect(minuteOf(time)).toBeNull()
})
