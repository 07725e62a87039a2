// One round of the call doctor's soak: each fault once, in the network laboratory. `npm run soak -- doctor` makes more.
import { expect, test } from '@playwright/test'
import { labObstacle } from './network/lab.ts'
import { soakDoctor } from './soak/soak-doctor.ts'

test('the call doctor names each fault, and says nothing of a healthy call', async () => {
  test.setTimeout(420_000)
  const obstacle = await labObstacle()
  test.skip(obstacle !== null, `the network laboratory is skipped: ${obstacle}`)
  const report = await soakDoctor({ n: 1, seed: 1, say: console.log })
  console.log(report.text)
  expect(report.violations).toEqual([])
})
