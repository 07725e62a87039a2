// What a person has to be told until they have read it: calls in which somebody may have been in between, and codes that
// are being tried. Kept over restarts, so that no later call and no crash hides one. Decides nothing about calls.
import * as v from 'valibot'
import type { CallWarning, WarningsView } from '../../contract/call-view.ts'
import { Address, CallId } from '../../contract/ids.ts'
import { createListeners } from '../listeners.ts'
import type { SealedFile } from '../sealed-file.ts'
import { counted, Exposures, isExhausted } from './sas-exposure.ts'

/** Each has cost a person a press, so that this many are never unread in earnest; the newest are kept. */
const maxKept = 20

const Warning = v.strictObject({
  callId: CallId,
  direction: v.picklist(['in', 'out']),
  reason: v.picklist(['altered', 'sas-mismatch']),
  detail: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  address: Address,
  atMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** Shape of the sealed file: label "warnings". */
export const KeptWarnings = v.strictObject({ calls: v.array(Warning), exposures: Exposures })
export type KeptWarnings = v.InferOutput<typeof KeptWarnings>

type WarnedCall = Pick<CallWarning, 'callId' | 'address'>

export interface Warnings {
  view(nameOf: (address: Address) => string | null): WarningsView
  /** A call ended that way. */
  warn(warning: Omit<CallWarning, 'name'>): Promise<void>
  /**
   * A person has read it. Nothing happens for a call that no warning is about. SECURITY: callers choose the ids of their
   * calls, so that an id alone does not say which.
   */
  dismiss(warning: WarnedCall): Promise<void>
  /** A call with somebody who is not verified ended before its code could be compared. */
  exposed(): Promise<void>
  /** SECURITY: then a code that matches proves nothing any more. */
  codesTried(): boolean
  onChange(listener: () => void): () => void
}

export function createWarnings(options: {
  file: Pick<SealedFile<KeptWarnings>, 'save'>
  kept: KeptWarnings | null
  nowMs: () => number
}): Warnings {
  const { file, nowMs } = options
  let { calls, exposures } = options.kept ?? { calls: [], exposures: [] }
  const listeners = createListeners()

  const changed = async () => {
    listeners.tell()
    await file.save({ calls, exposures })
  }

  return {
    view: (nameOf) => ({
      calls: calls.map((warning) => ({ ...warning, name: nameOf(warning.address) })),
      codesTried: isExhausted(exposures, nowMs()),
    }),
    async warn(warning) {
      const { callId, direction, reason, address, atMs } = warning
      const detail = warning.detail?.slice(0, 64) ?? null
      const others = calls.filter((known) => !isSame(known, warning))
      calls = [...others, { callId, direction, reason, detail, address, atMs }].slice(-maxKept)
      await changed()
    },
    async dismiss(warning) {
      const others = calls.filter((known) => !isSame(known, warning))
      if (others.length === calls.length) return
      calls = others
      await changed()
    },
    async exposed() {
      exposures = [...counted(exposures, nowMs())]
      await changed()
    },
    codesTried: () => isExhausted(exposures, nowMs()),
    onChange: listeners.onChange,
  }
}

const isSame = (one: WarnedCall, other: WarnedCall): boolean =>
  one.callId === other.callId && one.address === other.address
