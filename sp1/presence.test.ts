import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  PRESENCE_PERIOD_MS as periodMs,
  PRESENCE_SKEW_MS as skewMs,
  presenceChangesInMs,
  presencePeriods,
  presenceSet,
  presenceToken,
} from './presence.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const pairs = (count: number) => Array.from({ length: count }, (_, n) => key(n + 1))
const padding = key(200)
const atMs = 80_000 * periodMs + periodMs / 2

describe('presence tokens', () => {
  it('are HMAC-SHA256 of "SP1 presence" and the number of the six hours', () => {
    const period = 80_000
    const four = Buffer.alloc(4)
    four.writeUInt32BE(period)
    const wanted = createHmac('sha256', key(7)).update('SP1 presence').update(four).digest('base64url')
    expect(presenceToken(key(7), period)).toBe(wanted)
    expect(presencePeriods(period * periodMs + periodMs / 2)).toEqual([period])
  })

  it('S9: come in sets of one size for 1 to 32 contacts, and none', () => {
    const sizes = Array.from({ length: 33 }, (_, n) => presenceSet(pairs(n), padding, [1]).length)
    expect(new Set(sizes)).toEqual(new Set([32]))
    expect(presenceSet(pairs(33), padding, [1])).toHaveLength(64)
    const edge = Array.from({ length: 33 }, (_, n) => presenceSet(pairs(n), padding, [1, 2]).length)
    expect(new Set(edge)).toEqual(new Set([64]))
  })

  it('S9: are never the same in two periods', () => {
    const all = Array.from({ length: 40 }, (_, period) => presenceSet(pairs(5), padding, [period])).flat()
    expect(new Set(all).size).toBe(all.length)
  })

  it('S9: repeat with their padding within a period, so that two sets do not tell which tokens are real', () => {
    expect(presenceSet(pairs(5), padding, [9])).toEqual(presenceSet(pairs(5), padding, [9]))
    const before = new Set(presenceSet(pairs(5), padding, [9]))
    const edge = presenceSet(pairs(5), padding, [9, 10])
    expect(edge.filter((token) => before.has(token))).toHaveLength(32)
    const more = presenceSet(pairs(6), padding, [9])
    expect(more.filter((token) => before.has(token))).toHaveLength(31)
  })

  it('S9: are padded with HMAC-SHA256 of "SP1 presence padding", the number of the six hours and a count', () => {
    const wanted = Array.from({ length: 32 }, (_, n) => {
      const numbers = Buffer.alloc(8)
      numbers.writeUInt32BE(9)
      numbers.writeUInt32BE(n, 4)
      const mac = createHmac('sha256', padding).update('SP1 presence padding').update(numbers)
      return mac.digest('base64url')
    })
    expect(presenceSet([], padding, [9])).toEqual(wanted.sort())
  })

  it('stand in an order that does not tell which are real', () => {
    const set = presenceSet(pairs(8), padding, [3])
    expect(set).toEqual([...set].sort())
  })

  it('cover the neighbouring period while the clock of the other may be in it', () => {
    const edge = 80_000 * periodMs
    expect(presencePeriods(edge - skewMs - 1)).toEqual([79_999])
    expect(presencePeriods(edge - skewMs)).toEqual([79_999, 80_000])
    expect(presencePeriods(edge)).toEqual([79_999, 80_000])
    expect(presencePeriods(edge + skewMs - 1)).toEqual([79_999, 80_000])
    expect(presencePeriods(edge + skewMs)).toEqual([80_000])
  })

  it.each([0, 1, skewMs - 1, skewMs, periodMs / 2, periodMs - skewMs - 1, periodMs - skewMs, periodMs - 1])(
    'change exactly when it is said, %i ms into a period',
    (intoMs) => {
      const now = 80_000 * periodMs + intoMs
      const inMs = presenceChangesInMs(now)
      expect(inMs).toBeGreaterThan(0)
      expect(presencePeriods(now + inMs - 1)).toEqual(presencePeriods(now))
      expect(presencePeriods(now + inMs)).not.toEqual(presencePeriods(now))
    },
  )

  it('of two people whose clocks differ by up to five minutes meet at every moment', () => {
    const pair = [key(1)]
    for (let ms = atMs; ms < atMs + 2 * periodMs; ms += 97_003) {
      const mine = new Set(presenceSet(pair, key(50), presencePeriods(ms)))
      const theirs = presenceSet(pair, key(51), presencePeriods(ms + skewMs - 1))
      expect(theirs.some((token) => mine.has(token))).toBe(true)
    }
  })
})
