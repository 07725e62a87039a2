// Runs one signaling server as a process of its own: for an operator (`npm run server`), and inside the app as an
// Electron utility process, where it reports to its parent. Composition only.
import { parseArgs } from 'node:util'
import { PhoneError } from '../contract/errors.ts'
import type { TlsFiles } from './listener.ts'
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from './server.ts'
import { readTls, type TlsPaths } from './tls-files.ts'
import { relayArguments, relayUsage, startRelay, type OperatedRelay } from './turn/relay-options.ts'

const DEFAULT_PORT = 7117
const STARTER_CHECK_MS = 250
const WILDCARDS = ['0.0.0.0', '::']
const usage = `Usage: npm run server -- [--port N] [--host H] [--origin URL] [--behind-proxy]
                           [--tls-cert FILE --tls-key FILE] [--turn | --turn-urls URLS --turn-secret-file FILE]
  --port N         port to listen on (${DEFAULT_PORT}; 0 takes a free one)
  --host H         address to listen on (127.0.0.1)
  --origin URL     how people reach this server, when that is not http://HOST:PORT; they must enter exactly this
  --behind-proxy   only a reverse proxy can connect: take clients' addresses from its X-Forwarded-For
  --tls-cert FILE  end TLS in this server: its certificate with the chain, PEM; SIGHUP reads both files again
  --tls-key FILE   the private key of the certificate, PEM. People tick "This server ends TLS itself"
${relayUsage}`

/** What this process tells the app that started it; it stops on `{type: 'stop'}`. */
export type ServerReport =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'failed'; readonly code: 'port-in-use' | 'server-failed' }
  /** Owners who are logged in. */
  | { readonly type: 'clients'; readonly count: number }

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  postMessage(report: ServerReport): void
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void
}
const parent = (process as NodeJS.Process & { readonly parentPort?: ParentPort }).parentPort

/** A sentence for whoever typed the command. */
class UsageError extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      host: { type: 'string', default: '127.0.0.1' },
      origin: { type: 'string' },
      'behind-proxy': { type: 'boolean', default: false },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      ...relayArguments,
    },
  })
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
  if (!(port <= 65_535)) throw new UsageError(`--port ${values.port} is not a port number.`)
  const origin = values.origin === undefined ? undefined : URL.parse(values.origin)
  if (origin === null || (origin && !/^https?:$/.test(origin.protocol))) {
    throw new UsageError('--origin must be an address such as https://earshot.example.')
  }
  if (origin === undefined && WILDCARDS.includes(values.host)) {
    throw new UsageError(
      `--host ${values.host} needs --origin: clients log in only at the address they were given.`,
    )
  }
  const { 'tls-cert': cert, 'tls-key': key } = values
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--tls-cert and --tls-key belong together.')
  }
  const tlsPaths = cert !== undefined && key !== undefined ? { cert, key } : null
  if (tlsPaths && values['behind-proxy']) {
    throw new UsageError('--behind-proxy says that TLS ends in the proxy: leave it out, or --tls-cert.')
  }
  if (tlsPaths && origin?.protocol === 'http:') {
    throw new UsageError('--origin must begin with https:// when this server ends TLS.')
  }
  const options: SignalingServerOptions & { readonly host: string } = {
    port,
    host: values.host,
    ...(tlsPaths && { tls: readable(tlsPaths) }),
    behindProxy: values['behind-proxy'],
    ...(origin && { publicOrigin: origin.origin }),
  }
  return { options, tlsPaths, values }
}

/** Before the server, which names it to whoever asks. */
async function relayFor({ options, tlsPaths, values }: ReturnType<typeof readOptions>) {
  const { host, publicOrigin } = options
  const { hostname } = new URL(publicOrigin ?? `http://${host.includes(':') ? `[${host}]` : host}`)
  try {
    return await startRelay(values, { host, hostname, tls: tlsPaths })
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

function readable(paths: TlsPaths): NonNullable<SignalingServerOptions['tls']> {
  try {
    return readTls(paths)
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}

async function start(options: SignalingServerOptions): Promise<SignalingServer> {
  try {
    return await createSignalingServer({
      ...options,
      onLoginsChanged: (count) => parent?.postMessage({ type: 'clients', count }),
    })
  } catch (cause) {
    if (!(cause instanceof PhoneError)) throw cause
    const inUse = cause.code === 'port-in-use'
    parent?.postMessage({ type: 'failed', code: inUse ? 'port-in-use' : 'server-failed' })
    const where = `${options.host}:${options.port}`
    throw new UsageError(
      inUse
        ? `Port ${options.port} is already in use; choose another with --port.`
        : `The server cannot listen on ${where}.`,
      { cause },
    )
  }
}

let relay: OperatedRelay | null = null
try {
  const asked = readOptions()
  const { tlsPaths } = asked
  relay = await relayFor(asked)
  const server = await start({ ...asked.options, ...(relay && { relay: relay.options }) })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await server.close()
    await relay?.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  relay?.watchEnd(() => {
    server.renewRelay([])
    console.error('The relay has ended. The server goes on without it: start both again.')
  })
  const renewTls = (files: TlsFiles) => {
    server.renewTls(files)
    relay?.renewTls()
  }
  const rereads = [
    ...(tlsPaths ? [{ what: 'certificate', read: () => renewTls(readTls(tlsPaths)) }] : []),
    ...[relay?.reread ?? []]
      .flat()
      .map((read) => ({ what: 'relay’s secret', read: () => server.renewRelay(read()) })),
  ]
  if (rereads.length > 0) {
    process.on('SIGHUP', () => {
      for (const { what, read } of rereads) {
        try {
          read()
          console.log(`The ${what} was read again`)
        } catch (cause) {
          console.error(`${(cause as Error).message} The old ${what} stays.`)
        }
      }
    })
  }
  // Stopping npm stops the shell between npm and this process, and the shell passes nothing on.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const starter = process.ppid
    setInterval(() => {
      if (process.ppid !== starter) void stop()
    }, STARTER_CHECK_MS)
  }
  parent?.on('message', ({ data }) => {
    if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'stop') void stop()
  })
  // The first line is for programs: where the server listens. It is also what people enter, unless they are told.
  console.log(server.url)
  if (server.origin !== server.url) console.log(`People enter ${server.origin}`)
  if (tlsPaths) console.log('People also tick "This server ends TLS itself", under Advanced')
  if (relay) console.log(`The relay is at ${relay.options.urls.join(' ')}`)
  parent?.postMessage({ type: 'listening', url: server.url })
} catch (cause) {
  await relay?.stop()
  const known = cause instanceof UsageError || isParseArgsError(cause)
  console.error(known ? (cause as Error).message : cause)
  if (known && !(cause as Error).cause) console.error(usage)
  process.exitCode = 1
}

function isParseArgsError(cause: unknown): boolean {
  return (
    cause instanceof TypeError && String((cause as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  )
}
