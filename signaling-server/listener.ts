// The TCP side of the server: plain HTTP, or TLS that ends in this very process, so that a login can be tied to the
// connection it is made on (SP1 section 3 `cb`). Knows no namespaces and keeps no addresses.
import { createServer, type Server as HttpServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket as TcpSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Server, Socket } from 'socket.io'
import { PhoneError } from '../contract/errors.ts'
import { hex } from '../sp1/encode.ts'
import { channelBindingExporter } from '../sp1/server-auth.ts'

/** PEM texts: the certificate with its chain, and its private key. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface Listener {
  readonly http: HttpServer
  /** Takes what later connections are made with. Codes: `server-failed` for what is no certificate with its key. */
  renew(tls: TlsFiles): void
  /** Rejects with `PhoneError` `port-in-use` or `server-failed`; resolves with the URL. */
  listen(host: string, port: number): Promise<string>
  /** Cuts every connection, also one that is still in its handshake. */
  cut(): void
}

/** SECURITY: an exporter of an older TLS does not name its connection (RFC 9266 section 4.2). */
const tlsOptions = { minVersion: 'TLSv1.3' } as const

/** Throws `PhoneError` `server-failed` for TLS files that are no certificate with its key. */
export function createListener(options: {
  readonly tls: TlsFiles | undefined
  readonly httpMs: number
  readonly maxConnections: number
}): Listener {
  const { tls, httpMs, maxConnections } = options
  const httpOptions = {
    headersTimeout: httpMs,
    requestTimeout: httpMs,
    connectionsCheckingInterval: Math.ceil(httpMs / 4),
    maxHeaderSize: 8 * 1024,
  }
  const secure =
    tls &&
    orFailed(() => createTlsServer({ ...httpOptions, ...tlsOptions, ...tls, handshakeTimeout: httpMs }))
  const http: HttpServer = secure ?? createServer(httpOptions)
  http.maxConnections = maxConnections
  const open = new Set<TcpSocket>()
  http.on('connection', (socket: TcpSocket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })

  return {
    http,
    renew: (files) => orFailed(() => secure?.setSecureContext({ ...tlsOptions, ...files })),
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        http.once('error', (cause: NodeJS.ErrnoException) =>
          reject(new PhoneError(cause.code === 'EADDRINUSE' ? 'port-in-use' : 'server-failed', { cause })),
        )
        http.listen(port, host, resolve)
      })
      const { port: actual } = http.address() as AddressInfo
      const scheme = secure ? 'https' : 'http'
      return new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${actual}`).origin
    },
    cut() {
      for (const socket of open) socket.destroy()
    },
  }
}

/**
 * What a login on a socket is bound to: 64 hex characters where TLS ends here, '' otherwise. To be attached before
 * anybody else lets go of a connection's request. SECURITY: it is taken from the very TLS connection, never from anything that was said over it.
 */
export function bindChannels(io: Server): (socket: Socket) => string {
  const bindings = new WeakMap<object, string>()
  io.engine.on('connection', (connection: Socket['conn']) => {
    const { socket } = connection.request
    if (socket instanceof TLSSocket) bindings.set(connection, exported(socket))
  })
  return (socket) => bindings.get(socket.conn) ?? ''
}

const exported = (socket: TLSSocket): string =>
  hex(
    socket.exportKeyingMaterial(channelBindingExporter.bytes, channelBindingExporter.label, Buffer.alloc(0)),
  )

function orFailed<T>(attempt: () => T): T {
  try {
    return attempt()
  } catch (cause) {
    throw new PhoneError('server-failed', { cause })
  }
}
