// Which ICE candidates a phone sends and accepts, and how many (SP1 section 5). Knows their text (RFC 8839
// section 5.1) and no connection.
import { isForbiddenPeer, parseIp } from './ip-address.ts'
import { Refusal } from './refusal.ts'

export const MAX_CANDIDATES_PER_UFRAG = 40
/** Older ones are forgotten: an ICE restart brings a new ufrag, and a call may have many. */
const MAX_UFRAGS = 16
const MAX_LINE_LENGTH = 512

const CANDIDATE =
  /^candidate:[A-Za-z0-9+/]{1,32} [12] (?:udp|tcp) \d{1,10} (\S{1,253}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: raddr (\S{1,253}) rport (\d{1,5}))?((?: [\x21-\x7e]+ [\x21-\x7e]+)*)$/i
const MDNS_NAME = /^[a-z0-9-]{1,63}\.local$/i

export type CandidatePolicy = {
  /** Only candidates of type relay pass: nobody learns an address of either person. */
  readonly relayOnly: boolean
}

/** What the limit counts by; '' where the line names none. */
export type CheckedCandidate = { readonly type: string; readonly ufrag: string }

/**
 * Checks one `candidate:…` line, with or without `a=`. Refused as `sdp-candidate` if it is malformed or names a
 * host other than by an IP address or an mDNS name, or a loopback, link-local, multicast or unspecified address;
 * as `relay-only` if the policy drops it.
 */
export function checkCandidate(line: string, policy: CandidatePolicy): CheckedCandidate {
  if (line.length > MAX_LINE_LENGTH) throw new Refusal('sdp-candidate')
  const match = CANDIDATE.exec(line.replace(/^a=/, ''))
  if (!match) throw new Refusal('sdp-candidate')
  const [, address = '', port = '', type = '', related, relatedPort = '0', extensions = ''] = match
  if (Number(port) > 65_535 || Number(relatedPort) > 65_535) throw new Refusal('sdp-candidate')
  if (!isPeerAddress(address)) throw new Refusal('sdp-candidate')
  // Only informative, and unspecified where it is hidden: any literal may stand here, but no name.
  if (related !== undefined && !MDNS_NAME.test(related) && !parseIp(related)) {
    throw new Refusal('sdp-candidate')
  }
  if (policy.relayOnly && type.toLowerCase() !== 'relay') throw new Refusal('relay-only')
  return { type: type.toLowerCase(), ufrag: ufragIn(extensions) }
}

/**
 * The line without the address that a relayed candidate was made from (`raddr`, RFC 8839 section 5.1): a page that
 * gathers more than relayed candidates would name its own there.
 */
export function withoutOrigin(line: string): string {
  return line.replace(/ raddr \S+ rport \d+/i, ' raddr 0.0.0.0 rport 0')
}

export type CandidateLimit = {
  /** Counts a candidate that passed; refused as `sdp-candidate` beyond the limit of its ufrag. */
  count(candidate: CheckedCandidate): void
}

/** One for each link and direction. */
export function createCandidateLimit(): CandidateLimit {
  const counts = new Map<string, number>()

  function count({ ufrag }: CheckedCandidate): void {
    const counted = counts.get(ufrag) ?? 0
    if (counted >= MAX_CANDIDATES_PER_UFRAG) throw new Refusal('sdp-candidate')
    counts.set(ufrag, counted + 1)
    const [oldest] = counts.keys()
    if (counts.size > MAX_UFRAGS && oldest !== undefined) counts.delete(oldest)
  }

  return { count }
}

/** SECURITY: a DNS name would make this machine resolve a name that the peer chose. */
function isPeerAddress(text: string): boolean {
  if (MDNS_NAME.test(text)) return true
  const address = parseIp(text)
  return address !== null && !isForbiddenPeer(address)
}

function ufragIn(extensions: string): string {
  const words = extensions.trim().split(' ')
  for (let index = 0; index + 1 < words.length; index += 2) {
    if (words[index]?.toLowerCase() === 'ufrag') return words[index + 1] ?? ''
  }
  return ''
}
