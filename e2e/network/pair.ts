// Alice and Bob at home in the laboratory, started once for all tests of a worker and left running while the network
// between them is changed. After each test the network is as it was, both are idle and neither had a problem.
import { expect, test as base } from '@playwright/test'
import { hear } from '../hearing.ts'
import { settle } from '../pair.ts'
import { closeAll, type Phone } from '../phone.ts'
import { labObstacle, openLab, type Lab } from './lab.ts'

interface LabPhones {
  readonly lab: Lab
  readonly alice: Phone
  readonly bob: Phone
  acquainted: boolean
}

export interface LabPair extends Omit<LabPhones, 'acquainted'> {
  /** Alice rings, Bob answers, and both talk. */
  talk(): Promise<void>
  /** Both have compared the code of a call and know each other from now on: a call may be direct. */
  acquaint(): Promise<void>
}

export const test = base.extend<{ readonly pair: LabPair }, { readonly phones: LabPhones | string }>({
  phones: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const obstacle = await labObstacle()
      if (obstacle !== null) return use(obstacle)
      const lab = await openLab({ relays: true })
      try {
        // Names so long that no encrypted bytes spell them by chance.
        const [alice, bob] = await Promise.all([
          lab.startPhone('alice', { name: 'Alice-at-home', toneHz: 440 }),
          lab.startPhone('bob', { name: 'Bob-at-home', toneHz: 660 }),
        ])
        await Promise.all([alice.setUp(lab.server), bob.setUp(lab.server)])
        await alice.addContact(await bob.address(), 'Bob')
        await bob.addContact(await alice.address(), 'Alice')
        await use({ lab, alice, bob, acquainted: false })
        await closeAll([alice, bob])
      } finally {
        await lab.close()
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  pair: async ({ phones }, use, info) => {
    info.skip(typeof phones === 'string', `the network laboratory is skipped: ${String(phones)}`)
    const together = phones as LabPhones
    const { lab, alice, bob } = together
    async function putBack(): Promise<void> {
      for (const phone of [alice, bob]) await settle(phone)
    }
    async function talk(): Promise<void> {
      await alice.dial(await bob.address(), 'voice')
      await (await bob.alert()).getByTestId('answer').click()
      await Promise.all([alice.phase('talking'), bob.phase('talking')])
    }
    const isVerified = async (phone: Phone) => (await phone.phase('talking')).peer.trust.state === 'V2'
    async function acquaint(): Promise<void> {
      if (together.acquainted) return
      await talk()
      for (const phone of [alice, bob]) {
        await phone.codeOnScreen()
        await phone.byId('sas-match').click()
        await expect.poll(() => isVerified(phone)).toBe(true)
      }
      await putBack()
      together.acquainted = true
    }
    await use({ lab, alice, bob, talk, acquaint })
    lab.town.reset()
    await putBack()
    const problems = [...alice.problems.splice(0), ...bob.problems.splice(0)]
    if (problems.length) throw new Error(`problems seen by the pages:\n${problems.join('\n')}`)
  },
})

/** Three windows of four with the other's tone, in both homes; again, while a call has not settled. */
export async function hearEachOther({ alice, bob }: LabPair): Promise<void> {
  const windows = async () => {
    const heard = await Promise.all([hear(alice.page, 660, 440), hear(bob.page, 440, 660)])
    return Math.min(...heard.map(({ windows }) => windows))
  }
  await expect.poll(windows, { timeout: 30_000 }).toBeGreaterThanOrEqual(3)
}

export { expect }
