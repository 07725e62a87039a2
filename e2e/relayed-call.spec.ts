// Calls of two running apps through a real relay, and without it: what is said of a person's address, in every place
// where it could be said, and what each side is told of it.
import { expect, test as base } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { freePort, startLocalCoturn } from '../signaling-server/turn/local-coturn.ts'
import { roomy } from './evil-server/evil-server.ts'
import { hear } from './hearing.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { installCoturn, ownIp } from './runtime/coturn.ts'
import { said, watchConnections } from './said-addresses.ts'

// coturn has no port for Windows, and nobody tests one for macOS.
base.skip(process.platform !== 'linux', 'coturn is tested on Linux')
base.beforeAll(installCoturn)

interface World {
  readonly alice: Phone
  readonly bob: Phone
  /** What the relay gives people, and what they have: on one computer it is the same address, at other ports. */
  readonly relay: { readonly host: string; readonly ports: readonly [min: number, max: number] }
  killRelay(): Promise<void>
}

const ports = [53_000, 53_200] as const
const test = base.extend<{ world: World; withoutRelay: Pick<World, 'alice' | 'bob'> }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
  world: async ({}, use) => {
    const host = ownIp()
    const port = await freePort(host)
    const secrets = ['a-secret-of-this-test']
    const coturn = await startLocalCoturn({
      listenIp: host,
      relayIp: host,
      port,
      relayPorts: ports,
      realm: 'turn.example.org',
      secrets,
    })
    const server = await createSignalingServer({
      host: '127.0.0.1',
      port: 0,
      limits: roomy,
      relay: { urls: [`turn:${host}:${port}?transport=udp`], secrets },
    })
    await withPhones(server, async (phones) =>
      use({ ...phones, relay: { host, ports }, killRelay: coturn.stop }),
    )
    await server.close()
    await coturn.stop()
  },
  // eslint-disable-next-line no-empty-pattern
  withoutRelay: async ({}, use) => {
    const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
    await withPhones(server, use)
    await server.close()
  },
})

async function withPhones(
  server: { readonly url: string },
  run: (phones: Pick<World, 'alice' | 'bob'>) => Promise<void>,
): Promise<void> {
  const phones = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440 }),
    startPhone({ name: 'Bob', toneHz: 660 }),
  ])
  try {
    await Promise.all(phones.map((phone) => phone.setUp(server)))
    await Promise.all(phones.map((phone) => watchConnections(phone.page)))
    const [alice, bob] = phones
    await run({ alice, bob })
    expect([...alice.problems, ...bob.problems]).toEqual([])
  } finally {
    await closeAll(phones)
  }
}

async function ring({ alice, bob }: Pick<World, 'alice' | 'bob'>) {
  await alice.dial(await bob.address(), 'voice')
  return bob.alert()
}
async function talk(phones: Pick<World, 'alice' | 'bob'>): Promise<void> {
  await (await ring(phones)).getByTestId('answer').click()
  for (const phone of [phones.alice, phones.bob])
    await expect.poll(async () => (await phone.phase('talking')).secure, { timeout: 30_000 }).toBe(true)
}
async function hangUp({ alice, bob }: Pick<World, 'alice' | 'bob'>): Promise<void> {
  await alice.byId('hang-up').click()
  for (const phone of [alice, bob]) {
    await phone.phase('ended')
    await phone.byId('dismiss').click()
  }
}
const chooseAlways = (phone: Phone) =>
  phone.page.evaluate(() =>
    window.shell['settings.change']({ relay: { use: 'always', directToVerified: true } }),
  )

test('R18 R20 R26 strangers talk through the relay: no signal, no candidate and no measurement has an address of theirs', async ({
  world,
}) => {
  const { alice, bob, relay } = world
  await talk(world)
  await expect.poll(async () => (await hear(alice.page, 660, 440)).windows).toBeGreaterThanOrEqual(3)
  await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBeGreaterThanOrEqual(3)

  for (const phone of [alice, bob]) {
    const { facts } = await phone.phase('talking')
    expect(facts).toMatchObject({
      path: 'relay',
      reach: { relayOnly: true, relay: relay.host, relayUnavailable: false },
    })
    const { candidates, descriptions, pairs, servers, policies, heard } = await said(phone.page)
    // Found by its own stack: nothing but what the relay gave it.
    expect(candidates.length).toBeGreaterThan(0)
    for (const line of [...candidates, ...heard.filter((text) => text.startsWith('candidate:'))]) {
      expect(line).toContain(' typ relay raddr 0.0.0.0 rport 0')
      const [, , , , , address, port = ''] = line.replace('candidate:', 'candidate: ').split(' ')
      expect(address).toBe(relay.host)
      expect(Number(port)).toBeGreaterThanOrEqual(relay.ports[0])
      expect(Number(port)).toBeLessThanOrEqual(relay.ports[1])
    }
    for (const text of [...descriptions, ...heard])
      expect(text).not.toMatch(/typ (?:host|srflx|prflx)|raddr (?!0\.0\.0\.0 )/)
    expect(pairs).toEqual([{ local: 'relay', remote: expect.stringMatching(/^(?:relay|prflx)$/) }])
    expect(policies).toEqual(['relay'])
    expect(servers).not.toEqual([])
    expect(servers.every((url) => url.startsWith(`turn:${relay.host}:`))).toBe(true)
    // What main and the page say to each other about it.
    expect(JSON.stringify(await phone.views())).not.toMatch(/typ host|srflx|prflx|raddr/)
    await phone.byId('details-toggle').click()
    await expect(phone.byId('who-sees-addresses')).toContainText(`The relay ${relay.host} can see both.`)
    await expect(phone.byId('who-sees-addresses')).toContainText('does not see yours')
  }
})

