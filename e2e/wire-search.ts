// Searches what a server could have seen of a call. The control is the same search for something that must be there.
import { parseAddress } from '../sp1/address.ts'
import { decodeWebSocket, type RecordedConnection } from './recording-proxy.ts'

export interface Sight {
  readonly bytes: number
  readonly containsCallerAddress: boolean
  readonly containsSdp: boolean
  readonly containsFingerprint: boolean
  readonly controlFound: boolean
}

const sdpSigns = ['a=fingerprint', 'candidate:', 'a=ice-ufrag', 'a=ice-pwd', 'typ host', 'UDP/TLS/RTP/SAVPF']
/** Shorter pieces of base64 would turn up in a box by chance. */
const MIN_PIECE_LENGTH = 8

/** Every way bytes could be written: raw, in hex, and in base64 at any of its three alignments. */
export function spellings(bytes: Buffer): Buffer[] {
  const digits = bytes.toString('hex')
  const pairs = digits.match(/../g)?.join(':') ?? ''
  const pieces = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // The first and last group depend on their neighbours: leave them out.
    const piece = text.slice(shift ? 4 : 0, bytes.length + shift > 5 ? -4 : undefined)
    return piece.length < MIN_PIECE_LENGTH ? [] : [piece, piece.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const written = [digits, digits.toUpperCase(), pairs, pairs.toUpperCase(), ...pieces]
  return [bytes, ...written.map((text) => Buffer.from(text))]
}

/** A text, as it is and however its bytes could be written. */
const spellingsOfText = (text: string): Buffer[] =>
  [...new Set([text, text.toLowerCase(), text.toUpperCase()])].flatMap((each) => spellings(Buffer.from(each)))

/** An address: its 56 characters, and its key. */
const ofAddress = (address: string): Buffer[] => [
  ...spellingsOfText(address),
  ...spellings(Buffer.from(parseAddress(address))),
]

/** A fingerprint as it is signed, `sha-256 AA:BB…`: the text, its digits, and the hash itself. */
const ofFingerprint = (fingerprint: string): Buffer[] => {
  const digits = fingerprint.replace(/^sha-256 /, '')
  return [
    ...spellingsOfText(fingerprint),
    ...spellingsOfText(digits),
    ...spellings(Buffer.from(digits.replaceAll(':', ''), 'hex')),
  ]
}

/** For a search elsewhere. */
export const spellingsOf = { text: spellingsOfText, address: ofAddress, fingerprint: ofFingerprint } as const

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
  /** Addresses of this computer, and fingerprints of the certificates that the call used. */
  secrets: { readonly ips: readonly string[]; readonly fingerprints: readonly string[] },
): Sight {
  const seen = seenByServer(connections)
  const has = (needles: readonly Buffer[]) => needles.some((needle) => seen.includes(needle))
  return {
    bytes: seen.length,
    containsCallerAddress: has(ofAddress(people.caller)),
    containsSdp: [...sdpSigns, ...secrets.ips].some((sign) => has(spellingsOfText(sign))),
    containsFingerprint: secrets.fingerprints.some((fingerprint) => has(ofFingerprint(fingerprint))),
    controlFound: has(ofAddress(people.callee)),
  }
}
