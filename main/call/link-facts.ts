// What is known of the live link: what the page measured beside what both sides signed. Main compares; the page only
// reports.
import type { LinkFacts, ReachFacts } from '../../contract/call-view.ts'
import type { LinkMeasured } from '../../contract/link.ts'
import type { Binding } from './binding.ts'
import type { Certificates, LinkPolicy } from './link-policy.ts'
import type { Way } from './reach.ts'
import { placeOf, relaysAmong } from './relay-servers.ts'

export const noFacts: LinkFacts = {
  own: null,
  seen: null,
  signedOwn: null,
  signedPeer: null,
  match: false,
  bound: false,
  dtlsVersion: null,
  dtlsCipher: null,
  srtpCipher: null,
  path: null,
  reach: { relayOnly: false, relay: null, relayUnavailable: false },
  traffic: null,
  frames: null,
}

/** `way`: how this link may reach the peer; null before it is opened. */
export function linkFacts(binding: Binding, measured: LinkMeasured | null, way: Way | null): LinkFacts {
  const { dtlsVersion, dtlsCipher, srtpCipher, path, traffic, frames } = measured ?? noFacts
  const certificates = certificatesOf(binding, measured)
  const { own, seen, signedOwn, signedPeer } = certificates
  const match = own === signedOwn && seen === signedPeer
  const live = { dtlsVersion, dtlsCipher, srtpCipher, path, traffic, frames }
  const reach = reachFacts(way, measured?.relay ?? null)
  return { ...certificates, match, bound: binding.isBound(), ...live, reach }
}

function reachFacts(way: Way | null, relay: LinkMeasured['relay'] | null): ReachFacts {
  if (!way) return noFacts.reach
  // SECURITY: named as main has named it, so that a page cannot make up another.
  const named = way.iceServers.flatMap(({ urls }) => urls.map((url) => placeOf(url)?.host))
  const used = relay?.url ? (placeOf(relay.url)?.host ?? null) : null
  return {
    relayOnly: way.relayOnly,
    relay: used !== null && named.includes(used) ? used : null,
    relayUnavailable: way.relayMissed || lacksRelay(way, relay),
  }
}

/** The page has looked everywhere, and the relay it was given has not answered. */
export const lacksRelay = (way: Way, relay: LinkMeasured['relay'] | null): boolean =>
  relay !== null && relay.sought && !relay.found && relaysAmong(way.iceServers).length > 0

/**
 * SECURITY: a transport that changes its certificates in a call is no longer the one that was bound. Throws the
 * policy's Refusal; a link that is not bound yet is the binding's to judge.
 */
export function recheck(binding: Binding, measured: LinkMeasured, policy: LinkPolicy): void {
  const certificates = certificatesOf(binding, measured)
  if (binding.isBound() && isComplete(certificates)) policy.checkCertificates(certificates)
}

/** The page's last word on both certificates; until it has measured, what it said when the channel opened. */
function certificatesOf(binding: Binding, measured: LinkMeasured | null) {
  const reported = binding.transport()
  return {
    own: measured?.own ?? reported?.own ?? null,
    seen: measured?.seen ?? reported?.seen ?? null,
    signedOwn: binding.signedOwn(),
    signedPeer: binding.signedPeer(),
  }
}

const isComplete = (certificates: ReturnType<typeof certificatesOf>): certificates is Certificates =>
  certificates.own !== null && certificates.seen !== null
