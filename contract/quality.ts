// What is kept and exported of how a call went. SECURITY: numbers and words of closed lists alone, so that nothing in it can
// hold an address, a name or a key, whatever a page writes.
import * as v from 'valibot'

export const qualityCauses = [
  'busy',
  'loss-both',
  'loss-up',
  'loss-down',
  'no-udp',
  'relay-far',
  'far',
  'uneven',
  'peer-silent',
] as const
/** What keeps a call from being heard well. Thresholds and their sources: renderer/media/diagnose.ts. */
export type QualityCause = (typeof qualityCauses)[number]

/** Longest calls are thinned out to so many points. */
export const maxQualityPoints = 120
export const maxQualityCauses = 40

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000))
const Measured = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000_000)))

/** One moment of a call. Null is what was not measured. */
export const QualityPoint = v.strictObject({
  /** Since the call began. */
  second: Whole,
  /** There and back, milliseconds. */
  roundTripMs: Measured,
  /** RFC 3550 section 6.4.1, milliseconds: of what arrives, and of what I send as the other side tells it. */
  jitterDownMs: Measured,
  jitterUpMs: Measured,
  /** Percent of packets. */
  lossDown: Measured,
  lossUp: Measured,
  /** Percent of the sound that was made up, because its packets came too late or not at all. */
  concealed: Measured,
  kbitDown: Measured,
  kbitUp: Measured,
  framesDown: Measured,
  framesUp: Measured,
  /** How late this computer came to its work at worst, milliseconds. */
  lateMs: Measured,
})
export type QualityPoint = v.InferOutput<typeof QualityPoint>

/** A call, as far as its quality goes. */
export const QualityRecord = v.strictObject({
  /** Milliseconds since the epoch, to the minute. */
  beganAtMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
  seconds: Whole,
  path: v.nullable(v.picklist(['direct', 'relay'])),
  transport: v.nullable(v.picklist(['udp', 'tcp', 'tls'])),
  /** The computer could not keep up with the picture, or the way took less of it. */
  limits: v.array(v.picklist(['cpu', 'bandwidth'])),
  causes: v.pipe(
    v.array(v.strictObject({ cause: v.picklist(qualityCauses), fromSecond: Whole, seconds: Whole })),
    v.maxLength(maxQualityCauses),
  ),
  points: v.pipe(v.array(QualityPoint), v.maxLength(maxQualityPoints)),
})
export type QualityRecord = v.InferOutput<typeof QualityRecord>

/** The text of an export: what the preview shows and what main writes. */
export const exportText = (record: QualityRecord): string => `${JSON.stringify(record, null, 2)}\n`

/** A call of the past. `id` is drawn by main, and names nothing else. */
export interface KeptQuality {
  readonly id: string
  readonly record: QualityRecord
}
