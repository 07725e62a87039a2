import { describe, expect, it } from 'vitest'
import { echoVerdict, windowOf, type EchoWindow } from './echo-verdict.ts'

const at = (db: number, clipped = 0): EchoWindow => ({ loudness: 10 ** (db / 20), clipped })
const zero: EchoWindow = { loudness: 0, clipped: 0 }
const many = (count: number, window: EchoWindow) => Array<EchoWindow>(count).fill(window)

describe('the verdict on a recorded voice', () => {
  it.each<[string, EchoWindow[], ReturnType<typeof echoVerdict>]>([
    ['a voice', [...many(40, at(-24)), ...many(80, at(-65))], 'well'],
    ['one word', [...many(6, at(-28)), ...many(110, at(-70))], 'well'],
    ['a voice far away', [...many(40, at(-47)), ...many(80, at(-70))], 'quiet'],
    ['a quiet room', many(120, at(-72)), 'nothing'],
    ['zeros', many(120, zero), 'nothing'],
    ['a click', [at(-10), ...many(119, zero)], 'nothing'],
    ['a voice that is cut off', [...many(30, at(-3, 0.2)), ...many(60, at(-20))], 'distorted'],
    ['one laugh that is cut off', [...many(3, at(-3, 0.2)), ...many(90, at(-20))], 'well'],
    ['no look at all', [], 'nothing'],
  ])('%s', (_, windows, verdict) => expect(echoVerdict(windows)).toBe(verdict))

  it('takes its looks from samples', () => {
    expect(windowOf(Float32Array.from([0, 0, 0, 0]))).toEqual(zero)
    expect(windowOf(Float32Array.from([0.00001, -0.00001]))).toEqual(zero)
    expect(windowOf(Float32Array.from([1, -1, 0, 0])).clipped).toBe(0.5)
    expect(windowOf(Float32Array.from([0.1, -0.1])).loudness).toBeCloseTo(0.1)
  })
})
