// What waits for one seat of a reply handle, until its owner has acked it. Knows neither handles nor sockets; time is
// passed in.
import { wireLimits } from '../contract/signaling.ts'
import type { Envelope } from './envelope.ts'

/** Of all seats together. */
export interface SeatBudget {
  readonly maxBytes: number
  bytes: number
  lastId: number
}

export interface WaitingEnvelope {
  /** Unique within the budget. */
  readonly id: number
  readonly env: Envelope
}

export interface SeatStore {
  /** False where there is no room. */
  put(env: Envelope, bytes: number): boolean
  /** The oldest that this party has not been handed yet. It goes on waiting, for another party of the seat or its ack. */
  next(party: object): WaitingEnvelope | null
  acked(id: number): void
  /** Forgets what waited too long. */
  sweep(): void
  clear(): void
  size(): number
  /** Whether something waits that nobody was handed. */
  hasNew(): boolean
}

interface Kept extends WaitingEnvelope {
  readonly bytes: number
  readonly untilMs: number
  handedTo: object | null
  handings: number
}

/** SECURITY: whoever takes the seat again and again would have the server send everything again and again. */
const MAX_HANDINGS = 4

export function createSeatStore(now: () => number, budget: SeatBudget, maxEnvelopes: number): SeatStore {
  let kept: readonly Kept[] = []

  function keep(next: readonly Kept[]): void {
    const sum = (list: readonly Kept[]) => list.reduce((total, { bytes }) => total + bytes, 0)
    budget.bytes += sum(next) - sum(kept)
    kept = next
  }
  function remove(isGone: (each: Kept) => boolean): void {
    if (kept.some(isGone)) keep(kept.filter((each) => !isGone(each)))
  }
  function sweep(): void {
    const nowMs = now()
    remove(({ untilMs }) => untilMs <= nowMs)
  }

  return {
    put(env, bytes) {
      sweep()
      if (budget.bytes + bytes > budget.maxBytes) return false
      if (kept.length >= maxEnvelopes) {
        // A phone from before there were acks gets more all the same: what it was handed makes room.
        const oldest = kept.find(({ handedTo }) => handedTo !== null)
        remove((each) => each === oldest)
      }
      if (kept.length >= maxEnvelopes) return false
      budget.lastId += 1
      const untilMs = now() + wireLimits.waitS * 1000
      keep([...kept, { id: budget.lastId, env, bytes, untilMs, handedTo: null, handings: 0 }])
      return true
    },
    next(party) {
      sweep()
      remove(({ handedTo, handings }) => handedTo !== party && handings >= MAX_HANDINGS)
      const next = kept.find(({ handedTo }) => handedTo !== party)
      if (next === undefined) return null
      next.handedTo = party
      next.handings += 1
      return next
    },
    acked: (id) => remove((each) => each.id === id),
    sweep,
    clear: () => keep([]),
    size: () => kept.length,
    hasNew: () => kept.some(({ handings }) => handings === 0),
  }
}
