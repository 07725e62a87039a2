import { describe, expect, it } from 'vitest'
import { describeGrowth, growthOf, isLeak } from './leaks.ts'

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
