// Whether a server can be reached at all: asked by opening TCP connections and closing them again. Knows no protocol.
import { connect, type Socket } from 'node:net'

/** A network that is back is noticed within this time. */
const everyMs = 250
/** Longer than any way round the world. */
const patienceMs = 2_000

/**
 * Resolves once a TCP connection to the host of this origin (`https://host:port`) could be made. Knocks again and again
 * until then, a new connection each time: one that was begun in an outage repeats itself too seldom. Rejects when given up.
 */
export function knock(origin: string, givenUp: AbortSignal): Promise<void> {
  const { hostname, port, protocol } = new URL(origin)
  // Node takes an IPv6 address without the brackets of a URL.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const number = Number(port) || (protocol === 'https:' ? 443 : 80)
  return new Promise((resolve, reject) => {
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
      const socket = connect({ host, port: number, timeout: patienceMs })
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
