// The one shape of every bench report, the statistics behind it, and the table a person reads. Knows no bench.
import { writeFileSync } from 'node:fs'

/**
 * One measured thing. `limit` is what is physically possible here, `demo` what the usual demo does, `earshot` what
 * Earshot does, each the median of `runs` and in `unit`; null where the bench has no such column. `spread` is half the
 * distance between the quartiles of `earshot`.
 */
export interface BenchRow {
  readonly metric: string
  readonly unit: string
  readonly limit: number | null
  readonly demo: number | null
  readonly earshot: number
  readonly runs: number
  readonly spread: number
}

export interface BenchReport {
  readonly bench: string
  /** What it ran on. */
  readonly host: string
  readonly rows: readonly BenchRow[]
}

/** The middle of the values; of an even number the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Half the distance between the quartiles: how far half of the runs were from the middle. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2
}

/** A row from the runs of each column. */
export function rowOf(
  metric: string,
  unit: string,
  runs: {
    readonly limit?: readonly number[]
    readonly demo?: readonly number[]
    readonly earshot: readonly number[]
  },
): BenchRow {
  const middle = (values: readonly number[] | undefined) => (values ? rounded(median(values)) : null)
  return {
    metric,
    unit,
    limit: middle(runs.limit),
    demo: middle(runs.demo),
    earshot: rounded(median(runs.earshot)),
    runs: runs.earshot.length,
    spread: rounded(spread(runs.earshot)),
  }
}

export function table({ bench, host, rows }: BenchReport): string {
  const cells = [
    ['metric', 'unit', 'limit', 'demo', 'earshot', 'runs', 'spread'],
    ...rows.map((row) =>
      [row.metric, row.unit, row.limit, row.demo, row.earshot, row.runs, row.spread].map((cell) =>
        cell === null ? '–' : String(cell),
      ),
    ),
  ]
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [`${bench}, on ${host}`, ...lines].join('\n')
}

export function writeReport(report: BenchReport, file: string): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (sorted.length - 1) * part
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return below + (above - below) * (at - Math.floor(at))
}

const rounded = (value: number): number => Math.round(value * 100) / 100