test('R18 a dead relay ends the call of whoever wants one always, within 15 s, and nothing is tried directly', async ({
  world,
}) => {
  const { alice, bob, killRelay } = world
  await chooseAlways(alice)
  await killRelay()
  const alert = await ring(world)
  await expect(alice.byId('address-notice')).toBeHidden()
  await alert.getByTestId('answer').click()
  expect((await alice.phase('ended')).reason).toBe('relay-failed')
  await expect(alice.byId('end-text')).toContainText('did not learn your network address')
  await bob.phase('ended')
  const { candidates, heard } = await said(alice.page)
  expect(candidates).toEqual([])
  expect(heard.join('\n')).not.toMatch(/typ (?:host|srflx|prflx)/)
})

test('with people who checked each other a dead relay does no harm, and the details say that it is missing', async ({
  world,
}) => {
  const { alice, bob, killRelay } = world
  await talk(world)
  for (const phone of [alice, bob]) await phone.byId('sas-match').click()
  await hangUp(world)
  await killRelay()
  // The first call in which the other side learns an address.
  const alert = await ring(world)
  await expect(alert.getByTestId('address-notice')).toHaveText(
    'If you answer, they see your network address.',
  )
  await expect(alice.byId('address-notice')).toContainText('sees your network address')
  await alert.getByTestId('answer').click()
  for (const phone of [alice, bob]) {
    await expect
      .poll(async () => (await phone.phase('talking')).facts.path, { timeout: 30_000 })
      .toBe('direct')
    await expect
      .poll(async () => (await phone.phase('talking')).facts.reach.relayUnavailable, { timeout: 30_000 })
      .toBe(true)
    await phone.byId('details-toggle').click()
    await expect(phone.byId('relay-state')).toContainText('Relay unavailable')
    await expect(phone.byId('who-sees-addresses')).toContainText('sees your network address')
  }
})

test('R19 without a relay each side is told before the first call who will see an address, and not again', async ({
  withoutRelay,
}) => {
  const { alice } = withoutRelay
  const alert = await ring(withoutRelay)
  await expect(alice.byId('address-notice')).toHaveText(
    'Once this call is answered, the other person sees your network address, and you see theirs.',
  )
  await expect(alert.getByTestId('address-notice')).toHaveText(
    'Without a relay, they see your network address.',
  )
  await alert.getByTestId('answer').click()
  for (const phone of Object.values(withoutRelay)) {
    await phone.phase('talking')
    // The control: what a relayed call must not show is found where it is.
    const { candidates, heard, servers, policies } = await said(phone.page)
    expect(candidates.join('\n')).toContain(' typ host')
    expect(heard.join('\n')).toContain(' typ host')
    expect([servers, policies]).toEqual([[], ['all']])
  }
  await hangUp(withoutRelay)
  const again = await ring(withoutRelay)
  await expect(again.getByTestId('answer')).toBeVisible()
  await expect(again.getByTestId('address-notice')).toBeHidden()
  await expect(alice.byId('call-status')).toBeVisible()
  await expect(alice.byId('address-notice')).toBeHidden()
})

test('R18 a server without a relay connects nobody who wants one always, and says what to do', async ({
  withoutRelay,
}) => {
  const { alice, bob } = withoutRelay
  await chooseAlways(bob)
  await (await ring(withoutRelay)).getByTestId('answer').click()
  expect((await bob.phase('ended')).reason).toBe('no-relay')
  await expect(bob.byId('end-text')).toContainText('Enter a relay of your own in Settings')
  expect((await alice.phase('ended')).reason).not.toBe('hung-up')
  expect((await said(bob.page)).candidates).toEqual([])
})
