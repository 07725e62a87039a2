// Time as everything that waits sees it, so that a test can hold it in its hand.

export interface Clock {
  /** Wall-clock milliseconds. */
  now(): number
  /** Runs `task` once after `ms`. The returned function calls it off; after the task has run it does nothing. */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
