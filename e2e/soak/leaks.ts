// What has grown between two moments at which nothing was going on. Pure: it compares counts and takes none.

export type Counts = Readonly<Record<string, number>>

/** Timers of the main process come and go by themselves: sweeps, and knocks at a server. */
const comesAndGoes = / Timeout$/
const noise = 3
/** Of a page's document, what Vue keeps of screens that were shown once. */
const kept = / (?:listeners|nodes)$/
const keptNoise = 40

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
  after - before > (comesAndGoes.test(what) ? noise : kept.test(what) ? keptNoise : 0)

export const describeGrowth = ({ what, before, after }: Growth): string => `${what} ${before} → ${after}`

/** Bytes after a collection; null where it could not be asked. */
export type Heap = Readonly<Record<string, number | null>>
/** Before and after. */
export type HeapGrowth = Readonly<Record<string, readonly [number | null, number | null]>>

/** Caches that fill once, and what a single call may leave: far less than its keys, its frames or its connection. */
const heapNoise = { once: 4 * 2 ** 20, perCall: 8 * 2 ** 10 }

/** In words, what has grown by more than the noise of so many calls. */
export function heapLeaks(before: Heap, after: Heap, calls: number): readonly string[] {
  const allowed = heapNoise.once + heapNoise.perCall * calls
  return Object.entries(after).flatMap(([what, bytes]) => {
    const grown = (bytes ?? 0) - (before[what] ?? bytes ?? 0)
    return grown > allowed
      ? [`heap of ${what} grown by ${(grown / 2 ** 20).toFixed(1)} MiB in ${calls} calls`]
      : []
  })
}
