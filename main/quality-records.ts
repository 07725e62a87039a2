// How the last calls went, as the page measured it: what is kept of it, and for how long. SECURITY: its shape has no place for
// an address, a name or a key, and no call of the history is named by it.
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { PhoneError } from '../contract/errors.ts'
import { exportText, QualityRecord, type KeptQuality } from '../contract/quality.ts'
import type { SealedFile } from './sealed-file.ts'

export const maxQualityRecords = 20

const Entry = v.strictObject({
  id: v.pipe(v.string(), v.maxLength(64)),
  /** How old it was seen to be, see history. */
  ageMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  record: QualityRecord,
})
type Entry = v.InferOutput<typeof Entry>

/** Shape of the sealed file: label "quality". Newest first. */
export const KeptQualityRecords = v.array(Entry)
export type KeptQualityRecords = v.InferOutput<typeof KeptQualityRecords>

export interface QualityRecords {
  keep(record: QualityRecord): Promise<void>
  list(): readonly KeptQuality[]
  clear(): Promise<void>
  /** What an export of it holds. Code: `not-ready` for one that is not there. */
  textOf(id: string): string
  /** As that of the history. */
  forgetOlderThan(maxAgeMs: number, nowMs: number, elapsedMs: number): Promise<void>
}

export function createQualityRecords(options: {
  readonly file: Pick<SealedFile<KeptQualityRecords>, 'save'>
  readonly kept: KeptQualityRecords | null
}): QualityRecords {
  let entries: readonly Entry[] = options.kept ?? []
  const replace = async (next: readonly Entry[]): Promise<void> => {
    entries = next
    await options.file.save([...next])
  }

  return {
    keep: (record) => replace([{ id: randomUUID(), record }, ...entries].slice(0, maxQualityRecords)),
    list: () => entries.map(({ id, record }) => ({ id, record })),
    clear: () => replace([]),
    textOf(id) {
      const entry = entries.find((each) => each.id === id)
      if (!entry) throw new PhoneError('not-ready')
      return exportText(entry.record)
    },
    async forgetOlderThan(maxAgeMs, nowMs, elapsedMs) {
      if (entries.length === 0) return
      const aged = entries.map((entry) => {
        const byElapsed = entry.ageMs === undefined ? 0 : entry.ageMs + elapsedMs
        return {
          ...entry,
          ageMs: Math.round(Math.max(0, nowMs - entry.record.beganAtMs, byElapsed)),
        }
      })
      await replace(aged.filter(({ ageMs }) => ageMs < maxAgeMs))
    },
  }
}
