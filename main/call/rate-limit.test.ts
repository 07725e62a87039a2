import { expect, test } from 'vitest'
import { expectRefusal } from '../../sp1/expect-refusal.ts'
import { createRateLimit } from './rate-limit.ts'
import { createVirtualClock } from './virtual-clock.ts'

test('beyond the limit everything is refused until a minute has passed since the first', async () => {
  const clock = createVirtualClock()
  const limit = createRateLimit(2, clock)
  limit.count()
  await clock.advance(30_000)
  limit.count()
  expectRefusal('rate', limit.count)
  await clock.advance(29_999)
  expectRefusal('rate', limit.count)
  await clock.advance(1)
  // What was refused does not count.
  limit.count()
  expectRefusal('rate', limit.count)
})

test('a clock that is put back does not refuse for longer', () => {
  const clock = createVirtualClock()
  const limit = createRateLimit(1, clock)
  limit.count()
  clock.correct(-3_600_000)
  expect(() => limit.count()).not.toThrow()
})
