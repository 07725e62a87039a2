// A signaling server as a process of its own, with room for a whole suite. Its options are one JSON argument; it says its
// address in one line, answers each line that it reads with its counts, and lives as long as its parent.
import { createInterface } from 'node:readline'
import { createSignalingServer, type SignalingServerOptions } from '../signaling-server/server.ts'
import { createCoturnCli, type CoturnCliOptions } from '../signaling-server/turn/coturn-cli.ts'
import { roomy } from './evil-server/evil-server.ts'

export interface ServerProcessOptions extends Pick<
  SignalingServerOptions,
  'host' | 'port' | 'publicOrigin' | 'tls'
> {
  /** Relays that share this secret with the server, and where each is told what is over. */
  readonly relays?: {
    readonly urls: readonly string[]
    readonly secret: string
    readonly clis: readonly CoturnCliOptions[]
  }
}

const { relays, ...options } = JSON.parse(process.argv[2] ?? '{}') as ServerProcessOptions
const clis = relays?.clis.map(createCoturnCli) ?? []
const relay = relays && {
  urls: relays.urls,
  secrets: [relays.secret],
  onClosed: (names: readonly string[]) => clis.forEach((cli) => cli.close(names)),
}
let bugs = 0
const server = await createSignalingServer({
  host: '127.0.0.1',
  port: 0,
  limits: roomy,
  ...options,
  ...(relay && { relay }),
  onBug(cause) {
    bugs += 1
    console.error('bug in the signaling server:', cause)
  },
})
console.log(JSON.stringify({ url: server.url }))
createInterface(process.stdin)
  .on('line', () => console.log(JSON.stringify({ ...server.counts(), bugs })))
  .on('close', () => process.exit())
