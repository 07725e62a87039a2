import { describe, expect, it } from 'vitest'
import type { Verdict } from './judge.ts'
import { line, rowsOf, faultsText, type RoundResult, type SoakReport } from './summary.ts'

const round = (number: number, kinds: string, verdict: Verdict): RoundResult => ({
  number,
  kinds,
  what: `what ${number}`,
  verdict,
})
const back = (ms: number): Verdict => ({ outcome: 'back', ms })
const rounds = [
  round(1, 'cable', back(300)),
  round(2, 'page', { outcome: 'ended', reason: 'connection-lost' }),
  round(3, 'cable', back(100)),
  round(4, 'page', { outcome: 'wrong', what: 'Alice talks and hears nothing' }),
  round(5, 'cable', back(1_000)),
]
const report: SoakReport = {
  soak: 'faults',
  host: 'a host',
  seed: 17,
  n: 5,
  acquainted: false,
  rounds,
  kinds: rowsOf(rounds),
  growth: [{ what: 'server handles', before: 0, after: 1 }],
  heap: { 'Alice main': [2 ** 20, 3 * 2 ** 20], 'Alice page': [2 ** 20, null] },
  violations: ['4: Alice talks and hears nothing'],
}

describe('the summary of a soak', () => {
  it('says for each kind how many calls came back and when, and how the others ended', () => {
    expect(rowsOf(rounds)).toEqual([
      { kinds: 'cable', count: 3, back: 3, ended: {}, wrong: 0, medianMs: 300, maxMs: 1_000 },
      {
        kinds: 'page',
        count: 2,
        back: 0,
        ended: { 'connection-lost': 1 },
        wrong: 1,
        medianMs: null,
        maxMs: null,
      },
    ])
  })

  it('has a line for each round', () => {
    expect(line(rounds[0]!)).toBe('   1  cable     what 1: back, sound after 300 ms')
    expect(line(rounds[1]!)).toBe('   2  page      what 2: ended: connection-lost')
    expect(line(rounds[3]!)).toBe('   4  page      what 4: WRONG: Alice talks and hears nothing')
  })

  it('names the host, what has grown, and how to have the same again', () => {
    const said = faultsText(report)
    expect(said).toContain('on a host')
    expect(said).toContain('page   2      0     1 connection-lost  1      –          –')
    expect(said).toContain('server handles 0 → 1')
    expect(said).toContain('Alice main 1.0 MiB → 3.0 MiB, Alice page 1.0 MiB → –')
    expect(said).toContain('1 wrong. The same again: npm run soak -- faults --n 5 --seed 17')
    expect(faultsText({ ...report, violations: [] })).toContain('nothing wrong')
  })
})
