import { describe, expect, it } from 'vitest'
import { describeGrowth, growthOf, heapLeaks, isLeak } from './leaks.ts'

describe('what has grown', () => {
  it('is what there is more of, or was not there before', () => {
    const growth = growthOf(
      { handles: 1, logins: 2, mailboxes: 4 },
      { handles: 3, logins: 2, mailboxes: 1, connections: 1 },
    )
    expect(growth.map(describeGrowth)).toEqual(['connections 0 → 1', 'handles 1 → 3'])
  })

  it('is a leak, but for a few timers of a main process', () => {
    const leaks = growthOf({ 'Alice Timeout': 2 }, { 'Alice Timeout': 5, 'Alice connections': 1 }).filter(
      isLeak,
    )
    expect(leaks.map(describeGrowth)).toEqual(['Alice connections 0 → 1'])
    expect(growthOf({ 'Alice Timeout': 2 }, { 'Alice Timeout': 6 }).filter(isLeak)).toHaveLength(1)
  })
})

describe('memory', () => {
  const mib = 2 ** 20
  it('leaks where it grows with the calls, and not where a cache was filled', () => {
    expect(heapLeaks({ 'Alice main': 20 * mib }, { 'Alice main': 24 * mib }, 10)).toEqual([])
    expect(heapLeaks({ 'Alice main': 20 * mib }, { 'Alice main': 25 * mib }, 10)).toEqual([
      'heap of Alice main grown by 5.0 MiB in 10 calls',
    ])
    expect(heapLeaks({ 'Alice main': 20 * mib }, { 'Alice main': 25 * mib }, 200)).toEqual([])
    expect(heapLeaks({ 'Alice main': 20 * mib }, { 'Alice main': 40 * mib }, 200)).toHaveLength(1)
  })
  it('of a page that cannot be asked is not judged', () => {
    expect(heapLeaks({ 'Bob page': null }, { 'Bob page': 90 * mib }, 1)).toEqual([])
    expect(heapLeaks({ 'Bob page': 90 * mib }, { 'Bob page': null }, 1)).toEqual([])
  })
})
