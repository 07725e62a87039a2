// Ten calls one after the other: nothing of them stays. `npm run soak -- calls` makes as many as one likes.
import { expect, test } from '@playwright/test'
import { soakCalls } from './soak/soak-repeated.ts'
import { callsText } from './soak/summary.ts'

test('ten calls leave nothing open and no memory taken', async () => {
  test.setTimeout(300_000)
  const report = await soakCalls({ n: 10, seed: 5, say: console.log })
  console.log(callsText(report))
  expect(report.violations).toEqual([])
})
