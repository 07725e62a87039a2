// What a call was like, from its first second to its last: the latest samples whole, the rest thinned out, and when which
// cause was told. Knows no link and no screen.
import {
  maxQualityCauses,
  maxQualityPoints,
  type QualityPoint,
  type QualityRecord,
} from '../../contract/quality.ts'
import { diagnose, type Diagnosis } from './diagnose.ts'
import type { QualitySample } from './quality-sample.ts'

/** Five minutes, which is what the plots show. */
export const keptSamples = 300
/** Shorter than what is judged, and there is nothing to remember. */
const minSeconds = 10
const minuteMs = 60_000

export interface QualityLog {
  /** The latest last. */
  samples(): readonly QualitySample[]
  diagnosis(): Diagnosis | null
  add(sample: QualitySample): void
  /** Null for a call that was too short to be judged. */
  record(): QualityRecord | null
}

export function createQualityLog(): QualityLog {
  let samples: readonly QualitySample[] = []
  let diagnosis: Diagnosis | null = null
  let points: QualityPoint[] = []
  /** Every so many samples one becomes a point; doubled when there are too many. */
  let every = 1
  let count = 0
  let beganAtMs: number | null = null
  const causes: { cause: Diagnosis['cause']; fromSecond: number; seconds: number }[] = []
  const limits = new Set<'cpu' | 'bandwidth'>()

  const secondOf = (atMs: number): number =>
    beganAtMs === null ? 0 : Math.max(0, Math.round((atMs - beganAtMs) / 1_000))

  function follow(now: Diagnosis | null): void {
    if (now && now.cause !== diagnosis?.cause) {
      if (causes.length < maxQualityCauses)
        causes.push({ cause: now.cause, fromSecond: secondOf(now.sinceMs), seconds: 0 })
    }
    const told = causes.at(-1)
    const latest = samples.at(-1)
    if (now && told?.cause === now.cause && latest) told.seconds = secondOf(latest.atMs) - told.fromSecond
    diagnosis = now
  }

  return {
    samples: () => samples,
    diagnosis: () => diagnosis,
    add(sample) {
      beganAtMs ??= sample.atMs
      samples = [...samples, sample].slice(-keptSamples)
      if (sample.limited) limits.add(sample.limited)
      if (count % every === 0) points.push(pointOf(sample, secondOf(sample.atMs)))
      count += 1
      if (points.length > maxQualityPoints) {
        points = points.filter((_, index) => index % 2 === 0)
        every *= 2
      }
      follow(diagnose(samples, diagnosis))
    },
    record() {
      const latest = samples.at(-1)
      if (!latest || beganAtMs === null || secondOf(latest.atMs) < minSeconds) return null
      return {
        // Not to the second: whoever is shown an export needs no more to find the call.
        beganAtMs: Math.floor(beganAtMs / minuteMs) * minuteMs,
        seconds: secondOf(latest.atMs),
        path: latest.path,
        transport: latest.transport,
        limits: [...limits],
        causes: causes.map((told) => ({ ...told })),
        points,
      }
    },
  }
}

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 1_000) / 10

function pointOf(sample: QualitySample, second: number): QualityPoint {
  return {
    second,
    roundTripMs: sample.roundTripMs,
    jitterDownMs: sample.jitterDownMs,
    jitterUpMs: sample.jitterUpMs,
    lossDown: percent(sample.lossDown),
    lossUp: percent(sample.lossUp),
    concealed: percent(sample.concealed),
    kbitDown: sample.kbitDown,
    kbitUp: sample.kbitUp,
    framesDown: sample.framesDown,
    framesUp: sample.framesUp,
    lateMs: sample.lateMs,
  }
}
