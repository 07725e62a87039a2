// A signaling server as a process of its own, with room for a whole suite, and relays beside it. Its options are one JSON
// argument; it says its address in one line, and lives as long as its parent.
import { createSignalingServer, type SignalingServerOptions } from '../signaling-server/server.ts'
import { createCoturnCli } from '../signaling-server/turn/coturn-cli.ts'
import { startLocalCoturn } from '../signaling-server/turn/local-coturn.ts'
import { relayUrls } from './network/relay-urls.ts'
import { roomy } from './evil-server/evil-server.ts'

export interface ServerProcessOptions extends Pick<
  SignalingServerOptions,
  'host' | 'port' | 'publicOrigin' | 'tls'
> {
  /** A coturn at each of these addresses, at this port, which shares this secret with the server. */
  readonly relays?: { readonly ips: readonly string[]; readonly port: number; readonly secret: string }
}

const { relays, ...options } = JSON.parse(process.argv[2] ?? '{}') as ServerProcessOptions
const started = await Promise.all(
  relays?.ips.map((ip, index) =>
    startLocalCoturn({
      listenIp: ip,
      relayIp: ip,
      port: relays.port,
      relayPorts: [50_000 + 1_000 * index, 50_999 + 1_000 * index],
      realm: 'earshot.test',
      secrets: [relays.secret],
    }),
  ) ?? [],
)
const clis = started.map(({ cli }) => createCoturnCli(cli))
const relay = relays && {
  urls: relayUrls(relays.ips, relays.port),
  secrets: [relays.secret],
  onClosed: (names: readonly string[]) => clis.forEach((cli) => cli.close(names)),
}

const server = await createSignalingServer({
  host: '127.0.0.1',
  port: 0,
  limits: roomy,
  ...options,
  ...(relay && { relay }),
})
console.log(JSON.stringify({ url: server.url }))
process.stdin
  .on('end', async () => {
    for (const coturn of started) await coturn.stop()
    process.exit()
  })
  .resume()
