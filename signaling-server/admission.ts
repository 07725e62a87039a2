// Who may connect at all, and as whom in the limits. The only place that reads internet addresses; it keeps none.
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Server, Socket } from 'socket.io'
import type { Admit } from './door.ts'
import type { Limits, Network } from './limits.ts'

export interface AdmissionOptions {
  readonly limits: Limits
  /** Host name under which people reach the server, besides `localhost` and IP addresses. */
  readonly publicHostname: string
  /** A reverse proxy is the only one that can connect: believe the last hop that it names. */
  readonly behindProxy: boolean
}

export interface Admission {
  /** For socket.io's `allowRequest`. */
  allowRequest(
    request: IncomingMessage,
    answer: (reason: string | null | undefined, allowed: boolean) => void,
  ): void
  /** False for a request that a web page made. */
  isForeign(request: IncomingMessage): boolean
  /** To be called once with the running server: drops each connection's address as soon as it stands. */
  attach(io: Server): void
  /** The limits that apply to a socket. */
  admitOf(socket: Socket): {
    readonly request: Admit
    readonly handleTraffic: Admit
    readonly mailbox: (address: string, known: boolean) => Promise<boolean>
  }
}

type Connection = Socket['conn']

/** How long a client may take to answer that a connection ends. The WebSocket library itself would wait 30 s. */
const CLOSE_GRACE_MS = 500

export function createAdmission({ limits, publicHostname, behindProxy }: AdmissionOptions): Admission {
  const networks = new WeakMap<object, Network>()

  // A page sends Origin; a page that rebinds its own name to our address sends that name as Host (S21).
  function isForeign({ headers }: IncomingMessage): boolean {
    if (headers.origin !== undefined) return true
    const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? ''
    return isIP(host.replace(/^\[|\]$/g, '')) === 0 && host !== 'localhost' && host !== publicHostname
  }

  function ipOf({ socket, headers }: IncomingMessage): string {
    // The last entry is the proxy's own; what stands before it is whatever the client made up (S20).
    const hops = behindProxy ? headers['x-forwarded-for'] : undefined
    const lastHop = [hops ?? []].flat().join(',').split(',').at(-1)?.trim()
    return lastHop !== undefined && isIP(lastHop) !== 0 ? lastHop : (socket.remoteAddress ?? '')
  }

  async function admit(request: IncomingMessage): Promise<boolean> {
    if (isForeign(request)) return false
    const network = limits.networkOf(ipOf(request))
    if (!(await limits.connect(network))) return false
    // One TCP connection is one socket here, so that its end is the end of both.
    if (request.socket.destroyed) limits.disconnect(network)
    else request.socket.once('close', () => limits.disconnect(network))
    networks.set(request, network)
    return true
  }

  return {
    allowRequest(request, answer) {
      void admit(request).then((allowed) => answer(allowed ? null : 'refused', allowed))
    },
    isForeign,
    attach(io) {
      io.engine.on('connection', (connection: Connection) => {
        const network = networks.get(connection.request)
        if (network !== undefined) networks.set(connection, network)
        // SECURITY: engine.io would keep headers and address as long as the connection lives.
        Object.assign(connection, { request: null, remoteAddress: '' })
        // Envelopes are text. A binary packet is nobody we know, and its parser has had its bugs (CVE-2026-33151).
        connection.on('packet', ({ data }: { readonly data?: unknown }) => {
          if (data !== undefined && typeof data !== 'string') connection.close(true)
        })
        connection.once('close', () => setTimeout(() => terminate(connection), CLOSE_GRACE_MS))
      })
    },
    admitOf(socket) {
      const network = networks.get(socket.conn)
      const nobody = () => Promise.resolve(false)
      if (network === undefined) return { request: nobody, handleTraffic: nobody, mailbox: nobody }
      return {
        request: () => limits.request(network),
        handleTraffic: () => limits.handleTraffic(network),
        mailbox: (address, known) => limits.mailbox(address, known),
      }
    },
  }
}

/** Does nothing to a connection that is closed. engine.io's types hide the WebSocket. */
function terminate({ transport }: Connection): void {
  ;(transport as unknown as { readonly socket?: { terminate(): void } }).socket?.terminate()
}
