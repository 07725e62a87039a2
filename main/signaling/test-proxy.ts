// Test kit: the network between a phone and its server, which can be cut, led elsewhere or left dead.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** The network on the way to a server: `kill` cuts it, `forwardTo` says where new connections go. */
export async function startProxy(target: string) {
  /** The two ends of each connection, the oldest first. */
  const connections: (readonly [Socket, Socket])[] = []
  const tcp = createServer((client) => {
    const { hostname, port } = new URL(target)
    const upstream = connect(Number(port), hostname)
    connections.push([client, upstream])
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const kill = () => connections.flat().forEach((socket) => socket.destroy())
  /** What runs over the connections that are there now, or over this one of them, is lost, and neither end is told. */
  function freeze(number?: number) {
    const dead = number === undefined ? connections : connections.slice(number, number + 1)
    for (const socket of dead.flat()) {
      socket.unpipe()
      socket.resume()
    }
  }
  return {
    url: `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    connections: () => connections.length,
    forwardTo: (url: string) => void (target = url),
    kill,
    freeze,
    close() {
      tcp.close()
      kill()
    },
  }
}
