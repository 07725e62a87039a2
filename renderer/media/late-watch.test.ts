import { expect, test } from 'vitest'
import { createLateWatch } from './late-watch.ts'

test('a thread tells how late it was at worst, and begins anew once it was asked', () => {
  let nowMs = 0
  const watch = createLateWatch(50, () => nowMs)
  const look = (afterMs: number) => {
    nowMs += afterMs
    watch.look()
  }
  look(50)
  look(52)
  expect(watch.take()).toBe(2)
  look(300)
  look(50)
  expect(watch.take()).toBe(250)
  expect(watch.take()).toBe(0)
})

test('what has not come at all yet is late as well', () => {
  let nowMs = 0
  const watch = createLateWatch(50, () => nowMs)
  nowMs = 450
  expect(watch.take()).toBe(400)
})
