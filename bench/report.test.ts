import { expect, test } from 'vitest'
import { median, rowOf, spread, table } from './report.ts'

test('the median is the middle of the runs, whatever their order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('the spread is half the distance between the quartiles', () => {
  expect(spread([1, 2, 3, 4, 5])).toBe(1)
  expect(spread([7, 7, 7])).toBe(0)
})

test('a row has the median of each column, the number of runs, and nothing where nothing was measured', () => {
  expect(rowOf('setUpMs', 'ms', { limit: [10, 30, 20], earshot: [40, 50.006, 60] })).toEqual({
    metric: 'setUpMs',
    unit: 'ms',
    limit: 20,
    demo: null,
    earshot: 50.01,
    runs: 3,
    spread: 5,
  })
})

test('the table says on what it was measured', () => {
  const rows = [rowOf('setUpMs', 'ms', { earshot: [40] })]
  expect(table({ bench: 'call', host: 'a machine', rows }).split('\n')).toEqual([
    'call, on a machine',
    'metric   unit  limit  demo  earshot  runs  spread',
    'setUpMs  ms    –      –     40       1     0',
  ])
})
