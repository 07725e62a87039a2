// The door for what a peer, a server or the page says: a refusal is counted there and goes no further.
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'

/** Runs `read`; a refusal is counted, and handed to `onRefused` where it means something. Bugs pass through. */
export type RefusalGuard = (read: () => void, onRefused?: (code: RefusalCode) => void) => void

export function createRefusalGuard(count: (code: RefusalCode) => void): RefusalGuard {
  return (read, onRefused) => {
    try {
      read()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      count(error.code)
      onRefused?.(error.code)
    }
  }
}
