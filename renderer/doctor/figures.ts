// The figures of a call as rows of a table and lines of a plot: which there are, in which unit. Pure.
import type { QualityPoint } from '../../contract/quality.ts'
import type { QualitySample } from '../media/quality-sample.ts'

/** What both a live sample and a kept point have. */
export interface Figures {
  readonly atS: number
  readonly roundTripMs: number | null
  readonly jitterDownMs: number | null
  readonly jitterUpMs: number | null
  /** Percent. */
  readonly lossDown: number | null
  readonly lossUp: number | null
  readonly concealed: number | null
  readonly kbitDown: number | null
  readonly kbitUp: number | null
  readonly framesDown: number | null
  readonly framesUp: number | null
  readonly lateMs: number | null
}
export type FigureName = Exclude<keyof Figures, 'atS'>

export interface Row {
  readonly name: FigureName
  readonly title: 'round-trip' | 'jitter' | 'loss' | 'concealed' | 'bitrate' | 'frames' | 'late'
  readonly side: 'down' | 'up' | null
  readonly unit: 'ms' | 'percent' | 'kbit' | 'per-second'
}

export const rows: readonly Row[] = [
  { name: 'roundTripMs', title: 'round-trip', side: null, unit: 'ms' },
  { name: 'jitterDownMs', title: 'jitter', side: 'down', unit: 'ms' },
  { name: 'jitterUpMs', title: 'jitter', side: 'up', unit: 'ms' },
  { name: 'lossDown', title: 'loss', side: 'down', unit: 'percent' },
  { name: 'lossUp', title: 'loss', side: 'up', unit: 'percent' },
  { name: 'concealed', title: 'concealed', side: 'down', unit: 'percent' },
  { name: 'kbitDown', title: 'bitrate', side: 'down', unit: 'kbit' },
  { name: 'kbitUp', title: 'bitrate', side: 'up', unit: 'kbit' },
  { name: 'framesDown', title: 'frames', side: 'down', unit: 'per-second' },
  { name: 'framesUp', title: 'frames', side: 'up', unit: 'per-second' },
  { name: 'lateMs', title: 'late', side: null, unit: 'ms' },
]

/** Which lines share a plot: those of one unit that are read together. */
export const plots: readonly (readonly FigureName[])[] = [
  ['roundTripMs', 'jitterDownMs', 'jitterUpMs'],
  ['lossDown', 'lossUp', 'concealed'],
  ['kbitDown', 'kbitUp'],
]

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 1_000) / 10

/** Seconds count from the first sample. */
export const figuresOf = (samples: readonly QualitySample[]): readonly Figures[] =>
  samples.map((sample) => ({
    ...sample,
    atS: Math.round((sample.atMs - (samples[0]?.atMs ?? sample.atMs)) / 1_000),
    lossDown: percent(sample.lossDown),
    lossUp: percent(sample.lossUp),
    concealed: percent(sample.concealed),
  }))

export const figuresIn = (points: readonly QualityPoint[]): readonly Figures[] =>
  points.map((point) => ({ ...point, atS: point.second }))

export interface Summary {
  readonly now: number | null
  readonly mean: number | null
  /** For a bitrate and for pictures the least, else the most. */
  readonly worst: number | null
}

export function summaryOf(figures: readonly Figures[], { name, unit }: Row): Summary {
  const values = figures.flatMap((each) => each[name] ?? [])
  if (values.length === 0) return { now: null, mean: null, worst: null }
  const tenths = (value: number): number => Math.round(value * 10) / 10
  const isLessWorse = unit === 'kbit' || unit === 'per-second'
  return {
    now: figures.at(-1)?.[name] ?? null,
    mean: tenths(values.reduce((sum, value) => sum + value, 0) / values.length),
    worst: isLessWorse ? Math.min(...values) : Math.max(...values),
  }
}
