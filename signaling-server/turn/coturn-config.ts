// The configuration of a relay that belongs to a signaling server, for the program coturn: the files of this folder,
// filled in. Starts nothing and writes nothing.
import { readFileSync } from 'node:fs'
import { BlockList, isIPv4 } from 'node:net'

export interface CoturnConfig {
  /** Of the program, as `4.6.1`. */
  readonly version: string
  readonly listenIp: string
  readonly relayIp: string
  /** Behind NAT: where people see the relay. */
  readonly externalIp?: string
  /** UDP and TCP. */
  readonly port: number
  /** TURN over TLS. Without it there is none. */
  readonly tls?: { readonly port: number; readonly certFile: string; readonly keyFile: string }
  /** Ports from which it relays. */
  readonly relayPorts: readonly [min: number, max: number]
  readonly realm: string
  /** Shared with the signaling server, the newest first. */
  readonly secrets: readonly string[]
  readonly cli: { readonly port: number; readonly password: string }
  /** Of the relay alone: it writes its process id there. */
  readonly folder: string
  /** A file, or `stdout`, or `syslog`. */
  readonly logFile: string
  /** Peers that are not public and yet allowed, beside the relay itself. */
  readonly allowedPeerIps?: readonly string[]
}

type Value = string | number | readonly string[] | undefined

const part = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** `hardening.conf` denies it as a peer. */
function isDenied(ip: string): boolean {
  const denied = new BlockList()
  for (const [, first = '', last = ''] of part('hardening.conf').matchAll(/^denied-peer-ip=(.+)-(.+)$/gm)) {
    if (isIPv4(first) === isIPv4(ip)) denied.addRange(first, last, isIPv4(ip) ? 'ipv4' : 'ipv6')
  }
  return denied.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6')
}

/**
 * The text of a configuration file. It holds the secret and the password: for the relay's eyes only. Throws for a value
 * that would be more than the rest of its line.
 */
export function coturnConfig(config: CoturnConfig): string {
  const { tls, cli, relayPorts, allowedPeerIps = [], relayIp, externalIp } = config
  const ownIps = [relayIp, ...(externalIp === undefined ? [] : [externalIp])]
  const values: Record<string, Value> = {
    listenIp: config.listenIp,
    relayIp,
    externalIp: externalIp === undefined ? undefined : `${externalIp}/${relayIp}`,
    port: config.port,
    tlsPort: tls?.port,
    certFile: tls?.certFile,
    keyFile: tls?.keyFile,
    noTls: tls === undefined ? 1 : undefined,
    minPort: relayPorts[0],
    maxPort: relayPorts[1],
    realm: config.realm,
    secrets: config.secrets,
    allowedPeerIps: [...ownIps.filter(isDenied), ...allowedPeerIps],
    cliPort: cli.port,
    cliPassword: cli.password,
    folder: config.folder,
    logFile: config.logFile,
  }
  return [part('hardening.conf'), part(additionFor(config.version)), filled(part('own.conf'), values)].join(
    '\n',
  )
}

function additionFor(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 4 || (major === 4 && minor >= 14) ? 'since-4.14.conf' : 'before-4.14.conf'
}

function filled(template: string, values: Readonly<Record<string, Value>>): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const [place, name] = /\$\{(\w+)\}/.exec(line) ?? []
      if (place === undefined || name === undefined) return [line]
      if (!(name in values)) throw new Error(`nothing is known of ${place}`)
      return [values[name] ?? []].flat().map((value) => line.replace(place, () => oneLine(String(value))))
    })
    .join('\n')
}

/** SECURITY: a line break would be another option, and coturn ends a value at white space and at a `#`. */
function oneLine(value: string): string {
  if (!/^[\x21\x22\x24-\x7e]+$/.test(value))
    throw new Error('a value of the relay’s configuration has characters that it cannot have')
  return value
}
