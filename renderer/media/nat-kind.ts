// What the router between this computer and the internet does with addresses, as far as STUN servers can tell (RFC 5780
// section 4.3: whether two servers see the same one). Pure.
import type { IceServer } from '../../contract/link.ts'
import type { Gathered } from './ice-gathering.ts'

/**
 * `open`: nothing is translated. `same`: one address for every destination, so that others can be told it. `changing`: another one
 * for each, so that calls mostly need a relay. `unknown`: no two servers could be asked.
 */
export type NatKind = 'open' | 'same' | 'changing' | 'unknown'

/** Of a URL of RFC 7064 or 7065: `host:port`, which is all that makes two servers different. */
const placeIn = (url: string): string => url.replace(/^(?:stuns?|turns?):/i, '').replace(/\?.*$/, '')

/** Those that tell an address by UDP: STUN, and relays, which do so on the way. */
export const stunUrls = (servers: readonly IceServer[]): readonly string[] =>
  servers.flatMap(({ urls }) => urls).filter((url) => /^(?:stun:|turn:(?!.*transport=tcp))/i.test(url))

export function natKind(servers: readonly IceServer[], { candidates, failed, complete }: Gathered): NatKind {
  const deaf = new Set(failed.map(placeIn))
  const answered = new Set(
    stunUrls(servers)
      .map(placeIn)
      .filter((place) => !deaf.has(place)),
  )
  const udp = candidates.filter(({ protocol }) => protocol === 'udp')
  const mapped = udp.filter(({ type }) => type === 'srflx')
  const bySocket = Map.groupBy(
    mapped,
    ({ relatedAddress, relatedPort }) => `${relatedAddress} ${relatedPort}`,
  )
  const seen = [...bySocket.values()].map(
    (those) => new Set(those.map(({ address, port }) => `${address} ${port}`)).size,
  )
  if (seen.some((addresses) => addresses > 1)) return 'changing'
  if (answered.size === 0 || !complete) return 'unknown'
  // Chromium leaves out an address that it has as its own already.
  if (mapped.length === 0) return udp.some(({ type }) => type === 'host') ? 'open' : 'unknown'
  return answered.size > 1 ? 'same' : 'unknown'
}
