// A PulseAudio of a test's own, with outputs that nobody hears and whose every sample can be looked at. Lives in a folder of
// its own, touches no other sound server, and is ended by pid.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

export const pulsePackages = ['pulseaudio', 'pulseaudio-utils']

export const hasPulse = (): boolean =>
  process.platform === 'linux' &&
  ['pulseaudio', 'pactl', 'parec'].every((name) => spawnSync('which', [name]).status === 0)

const run = promisify(execFile)
const startTimeoutMs = 10_000
const recordedHz = 16_000
const bytesPerSample = 2

export interface Pulse {
  /** For whoever is to be heard here. */
  readonly env: Readonly<Record<string, string>>
  /** Plugs in an output; programs see its name, with the first letter large. */
  plugIn(output: string): Promise<void>
  pullOut(output: string): Promise<void>
  /** Takes down everything that is played on this output from now on. */
  listen(output: string): Promise<Recording>
  stop(): Promise<void>
}

export interface Recording {
  /** Milliseconds of sound so far. */
  lengthMs(): number
  /** The loudest sample between two moments of it, 0 to 32768; 0 is silence to the last sample. */
  peak(fromMs: number, toMs?: number): number
  /** The moment of the last sample that is not silent; 0 when all are. */
  lastSoundMs(): number
  stop(): Promise<void>
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await gone
}

/** The first output is the system's default. There is one microphone, which hears nothing. */
export async function startPulse(outputs: readonly string[]): Promise<Pulse> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pulse-'))
  const socket = join(folder, 'native')
  const env = { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder }
  const all = { ...process.env, ...env, HOME: folder }
  const daemon = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '--log-target=stderr',
      '--log-level=error',
      '-L',
      `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      '-L',
      'module-null-source source_name=microphone description=Microphone',
    ],
    { env: all, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)))
  const children = [daemon]
  const killAll = () => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)
  const pactl = async (...args: string[]) => (await run('pactl', args, { env: all })).stdout.trim()
  const modules = new Map<string, string>()

  const pulse: Pulse = {
    env,
    async plugIn(output) {
      const label = output[0]!.toUpperCase() + output.slice(1)
      modules.set(
        output,
        await pactl(
          'load-module',
          'module-null-sink',
          `sink_name=${output}`,
          `sink_properties=device.description=${label}`,
          'rate=48000',
        ),
      )
    },
    async pullOut(output) {
      await pactl('unload-module', modules.get(output)!)
    },
    listen: (output) => listen(output, all, children),
    async stop() {
      for (const child of [...children].reverse()) await end(child)
      process.removeListener('exit', killAll)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    const deadlineMs = Date.now() + startTimeoutMs
    while (!existsSync(socket)) {
      if (daemon.exitCode !== null || Date.now() > deadlineMs) throw new Error(`no PulseAudio: ${said}`)
      await delay(20)
    }
    for (const output of outputs) await pulse.plugIn(output)
    await pactl('set-default-sink', outputs[0]!)
    return pulse
  } catch (error) {
    await pulse.stop()
    throw error
  }
}

/** Resolves once it records. */
async function listen(output: string, env: NodeJS.ProcessEnv, children: ChildProcess[]): Promise<Recording> {
  const parec = spawn(
    'parec',
    [
      `--device=${output}.monitor`,
      '--raw',
      '--format=s16le',
      `--rate=${recordedHz}`,
      '--channels=1',
      '--latency-msec=20',
    ],
    { env, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  children.push(parec)
  const chunks: Buffer[] = []
  let bytes = 0
  await new Promise<void>((resolve, reject) => {
    parec.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      resolve()
    })
    parec.once('exit', (code) => reject(new Error(`parec ended (${code}) before it heard ${output}`)))
  })
  const indexOf = (ms: number) => Math.floor((ms * recordedHz) / 1000)
  const msOf = (index: number) => (index * 1000) / recordedHz
  const samples = () => {
    const whole = Buffer.concat(chunks)
    return new Int16Array(whole.buffer, whole.byteOffset, Math.floor(whole.length / bytesPerSample))
  }
  return {
    lengthMs: () => msOf(bytes / bytesPerSample),
    peak: (fromMs, toMs = Infinity) =>
      samples()
        .subarray(indexOf(fromMs), toMs === Infinity ? undefined : indexOf(toMs))
        .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    lastSoundMs: () => msOf(samples().findLastIndex((sample) => sample !== 0) + 1),
    stop: () => end(parec),
  }
}
