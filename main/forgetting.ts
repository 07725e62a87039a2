// Forgets calls after seven days, where a person wants that: at once, at each start, and every hour. Owns when; what is
// forgotten is the history's.
import type { Clock } from './clock.ts'
import type { History } from './history.ts'

export const forgetting = { afterMs: 7 * 24 * 3_600_000, everyMs: 3_600_000 } as const

export interface Forgetting {
  /** There is a history now, or the wish may be another. */
  look(): void
}

export function createForgetting(parts: {
  readonly clock: Clock
  /** Milliseconds that never go back, and go on while the computer sleeps where the system can. */
  readonly steadyMs: () => number
  readonly wanted: () => boolean
  /** Null until there is an identity. */
  readonly history: () => Pick<History, 'forgetOlderThan'> | null
}): Forgetting {
  const { clock, steadyMs, wanted, history } = parts
  /** The history that was swept last, and when. */
  let swept: { readonly history: object; readonly atMs: number } | null = null
  let cancel = (): void => undefined

  function sweep(): void {
    cancel()
    cancel = clock.after(forgetting.everyMs, sweep)
    const kept = history()
    if (!kept || !wanted()) return
    const atMs = steadyMs()
    const elapsedMs = swept?.history === kept ? atMs - swept.atMs : 0
    swept = { history: kept, atMs }
    // What a full disk cannot forget is tried again in an hour.
    void kept.forgetOlderThan(forgetting.afterMs, clock.now(), elapsedMs).catch(() => undefined)
  }

  let before: { readonly history: object | null; readonly wanted: boolean } = { history: null, wanted: false }
  return {
    look() {
      const now = { history: history(), wanted: wanted() }
      const begins = now.wanted && (!before.wanted || now.history !== before.history)
      before = now
      if (!now.wanted) swept = null
      if (begins) sweep()
      else if (!now.wanted) cancel()
    },
  }
}
