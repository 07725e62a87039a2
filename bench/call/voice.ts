// What the microphones of a bench hear. Neither steady, which a browser takes for noise, nor ever silent for longer than a
// moment, so that when it is first heard says when it could first have been heard.
import { writeFileSync } from 'node:fs'

const sampleRate = 48_000
const seconds = 2

/** Writes two seconds of something like a voice: a gliding pitch with overtones, 20 ms pauses. Returns the path. */
export function writeVoice(path: string): string {
  const samples = sampleRate * seconds
  const wav = Buffer.alloc(44 + samples * 2)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples * 2, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(sampleRate, 24)
  wav.writeUInt32LE(sampleRate * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples * 2, 40)
  let phase = 0
  for (let i = 0; i < samples; i++) {
    const t = i / sampleRate
    const hz = 160 + 80 * Math.sin(2 * Math.PI * 1.5 * t) + 30 * Math.sin(2 * Math.PI * 5 * t)
    phase += (2 * Math.PI * hz) / sampleRate
    const syllable = t % 0.1 < 0.08 ? 0.5 + 0.5 * Math.sin(Math.PI * ((t % 0.1) / 0.08)) : 0
    let value = 0
    for (let overtone = 1; overtone <= 12; overtone++) value += Math.sin(phase * overtone) / overtone
    wav.writeInt16LE(Math.round(value * syllable * 0.3 * 32_767), 44 + i * 2)
  }
  writeFileSync(path, wav)
  return path
}
