// The call history as main keeps it, grouped for reading.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { HistoryEntry } from '../../contract/ipc.ts'
import { startOfDay } from '../locales/dates.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

/** An incoming call that did not become a conversation and was not turned away by me. */
export const wasMissed = (entry: HistoryEntry): boolean =>
  entry.direction === 'in' && ['missed', 'no-answer', 'busy', 'cancelled'].includes(entry.outcome)

export const useHistory = defineStore('history', () => {
  const views = useViews()
  const notices = useNotices()

  const missedCount = computed(
    () => views.slices.history.filter((entry) => wasMissed(entry) && !entry.seen).length,
  )
  /** Newest day first, newest call first within it. */
  const days = computed(() => {
    const newestFirst = [...views.slices.history].sort((a, b) => b.atMs - a.atMs)
    return [...Map.groupBy(newestFirst, (entry) => startOfDay(entry.atMs))].map(([dayMs, entries]) => ({
      dayMs,
      entries,
    }))
  })

  return {
    days,
    missedCount,
    seen: () => notices.orSay(shell['history.seen']({})),
    remove: (id: string) => notices.orSay(shell['history.remove']({ id })),
    clear: () => notices.orSay(shell['history.clear']({})),
  }
})
