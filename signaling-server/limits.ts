// How much anybody may ask for, and the buckets that count it. Knows keys of buckets only as numbers: an
// internet address is turned into one at the door and not kept.
import { createHmac, randomBytes } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { RateLimiterMemory } from 'rate-limiter-flexible'

/** `burst` at once, and `perSecond` on average over `burst / perSecond` seconds. */
interface TokenBucket {
  readonly perSecond: number
  readonly burst: number
}

export interface ServerLimits {
  /** TCP connections of the whole server, WebSocket or not. */
  readonly connections: number
  readonly connectionsPerIp: number
  readonly connectsPerIpPerMinute: number
  /** Per IP: every event except handle traffic. */
  readonly requests: TokenBucket
  /** Per IP: `reply.*` events. */
  readonly handleTraffic: TokenBucket
  /** Per mailbox: `box.put`, and the same once more for those who have the owner's key. */
  readonly mailbox: TokenBucket
  readonly firstContactsPerMailboxPerHour: number
}

export const defaultLimits: ServerLimits = {
  connections: 4096,
  connectionsPerIp: 20,
  connectsPerIpPerMinute: 30,
  requests: { perSecond: 5, burst: 20 },
  handleTraffic: { perSecond: 50, burst: 200 },
  mailbox: { perSecond: 5, burst: 20 },
  firstContactsPerMailboxPerHour: 30,
}

/** Stands for one client network in the buckets. */
export type Network = number

export interface Limits {
  /** The bucket key of an IP address: an IPv4 address, or the /64 of an IPv6 address. */
  networkOf(ip: string): Network
  /** Counts one live connection. False, and nothing counted, when the network has too many or opens them too fast. */
  connect(network: Network): Promise<boolean>
  disconnect(network: Network): void
  request(network: Network): Promise<boolean>
  handleTraffic(network: Network): Promise<boolean>
  /**
   * The address has room for one more envelope: of a stranger, or (`known`) of somebody whom the owner gave a key.
   * SECURITY: the two have buckets of their own, so that strangers cannot use up a contact's way in.
   */
  mailbox(address: string, known?: boolean): Promise<boolean>
  /** Networks with a live connection. */
  liveNetworks(): number
}

/**
 * Bucket keys are the first bits of a MAC under a key that lives as long as the process. SECURITY: no address
 * is kept, and however many an attacker comes from, there are never more than 2^17 buckets of a kind. Two that
 * fall together share a bucket.
 */
const KEY_BITS = 17

export function createLimits(limits: ServerLimits): Limits {
  const secret = randomBytes(32)
  const connects = bucketOf(limits.connectsPerIpPerMinute, 60)
  const requests = tokenBucket(limits.requests)
  const handleTraffic = tokenBucket(limits.handleTraffic)
  const mailbox = tokenBucket(limits.mailbox)
  const knownMailbox = tokenBucket(limits.mailbox)
  const firstContacts = bucketOf(limits.firstContactsPerMailboxPerHour, 3600)
  const live = new Map<Network, number>()

  const keyOf = (text: string): number =>
    createHmac('sha256', secret).update(text).digest().readUInt32BE() >>> (32 - KEY_BITS)

  function disconnect(network: Network): void {
    const count = live.get(network) ?? 0
    if (count > 1) live.set(network, count - 1)
    else live.delete(network)
  }

  return {
    networkOf: (ip) => keyOf(subscriberOf(ip)),
    async connect(network) {
      const count = live.get(network) ?? 0
      if (count >= limits.connectionsPerIp) return false
      // Counted before waiting, so that many at the same moment cannot all see the old number.
      live.set(network, count + 1)
      if (await take(connects, network)) return true
      disconnect(network)
      return false
    },
    disconnect,
    request: (network) => take(requests, network),
    handleTraffic: (network) => take(handleTraffic, network),
    async mailbox(address, known = false) {
      const key = keyOf(address)
      if (known) return take(knownMailbox, key)
      return (await take(mailbox, key)) && (await take(firstContacts, key))
    },
    liveNetworks: () => live.size,
  }
}

/** The part of an IP address that one subscriber holds. Anything that is no IP address counts as one network. */
export function subscriberOf(ip: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(ip)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  if (isIPv4(ip)) return ip
  const bare = ip.split('%', 1)[0] ?? ''
  if (!isIPv6(bare)) return 'unknown'
  const [head = '', tail] = bare.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

// The library counts in fixed windows: a window of burst / perSecond seconds holds a burst and keeps the average.
const tokenBucket = ({ perSecond, burst }: TokenBucket) => bucketOf(burst, burst / perSecond)

const bucketOf = (points: number, duration: number) => new RateLimiterMemory({ points, duration })

const take = (bucket: RateLimiterMemory, key: number): Promise<boolean> =>
  bucket.consume(key).then(
    () => true,
    () => false,
  )
