// Numbers that look random and are the same for the same seed: mulberry32, whose period of 2^32 is more than any soak uses.

export interface Random {
  /** From `from` to `to`, both included. */
  whole(from: number, to: number): number
  /** True in this share of the cases, from 0 to 1. */
  chance(share: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** The same in another order. */
  shuffled<T>(list: readonly T[]): T[]
}

/** The seed counts modulo 2^32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  /** From 0 to 1, without 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    whole,
    chance: (share) => next() < share,
    pick: (list) => list[whole(0, list.length - 1)]!,
    shuffled(list) {
      const order = [...list]
      for (let last = order.length - 1; last > 0; last--) {
        const other = whole(0, last)
        ;[order[last], order[other]] = [order[other]!, order[last]!]
      }
      return order
    },
  }
}
