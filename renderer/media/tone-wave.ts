// The tones themselves, drawn in code: no sound files to ship. Pure.
import type { BuiltInRingtone } from '../../contract/ringing.ts'
import type { Tone } from './tone-for.ts'

const sampleRateHz = 16_000
const fadeS = 0.008

/** Sound at these frequencies together, or a pause where there is none. */
interface Note {
  readonly hz: readonly number[]
  readonly s: number
  /** Of full scale. */
  readonly loudness: number
  /** `even`: as loud from its beginning to its end. `struck`: loud at once, then fading. `swell`: comes and goes. */
  readonly shape: 'even' | 'struck' | 'swell'
}
const pause = (s: number): Note => ({ hz: [], s, loudness: 0, shape: 'even' })
const beep = (s: number, ...hz: number[]): Note => ({ hz, s, loudness: 0.4, shape: 'even' })
const soft = (s: number, ...hz: number[]): Note => ({ hz, s, loudness: 0.2, shape: 'even' })
const swell = (s: number, ...hz: number[]): Note => ({ hz, s, loudness: 0.5, shape: 'swell' })
/** Wood and strings: the tone, and a little of one far above it. */
const struck = (s: number, hz: number, over: number): Note => ({
  hz: [hz, hz, hz, hz * over],
  s,
  loudness: 0.5,
  shape: 'struck',
})
/** Two shells hit in turn, as in a telephone of old. */
const rattle = (strokes: number): readonly Note[] =>
  Array.from({ length: strokes }, (_, n) => ({
    hz: n % 2 === 0 ? [1175, 1760, 2350] : [1397, 2093, 2794],
    s: 0.05,
    loudness: 0.45,
    shape: 'struck',
  }))
const pips = (count: number): readonly Note[] =>
  Array.from({ length: count }, () => [soft(0.06, 1480, 2960), pause(0.07)]).flat()

const ringScores: Readonly<Record<BuiltInRingtone, readonly Note[]>> = {
  chime: [
    beep(0.4, 523, 659),
    pause(0.15),
    beep(0.4, 587, 784),
    pause(0.15),
    beep(0.6, 523, 659),
    pause(2.3),
  ],
  bell: [...rattle(20), pause(0.3), ...rattle(20), pause(2)],
  marimba: [
    ...[392, 523, 659, 784, 659, 523].map((hz) => struck(0.18, hz, 4)),
    struck(0.6, 880, 4),
    pause(1.6),
  ],
  harp: [...[330, 415, 494, 622, 740, 831, 988].map((hz) => struck(0.3, hz, 2)), pause(1.4)],
  pips: [...pips(4), pause(0.5), ...pips(4), pause(1.9)],
  hum: [swell(1.5, 196, 247, 294), pause(0.3), swell(1.5, 175, 220, 262), pause(1.2)],
}

const scores: Readonly<Record<Tone | 'test', readonly Note[]>> = {
  'ring-back': [beep(1, 425), pause(4)],
  busy: [beep(0.4, 425), pause(0.4), beep(0.4, 425), pause(0.4), beep(0.4, 425)],
  // Soft, since somebody holds the phone to an ear; down for gone, up for back.
  interrupted: [soft(0.12, 440), pause(0.06), soft(0.16, 330)],
  back: [soft(0.12, 330), pause(0.06), soft(0.16, 440)],
  ended: [beep(0.14, 480), pause(0.05), beep(0.2, 360)],
  test: [beep(0.25, 523), pause(0.05), beep(0.25, 659), pause(0.05), beep(0.5, 784)],
}

/** A WAV file: PCM, 16 bit, one channel. */
export function waveOf(tone: Tone | BuiltInRingtone | 'test'): Uint8Array<ArrayBuffer> {
  const samples = { ...scores, ...ringScores }[tone].flatMap(samplesOf)
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

/** How loud a note is at a moment of it, of its loudness. */
const shapes: Readonly<Record<Note['shape'], (atS: number, s: number) => number>> = {
  even: () => 1,
  struck: (atS, s) => Math.exp((-4 * atS) / s),
  swell: (atS, s) => Math.sin((Math.PI * atS) / s) ** 2,
}

/** Faded in and out, because a tone that is cut clicks. */
function samplesOf({ hz, s, loudness, shape }: Note): number[] {
  return Array.from({ length: Math.round(s * sampleRateHz) }, (_, index) => {
    const atS = index / sampleRateHz
    const fade = Math.min(1, atS / fadeS, (s - atS) / fadeS) * shapes[shape](atS, s)
    const sum = hz.reduce((total, frequency) => total + Math.sin(2 * Math.PI * frequency * atS), 0)
    return hz.length === 0 ? 0 : (loudness * fade * sum) / hz.length
  })
}
