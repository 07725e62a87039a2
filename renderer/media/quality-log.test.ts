import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { exportText, maxQualityPoints, QualityRecord } from '../../contract/quality.ts'
import { createQualityLog, keptSamples } from './quality-log.ts'
import type { QualitySample } from './quality-sample.ts'
import { callOf } from './sample-quality.ts'

function logOf(samples: readonly QualitySample[]) {
  const log = createQualityLog()
  samples.forEach(log.add)
  return log
}

describe('the log of a call', () => {
  it('keeps the latest five minutes whole, and of a long call a bounded record', () => {
    const log = logOf(callOf(5_000))
    expect(log.samples()).toHaveLength(keptSamples)
    const record = log.record()
    expect(record?.seconds).toBe(4_999)
    expect(record?.points.length).toBeLessThanOrEqual(maxQualityPoints)
    expect(record?.points.length).toBeGreaterThan(maxQualityPoints / 3)
    const seconds = record?.points.map(({ second }) => second) ?? []
    expect(seconds[0]).toBe(0)
    expect(seconds.at(-1)).toBeGreaterThan(4_900)
    expect(v.is(QualityRecord, record)).toBe(true)
  })
  it('writes down when which cause was told, and for how long', () => {
    const log = logOf(
      callOf(100, (second) =>
        second >= 20 && second < 50 ? { lossDown: 0.1 } : second >= 75 ? { roundTripMs: 500 } : {},
      ),
    )
    const causes = log.record()?.causes ?? []
    expect(causes.map(({ cause }) => cause)).toEqual(['loss-down', 'relay-far'])
    expect(causes[0]?.fromSecond).toBeGreaterThanOrEqual(20)
    expect(causes[0]?.fromSecond).toBeLessThan(30)
    expect(causes[0]?.seconds).toBeGreaterThan(20)
    expect(log.diagnosis()?.cause).toBe('relay-far')
  })
  it('is a valid record however often the causes change', () => {
    const log = logOf(callOf(4_000, (second) => (Math.floor(second / 25) % 2 ? { lossDown: 0.3 } : {})))
    expect(v.is(QualityRecord, log.record())).toBe(true)
  })
  it('has nothing to remember of a short call', () => {
    expect(logOf(callOf(8)).record()).toBeNull()
    expect(createQualityLog().record()).toBeNull()
  })
  it('says when to the minute, and in words of closed lists alone', () => {
    const record = logOf(callOf(60)).record()
    expect((record?.beganAtMs ?? 1) % 60_000).toBe(0)
    const words: string[] = []
    JSON.parse(exportText(record as QualityRecord), (_key, value: unknown) => {
      if (typeof value === 'string') words.push(value)
      return value
    })
    expect(words.sort()).toEqual(['relay', 'udp'])
  })
  it('cannot hold a text, whatever a page writes', () => {
    const record = logOf(callOf(60)).record()
    for (const bad of [
      { ...record, path: '203.0.113.7' },
      { ...record, note: 'Ada' },
      { ...record, causes: [{ cause: 'earshot:abc', fromSecond: 0, seconds: 1 }] },
      { ...record, points: [{ ...record?.points[0], who: 'Ada' }] },
    ])
      expect(v.is(QualityRecord, bad)).toBe(false)
  })
})
