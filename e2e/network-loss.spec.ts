// A call whose network changes, loses packets or goes away for a while: it comes back by itself, the same call with the same
// certificates, or it says that it is lost. What was written arrives.
import { setTimeout as delay } from 'node:timers/promises'
import { isOpen, order, textsOf } from './chat/chat-hands.ts'
import { expect, hearEachOther, test, type LabPair } from './network/pair.ts'
import type { Phone } from './phone.ts'

/** What must not change while a network does. */
async function constants({ alice, bob }: LabPair) {
  return Promise.all(
    [alice, bob].map(async (phone) => {
      const { callId, sas, facts, media, peer } = await phone.phase('talking')
      expect(facts.bound).toBe(true)
      return {
        callId,
        sas: sas.digits,
        own: facts.own,
        seen: facts.seen,
        mic: media.micOn,
        trust: peer.trust,
      }
    }),
  )
}

async function comesBack(pair: LabPair, lose: () => void | Promise<void>): Promise<void> {
  await pair.talk()
  const before = await constants(pair)
  await lose()
  await hearEachOther(pair)
  expect(await constants(pair)).toEqual(before)
  await pair.alice.byId('hang-up').click()
  expect((await pair.bob.phase('ended')).reason).toBe('peer-hung-up')
}

test('a call goes on when a computer leaves one network for another', async ({ pair }) => {
  const { alice } = pair.lab.town.homes
  await comesBack(pair, async () => {
    // There is one interface and a default route, so the link belongs to no address.
    for (const { app } of [pair.alice, pair.bob]) {
      const policies = await app.evaluate(({ webContents }) =>
        webContents.getAllWebContents().map((page) => page.getWebRTCIPHandlingPolicy()),
      )
      expect(policies).toContain('default_public_and_private_interfaces')
    }
    alice.switchTo(1)
    // As a radio that is switched off, not only without an address.
    alice.namespace.ip('link set eth0 down')
  })
})

/** Milliseconds after the press that answers: the two look for each other. */
for (const [who, afterMs] of [
  ['caller', 0],
  ['caller', 20],
  ['callee', 20],
] as const)
  test(`a call comes about although the ${who}’s computer changes networks ${afterMs} ms after the answer`, async ({
    pair,
  }) => {
    const home = pair.lab.town.homes[who === 'caller' ? 'alice' : 'bob']
    await pair.alice.dial(await pair.bob.address(), 'voice')
    await (await pair.bob.alert()).getByTestId('answer').click()
    await delay(afterMs)
    home.switchTo(1)
    home.namespace.ip('link set eth0 down')
    await Promise.all([pair.alice.phase('talking'), pair.bob.phase('talking')])
    await hearEachOther(pair)
  })

for (const seconds of [5, 20])
  test(`a call goes on when a cable was pulled for ${seconds} seconds`, async ({ pair }) => {
    const { alice } = pair.lab.town.homes
    await comesBack(pair, async () => {
      alice.plug(false)
      await delay(seconds * 1_000)
      alice.plug(true)
    })
  })

test('a call whose network stays away ends and says why, and one click calls back', async ({ pair }) => {
  const { alice, bob } = pair
  const home = pair.lab.town.homes.alice
  await pair.talk()
  home.route({ dead: true })
  expect((await alice.phase('ended')).reason).toBe('connection-lost')
  expect((await bob.phase('ended')).reason).toBe('connection-lost')
  home.route({ dead: false })
  await bob.byId('dismiss').click()
  await expect.poll(async () => (await alice.views()).server.state).toBe('online')
  await alice.byId('call-back').click()
  await bob.phase('incoming')
  await (await bob.alert()).getByTestId('answer').click()
  await hearEachOther(pair)
})

test('two hundred messages each way arrive once and in order while a fifth of all packets is lost', async ({
  pair,
}) => {
  test.slow()
  const { alice, bob } = pair
  const phones = [alice, bob]
  const said = (phone: Phone) => Array.from({ length: messages }, (_, i) => `${phone.name} ${i}`)
  await pair.talk()
  for (const phone of phones) await isOpen(phone)
  // On the way of every packet between the two, in both directions.
  pair.lab.town.homes.alice.route({ lossOut: 0.2, lossIn: 0.2 })
  // Some at once, and then none for a while, as people write: a lost packet has to be noticed without the next one.
  for (let i = 0; i < messages; i += 20) {
    for (const phone of phones)
      await order(
        phone,
        ...said(phone)
          .slice(i, i + 20)
          .map((text) => ({ type: 'text' as const, text })),
      )
    await delay(700)
  }
  for (const [phone, peer] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await expect.poll(async () => (await textsOf(phone, 'peer')).length, { timeout: 60_000 }).toBe(messages)
    expect(await textsOf(phone, 'peer')).toEqual(said(peer))
  }
  // Lost on the way of a call that goes on.
  expect(pair.lab.town.homes.alice.lost()).toBeGreaterThan(messages)
  await Promise.all(phones.map((phone) => phone.phase('talking')))
  await alice.byId('hang-up').click()
  expect((await bob.phase('ended')).reason).toBe('peer-hung-up')
})
const messages = 200
