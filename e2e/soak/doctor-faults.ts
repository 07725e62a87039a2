// What is done to a call to see whether the doctor finds it, and what it then has to say. Pure but for `throttle`.
import { readdirSync, readFileSync } from 'node:fs'
import type { QualityCause } from '../../contract/quality.ts'
import type { Outcome } from '../../renderer/media/network-check.ts'

export interface DoctorFault {
  readonly name:
    'healthy' | 'loss up' | 'loss down' | 'silent peer' | 'busy CPU' | 'relay only, far' | 'UDP blocked'
  /** Null: nothing may be said at all. */
  readonly cause: QualityCause | null
}

/** Every one of them in each round, in this order. */
export const doctorFaults: readonly DoctorFault[] = [
  { name: 'healthy', cause: null },
  { name: 'loss up', cause: 'loss-up' },
  { name: 'loss down', cause: 'loss-down' },
  { name: 'silent peer', cause: 'peer-silent' },
  { name: 'busy CPU', cause: 'busy' },
  { name: 'relay only, far', cause: 'relay-far' },
  { name: 'UDP blocked', cause: 'no-udp' },
]

export const doctorChecks: readonly { readonly name: string; readonly outcome: Outcome }[] = [
  { name: 'check, healthy', outcome: 'good' },
  { name: 'check, UDP blocked', outcome: 'no-udp' },
]

export interface DoctorResult {
  readonly name: string
  readonly expected: string
  /** What was said first and stayed; null for nothing. */
  readonly said: string | null
  /** From the fault to the sentence, and from the end of the fault until it was gone; null where there was none. */
  readonly afterMs: number | null
  readonly goneAfterMs: number | null
}

export interface DoctorRow {
  readonly name: string
  readonly expected: string
  readonly right: number
  readonly of: number
  readonly medianMs: number | null
  readonly medianGoneMs: number | null
  /** What was said instead. */
  readonly wrong: readonly string[]
}

export const isRight = ({ said, expected }: DoctorResult): boolean => (said ?? 'nothing') === expected

/** One row for each fault, in the order in which they came first. */
export function doctorRows(results: readonly DoctorResult[]): readonly DoctorRow[] {
  return [...Map.groupBy(results, ({ name }) => name)].map(([name, those]) => ({
    name,
    expected: those[0]?.expected ?? '',
    right: those.filter(isRight).length,
    of: those.length,
    medianMs: median(those.flatMap(({ afterMs }) => afterMs ?? [])),
    medianGoneMs: median(those.flatMap(({ goneAfterMs }) => goneAfterMs ?? [])),
    wrong: those.filter((result) => !isRight(result)).map(({ said }) => said ?? 'nothing'),
  }))
}

const median = (values: readonly number[]): number | null =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? null

/** As docs/doctor.md has it. */
export function doctorTable(rows: readonly DoctorRow[]): string {
  const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`)
  return [
    '| fault | has to be said | right | after (median) | gone after (median) | instead |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, expected, right, of, medianMs, medianGoneMs, wrong }) =>
        `| ${name} | ${expected} | ${right} of ${of} | ${seconds(medianMs)} | ${seconds(medianGoneMs)} | ${wrong.join(', ') || '–'} |`,
    ),
  ].join('\n')
}

/** Nine times in ten, and never a false alarm. */
export function doctorViolations(rows: readonly DoctorRow[]): readonly string[] {
  return rows
    .filter(({ expected, right, of }) => (expected === 'nothing' ? right < of : right < Math.ceil(of * 0.9)))
    .map(({ name, right, of, wrong }) => `${name}: right ${right} of ${of}, else ${wrong.join(', ')}`)
}

/** In milliseconds: the app gets so much of each period. */
const period = 350
const share = 60

/**
 * Gives a program and all that it started a sixth of the time, as a computer does that has too much else to do. Stopping and
 * continuing it does that on any machine and keeps nobody else waiting. Returns the end of it.
 */
export function throttle(pid: number): () => void {
  const pids = family(pid)
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const each of pids) {
      try {
        process.kill(each, name)
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  let timer: NodeJS.Timeout | undefined
  const turn = setInterval(() => {
    signal('SIGCONT')
    timer = setTimeout(() => signal('SIGSTOP'), share)
  }, period)
  return () => {
    clearInterval(turn)
    clearTimeout(timer)
    signal('SIGCONT')
  }
}

/** A process and all below it (Linux). */
function family(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }
      } catch {
        return { pid: Number(name), parent: 0 }
      }
    })
  const found = [root]
  for (const each of found)
    found.push(...parents.filter(({ parent }) => parent === each).map(({ pid }) => pid))
  return found
}
