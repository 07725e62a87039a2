// A call into which ten faults are thrown: cables, addresses, the server, pages. `npm run soak` throws as many as one likes.
import { expect, test } from '@playwright/test'
import { labObstacle } from './network/lab.ts'
import { soakFaults } from './soak/soak-faults.ts'
import { faultsText } from './soak/summary.ts'

test('a call gets through ten faults or says why it ended, and nothing of it stays open', async () => {
  test.setTimeout(300_000)
  const obstacle = await labObstacle()
  test.skip(obstacle !== null, `the network laboratory is skipped: ${obstacle}`)
  const report = await soakFaults({ n: 10, seed: 74, say: console.log })
  console.log(faultsText(report))
  expect(report.violations).toEqual([])
})
