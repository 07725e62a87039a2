import { describe, expect, it } from 'vitest'
import { createReplayWindow } from './replay-window.ts'

function windowAfter(...counters: readonly bigint[]) {
  const window = createReplayWindow()
  for (const ctr of counters) window.mark(ctr)
  return window
}

describe('the window of counters', () => {
  it('F5 knows every counter of the last 1024 again, in whatever order they came', () => {
    const counters = Array.from({ length: 1024 }, (_, i) => BigInt(i))
    const mixed = counters.map((_, i) => counters[(i * 389) % 1024] ?? 0n)
    const window = windowAfter(...mixed)
    expect(counters.filter(window.isFresh)).toEqual([])
    expect(window.isFresh(1024n)).toBe(true)
  })
  it('F5 takes what was skipped once, and what is too old not at all', () => {
    const window = windowAfter(0n, 1n, 1500n)
    expect([2n, 476n].map(window.isFresh)).toEqual([false, false])
    expect([477n, 1499n].map(window.isFresh)).toEqual([true, true])
    window.mark(477n)
    expect(window.isFresh(477n)).toBe(false)
  })
  it('forgets what shared a place with a counter that was skipped', () => {
    const window = windowAfter(0n, 3n, 1030n)
    expect([1027n, 1024n, 1029n].map(window.isFresh)).toEqual([true, true, true])
    expect(window.isFresh(1030n)).toBe(false)
  })
  it('follows a jump to the largest counter there is at once', () => {
    const last = (1n << 64n) - 1n
    const window = windowAfter(5n, last)
    expect([5n, last].map(window.isFresh)).toEqual([false, false])
    expect(window.isFresh(last - 1023n)).toBe(true)
    expect(window.isFresh(last - 1024n)).toBe(false)
  })
  it('agrees with a set of all counters ever marked', () => {
    const window = createReplayWindow()
    const marked = new Set<bigint>()
    let newest = -1n
    let random = 9
    for (let i = 0; i < 20_000; i++) {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
      const ctr = BigInt(Math.max(0, i + (random % 2300) - 1200))
      const fresh = ctr > newest || (newest - ctr < 1024n && !marked.has(ctr))
      expect(window.isFresh(ctr)).toBe(fresh)
      if (!fresh || random % 3 === 0) continue
      window.mark(ctr)
      marked.add(ctr)
      if (ctr > newest) newest = ctr
    }
    expect(marked.size).toBeGreaterThan(4000)
  })
})
