// What a recording of one's own voice was like: levels in, verdict out. Pure.
import { peakOf } from './level-meter.ts'

/** One look at the sound, about a twentieth of a second. Both from 0 to 1. */
export interface EchoWindow {
  /** Root mean square. */
  readonly loudness: number
  /** How much of it is cut off at full scale. */
  readonly clipped: number
}
export type EchoVerdict = 'well' | 'quiet' | 'nothing' | 'distorted'

/** -60 dBFS: the rustle of a room. */
const nothing = 0.001
/** -40 dBFS: a voice that the other side strains to hear, also after automatic gain. */
const quiet = 0.01
const fullScale = 0.985
/** So much of a look is cut off where it can be heard, and so many looks of a voice. */
const harshWindow = 0.01
const harshVoice = 0.1

export function windowOf(samples: Float32Array): EchoWindow {
  if (peakOf(samples) === 0) return { loudness: 0, clipped: 0 }
  let sum = 0
  let clipped = 0
  for (const sample of samples) {
    sum += sample * sample
    if (Math.abs(sample) >= fullScale) clipped++
  }
  return { loudness: Math.sqrt(sum / samples.length), clipped: clipped / samples.length }
}

export function echoVerdict(windows: readonly EchoWindow[]): EchoVerdict {
  const voice = windows.filter(({ loudness }) => loudness >= nothing)
  // A click is no voice.
  if (voice.length < Math.max(2, windows.length * 0.02)) return 'nothing'
  const harsh = voice.filter(({ clipped }) => clipped >= harshWindow)
  if (harsh.length >= voice.length * harshVoice) return 'distorted'
  const sorted = voice.map(({ loudness }) => loudness).sort((one, other) => one - other)
  // Words have pauses and soft sounds: the louder tenth is what is taken for the voice.
  return (sorted[Math.floor(sorted.length * 0.9)] ?? 0) < quiet ? 'quiet' : 'well'
}
