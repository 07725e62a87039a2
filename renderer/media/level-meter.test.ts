import { describe, expect, it } from 'vitest'
import { levelOf } from './level-meter.ts'

const tone = (amplitude: number) => Array.from({ length: 100 }, (_, i) => (i % 2 ? amplitude : -amplitude))

describe('the level of a sound', () => {
  it.each([
    ['silence', 0, 0],
    ['a whisper below the floor', 0.0005, 0],
    ['the floor of -60 dB', 0.001, 0],
    ['-30 dB', 10 ** (-30 / 20), 0.5],
    ['full scale', 1, 1],
    ['more than full scale', 2, 1],
  ])('%s', (_, amplitude, level) => {
    expect(levelOf(tone(amplitude))).toBeCloseTo(level)
  })
})
