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
  /** I take part from now on, or no more. */
  switched(): void
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
  /** Of everybody I share a key with, looked up once for each change: the list is read far more often. */
  let here: ReadonlyMap<Address, boolean> = new Map()

  const pairs = () =>
    isOn()
      ? keys
          .pairs()
          .filter(({ address }) => sharesWith(address))
          .slice(-maxPairs)
      : []

  function look(): void {
    const periods = presencePeriods(nowMs())
    const isHere = (pair: Uint8Array) =>
      periods.some((period) => shared?.has(presenceToken(pair, period)) ?? false)
    here = new Map(pairs().map(({ address, pair }) => [address, isHere(pair)]))
  }

  return {
    isOnline: (address) => (shared === null || !isOn() ? null : (here.get(address) ?? null)),
    tokens() {
      look()
      if (!isOn()) return []
      const own = pairs().map(({ pair }) => pair)
      return presenceSet(own, keys.paddingKey(), presencePeriods(nowMs()))
    },
    heard(tokens) {
      const now = new Set(tokens)
      // A server may say the same without end.
      if (shared?.size === now.size && tokens.every((token) => shared?.has(token))) return
      shared = now
      look()
      listeners.tell()
    },
    switched() {
      look()
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
