// Alice and Bob at home in the laboratory, started once for all tests of a worker and left running while the network
// between them is changed. After each test the network is as it was, both are idle and neither had a problem.
import { test as base } from '@playwright/test'
import { settle } from '../pair.ts'
import type { Phone } from '../phone.ts'
import { labObstacle, openLab, type Lab } from './lab.ts'

interface LabPhones {
  readonly lab: Lab
  readonly alice: Phone
  readonly bob: Phone
}

export interface LabPair extends LabPhones {
  /** Alice rings, Bob answers, and both talk. */
  talk(): Promise<void>
  /** Both screens as before a call that has ended. */
  putBack(): Promise<void>
}

export const test = base.extend<{ readonly pair: LabPair }, { readonly phones: LabPhones | string }>({
  phones: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const obstacle = await labObstacle()
      if (obstacle !== null) return use(obstacle)
      const lab = await openLab({ relays: true })
      try {
        const [alice, bob] = await Promise.all([
          lab.startPhone('alice', { name: 'Alice', toneHz: 440 }),
          lab.startPhone('bob', { name: 'Bob', toneHz: 660 }),
        ])
        await Promise.all([alice.setUp(lab.server), bob.setUp(lab.server)])
        await alice.addContact(await bob.address(), 'Bob')
        await bob.addContact(await alice.address(), 'Alice')
        await use({ lab, alice, bob })
        await Promise.all([alice.close(), bob.close()])
      } finally {
        await lab.close()
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  pair: async ({ phones }, use, info) => {
    info.skip(typeof phones === 'string', `the network laboratory is skipped: ${String(phones)}`)
    const { lab, alice, bob } = phones as LabPhones
    async function putBack(): Promise<void> {
      for (const phone of [alice, bob]) await settle(phone)
    }
    await use({
      lab,
      alice,
      bob,
      async talk() {
        await alice.dial(await bob.address(), 'voice')
        await (await bob.alert()).getByTestId('answer').click()
        await Promise.all([alice.phase('talking'), bob.phase('talking')])
      },
      putBack,
    })
    lab.town.reset()
    await putBack()
    const problems = [...alice.problems.splice(0), ...bob.problems.splice(0)]
    if (problems.length) throw new Error(`problems seen by the pages:\n${problems.join('\n')}`)
  },
})

export { expect } from '@playwright/test'
