// A tone file for Chromium's fake microphone. Pulsed, because noise suppression takes a steady tone for noise and
// removes it within seconds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const sampleRate = 48_000
const pulseMs = 250

/** Writes `tone-<hz>.wav` into `dir`: two seconds of 250 ms on, 250 ms off, 16-bit mono. Returns its path. */
export function writeTone(dir: string, hz: number): string {
  mkdirSync(dir, { recursive: true })
  return writeWav(join(dir, `tone-${hz}.wav`), sampleRate * 2, (i) => {
    const on = Math.floor((i / sampleRate) * 1000) % (2 * pulseMs) < pulseMs
    return on ? Math.sin((2 * Math.PI * hz * i) / sampleRate) * 0.5 : 0
  })
}

/** Writes that many samples, each from -1 to 1 and asked for in turn, as 16-bit mono. Returns the path. */
export function writeWav(path: string, samples: number, valueOf: (index: number) => number): string {
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
  for (let i = 0; i < samples; i++) wav.writeInt16LE(Math.round(valueOf(i) * 32_767), 44 + i * 2)
  writeFileSync(path, wav)
  return path
}
