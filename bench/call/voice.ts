// What the microphones of a bench hear. Neither steady, which a browser takes for noise, nor ever silent for longer than a
// moment, so that when it is first heard says when it could first have been heard.
import { sampleRate, writeWav } from '../../e2e/tone.ts'

const seconds = 2

/** Writes two seconds of something like a voice: a gliding pitch with overtones, 20 ms pauses. Returns the path. */
export function writeVoice(path: string): string {
  let phase = 0
  return writeWav(path, sampleRate * seconds, (i) => {
    const t = i / sampleRate
    const hz = 160 + 80 * Math.sin(2 * Math.PI * 1.5 * t) + 30 * Math.sin(2 * Math.PI * 5 * t)
    phase += (2 * Math.PI * hz) / sampleRate
    const syllable = t % 0.1 < 0.08 ? 0.5 + 0.5 * Math.sin(Math.PI * ((t % 0.1) / 0.08)) : 0
    let value = 0
    for (let overtone = 1; overtone <= 12; overtone++) value += Math.sin(phase * overtone) / overtone
    return value * syllable * 0.3
  })
}
