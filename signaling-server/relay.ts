// The server's part in the relay: gives each seat of a call its credentials, and says which names at the relay have to
// be closed because their call is over. Knows neither the relay's program nor sockets; in memory only.
import { wireLimits, type RelayAccess } from '../contract/signaling.ts'
import { mintRelayAccess, relayName, relayNames, type RelaySide } from './relay-access.ts'

export interface RelayOptions {
  /** RFC 7064 and RFC 7065 URIs at which people reach the relay, as `RelayUrl` of the contract has them. */
  readonly urls: readonly string[]
  /** Shared with the relay, the newest first: that is what credentials are made with. None: no relay for now. */
  readonly secrets: readonly string[]
  /** Told which names (the part of a username after the colon) may have nothing open at the relay any more. */
  readonly onClosed?: (names: readonly string[]) => void
  /** How long a call may go on that both sides have left without a word, because the server was away for both. */
  readonly graceMs?: number
}

export interface Relay {
  /** False while there is no secret to make credentials with. */
  works(): boolean
  /** Null for a reply handle that is no handle, and while it does not work. */
  access(replyHandle: string, side: RelaySide): RelayAccess | null
  /** Somebody sits at the handle (again). */
  opened(replyHandle: string): void
  /** Somebody hung up. */
  closed(replyHandle: string): void
  /** Nobody has sat at the handle for a while, and nobody hung up. */
  forgotten(replyHandle: string): void
  /** Makes credentials with other secrets from now on. */
  renew(secrets: RelayOptions['secrets']): void
  /** Closes what is due. */
  sweep(): void
  counts(): { readonly issued: number; readonly ending: number }
}

/**
 * A relay forgets by itself, within ten minutes, whoever has crashed: closing sooner would only cost a call that still
 * talks. The handle itself was kept for the first of them.
 */
const GRACE_MS = (600 - wireLimits.waitS) * 1000
/** Past its time a credential starts nothing; a relay's clock may be a little behind. */
const LAST_LOOK_MS = (wireLimits.relayTtlS + 10) * 1000
const MAX_ENDING = 65_536

export function createRelay(options: RelayOptions, now: () => number): Relay {
  const { urls, onClosed = () => {}, graceMs = GRACE_MS } = options
  let { secrets } = options
  let issued = 0
  /** When what has these names is closed. */
  const ending = new Map<string, number>()

  /** Above the cap only the relay's own clock closes: nobody can be made to remember without end. */
  function closeLater(names: readonly string[], ms: number): void {
    for (const name of names) if (ending.size < MAX_ENDING) ending.set(name, now() + ms)
  }

  return {
    works: () => secrets.length > 0,
    access(replyHandle, side) {
      const name = relayName(replyHandle, side)
      const [secret] = secrets
      if (name === null || secret === undefined) return null
      issued += 1
      return mintRelayAccess(name, { urls, secret, nowMs: now() })
    },
    opened(replyHandle) {
      for (const name of relayNames(replyHandle)) ending.delete(name)
    },
    closed(replyHandle) {
      // Also without credentials on record: this process may be younger than the call.
      const names = relayNames(replyHandle)
      onClosed(names)
      // SECURITY: credentials that were out at that moment could still start something.
      closeLater(names, LAST_LOOK_MS)
    },
    // Losing the server is no hang-up: the two may be talking over the relay.
    forgotten: (replyHandle) => closeLater(relayNames(replyHandle), graceMs),
    renew(next) {
      secrets = next
    },
    sweep() {
      const nowMs = now()
      const due = [...ending].filter(([, atMs]) => atMs <= nowMs).map(([name]) => name)
      for (const name of due) ending.delete(name)
      if (due.length > 0) onClosed(due)
    },
    counts: () => ({ issued, ending: ending.size }),
  }
}
