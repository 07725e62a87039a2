// How often a call ended before its code could be compared (SP1 section 4). Whoever can break calls may go on until two codes
// happen to agree, at 1 in 2^30 a try; ten in a day are no accident. Pure: knows times, no people and no files.
import * as v from 'valibot'

const windowMs = 24 * 3_600_000
export const exposureLimit = 10
/** More than the limit change nothing; a crowd of them must not fill the disk. */
const maxKept = 50

/** When each of them was, ms. */
export const Exposures = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))
export type Exposures = readonly number[]

/** Those that still count. A time in the future, left by a clock that was put back, counts like one in the past. */
const recent = (times: Exposures, nowMs: number): Exposures =>
  times.filter((atMs) => Math.abs(nowMs - atMs) < windowMs)

export const counted = (times: Exposures, nowMs: number): Exposures =>
  [...recent(times, nowMs), nowMs].slice(-maxKept)

export const isExhausted = (times: Exposures, nowMs: number): boolean =>
  recent(times, nowMs).length >= exposureLimit
