// A call whose network changes or goes away for a while: it comes back by itself, the same call with the same certificates,
// or it says that it is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, hearEachOther, test, type LabPair } from './network/pair.ts'

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
  })
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
