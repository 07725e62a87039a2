import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectRefusal, outcomeOf } from './expect-refusal.ts'
import { MAX_FRAMES_AHEAD, createFrameOrder } from './frame-order.ts'

describe('the order of frames', () => {
  it('A3 gives a gapless run from zero, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(90), { maxLength: 300 }), (arriving) => {
        const order = createFrameOrder<number>()
        const given = arriving.flatMap((sequence) => {
          const due: number[] = []
          outcomeOf(() => due.push(...order.place(sequence, sequence, 0)))
          return due
        })
        expect(given).toEqual(given.map((_, index) => index))
        const next = given.length
        const waits = arriving.some((sequence) => sequence > next && order.gapSinceMs() !== null)
        expect(order.gapSinceMs() === null || waits).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('A3 refuses what was seen, whether it waits or has come out, and tells so before it is placed', () => {
    const order = createFrameOrder<string>()
    order.place(0, 'x', 0)
    order.place(2, 'x', 0)
    for (const seen of [0, 2]) {
      expectRefusal('seq', () => order.check(seen))
      expectRefusal('seq', () => order.place(seen, 'y', 0))
    }
    order.check(1)
    order.check(1 + MAX_FRAMES_AHEAD)
    expectRefusal('gap', () => order.check(2 + MAX_FRAMES_AHEAD))
  })

  it('forgets what waits when it is cleared', () => {
    const order = createFrameOrder<string>()
    order.place(1, 'x', 0)
    order.clear()
    expect(order.place(0, 'y', 0)).toEqual(['y'])
  })

  it('never holds more than its limit', () => {
    const order = createFrameOrder<string>()
    for (let sequence = 1; sequence <= MAX_FRAMES_AHEAD; sequence++) order.place(sequence, 'x', 0)
    expectRefusal('gap', () => order.place(MAX_FRAMES_AHEAD + 1, 'x', 0))
    expect(order.place(0, 'x', 0)).toHaveLength(MAX_FRAMES_AHEAD + 1)
  })

  it('dates a gap anew when another one follows it', () => {
    const order = createFrameOrder<number>()
    order.place(1, 1, 10)
    order.place(3, 3, 20)
    expect(order.gapSinceMs()).toBe(10)
    expect(order.place(0, 0, 30)).toEqual([0, 1])
    expect(order.gapSinceMs()).toBe(30)
    expect(order.place(2, 2, 40)).toEqual([2, 3])
    expect(order.gapSinceMs()).toBeNull()
  })
})
