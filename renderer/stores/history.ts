// The call history as main keeps it, grouped for reading.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { TrustView } from '../../contract/call-view.ts'
import type { Address } from '../../contract/ids.ts'
import type { HistoryEntry } from '../../contract/ipc.ts'
import { startOfDay } from '../locales/dates.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()

/** An incoming call that did not become a conversation and was not turned away by me. */
export const wasMissed = (entry: HistoryEntry): boolean =>
  entry.direction === 'in' && ['missed', 'no-answer', 'busy', 'cancelled'].includes(entry.outcome)

export const useHistory = defineStore('history', () => {
  const views = useViews()
  const notices = useNotices()

  const missedCount = computed(
    () => views.slices.history.filter((entry) => wasMissed(entry) && !entry.seen).length,
  )
  /** A part of a name, or of an address with or without its gaps. */
  const wanted = ref('')
  const found = computed(() => {
    const text = folded(wanted.value.trim())
    const address = text.replaceAll(/[\s-]/g, '')
    return views.slices.history.filter(
      (entry) =>
        text === '' ||
        folded(entry.name ?? '').includes(text) ||
        (address !== '' && entry.address.includes(address)),
    )
  })
  /** Newest day first, newest call first within it. */
  const days = computed(() => {
    const newestFirst = [...found.value].sort((a, b) => b.atMs - a.atMs)
    return [...Map.groupBy(newestFirst, (entry) => startOfDay(entry.atMs))].map(([dayMs, entries]) => ({
      dayMs,
      entries,
    }))
  })

  /** When the last call with this person was altered on the way, ms; null for none since they were verified. */
  function alteredSince(address: Address, trust: TrustView): number | null {
    const sinceMs = trust.state === 'V2' ? trust.atMs : 0
    const times = views.slices.history
      .filter((entry) => entry.address === address && entry.outcome === 'altered' && entry.atMs > sinceMs)
      .map(({ atMs }) => atMs)
    return times.length ? Math.max(...times) : null
  }

  return {
    isEmpty: computed(() => views.slices.history.length === 0),
    wanted,
    found,
    days,
    alteredSince,
    missedCount,
    seen: () => notices.orSay(shell['history.seen']({})),
    remove: (id: string) => notices.orSay(shell['history.remove']({ id })),
    clear: () => notices.orSay(shell['history.clear']({})),
  }
})
