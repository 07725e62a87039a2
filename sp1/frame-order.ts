// Puts numbered frames back into the order in which they were sent (SP1 section 4): each number once, none
// skipped, at most 64 waiting. Knows nothing of what the frames hold.
import { Refusal } from './refusal.ts'

/** How far ahead of the next expected frame another may be. */
export const MAX_FRAMES_AHEAD = 64

export type FrameOrder<T> = {
  /** Refuses as `seq` a number that was seen, as `gap` one too far ahead. Changes nothing. */
  check(sequence: number): void
  /** Takes a checked frame; returns the frames whose turn has come. `nowMs` dates a gap that opens. */
  place(sequence: number, frame: T, nowMs: number): T[]
  /** Since when a later frame waits for a missing one, or null. */
  gapSinceMs(): number | null
  clear(): void
}

export function createFrameOrder<T>(): FrameOrder<T> {
  const waiting = new Map<number, T>()
  let next = 0
  let gapSinceMs: number | null = null

  function check(sequence: number): void {
    if (sequence < next || waiting.has(sequence)) throw new Refusal('seq')
    if (sequence > next + MAX_FRAMES_AHEAD) throw new Refusal('gap')
  }

  function place(sequence: number, frame: T, nowMs: number): T[] {
    check(sequence)
    waiting.set(sequence, frame)
    const due: T[] = []
    for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
      waiting.delete(next)
      due.push(ready)
      next += 1
    }
    if (waiting.size === 0) gapSinceMs = null
    else if (due.length > 0 || gapSinceMs === null) gapSinceMs = nowMs
    return due
  }

  return { check, place, gapSinceMs: () => gapSinceMs, clear: () => waiting.clear() }
}
