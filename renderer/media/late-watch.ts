// How late a thread comes to what is due: on a computer that is too busy, much. Knows no worker.

export interface LateWatch {
  /** To be called every `everyMs`. */
  look(): void
  /** The longest delay in milliseconds since it was last asked. */
  take(): number
}

/** `now` in milliseconds that never go back. */
export function createLateWatch(everyMs: number, now: () => number): LateWatch {
  let lookedMs = now()
  let worst = 0
  return {
    look() {
      const nowMs = now()
      worst = Math.max(worst, nowMs - lookedMs - everyMs)
      lookedMs = nowMs
    },
    take() {
      // What is late and has not come at all yet counts as well.
      const longest = Math.max(worst, now() - lookedMs - everyMs)
      worst = 0
      return Math.max(0, longest)
    },
  }
}
