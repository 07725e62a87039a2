// A sound server of its own for a test, with devices that come and go: a PulseAudio daemon in a folder of its own, ended by
// its pid. Needs `pulseaudio`, `pactl`, `parec` and `pacat` on PATH; touches no sound of the machine.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { installPackages } from './debian.ts'

const startTimeoutMs = 15_000

interface PulseDevice {
  /** The name by which PulseAudio knows it. */
  readonly name: string
  /** As programs show it. */
  readonly label: string
  /** Gone at once, as if somebody had pulled the plug. */
  unplug(): void
}

interface PulseMicrophone extends PulseDevice {
  /** Plays a WAV file into it, again and again, until it is unplugged or the returned function is called. */
  feed(wav: string): () => void
  /** The mute of the system. */
  mute(on: boolean): void
}

interface Loudness {
  /** Root mean square and peak, 0 to 1 of full scale. */
  readonly rms: number
  readonly peak: number
}

export interface Pulse {
  /** For the program whose sound goes here. */
  readonly env: Readonly<Record<string, string>>
  addSpeaker(name: string, label: string): PulseDevice
  /** Delivers digital zeros until it is fed. */
  addMicrophone(name: string, label: string): PulseMicrophone
  setDefault(kind: 'sink' | 'source', name: string): void
  /** What a speaker plays in the next `ms`. */
  listen(speaker: string, ms: number): Promise<Loudness>
  /** The samples themselves: 16-bit mono at 48 kHz. */
  record(speaker: string, ms: number): Promise<Int16Array>
  /** How many programs record from it, or play to it. */
  users(kind: 'sink' | 'source', name: string): number
  stop(): Promise<void>
}

const hasPulse = (): boolean =>
  ['pulseaudio', 'pactl', 'parec'].every((name) => spawnSync(name, ['--version']).status === 0)

/** Throws with what to do where it cannot be installed. */
export async function installPulse(): Promise<void> {
  const packages = ['pulseaudio', 'pulseaudio-utils']
  if (!hasPulse()) await installPackages(packages, console.log)
  if (!hasPulse()) throw new Error(`PulseAudio is needed: \`sudo apt-get install ${packages.join(' ')}\``)
}

/** Throws when the daemon does not come up. Without devices but for one speaker that PulseAudio makes itself. */
export async function startPulse(): Promise<Pulse> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pulse-'))
  const socket = join(folder, 'native')
  mkdirSync(join(folder, 'home'))
  const server = `unix:${socket}`
  const own = { PULSE_SERVER: server, PULSE_COOKIE: join(folder, 'cookie'), XDG_RUNTIME_DIR: folder }
  const daemon = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '--use-pid-file=no',
      '--log-target=stderr',
      '--log-level=error',
      '-L',
      `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      '-L',
      'module-always-sink',
    ],
    {
      env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...own },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const children = new Set<ChildProcess>([daemon])
  const killAll = () => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)

  const env = { ...process.env, ...own } as Record<string, string>
  const pactl = (...args: string[]): string =>
    execFileSync('pactl', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

  const giveUpMs = Date.now() + startTimeoutMs
  while (spawnSync('pactl', ['info'], { env }).status !== 0) {
    if (Date.now() > giveUpMs || daemon.exitCode !== null) {
      killAll()
      throw new Error(`PulseAudio did not start: ${said}`)
    }
    await delay(50)
  }

  const unload = (modules: string[]) => {
    for (const id of modules.splice(0)) pactl('unload-module', id)
  }
  const described = (kind: 'sink' | 'source', label: string) =>
    `${kind}_properties="device.description='${label}'"`
  const nullSink = (name: string, label: string) =>
    pactl('load-module', 'module-null-sink', `sink_name=${name}`, 'rate=48000', described('sink', label))

  /** The columns of `pactl list short`: number, name or owner … */
  const rows = (what: string) =>
    pactl('list', 'short', what)
      .split('\n')
      .map((line) => line.split('\t'))

  async function record(speaker: string, ms: number): Promise<Int16Array> {
    const wanted = Math.round(ms * 48) * 2
    const recorder = spawn(
      'parec',
      [`--device=${speaker}.monitor`, '--format=s16le', '--rate=48000', '--channels=1', '--latency-msec=20'],
      { env, stdio: ['ignore', 'pipe', 'ignore'] },
    )
    children.add(recorder)
    const parts: Buffer[] = []
    let length = 0
    for await (const part of recorder.stdout as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length >= wanted) break
    }
    recorder.kill('SIGKILL')
    children.delete(recorder)
    const bytes = Uint8Array.from(Buffer.concat(parts).subarray(0, wanted - (wanted % 2)))
    return new Int16Array(bytes.buffer)
  }

  return {
    env: own,
    addSpeaker(name, label) {
      const modules = [nullSink(name, label)]
      return { name, label, unplug: () => unload(modules) }
    },
    addMicrophone(name, label) {
      const line = `${name}_line`
      // What is plugged in first is pulled last.
      const lineModule = nullSink(line, `${label} (line)`)
      const source = pactl(
        'load-module',
        'module-remap-source',
        `master=${line}.monitor`,
        `source_name=${name}`,
        described('source', label),
      )
      const modules = [source, lineModule]
      let stop = (): void => undefined
      return {
        name,
        label,
        feed(wav) {
          stop()
          const samples = readFileSync(wav).subarray(44)
          const player = spawn(
            'pacat',
            [`--device=${line}`, '--format=s16le', '--rate=48000', '--channels=1', '--latency-msec=50'],
            { env, stdio: ['pipe', 'ignore', 'ignore'] },
          )
          children.add(player)
          // Ends with the pipe, when the player does.
          player.stdin.on('error', () => undefined)
          const more = (): void => {
            while (player.stdin.writable && player.stdin.write(samples)) continue
          }
          player.stdin.on('drain', more)
          more()
          stop = () => {
            player.kill('SIGKILL')
            children.delete(player)
          }
          return stop
        },
        mute: (on) => void pactl('set-source-mute', name, on ? '1' : '0'),
        unplug() {
          stop()
          unload(modules)
        },
      }
    },
    setDefault: (kind, name) => void pactl(`set-default-${kind}`, name),
    record,
    async listen(speaker, ms) {
      const samples = await record(speaker, ms)
      let sum = 0
      let peak = 0
      for (const sample of samples) {
        const value = sample / 32_768
        sum += value * value
        peak = Math.max(peak, Math.abs(value))
      }
      return { rms: Math.sqrt(sum / Math.max(1, samples.length)), peak }
    },
    users(kind, name) {
      const number = rows(`${kind}s`).find((row) => row[1] === name)?.[0]
      const users = rows(kind === 'sink' ? 'sink-inputs' : 'source-outputs')
      // Its own remapping of one device to another is no program.
      return users.filter((row) => row[1] === number && row[2] !== '-').length
    },
    async stop() {
      process.removeListener('exit', killAll)
      for (const child of children) if (child !== daemon) child.kill('SIGKILL')
      const gone = new Promise<void>((resolve) => daemon.once('exit', () => resolve()))
      if (daemon.exitCode === null && daemon.signalCode === null) {
        daemon.kill('SIGTERM')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
