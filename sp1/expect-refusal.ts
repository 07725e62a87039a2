// For tests: that something is refused, and with which code.
import { Refusal } from './refusal.ts'
import type { RefusalCode } from './refusal.ts'

/** Throws unless `attempt` throws a refusal with exactly this code. */
export function expectRefusal(code: RefusalCode, attempt: () => unknown): void {
  const got = outcomeOf(attempt)
  if (got !== code) throw new Error(`expected the refusal ${code}, got ${got}`)
}

/** The code of the refusal, or `accepted`. Any other error passes through. */
export function outcomeOf(attempt: () => unknown): RefusalCode | 'accepted' {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
