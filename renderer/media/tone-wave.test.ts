import { describe, expect, it } from 'vitest'
import { waveOf } from './tone-wave.ts'

const tones = ['ring', 'ring-back', 'busy', 'ended', 'interrupted', 'back', 'test'] as const
const words = (wave: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...wave.subarray(at, at + length))
const samplesOf = (wave: Uint8Array<ArrayBuffer>) => new Int16Array(wave.buffer.slice(44))

describe.each(tones)('the tone %s', (tone) => {
  const wave = waveOf(tone)
  it('is a WAV file whose lengths are true', () => {
    const view = new DataView(wave.buffer)
    expect(words(wave, 0, 4) + words(wave, 8, 8) + words(wave, 36, 4)).toBe('RIFFWAVEfmt data')
    expect(view.getUint32(4, true)).toBe(wave.length - 8)
    expect(view.getUint32(40, true)).toBe(wave.length - 44)
  })
  it('is heard, is not clipped, and neither begins nor ends with a click', () => {
    const samples = samplesOf(wave)
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(loudest).toBeGreaterThan(3_000)
    expect(loudest).toBeLessThan(20_000)
    expect(Math.abs(samples[0]!)).toBeLessThan(200)
    expect(Math.abs(samples.at(-1)!)).toBeLessThan(200)
  })
})
