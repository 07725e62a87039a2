// How one call may reach its peer: by which relay, and whether without one (SP1 sections 10 and 11). Asks for the relay
// while the call comes about, so that nobody waits for it once somebody has answered.
import type { AddressNotice } from '../../contract/call-view.ts'
import type { Address } from '../../contract/ids.ts'
import type { IceServer } from '../../contract/link.ts'
import type { RelayWish } from '../../contract/settings.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import type { Clock } from '../clock.ts'
import { relaysAmong, serversOf } from './relay-servers.ts'

/** `none`: there is no relay. `failed`: there may be one, and nobody could say how to use it. */
export type FoundRelay = readonly IceServer[] | 'none' | 'failed'

export interface Way {
  readonly iceServers: readonly IceServer[]
  /** No address of mine may leave, and none of the peer's is used. */
  readonly relayOnly: boolean
  /** A relay would have helped, and there is none just now. */
  readonly relayMissed: boolean
}
/** Why there is no way: only a relay would do. */
export type NoWay = 'no-relay' | 'relay-failed'

/**
 * `isVerified`: a person has compared something with the peer (V2).
 *
 * SECURITY: whoever may only be reached through a relay is never reached directly because the relay fails; where a
 * server offers none at all, `automatic` connects directly, as the person was told before (R19).
 */
export function choose(wish: RelayWish, isVerified: boolean, found: FoundRelay): Way | NoWay {
  const mayBeDirect = isDirectWelcome(wish, isVerified)
  const servers = typeof found === 'string' ? [] : found
  const relays = relaysAmong(servers)
  const hasRelay = relays.length > 0
  if (mayBeDirect) return { iceServers: servers, relayOnly: false, relayMissed: found === 'failed' }
  // Only relays: also a STUN server would learn that there is a call.
  if (hasRelay) return { iceServers: relays, relayOnly: true, relayMissed: false }
  if (found === 'failed') return 'relay-failed'
  return wish.use === 'always' ? 'no-relay' : { iceServers: servers, relayOnly: false, relayMissed: false }
}

/**
 * What may be said before the call is answered, while perhaps nobody knows yet whether there is a relay. SECURITY (R19): a server
 * that gave no usable answer is asked again, and may say then that it has none.
 */
function noticeOf(wish: RelayWish, isVerified: boolean, found: FoundRelay | null): AddressNotice {
  const isKnown = found !== null && found !== 'failed'
  if (!isKnown && wish.use === 'automatic' && !isDirectWelcome(wish, isVerified)) return 'unless-relay'
  const way = choose(wish, isVerified, found ?? 'none')
  return typeof way === 'string' || way.relayOnly ? null : 'direct'
}

const isDirectWelcome = ({ use, directToVerified }: RelayWish, isVerified: boolean): boolean =>
  use === 'automatic' && directToVerified && isVerified

/** Credentials are of use for two minutes (SP1 section 10); what is older than this is asked for anew. */
const freshMs = 90_000

/** How long an open link waits for the relay: long where it cannot do without, short where it can. */
const patienceMs = { needed: 10_000, welcome: 1_500 } as const

export interface ReachParts {
  readonly clock: Clock
  readonly wish: () => RelayWish
  readonly isVerified: (peer: Address) => boolean
  /** My own relay, which stands in for every server's; null when I have none. */
  readonly ownRelay: () => IceServer | null
  /** A person has been told that this peer learns an address of mine; remembered from now on. */
  readonly wasTold: (peer: Address) => boolean
  readonly told: (peer: Address) => void
  readonly count: (code: RefusalCode) => void
}

/** What the server of this call says about its relay; null is none. Rejects when it says nothing that can be used. */
export type AskForRelay = () => Promise<Parameters<typeof serversOf>[0] | null>

export interface Reach {
  /** Asks for a relay, unless there is an answer that is of use for a while yet. */
  prepare(): void
  /** The way of the link that is to be opened now. Waits for the relay, not for ever. */
  way(): Promise<Way | NoWay>
  /** What the way will be if the call is answered: as above, and nobody learns anything of it yet. */
  likelyWay(): Promise<Way | NoWay>
  /**
   * What the link that went this way may use when its path is sought again. Asks anew for what is too old, and waits for it
   * where nothing else helps, a moment: a link whose server is gone as well goes on with what it has. SECURITY: never
   * more than it was opened for.
   */
  again(way: Way): Promise<readonly IceServer[]>
  /** See `noticeBefore`. */
  notice(): AddressNotice
}

export function createReach(
  parts: ReachParts,
  call: {
    readonly peer: Address
    /** Host name of the server that the call is made through. */
    readonly serverHost: string
    readonly ask: AskForRelay
    /** It is known now whether there is a relay. */
    readonly onFound: () => void
  },
): Reach {
  const { clock } = parts
  const { peer } = call
  let found: FoundRelay | null = null
  let foundAtMs = 0
  let asking: Promise<FoundRelay> | null = null

  async function ask(): Promise<FoundRelay> {
    const access = await call.ask().catch(() => 'failed' as const)
    if (access === null) return 'none'
    if (access === 'failed') return 'failed'
    const { servers, refused } = serversOf(access, call.serverHost)
    for (let each = 0; each < refused; each++) parts.count('relay-url')
    return servers.length > 0 ? servers : 'failed'
  }

  /** My own relay, also one entered a moment ago; else what the server has said, if it is of use for a while yet. */
  function known(): FoundRelay | null {
    const own = parts.ownRelay()
    if (own) return [own]
    return found !== 'failed' && clock.now() - foundAtMs < freshMs ? found : null
  }

  function seek(): Promise<FoundRelay> {
    if (asking) return asking
    asking = ask()
    void asking.then((result) => {
      asking = null
      found = result
      foundAtMs = clock.now()
      call.onFound()
    })
    return asking
  }

  /** What is known once it is needed. */
  async function within(waitMs: number): Promise<FoundRelay> {
    const now = known()
    if (now !== null) return now
    let stop = (): void => undefined
    const over = new Promise<'failed'>((resolve) => {
      stop = clock.after(waitMs, () => resolve('failed'))
    })
    return Promise.race([seek(), over]).finally(() => stop())
  }

  async function likelyWay(): Promise<Way | NoWay> {
    const waitMs = isDirectWelcome(parts.wish(), parts.isVerified(peer))
      ? patienceMs.welcome
      : patienceMs.needed
    const relay = await within(waitMs)
    return choose(parts.wish(), parts.isVerified(peer), known() ?? relay)
  }

  return {
    prepare() {
      if (known() === null) void seek()
    },
    likelyWay,
    async way() {
      const way = await likelyWay()
      if (typeof way !== 'string' && !way.relayOnly) parts.told(peer)
      return way
    },
    async again(way) {
      const now = way.relayOnly || known() !== null ? await within(patienceMs.welcome) : 'failed'
      if (known() === null) void seek()
      const servers = typeof now === 'string' ? [] : now
      const allowed = way.relayOnly ? relaysAmong(servers) : servers
      return allowed.length > 0 ? allowed : way.iceServers
    },
    notice: () => noticeBefore(parts, peer, found),
  }
}

/** Null when there is nothing to tell, or it was told before. `found`: null while nobody knows. */
export function noticeBefore(parts: ReachParts, peer: Address, found: FoundRelay | null): AddressNotice {
  if (parts.wasTold(peer)) return null
  const own = parts.ownRelay()
  return noticeOf(parts.wish(), parts.isVerified(peer), own ? [own] : found)
}
