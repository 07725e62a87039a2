import { expect, it } from 'vitest'
import { kidOf } from './kid.ts'

it('F7 gives every sender and kind an id of its own', () => {
  const kids = (['a', 'b'] as const).flatMap((role) =>
    (['audio', 'video', 'screen'] as const).map((kind) => kidOf(role, kind)),
  )
  expect(kids).toEqual([16n, 17n, 18n, 24n, 25n, 26n])
})
