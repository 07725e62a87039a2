// The calls of the past: what is kept of each, and for how many. Names are not kept: they are looked up in the
// contacts when the list is shown.
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { Address } from '../contract/ids.ts'
import type { HistoryEntry } from '../contract/ipc.ts'
import type { SealedFile } from './sealed-file.ts'
import { createListeners } from './listeners.ts'

const MAX_ENTRIES = 500

const outcomes = [
  'talked',
  'missed',
  'declined',
  'no-answer',
  'busy',
  'cancelled',
  'failed',
  'altered',
  'mismatch',
] as const satisfies readonly HistoryEntry['outcome'][]

const Natural = v.pipe(v.number(), v.integer(), v.minValue(0))
const Entry = v.strictObject({
  id: v.pipe(v.string(), v.maxLength(64)),
  address: Address,
  direction: v.picklist(['in', 'out']),
  outcome: v.picklist(outcomes),
  video: v.boolean(),
  atMs: Natural,
  durationMs: Natural,
  seen: v.boolean(),
})
type Entry = v.InferOutput<typeof Entry>

/** Shape of the sealed file: label "history". Newest first. */
export const KeptHistory = v.array(Entry)
export type KeptHistory = v.InferOutput<typeof KeptHistory>

export interface History {
  /** A call that has just ended. */
  record(call: Omit<Entry, 'id' | 'seen'>): Promise<void>
  view(nameOf: (address: Address) => string | null): readonly HistoryEntry[]
  seen(): Promise<void>
  remove(id: string): Promise<void>
  clear(): Promise<void>
  onChange(listener: () => void): () => void
}

export function createHistory(options: { file: SealedFile<KeptHistory>; kept: KeptHistory | null }): History {
  let entries: readonly Entry[] = options.kept ?? []
  const listeners = createListeners()

  const replace = async (next: readonly Entry[]) => {
    entries = next
    listeners.tell()
    await options.file.save([...next])
  }

  return {
    record: (call) =>
      replace(
        [{ ...call, id: randomUUID(), seen: call.outcome !== 'missed' }, ...entries].slice(0, MAX_ENTRIES),
      ),
    view: (nameOf) => entries.map((entry) => ({ ...entry, name: nameOf(entry.address) })),
    async seen() {
      if (entries.every((entry) => entry.seen)) return
      await replace(entries.map((entry) => ({ ...entry, seen: true })))
    },
    remove: (id) => replace(entries.filter((entry) => entry.id !== id)),
    clear: () => replace([]),
    onChange: listeners.onChange,
  }
}

/** How many missed calls this person has not looked at yet. */
export function unseenMissed(history: readonly HistoryEntry[]): number {
  return history.filter((entry) => entry.outcome === 'missed' && !entry.seen).length
}
