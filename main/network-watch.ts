// Notices that this computer's addresses have changed: another network, none, or one more. Asks the system again and
// again, because Node has no event for it; that costs some 50 microseconds each time. Knows nothing of what depends on it.
import type { NetworkInterfaceInfo } from 'node:os'
import type { Clock } from './clock.ts'

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** In a call a change is heard at once; otherwise only whoever calls has to wait for it. */
const everyMs = { call: 100, idle: 2_000 } as const

export interface NetworkWatch {
  /** Whether there is any address by which others can be reached. */
  online(): boolean
  /** A call may have begun: the first of its changes may not wait for the next look without a call. */
  callChanged(): void
}

export function createNetworkWatch(parts: {
  readonly interfaces: () => Interfaces
  readonly clock: Pick<Clock, 'after'>
  readonly inCall: () => boolean
  readonly onChange: (online: boolean) => void
}): NetworkWatch {
  let addresses = outwardAddresses(parts.interfaces())
  let everyNow: number
  let callOff = later()

  function later(): () => void {
    everyNow = parts.inCall() ? everyMs.call : everyMs.idle
    return parts.clock.after(everyNow, look)
  }
  function look(): void {
    callOff = later()
    const now = outwardAddresses(parts.interfaces())
    if (isSame(addresses, now)) return
    addresses = now
    parts.onChange(now.length > 0)
  }

  return {
    online: () => addresses.length > 0,
    callChanged() {
      if (everyNow === everyMs.call || !parts.inCall()) return
      callOff()
      look()
    },
  }
}

/** `name address` of each, sorted. */
export const outwardAddresses = (interfaces: Interfaces): readonly string[] =>
  outwardInfos(interfaces)
    .map(({ name, address }) => `${name} ${address}`)
    .toSorted()

/**
 * Without those that reach nobody further than a cable: loopback, and link-local ones (RFC 3927, RFC 4291), which come and
 * go with every container and tunnel.
 */
export const outwardInfos = (
  interfaces: Interfaces,
): readonly (Pick<NetworkInterfaceInfo, 'address' | 'family'> & { readonly name: string })[] =>
  Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(({ internal, address }) => !internal && !isLinkLocal(address))
      .map(({ address, family }) => ({ name, address, family })),
  )

const isLinkLocal = (address: string): boolean => /^169\.254\.|^fe[89ab]/i.test(address)

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((address, index) => address === other[index])
