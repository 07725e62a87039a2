// What a page may be given as relay (RFC 7064, RFC 7065): read strictly, whether a server named it or a person did.
import type { IceServer } from '../../contract/link.ts'
import { isForbiddenPeer, parseIp } from '../../sp1/ip-address.ts'

/** Longest values that Chromium takes (RFC 8489 section 14.3 allows 508 bytes of username). */
const maxLoginLength = 508
const relayUrl =
  /^(stuns?|turns?):(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?))(?::([1-9]\d{0,4}))?(?:\?transport=(udp|tcp))?$/i

export interface RelayPlace {
  /** A relay, and not only a place that tells one's own address (STUN). */
  readonly isRelay: boolean
  /** A name or an IP address, without brackets. */
  readonly host: string
}

/** Null for what is no such URL. */
export function placeOf(url: string): RelayPlace | null {
  const [, scheme = '', ipv6, name = '', port = '1', transport] = relayUrl.exec(url) ?? []
  const isRelay = /^turns?$/i.test(scheme)
  if (scheme === '' || Number(port) > 65_535) return null
  // Chromium opens no connection at all over a STUN URL with a transport.
  if (!isRelay && transport !== undefined) return null
  if (ipv6 !== undefined && !parseIp(ipv6)) return null
  return { isRelay, host: (ipv6 ?? name).toLowerCase() }
}

/**
 * What a signaling server at `serverHost` says about its relay. `servers` is empty when nothing of it may be used;
 * `refused` counts what was left out.
 *
 * SECURITY: a server chooses where this computer sends its first packets to. It may send them to itself or to anywhere on
 * the internet, where it sees no more than it could by running that relay; but not to this computer or what answers only
 * on its own cable, unless it is there itself.
 */
export function serversOf(
  access: { readonly urls: readonly string[]; readonly username: string; readonly credential: string },
  serverHost: string,
): { readonly servers: readonly IceServer[]; readonly refused: number } {
  const { username, credential } = access
  const hasLogin = [username, credential].every((text) => text !== '' && text.length <= maxLoginLength)
  const isNear = isNearby(serverHost)
  const urls = access.urls.filter((url) => {
    const place = placeOf(url)
    return place !== null && (isNear || !isNearby(place.host)) && (hasLogin || !place.isRelay)
  })
  return { servers: serversWith(urls, username, credential), refused: access.urls.length - urls.length }
}

/** Logins only where they are asked for. */
export function serversWith(urls: readonly string[], username: string, credential: string): IceServer[] {
  const relays = urls.filter((url) => placeOf(url)?.isRelay === true)
  const others = urls.filter((url) => placeOf(url)?.isRelay === false)
  return [
    ...(others.length > 0 ? [{ urls: others }] : []),
    ...(relays.length > 0 ? [{ urls: relays, username, credential }] : []),
  ]
}

/** Those that relay. */
export const relaysAmong = (servers: readonly IceServer[]): readonly IceServer[] =>
  servers.filter(({ urls }) => urls.every((url) => placeOf(url)?.isRelay === true))

/** This computer itself, or an address that no router passes on. */
function isNearby(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const ip = parseIp(name)
  return ip ? isForbiddenPeer(ip) : name === 'localhost' || name.endsWith('.localhost')
}
