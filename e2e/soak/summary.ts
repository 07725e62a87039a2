// What a soak has found, in the words of its report. Pure.
import { describeGrowth, type Growth, type HeapGrowth } from './leaks.ts'
import type { Verdict } from './judge.ts'

export interface RoundResult {
  readonly number: number
  /** `cable`, or `cable+server` where two overlapped. */
  readonly kinds: string
  /** With the parameters. */
  readonly what: string
  readonly verdict: Verdict
}

export interface KindRow {
  readonly kinds: string
  readonly count: number
  readonly back: number
  /** How many ended with each reason. */
  readonly ended: Readonly<Record<string, number>>
  readonly wrong: number
  /** Until there was sound again, of those that came back; null when none did. */
  readonly medianMs: number | null
  readonly maxMs: number | null
}

export interface SoakReport {
  readonly soak: 'faults'
  readonly host: string
  readonly seed: number
  readonly n: number
  /** Both had compared the code: calls could be direct. */
  readonly acquainted: boolean
  readonly rounds: readonly RoundResult[]
  readonly kinds: readonly KindRow[]
  /** Between two moments at which nothing was going on, and what of it is too much. */
  readonly growth: readonly Growth[]
  readonly heap: HeapGrowth
  /** All that was wrong. */
  readonly violations: readonly string[]
}

export interface CallsReport {
  readonly soak: 'calls'
  readonly host: string
  readonly seed: number
  readonly n: number
  /** How many calls of each kind there were. */
  readonly kinds: Readonly<Record<string, number>>
  readonly tookMs: number
  readonly growth: readonly Growth[]
  readonly heap: HeapGrowth
  readonly violations: readonly string[]
}

export function callsText(report: CallsReport): string {
  const { host, seed, n, kinds, tookMs } = report
  return [
    `soak calls, seed ${seed}, ${n} calls in ${Math.round(tookMs / 1000)} s, on ${host}`,
    ...Object.entries(kinds).map(([kind, count]) => `${String(count).padStart(4)}  ${kind}`),
    ...leftLines(report),
  ].join('\n')
}

/** What both soaks end with. */
function leftLines({ soak, seed, n, growth, heap, violations }: SoakReport | CallsReport): string[] {
  const mib = (bytes: number | null) => (bytes === null ? '–' : `${(bytes / 2 ** 20).toFixed(1)} MiB`)
  return [
    `grown: ${growth.map(describeGrowth).join(', ') || 'nothing'}`,
    `heap: ${Object.entries(heap)
      .map(([what, [before, after]]) => `${what} ${mib(before)} → ${mib(after)}`)
      .join(', ')}`,
    ...violations.map((violation) => `WRONG: ${violation}`),
    violations.length
      ? `${violations.length} wrong. The same again: npm run soak -- ${soak} --n ${n} --seed ${seed}`
      : 'nothing wrong',
  ]
}

/** One row for each kind that was thrown, in the order of their names. */
export function rowsOf(rounds: readonly RoundResult[]): readonly KindRow[] {
  const byKind = Map.groupBy(rounds, ({ kinds }) => kinds)
  return [...byKind]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kinds, those]) => {
      const back = those.flatMap(({ verdict }) => (verdict.outcome === 'back' ? [verdict.ms] : []))
      const ended: Record<string, number> = {}
      for (const { verdict } of those)
        if (verdict.outcome === 'ended') ended[verdict.reason] = (ended[verdict.reason] ?? 0) + 1
      return {
        kinds,
        count: those.length,
        back: back.length,
        ended,
        wrong: those.filter(({ verdict }) => verdict.outcome === 'wrong').length,
        medianMs: back.length ? median(back) : null,
        maxMs: back.length ? Math.max(...back) : null,
      }
    })
}

/** What is printed about a round as soon as it is over. */
export function line({ number, kinds, what, verdict }: RoundResult): string {
  const outcome =
    verdict.outcome === 'back'
      ? `back, sound after ${verdict.ms} ms`
      : verdict.outcome === 'ended'
        ? `ended: ${verdict.reason}`
        : `WRONG: ${verdict.what}`
  return `${String(number).padStart(4)}  ${kinds.padEnd(8)}  ${what}: ${outcome}`
}

export function faultsText(report: SoakReport): string {
  const { host, seed, n, acquainted, kinds } = report
  const cells = [
    ['kind', 'count', 'back', 'ended', 'wrong', 'median ms', 'max ms'],
    ...kinds.map((row) => [
      row.kinds,
      String(row.count),
      String(row.back),
      Object.entries(row.ended)
        .map(([reason, count]) => `${count} ${reason}`)
        .join(', ') || '–',
      String(row.wrong),
      String(row.medianMs ?? '–'),
      String(row.maxMs ?? '–'),
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const table = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  return [
    `soak faults, seed ${seed}, ${n} rounds, ${acquainted ? 'contacts who have compared the code' : 'by the relay only'}, on ${host}`,
    ...table,
    ...leftLines(report),
  ].join('\n')
}

/** Of at least one value, rounded. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  return Math.round((sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2)
}
