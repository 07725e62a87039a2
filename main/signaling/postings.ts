// What I tell my server beside the prekey: who gets past the limit for strangers, and the tokens I am seen by. Told anew
// after each login, when something changes and when a period ends. Knows no sockets and makes no keys.
import * as v from 'valibot'
import { serverEvents, type Ack } from '../../contract/signaling.ts'
import { presenceChangesInMs } from '../../sp1/presence.ts'
import type { Clock } from '../clock.ts'

/** One request over the connection that is logged in. Rejects when none comes. */
export type Ask = (event: string, payload: unknown) => Promise<Ack>

export interface Postings {
  /** Logged in. */
  begin(ask: Ask): void
  /** The connection is gone. */
  end(): void
  /** A `presence` event as it came. */
  heard(payload: unknown): void
  /** Something of what is told may have changed. */
  changed(): void
}

const AGAIN_MS = 30_000
const NO_TOKENS = JSON.stringify({ tokens: [] })

export function createPostings(parts: {
  readonly clock: Clock
  /** Null while nobody has heard of a key of mine. */
  readonly delivery: () => { readonly hashes: readonly string[]; readonly only: boolean } | null
  readonly presence: {
    tokens(): readonly string[]
    heard(tokens: readonly string[]): void
    lost(): void
  }
}): Postings {
  const { clock, presence } = parts
  let ask: Ask | null = null
  /** What this connection has been told last, by event. */
  const told = new Map<string, string>()
  let callOff = () => {}
  let callOffAgain = () => {}

  async function post(event: string, payload: unknown): Promise<void> {
    const words = JSON.stringify(payload)
    if (ask === null || told.get(event) === words) return
    told.set(event, words)
    const over = ask
    const answer = await over(event, payload).catch(() => null)
    // A server from before there was such a thing says `bad-shape`, and would say it again.
    if (ask !== over || answer?.ok === true || answer?.code === 'bad-shape') return
    told.delete(event)
    callOffAgain()
    callOffAgain = clock.after(AGAIN_MS, tell)
  }

  function tell(): void {
    callOff()
    if (ask === null) return
    const delivery = parts.delivery()
    if (delivery) void post('delivery.put', delivery)
    void post('presence.put', { tokens: presence.tokens() })
    callOff = clock.after(presenceChangesInMs(clock.now()), tell)
  }

  return {
    begin(over) {
      ask = over
      told.clear()
      told.set('presence.put', NO_TOKENS)
      presence.heard([])
      tell()
    },
    end() {
      ask = null
      callOff()
      callOffAgain()
      presence.lost()
    },
    heard(payload) {
      const parsed = v.safeParse(serverEvents.presence, payload)
      if (ask !== null && parsed.success) presence.heard(parsed.output.tokens)
    },
    changed: tell,
  }
}
