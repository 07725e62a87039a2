// What an operator asks of the relay on the command line, and the relay that comes of it: one that is started beside
// this server, or his own. Errors are sentences for whoever typed the command.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import * as v from 'valibot'
import { RelayUrl } from '../../contract/signaling.ts'
import type { RelayOptions } from '../relay.ts'
import type { TlsPaths } from '../tls-files.ts'
import { createCoturnCli, type CoturnCli } from './coturn-cli.ts'
import { startLocalCoturn } from './local-coturn.ts'

export const relayArguments = {
  turn: { type: 'boolean', default: false },
  'turn-ip': { type: 'string' },
  'turn-external-ip': { type: 'string' },
  'turn-port': { type: 'string', default: '3478' },
  'turn-tls-port': { type: 'string', default: '5349' },
  'turn-relay-ports': { type: 'string', default: '49160-49560' },
  'turn-urls': { type: 'string' },
  'turn-secret-file': { type: 'string' },
  'turn-cli': { type: 'string' },
  'turn-cli-password-file': { type: 'string' },
} as const

export const relayUsage = `  --turn           start a relay (coturn, which must be installed) beside this server
  --turn-ip IP     where it listens and relays (the host, or this computer's first address)
  --turn-external-ip IP    its public address, behind NAT
  --turn-port N, --turn-tls-port N, --turn-relay-ports MIN-MAX    (3478, 5349 with --tls-cert, 49160-49560)
  --turn-urls URL,URL…     or use a relay of your own, at these stun: and turn: addresses
  --turn-secret-file FILE  its static-auth-secret, the newest on the first line; SIGHUP reads it again
  --turn-cli HOST:PORT, --turn-cli-password-file FILE    its command line interface, to close at hang-up
`

type Values = {
  readonly [name in keyof typeof relayArguments]?: (typeof relayArguments)[name]['type'] extends 'boolean'
    ? boolean
    : string
}

export interface OperatedRelay {
  readonly options: RelayOptions
  /** Reads the secrets again, where they come from a file; throws a sentence. Null where they do not. */
  readonly reread: (() => RelayOptions['secrets']) | null
  /** Reads a renewed certificate, where the relay uses the server's. */
  renewTls(): void
  /** Calls back when the relay that was started beside this server has ended by itself. */
  watchEnd(listener: () => void): void
  stop(): Promise<void>
}

/** Null when none is asked for. Rejects with `Error`. `hostname` is where people reach this server. */
export async function startRelay(
  values: Values,
  server: { readonly host: string; readonly hostname: string; readonly tls: TlsPaths | null },
): Promise<OperatedRelay | null> {
  const own = values['turn-urls'] !== undefined
  if (values.turn === true && own)
    throw new Error('--turn starts a relay, --turn-urls names another: leave one out.')
  if (values.turn === true) return besideThis(values, server)
  if (own) return operators(values)
  const [stray] = (['turn-secret-file', 'turn-cli', 'turn-ip', 'turn-external-ip'] as const).filter(
    (name) => values[name] !== undefined,
  )
  if (stray !== undefined) throw new Error(`--${stray} needs --turn or --turn-urls.`)
  return null
}

