// What has grown between two moments at which nothing was going on. Pure: it compares counts and takes none.

export type Counts = Readonly<Record<string, number>>

/** Timers of the main process come and go by themselves: sweeps, and knocks at a server. */
const comesAndGoes = / Timeout$/
const noise = 3

export interface Growth {
  readonly what: string
  readonly before: number
  readonly after: number
}

/** Only what is more than before, whether that means anything or not. */
export function growthOf(before: Counts, after: Counts): readonly Growth[] {
  return Object.entries(after)
    .map(([what, count]) => ({ what, before: before[what] ?? 0, after: count }))
    .filter(({ before, after }) => after > before)
    .toSorted((one, other) => one.what.localeCompare(other.what))
}

export const isLeak = ({ what, before, after }: Growth): boolean =>
  after - before > (comesAndGoes.test(what) ? noise : 0)

export const describeGrowth = ({ what, before, after }: Growth): string => `${what} ${before} → ${after}`
