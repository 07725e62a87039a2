// The calls of the past: what is kept of each, and for how many. Names are not kept: they are looked up in the
// contacts when the list is shown.
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { DeclineNote } from '../contract/decline-note.ts'
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
  note: v.optional(DeclineNote),
  /** How old it was seen to be, where old calls are forgotten: a clock that is put back makes nothing younger. */
  ageMs: v.optional(Natural),
})
type Entry = v.InferOutput<typeof Entry>

/** Shape of the sealed file: label "history". Newest first. */
export const KeptHistory = v.array(Entry)
export type KeptHistory = v.InferOutput<typeof KeptHistory>

export interface History {
  /** A call that has just ended. */
  record(call: Omit<Entry, 'id' | 'seen' | 'ageMs'>): Promise<void>
  view(nameOf: (address: Address) => string | null): readonly HistoryEntry[]
  seen(): Promise<void>
  remove(id: string): Promise<void>
  clear(): Promise<void>
  /**
   * Forgets the calls that are `maxAgeMs` old or more. `elapsedMs`: how much time has passed since the last time, by a clock
   * that nobody can put back; 0 for the first time after a start.
   */
  forgetOlderThan(maxAgeMs: number, nowMs: number, elapsedMs: number): Promise<void>
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
    view: (nameOf) => entries.map(({ ageMs: _, ...entry }) => ({ ...entry, name: nameOf(entry.address) })),
    async seen() {
      if (entries.every((entry) => entry.seen)) return
      await replace(entries.map((entry) => ({ ...entry, seen: true })))
    },
    remove: (id) => replace(entries.filter((entry) => entry.id !== id)),
    clear: () => replace([]),
    async forgetOlderThan(maxAgeMs, nowMs, elapsedMs) {
      const aged = entries.map((entry) => ({ ...entry, ageMs: ageOf(entry, nowMs, elapsedMs) }))
      const kept = aged.filter(({ ageMs }) => ageMs < maxAgeMs)
      if (entries.length > 0) await replace(kept)
    },
    onChange: listeners.onChange,
  }
}

/** Whole milliseconds. The older of what the clock says and of what was known plus what has passed since. */
function ageOf(entry: Entry, nowMs: number, elapsedMs: number): number {
  const byClock = nowMs - entry.atMs
  const byElapsed = entry.ageMs === undefined ? 0 : entry.ageMs + elapsedMs
  return Math.round(Math.max(0, byClock, byElapsed))
}

/** How many missed calls this person has not looked at yet. */
export function unseenMissed(history: readonly HistoryEntry[]): number {
  return history.filter((entry) => entry.outcome === 'missed' && !entry.seen).length
}
