import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted, exposureLimit, isExhausted, type Exposures } from './sas-exposure.ts'

const hourMs = 3_600_000
const nowMs = 1_000 * hourMs
const after = (count: number, everyMs: number): Exposures => {
  let times: Exposures = []
  for (let i = 0; i < count; i++) times = counted(times, nowMs + i * everyMs)
  return times
}

test('nine broken calls within a day are bad luck, the tenth is a warning', () => {
  expect(isExhausted(after(exposureLimit - 1, 1_000), nowMs + hourMs)).toBe(false)
  expect(isExhausted(after(exposureLimit, 1_000), nowMs + hourMs)).toBe(true)
})

test('after a day without another it is forgotten', () => {
  const times = after(exposureLimit, 1_000)
  expect(isExhausted(times, nowMs + 24 * hourMs - 1)).toBe(true)
  expect(isExhausted(times, nowMs + 24 * hourMs + exposureLimit * 1_000)).toBe(false)
})

test('ten that are spread over more than a day do not add up', () => {
  const everyMs = 3 * hourMs
  expect(isExhausted(after(exposureLimit, everyMs), nowMs + 9 * everyMs)).toBe(false)
})

test('putting the clock back a few hours does not wash them off', () => {
  expect(isExhausted(after(exposureLimit, 1_000), nowMs - 5 * hourMs)).toBe(true)
})

test('however many come, few are kept, and the warning stands as long as they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: hourMs }), { minLength: 10, maxLength: 200 }), (gaps) => {
      let times: Exposures = []
      let atMs = nowMs
      for (const gap of gaps) times = counted(times, (atMs += gap))
      expect(times.length).toBeLessThanOrEqual(50)
      expect(isExhausted(times, atMs)).toBe(true)
    }),
  )
})
