// The tones themselves, drawn in code: no sound files to ship. Pure.
import type { Tone } from './tone-for.ts'

const sampleRateHz = 16_000
const fadeS = 0.008

/** Sound at these frequencies together, or a pause where there is none. */
interface Note {
  readonly hz: readonly number[]
  readonly s: number
  /** Of full scale. */
  readonly loudness: number
}
const pause = (s: number): Note => ({ hz: [], s, loudness: 0 })
const beep = (s: number, ...hz: number[]): Note => ({ hz, s, loudness: 0.4 })
const soft = (s: number, ...hz: number[]): Note => ({ hz, s, loudness: 0.2 })

const scores: Readonly<Record<Tone | 'test', readonly Note[]>> = {
  ring: [beep(0.4, 523, 659), pause(0.15), beep(0.4, 587, 784), pause(0.15), beep(0.6, 523, 659), pause(2.3)],
  'ring-back': [beep(1, 425), pause(4)],
  busy: [beep(0.4, 425), pause(0.4), beep(0.4, 425), pause(0.4), beep(0.4, 425)],
  // Soft, since somebody holds the phone to an ear; down for gone, up for back.
  interrupted: [soft(0.12, 440), pause(0.06), soft(0.16, 330)],
  back: [soft(0.12, 330), pause(0.06), soft(0.16, 440)],
  ended: [beep(0.14, 480), pause(0.05), beep(0.2, 360)],
  test: [beep(0.25, 523), pause(0.05), beep(0.25, 659), pause(0.05), beep(0.5, 784)],
}

/** A WAV file: PCM, 16 bit, one channel. */
export function waveOf(tone: Tone | 'test'): Uint8Array<ArrayBuffer> {
  const samples = scores[tone].flatMap(samplesOf)
  const bytes = new Uint8Array(44 + samples.length * 2)
  const view = new DataView(bytes.buffer)
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at)
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, Math.round(sample * 0x7fff), true))
  return bytes
}

/** Faded in and out, because a tone that is cut clicks. */
function samplesOf({ hz, s, loudness }: Note): number[] {
  return Array.from({ length: Math.round(s * sampleRateHz) }, (_, index) => {
    const atS = index / sampleRateHz
    const fade = Math.min(1, atS / fadeS, (s - atS) / fadeS)
    const sum = hz.reduce((total, frequency) => total + Math.sin(2 * Math.PI * frequency * atS), 0)
    return hz.length === 0 ? 0 : (loudness * fade * sum) / hz.length
  })
}
