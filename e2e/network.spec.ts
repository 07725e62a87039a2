// Two running apps at home behind routers, a server and its relays in public, and what the network between them does.
// Alice and Bob are contacts. Until a test says that they have compared the code, only relays are used.
import { join } from 'node:path'
import { host } from './host.ts'
import { capture } from './network/capture.ts'
import { expect, hearEachOther, test, type LabPair } from './network/pair.ts'
import type { RouterState } from './network/router-rules.ts'
import { addresses, persons, type Person } from './network/town.ts'

/** Both use this kind of path; ICE may begin on the relay and move to a direct path once that has been found. */
async function expectPath({ alice, bob }: LabPair, path: 'direct' | 'relay'): Promise<void> {
  for (const phone of [alice, bob])
    await expect.poll(async () => (await phone.phase('talking')).facts.path).toBe(path)
}

async function hangUp({ alice, bob }: LabPair): Promise<void> {
  await alice.byId('hang-up').click()
  expect((await bob.phase('ended')).reason).toBe('peer-hung-up')
}

/** Every address a computer of this home, or its router towards the internet, can be known by. */
const addressesOf = (person: Person): readonly string[] => {
  const { lan, wan, v6 } = addresses[person]
  return [...lan, wan, v6]
}
/** What may be on a wire: the town with the DNS it has, and what leaves no computer or no cable. */
const isInTown = (address: string): boolean =>
  address === addresses.dns ||
  /^(?:10\.7[78]\.|11\.0\.|127\.|224\.0\.0\.|0\.0\.0\.0$|2a0e:|fe80:|ff02:|::1?$)/.test(address)
/** Asked for by a Chromium that is a browser, which Electron is not. */
const browsersOwn =
  host === 'electron'
    ? []
    : [
        'accounts.google.com',
        'content-autofill.googleapis.com',
        'clients2.google.com',
        'update.googleapis.com',
      ]

test('E27 R18 R20 R14 neither learns where the other is, nobody else is asked, and no name, address or candidate crosses a relay in the clear', async ({
  pair,
}) => {
  const { lab, alice, bob } = pair
  for (const person of persons) lab.town.homes[person].route({ nat: 'symmetric' })
  const files = { alice: 'alice.pcap', core: 'core.pcap', bob: 'bob.pcap', public: 'public.pcap' }
  const wires = {
    alice: await capture(lab.town.homes.alice.namespace, join(lab.folder, files.alice)),
    bob: await capture(lab.town.homes.bob.namespace, join(lab.folder, files.bob)),
    core: await capture(lab.town.core, join(lab.folder, files.core)),
    public: await capture(lab.town.public, join(lab.folder, files.public)),
  }
  await pair.talk()
  await expectPath(pair, 'relay')
  await hearEachOther(pair)
  await hangUp(pair)
  for (const wire of Object.values(wires)) await wire.stop()

  const atAlice = wires.alice.addresses()
  const atBob = wires.bob.addresses()
  expect(atAlice).toContain(addresses.public.relay[0])
  expect(atBob).toContain(addresses.public.relay[0])
  for (const address of addressesOf('bob')) expect(atAlice, address).not.toContain(address)
  for (const address of addressesOf('alice')) expect(atBob, address).not.toContain(address)
  for (const wire of Object.values(wires)) {
    expect([...wire.namesAsked()].filter((name) => !browsersOwn.includes(name))).toEqual([])
    expect([...wire.addresses()].filter((address) => !isInTown(address))).toEqual([])
  }
  // What is said about addresses is sealed, and what is said aloud is encrypted.
  const bytes = wires.public.bytes()
  expect(bytes.length).toBeGreaterThan(100_000)
  for (const word of [
    'candidate:',
    'a=ice-ufrag',
    alice.name,
    bob.name,
    ...addresses.alice.lan,
    ...addresses.bob.lan,
  ])
    expect(bytes.includes(word), word).toBe(false)
})

test('whoever has compared the code is connected without a relay where the network allows it', async ({
  pair,
}) => {
  await pair.acquaint()
  await pair.talk()
  await expectPath(pair, 'direct')
  await hearEachOther(pair)
  await hangUp(pair)
})

interface Situation {
  readonly alice: Partial<RouterState>
  readonly bob: Partial<RouterState>
  readonly path: 'direct' | 'relay'
}
const situations: Readonly<Record<string, Situation>> = {
  'both are behind routers that let answers in': {
    alice: { nat: 'full-cone' },
    bob: { nat: 'full-cone' },
    path: 'direct',
  },
  'one is behind a router with a new port for everybody': {
    alice: { nat: 'symmetric' },
    bob: { nat: 'full-cone' },
    path: 'direct',
  },
  'both are behind routers with a new port for everybody': {
    alice: { nat: 'symmetric' },
    bob: { nat: 'symmetric' },
    path: 'relay',
  },
  'the caller’s network lets no UDP out': {
    alice: { nat: 'symmetric', blocked: 'udp' },
    bob: { nat: 'symmetric' },
    path: 'relay',
  },
  'both networks let nothing out but TCP to the port of the web': {
    alice: { nat: 'symmetric', blocked: 'all-but-tcp-443' },
    bob: { nat: 'symmetric', blocked: 'all-but-tcp-443' },
    path: 'relay',
  },
}
for (const [situation, { alice, bob, path }] of Object.entries(situations))
  test(`people who know each other talk (${path}) where ${situation}`, async ({ pair }) => {
    const { homes } = pair.lab.town
    await pair.acquaint()
    homes.alice.route(alice)
    homes.bob.route(bob)
    await pair.talk()
    await expectPath(pair, path)
    await hearEachOther(pair)
    await hangUp(pair)
  })

test('people who know each other talk (direct) where there is only IPv6', async ({ pair }) => {
  const { alice, bob, lab } = pair
  await pair.acquaint()
  for (const person of persons) lab.town.homes[person].speak(6)
  for (const phone of [alice, bob])
    await expect.poll(async () => (await phone.views()).server.state).toBe('online')
  await pair.talk()
  await expectPath(pair, 'direct')
  await hearEachOther(pair)
  await hangUp(pair)
})
