// Two running apps at home behind routers, a server in public, and what the network between them does.
import { hear } from './hearing.ts'
import { expect, test } from './network/pair.ts'

test('two people behind routers talk through a server elsewhere, and hear each other', async ({ pair }) => {
  const { alice, bob, talk } = pair
  await talk()
  const [aliceHears, bobHears] = await Promise.all([hear(alice.page, 660, 440), hear(bob.page, 440, 660)])
  expect(aliceHears.windows, JSON.stringify(aliceHears)).toBeGreaterThanOrEqual(3)
  expect(bobHears.windows, JSON.stringify(bobHears)).toBeGreaterThanOrEqual(3)
})
