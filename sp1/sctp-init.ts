// What a description may say of the association below the data channel (draft-hancke-tsvwg-snap): an INIT chunk of SCTP
// (RFC 9260 section 3.3.2) as base64, in the section of the data channel, once.
import { fromBase64url } from './encode.ts'
import { Refusal } from './refusal.ts'

const LINE = /^a=sctp-init:([A-Za-z0-9+/]{27,344})={0,2}$/
const INIT = 1
const HEADER_BYTES = 20
/** IPv4 and IPv6 addresses, and a host name: none is of use below DTLS, and each would tell where somebody is. */
const ADDRESSES = [5, 6, 11]

/**
 * Refuses (`sdp-m`) whatever is not one such chunk without addresses. `lines`: of one section. A section without any is
 * fine: then the two shake hands as ever.
 */
export function checkSctpInit(lines: readonly string[]): void {
  const [line, ...more] = lines.filter((each) => /^a=sctp-init/i.test(each))
  if (line === undefined) return
  const isData = lines[0]?.startsWith('m=application ')
  const [, chunk] = LINE.exec(line) ?? []
  if (!isData || more.length > 0 || chunk === undefined || !isInitWithoutAddresses(bytesOf(chunk)))
    throw new Refusal('sdp-m')
}

function bytesOf(base64: string): Uint8Array {
  try {
    return fromBase64url(base64.replaceAll('+', '-').replaceAll('/', '_'))
  } catch {
    return new Uint8Array()
  }
}

/** Each parameter has its type and its length, of both together, before it, and ends at a multiple of four bytes. */
function isInitWithoutAddresses(chunk: Uint8Array): boolean {
  const u16 = (at: number) => ((chunk[at] ?? 0) << 8) | (chunk[at + 1] ?? 0)
  const end = u16(2)
  if (chunk[0] !== INIT || end < HEADER_BYTES || end > chunk.length) return false
  for (let at = HEADER_BYTES; at < end;) {
    const length = u16(at + 2)
    if (at + 4 > end || length < 4 || at + length > end || ADDRESSES.includes(u16(at))) return false
    at += Math.ceil(length / 4) * 4
  }
  return true
}
