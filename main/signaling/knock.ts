// Whether a server can be reached at all: asked by opening TCP connections and closing them again. Knows no protocol.
import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'

/** A network that is back is noticed within this time. */
const everyMs = 250
/** Longer than any way round the world. */
const patienceMs = 2_000
/** A name server may say what it likes. */
const maxAddresses = 4

/**
 * Resolves once a TCP connection to the server could be made. Knocks again and again until then, a new connection each
 * time: one that was begun in an outage repeats itself too seldom. Rejects when given up.
 */
export type Knock = (givenUp: AbortSignal) => Promise<void>

/**
 * To be made while the server can be reached: a name is looked up at once, and not again once it is known. In an outage
 * a look-up takes seconds, and the few that Node makes at a time are then missing where somebody connects.
 */
export function createKnock(origin: string): Knock {
  const { hostname, port, protocol } = new URL(origin)
  // An IPv6 address without the brackets of a URL.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const number = Number(port) || (protocol === 'https:' ? 443 : 80)
  /** All of them: another network may speak another version of IP. */
  let addresses: readonly string[] = isIP(host) === 0 ? [] : [host]
  let looking: Promise<void> | null = null

  function look(): void {
    looking ??= lookup(host, { all: true })
      .then((found) => void (addresses = found.slice(0, maxAddresses).map(({ address }) => address)))
      .catch(() => undefined)
      .finally(() => void (looking = null))
  }
  if (addresses.length === 0) look()

  return (givenUp) =>
    new Promise((resolve, reject) => {
      const open = new Set<Socket>()

      function end(): void {
        clearInterval(timer)
        givenUp.removeEventListener('abort', giveUp)
        for (const socket of open) socket.destroy()
      }
      function giveUp(): void {
        end()
        reject(new Error('given up'))
      }
      function once(): void {
        if (addresses.length === 0) return look()
        for (const address of addresses) knockAt(address)
      }
      function knockAt(address: string): void {
        const socket = connect({ host: address, port: number, timeout: patienceMs })
        open.add(socket)
        const close = () => {
          socket.destroy()
          open.delete(socket)
        }
        socket.on('connect', () => {
          end()
          resolve()
        })
        socket.on('error', close)
        socket.on('timeout', close)
      }
      const timer = setInterval(once, everyMs)
      givenUp.addEventListener('abort', giveUp)
      if (givenUp.aborted) giveUp()
      else once()
    })
}
