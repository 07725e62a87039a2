// Takes down every sample that is played on a speaker of a test's own sound server, for as long as the test wants, so that
// silence can be told from sound to the last sample.
import { spawn } from 'node:child_process'
import type { Pulse } from './pulse.ts'

export interface SinkRecording {
  /** Milliseconds of sound so far. */
  lengthMs(): number
  /** The loudest sample between two moments of it, 0 to 32768; 0 is silence to the last sample. */
  peak(fromMs: number, toMs?: number): number
  /** The moment after the last sample that is not silent; 0 when all are. */
  lastSoundMs(): number
  stop(): Promise<void>
}

const recordedHz = 16_000
const bytesPerSample = 2

/** Resolves once it records. */
export async function recordSink(pulse: Pick<Pulse, 'env'>, speaker: string): Promise<SinkRecording> {
  const parec = spawn(
    'parec',
    [
      `--device=${speaker}.monitor`,
      '--raw',
      '--format=s16le',
      `--rate=${recordedHz}`,
      '--channels=1',
      '--latency-msec=20',
    ],
    { env: { ...process.env, ...pulse.env }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const ended = new Promise<void>((resolve) => parec.once('exit', () => resolve()))
  const kill = () => void parec.kill('SIGKILL')
  process.once('exit', kill)
  const chunks: Buffer[] = []
  let bytes = 0
  await new Promise<void>((resolve, reject) => {
    parec.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      resolve()
    })
    void ended.then(() => reject(new Error(`parec ended before it heard ${speaker}`)))
  })
  const indexOf = (ms: number) => Math.floor((ms * recordedHz) / 1000)
  const msOf = (index: number) => (index * 1000) / recordedHz
  const samples = () => {
    const whole = Uint8Array.from(Buffer.concat(chunks))
    return new Int16Array(whole.buffer, 0, Math.floor(whole.length / bytesPerSample))
  }
  return {
    lengthMs: () => msOf(bytes / bytesPerSample),
    peak: (fromMs, toMs) =>
      samples()
        .subarray(indexOf(fromMs), toMs === undefined ? undefined : indexOf(toMs))
        .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    lastSoundMs: () => msOf(samples().findLastIndex((sample) => sample !== 0) + 1),
    async stop() {
      process.removeListener('exit', kill)
      kill()
      await ended
    },
  }
}
