// Which of my contacts are here now: the tokens that I publish for them, and whose tokens the server says others publish
// too (SP1 section 11). Knows no server; a lie of it shows somebody as here, or as not, and nothing more.
import type { Address } from '../contract/ids.ts'
import { wireLimits } from '../contract/signaling.ts'
import { presencePeriods, presenceSet, presenceToken } from '../sp1/presence.ts'
import { createListeners } from './listeners.ts'
import type { ContactKeys } from './trust/contact-keys.ts'

/** Two periods of them at an edge, each padded, fill what one connection may publish. */
const maxPairs = wireLimits.presenceTokens / 2

export interface Presence {
  /** Null while I do not take part, am not connected, or share nothing with this person yet. */
  isOnline(address: Address): boolean | null
  onChange(listener: () => void): () => void
}

export interface OwnPresence extends Presence {
  /** What is to be published now; nothing while presence is off. */
  tokens(): readonly string[]
  /** Those of my tokens that somebody else publishes. What is none of mine means nothing. */
  heard(tokens: readonly string[]): void
  /** The connection is gone, and what was heard over it. */
  lost(): void
}

export function createPresence(parts: {
  readonly isOn: () => boolean
  readonly keys: Pick<ContactKeys, 'pairs' | 'paddingKey'>
  /** SECURITY: nobody but my contacts, and none that I refuse. */
  readonly sharesWith: (address: Address) => boolean
  readonly nowMs: () => number
}): OwnPresence {
  const { isOn, keys, sharesWith, nowMs } = parts
  const listeners = createListeners()
  /** Null without a connection. */
  let shared: ReadonlySet<string> | null = null

  const pairs = () =>
    isOn()
      ? keys
          .pairs()
          .filter(({ address }) => sharesWith(address))
          .slice(-maxPairs)
      : []

  return {
    isOnline(address) {
      const pair = pairs().find((each) => each.address === address)?.pair
      if (shared === null || pair === undefined) return null
      const heard = shared
      return presencePeriods(nowMs()).some((period) => heard.has(presenceToken(pair, period)))
    },
    tokens: () =>
      isOn()
        ? presenceSet(
            pairs().map(({ pair }) => pair),
            keys.paddingKey(),
            presencePeriods(nowMs()),
          )
        : [],
    heard(tokens) {
      shared = new Set(tokens)
      listeners.tell()
    },
    lost() {
      if (shared === null) return
      shared = null
      listeners.tell()
    },
    onChange: listeners.onChange,
  }
}
