import { describe, expect, it } from 'vitest'
import {
  doctorFaults,
  doctorRows,
  doctorTable,
  doctorViolations,
  type DoctorResult,
} from './doctor-faults.ts'

const result = (name: string, expected: string, said: string | null): DoctorResult => ({
  name,
  expected,
  said,
  afterMs: said === null ? null : 6_000,
  goneAfterMs: null,
})

describe('the figures of the call doctor', () => {
  it('allow one miss in ten, and no false alarm', () => {
    const nineOfTen = Array.from({ length: 10 }, (_, n) =>
      result('loss up', 'loss-up', n ? 'loss-up' : 'far'),
    )
    const allQuiet = Array.from({ length: 10 }, () => result('healthy', 'nothing', null))
    expect(doctorViolations(doctorRows([...nineOfTen, ...allQuiet]))).toEqual([])
    expect(doctorViolations(doctorRows([...nineOfTen.slice(1), result('loss up', 'loss-up', null)]))).toEqual(
      [],
    )
    expect(doctorViolations(doctorRows([...nineOfTen, result('loss up', 'loss-up', null)]))).toEqual([
      'loss up: right 9 of 11, else far, nothing',
    ])
    expect(doctorViolations(doctorRows([...allQuiet, result('healthy', 'nothing', 'busy')]))).toEqual([
      'healthy: right 10 of 11, else busy',
    ])
  })
  it('are a table', () => {
    expect(doctorTable(doctorRows([result('loss up', 'loss-up', 'loss-up')]))).toContain(
      '| loss up | loss-up | 1 of 1 | 6.0 s | – | – |',
    )
  })
  it('begin with a healthy call, and name each fault once', () => {
    const names = doctorFaults.map(({ name }) => name)
    expect(names[0]).toBe('healthy')
    expect(new Set(names).size).toBe(names.length)
  })
})
