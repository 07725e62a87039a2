// What ties a login to its TLS connection (SP1 section 3 `cb`, RFC 9266), read out of a socket of the client's
// library. The only place that looks into the library's inside; knows nothing of logins.
import { TLSSocket } from 'node:tls'
import { hex } from '../../sp1/encode.ts'
import { channelBindingExporter } from '../../sp1/server-auth.ts'

/** Where the library keeps its connection: `socket.io.engine.transport.ws._socket`. */
const WAY = ['io', 'engine', 'transport', 'ws', '_socket']

/**
 * 64 hex characters, the same at both ends of one TLS connection and at no other. Null where there is none: no TLS,
 * an older one than 1.3, no connection, or a library that is built differently.
 */
export function channelBindingOf(socket: object): string | null {
  const connection = WAY.reduce<unknown>(
    (inside, name) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, name) : null),
    socket,
  )
  if (!(connection instanceof TLSSocket) || connection.getProtocol() !== 'TLSv1.3') return null
  const { bytes, label } = channelBindingExporter
  return hex(connection.exportKeyingMaterial(bytes, label, Buffer.alloc(0)))
}
