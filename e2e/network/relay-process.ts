// The relays of a laboratory as a process of their own, so that they outlive the server that names them. Its options are one
// JSON argument; it says in one line where each is told what is over, and lives as long as its parent.
import { startLocalCoturn } from '../../signaling-server/turn/local-coturn.ts'

export interface RelayProcessOptions {
  /** A coturn at each of these addresses, at this port, which shares this secret with the server. */
  readonly ips: readonly string[]
  readonly port: number
  readonly secret: string
}

const { ips, port, secret } = JSON.parse(process.argv[2] ?? '{}') as RelayProcessOptions
const started = await Promise.all(
  ips.map((ip, index) =>
    startLocalCoturn({
      listenIp: ip,
      relayIp: ip,
      port,
      relayPorts: [50_000 + 1_000 * index, 50_999 + 1_000 * index],
      realm: 'earshot.test',
      secrets: [secret],
    }),
  ),
)
console.log(JSON.stringify({ url: '', clis: started.map(({ cli }) => cli) }))
process.stdin
  .on('end', async () => {
    for (const coturn of started) await coturn.stop()
    process.exit()
  })
  .resume()
