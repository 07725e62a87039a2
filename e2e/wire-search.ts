// Searches what a server could have seen of a call. The control is the same search for something that must be there.
import { parseAddress } from '../sp1/address.ts'
import { base64url, hex } from '../sp1/encode.ts'
import { decodeWebSocket, type RecordedConnection } from './recording-proxy.ts'

export interface Sight {
  readonly bytes: number
  readonly containsCallerAddress: boolean
  readonly containsSdp: boolean
  readonly controlFound: boolean
}

/** Every way an address could be written: its 56 characters, and its key in hex, base64 and raw. */
function spellings(address: string): (string | Buffer)[] {
  const key = Buffer.from(parseAddress(address))
  return [
    address,
    address.toUpperCase(),
    hex(key),
    hex(key).toUpperCase(),
    base64url(key),
    key.toString('base64'),
    key,
  ]
}

const sdpSigns = ['a=fingerprint', 'candidate:', 'a=ice-ufrag', 'a=ice-pwd', 'typ host', 'UDP/TLS/RTP/SAVPF']

/** Text that is base64 of anything in the list, in any of its three alignments. */
function encoded(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
    // The first and last group depend on their neighbours: leave them out.
    return bytes
      .toString('base64')
      .slice(shift ? 4 : 0, -4)
      .replaceAll('+', '-')
      .replaceAll('/', '_')
  })
}

/** What crossed anonymous connections, and every envelope on any connection, as text. */
export function seenByServer(connections: readonly RecordedConnection[]): Buffer {
  const parts: Buffer[] = []
  for (const connection of connections) {
    for (const stream of [connection.clientToServer, connection.serverToClient]) {
      const text = decodeWebSocket(stream)
      // A login names its own address by design; what it carries beside that is envelopes.
      parts.push(isLogin(connection) ? envelopesOf(text) : text)
    }
  }
  return Buffer.concat(parts)
}

/** A connection that logged in, and so named its own address. */
export const isLogin = (connection: RecordedConnection): boolean =>
  decodeWebSocket(connection.clientToServer).includes('/box,')

const envelopesOf = (text: Buffer): Buffer =>
  Buffer.from(
    text
      .toString('latin1')
      .match(/\{"k":\d[^}]*\}/g)
      ?.join('\n') ?? '',
    'latin1',
  )

export function look(
  connections: readonly RecordedConnection[],
  people: { readonly caller: string; readonly callee: string },
  localIps: readonly string[],
): Sight {
  const seen = seenByServer(connections)
  const has = (needle: string | Buffer) => seen.includes(needle)
  const hidden = [...sdpSigns, ...localIps]
  return {
    bytes: seen.length,
    containsCallerAddress: spellings(people.caller).some(has),
    containsSdp: hidden.some(
      (sign) => has(sign) || encoded(sign).some((text) => text.length >= 8 && has(text)),
    ),
    controlFound: has(people.callee),
  }
}
