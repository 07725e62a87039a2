// What went over the wires of a namespace while a test looked, as tcpdump saw it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Namespace } from './namespaces.ts'

export interface Capture {
  /** Ends it. Afterwards the rest can be asked. */
  stop(): Promise<void>
  /** Both ends of every packet, each address once. */
  addresses(): ReadonlySet<string>
  /** What was asked of anybody's DNS. */
  namesAsked(): ReadonlySet<string>
  /** The packets themselves, headers and all. */
  bytes(): Buffer
}

/** It would rather be somebody else, who may not look into the folder. */
const asRoot = ['-Z', 'root']

/** From now on all that passes through any device of the namespace is kept, in this file. */
export async function capture(namespace: Namespace, file: string): Promise<Capture> {
  const [command, ...within] = namespace.within as [string, ...string[]]
  const args = [
    ...within,
    'tcpdump',
    '-i',
    'any',
    '-n',
    '-U',
    '--immediate-mode',
    '-s',
    '0',
    ...asRoot,
    '-w',
    file,
  ]
  const tcpdump = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(tcpdump, 'exit')
  let said = ''
  const listens = new Promise<void>((resolve) => {
    tcpdump.stderr.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('listening on')) resolve()
    })
  })
  await Promise.race([listens, gone.then(() => Promise.reject(new Error(`tcpdump: ${said}`)))])
  return {
    async stop() {
      tcpdump.kill('SIGINT')
      await gone
    },
    addresses: () => addressesIn(printed(file, 'ip or ip6')),
    namesAsked: () =>
      new Set(
        [...printed(file, 'port 53').matchAll(/ [A-Za-z0-9]+\? (\S+)\. /g)].map(([, name = '']) => name),
      ),
    bytes: () => readFileSync(file),
  }
}

function printed(file: string, filter: string): string {
  const args = [...asRoot, '-n', '-t', '-r', file, filter]
  const { status, stdout, stderr } = spawnSync('tcpdump', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`tcpdump: ${stderr}`)
  return stdout
}

/** Lines such as `eth0 Out IP 10.77.1.2.443 > 11.0.3.2.5000: UDP, length 20`, with or without the ports. */
export function addressesIn(lines: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [, from = '', to = ''] of lines.matchAll(/ IP6? (\S+) > (\S+?):(?= )/g))
    for (const end of [from, to]) found.add(withoutPort(end))
  return found
}

function withoutPort(end: string): string {
  const at = end.lastIndexOf('.')
  const isV6 = end.includes(':')
  if (isV6) return at === -1 ? end : end.slice(0, at)
  return end.split('.').length > 4 ? end.slice(0, at) : end
}
