// Whether it is quiet at a moment of the wall clock. Pure: it asks the clock anew each time and remembers nothing, so that
// summer time, a clock that is put right and a computer that slept need no thought.
import type { QuietHours } from '../../contract/ringing.ts'

/** A moment as the clock on the wall shows it; `day` 0 is Sunday. */
export interface WallTime {
  readonly day: number
  readonly minute: number
}

/** In the time zone of this computer. */
export function wallTimeOf(atMs: number): WallTime {
  const date = new Date(atMs)
  return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() }
}

/**
 * The minute it begins is quiet, the one it ends is not. Hours that end at the minute they begin last a whole day; those
 * that cross midnight belong to the day on which they began.
 */
export function isQuiet({ on, days, fromMinute, toMinute }: QuietHours, { day, minute }: WallTime): boolean {
  if (!on) return false
  const beginsOn = (one: number) => days.includes(one)
  if (fromMinute < toMinute) return beginsOn(day) && minute >= fromMinute && minute < toMinute
  const dayBefore = (day + 6) % 7
  return (beginsOn(day) && minute >= fromMinute) || (beginsOn(dayBefore) && minute < toMinute)
}
