import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

const drawn = (seed: number, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.whole(0, 2 ** 32 - 1))
}

describe('the generator', () => {
  it('is mulberry32', () => {
    // Worked out from the published algorithm, apart from this code, for the seed 1.
    expect(drawn(1, 3)).toEqual([2693262067, 11749833, 2265367787])
  })

  it('draws the same for the same seed, and else for another', () => {
    expect(drawn(7, 20)).toEqual(drawn(7, 20))
    expect(drawn(7, 20)).not.toEqual(drawn(8, 20))
  })

  it('stays within what was asked for, and reaches both ends', () => {
    const random = createRandom(3)
    const seen = new Set(Array.from({ length: 200 }, () => random.whole(2, 5)))
    expect([...seen].toSorted()).toEqual([2, 3, 4, 5])
  })

  it('keeps all of a list that it shuffles', () => {
    const list = [1, 2, 3, 4, 5, 6, 7]
    const shuffled = createRandom(5).shuffled(list)
    expect(shuffled).not.toEqual(list)
    expect(shuffled.toSorted()).toEqual(list)
  })
})
