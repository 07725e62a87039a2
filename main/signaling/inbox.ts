// What the server hands over after a login: one envelope at a time, acked when it has been dealt with, and a word
// when all that had waited are through. Opens nothing.
import * as v from 'valibot'
import { serverEvents, wireLimits } from '../../contract/signaling.ts'
import type { Clock } from '../clock.ts'

export interface Inbox {
  /** A new connection: what was counted of the last one counts no more. */
  begin(): void
  /** The server says how many waited. They may have begun to arrive. */
  expect(waiting: number): void
  /** An `env` event as it came. `acknowledge` makes the server delete it. */
  add(payload: unknown, acknowledge: unknown): void
  /** Hands over nothing more; resolves when the one in hand is done. */
  close(): Promise<void>
}

/** Above what a server may keep for one mailbox. One that sends more, faster than they are read, gets no ack. */
const MAX_QUEUED = 2 * wireLimits.envelopesPerMailbox
/** An envelope may expire between its being counted and its turn; nobody waits for it longer than this. */
const SETTLE_MS = 5_000

export function createInbox({
  onEnvelope,
  onSettled,
  clock,
}: {
  readonly onEnvelope: (envelope: unknown) => Promise<void>
  readonly onSettled: () => void
  readonly clock: Pick<Clock, 'after'>
}): Inbox {
  let tail: Promise<void> = Promise.resolve()
  let queued = 0
  let handled = 0
  /** Null while there is nothing to settle. */
  let expected: number | null = null
  let connection = 0
  let closed = false
  let callOff = () => {}

  function settle(): void {
    callOff()
    expected = null
    if (!closed) onSettled()
  }

  return {
    begin() {
      callOff()
      connection += 1
      handled = 0
      expected = null
    },
    expect(waiting) {
      expected = waiting
      if (handled >= waiting) settle()
      else callOff = clock.after(SETTLE_MS, settle)
    },
    add(payload, acknowledge) {
      const parsed = v.safeParse(serverEvents.env, payload)
      if (!parsed.success || typeof acknowledge !== 'function' || queued >= MAX_QUEUED) return
      const from = connection
      queued += 1
      tail = tail.then(async () => {
        queued -= 1
        // Over the next connection the server sends again what has not been acked.
        if (closed || from !== connection) return
        try {
          await onEnvelope(parsed.output.env)
        } catch {
          // Refused or not, it is done with: it would be refused again tomorrow.
        }
        if (from !== connection) return
        acknowledge({})
        handled += 1
        if (expected !== null && handled >= expected) settle()
      })
    },
    async close() {
      closed = true
      callOff()
      await tail
    },
  }
}
