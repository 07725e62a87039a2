import { describe, expect, it } from 'vitest'
import { callOf } from '../media/sample-quality.ts'
import { figuresOf, plots, rows, summaryOf, type Row } from './figures.ts'

const row = (name: Row['name']): Row => rows.find((each) => each.name === name) as Row

describe('the figures of a call', () => {
  it('are what a person reads: seconds from the first, and percent', () => {
    const [first, second] = figuresOf(callOf(2, () => ({ lossDown: 0.1234, lossUp: null })))
    expect(first).toMatchObject({ atS: 0, lossDown: 12.3, lossUp: null })
    expect(second?.atS).toBe(1)
  })
  it('sum up to now, mean and worst, which is the least of a bitrate and the most of a loss', () => {
    const figures = figuresOf(
      callOf(3, (second) => ({ lossDown: [0, 0.3, 0.06][second] ?? 0, kbitDown: [30, 10, 20][second] ?? 0 })),
    )
    expect(summaryOf(figures, row('lossDown'))).toEqual({ now: 6, mean: 12, worst: 30 })
    expect(summaryOf(figures, row('kbitDown'))).toEqual({ now: 20, mean: 20, worst: 10 })
  })
  it('say nothing of what was not measured', () => {
    const figures = figuresOf(callOf(3, () => ({ roundTripMs: null })))
    expect(summaryOf(figures, row('roundTripMs'))).toEqual({ now: null, mean: null, worst: null })
  })
  it('are all in the table, whatever is plotted', () => {
    const inTable = rows.map(({ name }) => name)
    expect(plots.flat().filter((name) => !inTable.includes(name))).toEqual([])
  })
})
