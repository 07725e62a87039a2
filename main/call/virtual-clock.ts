// Test kit: time that passes only when a test says so, and everything that is already on its way.
import type { Clock } from '../clock.ts'

export interface VirtualClock extends Clock {
  advance(ms: number): Promise<void>
  /** Somebody corrects the clock of the computer: what waits goes on waiting as long as before. */
  correct(ms: number): void
}

export function createVirtualClock(startMs = 1_800_000_000_000): VirtualClock {
  let nowMs = startMs
  const tasks = new Set<{ atMs: number; run: () => void }>()
  const due = (untilMs: number) =>
    [...tasks].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
  return {
    now: () => nowMs,
    after(ms, run) {
      const task = { atMs: nowMs + ms, run }
      tasks.add(task)
      return () => tasks.delete(task)
    },
    correct(ms) {
      nowMs += ms
      for (const task of tasks) task.atMs += ms
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let task = due(untilMs); task; task = due(untilMs)) {
        tasks.delete(task)
        nowMs = Math.max(nowMs, task.atMs)
        task.run()
        await settle()
      }
      nowMs = untilMs
    },
  }
}

/** Lets everything that is already on its way arrive. */
export async function settle(turns = 300): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve()
}
