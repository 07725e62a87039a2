// Which tokens are published by more than one connection. Knows no owners: a party is an empty object, a token is 32
// bytes that mean nothing here. In memory only, and gone with the connection.
import type { WireRefusal } from '../contract/signaling.ts'

/** People publish again when a period ends or a contact changes; more often than this in a minute is nobody we know. */
const PUTS_PER_MINUTE = 12
const MINUTE_MS = 60_000

export interface PresencePlace {
  /** Replaces what this party published. Null is success. */
  put(tokens: readonly string[]): WireRefusal | null
  leave(): void
}

export interface PresenceBoard {
  /** `tell` gets, whole and only when it changes, those of the party's tokens that somebody else publishes too. */
  join(tell: (shared: readonly string[]) => void): PresencePlace
  counts(): { readonly parties: number; readonly tokens: number }
}

interface Party {
  readonly tell: (shared: readonly string[]) => void
  tokens: ReadonlySet<string>
  told: string
  waiting: boolean
}

export function createPresenceBoard(now: () => number): PresenceBoard {
  const holders = new Map<string, Set<Party>>()
  const parties = new Set<Party>()

  function give(party: Party, tokens: ReadonlySet<string>): void {
    const before = party.tokens
    party.tokens = tokens
    for (const token of before) if (!tokens.has(token)) release(token, party)
    for (const token of tokens) {
      const others = holders.get(token) ?? new Set<Party>()
      holders.set(token, others.add(party))
      if (!before.has(token)) for (const other of others) tellLater(other)
    }
    tellLater(party)
  }

  function release(token: string, party: Party): void {
    const others = holders.get(token)
    others?.delete(party)
    if (others?.size === 0) holders.delete(token)
    for (const other of others ?? []) tellLater(other)
  }

  /** Many changes at one moment are told once. */
  function tellLater(party: Party): void {
    if (party.waiting) return
    party.waiting = true
    setImmediate(() => {
      party.waiting = false
      if (!parties.has(party)) return
      const shared = [...party.tokens].filter((token) => (holders.get(token)?.size ?? 0) > 1).sort()
      const words = shared.join(' ')
      if (words === party.told) return
      party.told = words
      party.tell(shared)
    })
  }

  return {
    join(tell) {
      const party: Party = { tell, tokens: new Set(), told: '', waiting: false }
      let putAtMs: readonly number[] = []
      let left = false
      return {
        put(tokens) {
          // A request may be in hand while its connection ends.
          if (left) return 'gone'
          const nowMs = now()
          putAtMs = putAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS)
          if (putAtMs.length >= PUTS_PER_MINUTE) return 'rate'
          putAtMs = [...putAtMs, nowMs]
          parties.add(party)
          give(party, new Set(tokens))
          return null
        },
        leave() {
          left = true
          parties.delete(party)
          give(party, new Set())
        },
      }
    },
    counts: () => ({ parties: parties.size, tokens: holders.size }),
  }
}
