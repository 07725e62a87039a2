// Which of this computer's addresses the next link looks at. Sockets that belong to no address follow the computer to another
// network at once; those of each address are made anew seconds later, when Chromium has noticed.
import { createSocket } from 'node:dgram'
import type { WebContents } from 'electron'
import { outwardInfos, type Interfaces } from './network-watch.ts'

export type AddressPolicy = Extract<
  Parameters<WebContents['setWebRTCIPHandlingPolicy']>[0],
  'default' | 'default_public_and_private_interfaces'
>
type Family = 'IPv4' | 'IPv6'

/** Addresses of nobody (RFC 5737, RFC 3849), which only a default route leads to. */
const farAway: Readonly<Record<Family, string>> = { IPv4: '192.0.2.1', IPv6: '2001:db8::1' }

/**
 * The default route alone, where nothing is lost by that: with several interfaces one of them may be the only way to the
 * peer (a VPN that carries a few networks), and without a default route there would be no address at all.
 */
export async function addressPolicyFor(
  interfaces: Interfaces,
  hasRoute: (family: Family) => Promise<boolean> = hasDefaultRoute,
): Promise<AddressPolicy> {
  const outward = outwardInfos(interfaces)
  const names = new Set(outward.map(({ name }) => name))
  const families = [...new Set(outward.map(({ family }) => family))]
  if (names.size !== 1) return 'default'
  const routed = await Promise.all(families.map(hasRoute))
  return routed.every(Boolean) ? 'default_public_and_private_interfaces' : 'default'
}

export const hasDefaultRoute = (family: Family): Promise<boolean> => leadsSomewhere(farAway[family], family)

/** Whether the system would know where to send it. Connecting a UDP socket sends nothing. */
export function leadsSomewhere(address: string, family: Family): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6')
    const answer = (found: boolean) => {
      socket.close()
      resolve(found)
    }
    // Not by a callback: that is called for an error as well.
    socket.once('error', () => answer(false)).once('connect', () => answer(true))
    socket.connect(53, address)
  })
}
