// A coturn beside this server, started with the configuration of this folder and stopped with it. Needs the program
// `turnserver` on this computer and no rights but those of the person who starts it.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { coturnConfig, type CoturnConfig } from './coturn-config.ts'

export type LocalCoturnOptions = Pick<
  CoturnConfig,
  | 'listenIp'
  | 'relayIp'
  | 'externalIp'
  | 'port'
  | 'tls'
  | 'relayPorts'
  | 'realm'
  | 'secrets'
  | 'allowedPeerIps'
> & {
  /** As in `CoturnConfig`; `stdout` goes nowhere. */
  readonly logFile?: string
  /** It ended although nobody stopped it. */
  readonly onEnded?: () => void
}

export interface LocalCoturn {
  readonly cli: { readonly host: string; readonly port: number; readonly password: string }
  /** Reads the certificate and key again, for later connections. */
  renewTls(): void
  stop(): Promise<void>
}

const READY_MS = 15_000
const TRY_AGAIN_MS = 100
const STOP_MS = 2_000
const MAX_LOG = 64 * 1024

/** The version of the installed program, as `4.6.1`; null when there is none. */
export async function installedCoturn(): Promise<string | null> {
  const said = await promisify(execFile)('turnserver', ['--version']).catch(() => null)
  return /\d+\.\d+(?:\.\d+)*/.exec(said?.stdout ?? '')?.[0] ?? null
}

/** Rejects with an Error whose message is a sentence for whoever asked for a relay. */
export async function startLocalCoturn(options: LocalCoturnOptions): Promise<LocalCoturn> {
  const version = await installedCoturn()
  if (version === null) {
    throw new Error(
      '--turn needs the program turnserver: install coturn (on Debian: `sudo apt-get install coturn`) and start again.',
    )
  }
  for (const port of [options.port, ...(options.tls ? [options.tls.port] : [])]) {
    // coturn itself would go on trying, and say so nowhere.
    if (!(await isFree(options.listenIp, port))) {
      throw new Error(`The relay cannot listen on ${options.listenIp}:${port}; is another one running there?`)
    }
  }
  const cli = {
    host: '127.0.0.1',
    port: await freePort('127.0.0.1'),
    password: randomBytes(24).toString('base64url'),
  }
  const folder = await mkdtemp(join(tmpdir(), 'earshot-relay-'))
  const file = join(folder, 'turnserver.conf')
  // SECURITY: never as arguments, which everybody on the computer can read.
  await writeFile(
    file,
    coturnConfig({ ...options, version, cli, folder, logFile: options.logFile ?? 'stdout' }),
    {
      mode: 0o600,
    },
  )

  const child = spawn('turnserver', ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  const hear = (chunk: Buffer) => (log = (log + chunk.toString('latin1')).slice(-MAX_LOG))
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  let stopping = false
  let ended = false
  const end = new Promise<void>((resolve) => {
    const done = () => {
      ended = true
      resolve()
    }
    child.once('close', done)
    child.once('error', done)
  })

  async function stop(): Promise<void> {
    stopping = true
    if (!ended) child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await end
    clearTimeout(patience)
    await rm(folder, { recursive: true, force: true })
  }

  // Its command line interface opens last, when everything else listens.
  const untilMs = Date.now() + READY_MS
  while (!(await answers(cli))) {
    if (!ended && Date.now() < untilMs) await pause(end, TRY_AGAIN_MS)
    else {
      await stop()
      const [why = 'it did not say why'] = /^.*\b(?:error|cannot|fatal)\b.*$/im.exec(log) ?? []
      throw new Error(`The relay did not start: ${why.trim()}`)
    }
  }
  void end.then(() => {
    if (!stopping) options.onEnded?.()
  })
  return { cli, renewTls: () => void child.kill('SIGUSR2'), stop }
}

const pause = (end: Promise<void>, ms: number) =>
  Promise.race([end, new Promise<void>((resolve) => setTimeout(resolve, ms))])

async function answers({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  const socket = connect(port, host)
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return opened
}

async function listening(host: string, port: number) {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  const taken = (server.address() as AddressInfo).port
  await new Promise((resolve) => server.close(resolve))
  return taken
}

/** A TCP port that nobody had a moment ago. */
export const freePort = (host: string): Promise<number> => listening(host, 0)

const isFree = (host: string, port: number): Promise<boolean> =>
  listening(host, port).then(
    () => true,
    () => false,
  )
