import { describe, expect, it } from 'vitest'
import { describeRound, faultKinds, kindsOf, planSoak } from './faults.ts'

const faultsOf = (seed: number, n: number) => planSoak(seed, n).rounds.flatMap(({ faults }) => faults)

describe('the plan of a soak', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planSoak(1, 50)).toEqual(planSoak(1, 50))
    expect(planSoak(1, 50)).not.toEqual(planSoak(2, 50))
  })

  it('begins the same way when it is longer', () => {
    expect(planSoak(9, 40).rounds.slice(0, 10)).toEqual(planSoak(9, 10).rounds)
  })

  it('throws every kind once in five rounds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const first = planSoak(seed, 5).rounds.map(({ faults }) => faults[0]!.fault.kind)
      expect(first.toSorted()).toEqual(faultKinds.toSorted())
    }
  })

  it('lets two different faults overlap now and then, the second at most two seconds later', () => {
    const { rounds } = planSoak(4, 1_000)
    const double = rounds.filter(({ faults }) => faults.length === 2)
    expect(double.length).toBeGreaterThan(200)
    expect(double.length).toBeLessThan(300)
    for (const { faults } of double) {
      const [first, second] = faults
      expect(second!.fault.kind).not.toBe(first!.fault.kind)
      expect(first!.afterMs).toBe(0)
      expect(second!.afterMs).toBeLessThanOrEqual(2_000)
    }
  })

  it('pulls cables for half a second to eight, and has the server away for five at most', () => {
    for (const { fault } of faultsOf(6, 1_000)) {
      if (fault.kind === 'cable' || fault.kind === 'udp') {
        expect(fault.ms).toBeGreaterThanOrEqual(500)
        expect(fault.ms).toBeLessThanOrEqual(8_000)
      } else if (fault.kind === 'server') expect(fault.ms).toBeLessThanOrEqual(5_000)
    }
  })

  it('names what it throws', () => {
    const round = {
      faults: [
        { fault: { kind: 'cable', whom: 'both', ms: 700 }, afterMs: 0 },
        { fault: { kind: 'page', whom: 'bob', how: 'crash' }, afterMs: 300 },
      ],
    } as const
    expect(kindsOf(round)).toBe('cable+page')
    expect(describeRound(round)).toBe('cable of both pulled for 700 ms + page of bob crashed, 300 ms later')
  })
})