async function besideThis(values: Values, server: Parameters<typeof startRelay>[1]): Promise<OperatedRelay> {
  const ip = values['turn-ip'] ?? ownAddress(server.host)
  if (ip === null)
    throw new Error('This computer has no network address but its own: say which by --turn-ip.')
  const externalIp = values['turn-external-ip']
  for (const text of [ip, ...(externalIp === undefined ? [] : [externalIp])]) {
    if (isIP(text) === 0) throw new Error(`${text} is not an IP address.`)
  }
  const port = portOf('turn-port', values)
  const tls = server.tls && {
    port: portOf('turn-tls-port', values),
    certFile: server.tls.cert,
    keyFile: server.tls.key,
  }
  const [min = 0, max = 0] = (/^(\d{4,5})-(\d{4,5})$/.exec(values['turn-relay-ports'] ?? '') ?? [])
    .slice(1)
    .map(Number)
  if (min < 1024 || max <= min || max > 65_535)
    throw new Error('--turn-relay-ports must be two port numbers such as 49160-49560.')

  const secret = randomBytes(32).toString('base64url')
  let onEnd = () => {}
  const coturn = await startLocalCoturn({
    listenIp: ip,
    relayIp: ip,
    ...(externalIp !== undefined && { externalIp }),
    port,
    ...(tls && { tls }),
    relayPorts: [min, max],
    realm: server.hostname.replace(/^\[|\]$/g, ''),
    secrets: [secret],
    onEnded: () => onEnd(),
  })
  const cli = createCoturnCli(coturn.cli)
  const host = isLoopback(server.hostname) ? urlHost(externalIp ?? ip) : server.hostname
  return {
    options: { urls: relayUrls(host, port, tls?.port ?? null), secrets: [secret], onClosed: cli.close },
    reread: null,
    renewTls: coturn.renewTls,
    watchEnd: (listener) => (onEnd = listener),
    async stop() {
      cli.stop()
      await coturn.stop()
    },
  }
}

/** UDP first: TCP and TLS are for networks that let nothing else out. */
function relayUrls(host: string, port: number, tlsPort: number | null): readonly string[] {
  const plain = [
    `stun:${host}:${port}`,
    ...['udp', 'tcp'].map((way) => `turn:${host}:${port}?transport=${way}`),
  ]
  return tlsPort === null ? plain : [...plain, `turns:${host}:${tlsPort}?transport=tcp`]
}

async function operators(values: Values): Promise<OperatedRelay> {
  const urls = v.safeParse(v.pipe(v.array(RelayUrl), v.maxLength(8)), (values['turn-urls'] ?? '').split(','))
  if (!urls.success) {
    throw new Error(
      '--turn-urls must be up to eight addresses such as turn:turn.example.org:3478?transport=udp, with commas between.',
    )
  }
  const file = values['turn-secret-file']
  if (file === undefined)
    throw new Error('--turn-urls needs --turn-secret-file: what the relay shares with this server.')
  const reread = () => secretsIn(file)
  const cli = cliOf(values)
  return {
    options: { urls: urls.output, secrets: reread(), ...(cli && { onClosed: cli.close }) },
    reread,
    renewTls: () => {},
    watchEnd: () => {},
    stop: async () => cli?.stop(),
  }
}

function cliOf(values: Values): CoturnCli | null {
  const { 'turn-cli': place, 'turn-cli-password-file': file } = values
  if (place === undefined && file === undefined) return null
  if (place === undefined || file === undefined)
    throw new Error('--turn-cli and --turn-cli-password-file belong together.')
  const url = URL.parse(`telnet://${place}`)
  if (!url || url.port === '' || url.host !== place)
    throw new Error('--turn-cli must be a host and a port such as 127.0.0.1:5766.')
  const [password = ''] = secretsIn(file)
  return createCoturnCli({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port), password })
}

function secretsIn(file: string): RelayOptions['secrets'] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file} cannot be read.`, { cause })
  }
  const secrets = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (secrets.length === 0) throw new Error(`${file} is empty.`)
  return secrets
}

function portOf(name: 'turn-port' | 'turn-tls-port', values: Values): number {
  const text = values[name] ?? ''
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new Error(`--${name} ${text} is not a port number.`)
  return port
}

const urlHost = (ip: string) => (isIP(ip) === 6 ? `[${ip}]` : ip)
const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')

/** The address at which the server listens, or else the first of this computer that others can reach. */
function ownAddress(host: string): string | null {
  const isWildcard = host === '0.0.0.0' || host === '::'
  if (isIP(host) !== 0 && !isWildcard && !isLoopback(urlHost(host))) return host
  const all = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal }) => !internal)
  return (all.find(({ family }) => family === 'IPv4') ?? all[0])?.address ?? null
}
