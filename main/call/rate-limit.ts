// How often something may happen within a minute. Knows no timers: it is asked each time.
import type { Clock } from '../clock.ts'
import { Refusal } from '../../sp1/refusal.ts'

const minuteMs = 60_000

export interface RateLimit {
  /** Counts one more; refused as `rate` beyond the limit, and then not counted. */
  count(): void
}

export function createRateLimit(maxPerMinute: number, clock: Pick<Clock, 'now'>): RateLimit {
  let taken: number[] = []
  return {
    count() {
      const nowMs = clock.now()
      // A clock that was put back must not hold an old moment for ever.
      taken = taken.filter((atMs) => atMs <= nowMs && nowMs - atMs < minuteMs)
      if (taken.length >= maxPerMinute) throw new Refusal('rate')
      taken.push(nowMs)
    },
  }
}
