import { describe, expect, it } from 'vitest'
import { builtInRingtones } from '../../contract/ringing.ts'
import { waveOf } from './tone-wave.ts'

const tones = [...builtInRingtones, 'ring-back', 'busy', 'ended', 'interrupted', 'back', 'test'] as const
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

describe('the ringtones', () => {
  const rateHz = 16_000
  const semitones = Array.from({ length: 52 }, (_, n) => 160 * 2 ** (n / 12))
  const strength = (samples: Int16Array, hz: number): number => {
    let [re, im] = [0, 0]
    samples.forEach((sample, i) => {
      re += sample * Math.cos((2 * Math.PI * hz * i) / rateHz)
      im += sample * Math.sin((2 * Math.PI * hz * i) / rateHz)
    })
    return Math.hypot(re, im)
  }
  /** What is heard in each quarter of a second of the first two, by semitone, as a vector of length one. */
  const portrait = (samples: Int16Array): number[] => {
    const quarters = Array.from({ length: 8 }, (_, n) =>
      samples.subarray((n * rateHz) / 4, ((n + 1) * rateHz) / 4),
    )
    const heard = quarters.flatMap((quarter) => semitones.map((hz) => strength(quarter, hz)))
    const length = Math.hypot(...heard)
    return heard.map((value) => value / length)
  }
  const portraits = builtInRingtones.map((tone) => ({ tone, heard: portrait(samplesOf(waveOf(tone))) }))

  it.each(
    portraits.flatMap((one, i) =>
      portraits.slice(i + 1).map((other) => [one.tone, other.tone, one, other] as const),
    ),
  )('%s and %s are told apart by ear', (_one, _other, one, other) => {
    const likeness = one.heard.reduce((sum, value, i) => sum + value * other.heard[i]!, 0)
    expect(likeness).toBeLessThan(0.6)
  })

  it.each(builtInRingtones)('%s is as loud as the others, and pauses before it begins anew', (tone) => {
    const samples = samplesOf(waveOf(tone))
    const sounding = samples.filter((sample) => sample !== 0)
    const rms = Math.sqrt(sounding.reduce((sum, sample) => sum + sample * sample, 0) / sounding.length)
    expect(rms).toBeGreaterThan(1_200)
    expect(rms).toBeLessThan(8_000)
    expect(samples.length / rateHz).toBeGreaterThan(2.5)
    expect(samples.slice(-rateHz).every((sample) => sample === 0)).toBe(true)
  })
})
