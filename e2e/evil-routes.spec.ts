// Two running apps at a server that sends envelopes where and when they do not belong, makes up its own, or refuses
// without a reason; and what each lie comes to. What it does to an envelope itself is in evil.spec.ts.
import { randomBytes } from 'node:crypto'
import { expect } from '@playwright/test'
import type { Address } from '../contract/ids.ts'
import { drop, hold, redirect, reflect } from './evil-server/attacks.ts'
import type { EvilServer, Passed, Place } from './evil-server/evil-server.ts'
import { outcomes } from './mallory/outcomes.ts'
import {
  callOf,
  expectEnd,
  expectNoMedia,
  expectRedScreen,
  expectSilence,
  expectTalk,
  order,
  settle,
  talk,
  test,
  type Victims,
} from './mallory/victims.ts'

const dial = async ({ alice, bob }: Victims) => alice.phone.dial(await bob.phone.address(), 'voice')
const ofKind = (passed: readonly Passed[], ...kinds: number[]) =>
  passed.filter(({ k }) => k !== null && kinds.includes(k))
/** What passes from now on. */
function since(evil: EvilServer): () => readonly Passed[] {
  const before = evil.passed().length
  return () => evil.passed().slice(before)
}
const handleOf = (passed: readonly Passed[]): string => {
  const place = passed.map(({ place }) => place).findLast((place) => 'handle' in place)
  if (!place) throw new Error('nothing was left at a handle')
  return place.handle
}

test('A11 nothing of the callee’s passes the server before somebody accepts, and no call is made again by itself', async ({
  victims,
}) => {
  const { bob, evil } = victims
  const passed = since(evil)
  await dial(victims)
  await bob.phone.phase('incoming')
  expect(ofKind(passed(), 2, 3)).toEqual([])
  evil.attack(drop(2))
  await outcomes['comes to nothing'](victims)
  expect(ofKind(passed(), 1), 'one invitation for one press of a button').toHaveLength(1)
  expect(ofKind(passed(), 2)).toHaveLength(1)
})

test('A3 everything of an earlier call, put back at every place, changes nothing', async ({ victims }) => {
  const { alice, bob, evil } = victims
  const passed = since(evil)
  await dial(victims)
  await expectTalk(victims)
  for (const { phone } of [alice, bob]) await settle(phone)
  const old = [...passed()]
  expect(new Set(old.map(({ k }) => k))).toEqual(new Set([1, 2, 3, ...ofKind(old, 4).map(({ k }) => k)]))
  const mailbox = { mailbox: await bob.phone.address() }
  const putBack = (...places: Place[]) => {
    for (const { env, place } of old) for (const where of [place, ...places]) evil.inject(where, env)
  }
  putBack(mailbox, { mailbox: await alice.phone.address() })

  // The next call is a good one, and what is put back while they talk does not disturb them.
  const next = since(evil)
  await dial(victims)
  const { callId } = await talk(victims)
  const handle = handleOf(next())
  putBack(mailbox, { handle, side: 'caller' }, { handle, side: 'callee' })
  const heard = since(evil)
  await alice.phone.byId('mute').click()
  await expect.poll(() => callOf(bob.phone)).toMatchObject({ callId, media: { peerMicOn: false } })
  expect(ofKind(heard(), 1)).toEqual([])
  expect([(await bob.media.seen()).phases, (await alice.media.seen()).phases.at(-1)]).toEqual([
    ['incoming', 'connecting', 'talking', 'ended', 'idle', 'incoming', 'connecting', 'talking'],
    'talking',
  ])
})

test('A3 an acceptance of an earlier call, delivered into a later one, ends that red', async ({
  victims,
}) => {
  const { alice, bob, evil } = victims
  const passed = since(evil)
  evil.attack(drop(2))
  await dial(victims)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await expect.poll(() => ofKind(passed(), 2)).toHaveLength(1)
  const [acceptance] = ofKind(passed(), 2)
  await order(alice.phone, 'hang-up')
  for (const { phone } of [alice, bob]) await settle(phone)

  const next = since(evil)
  evil.attack(({ env }) => env)
  await dial(victims)
  await bob.phone.phase('incoming')
  evil.attack(redirect(2, { mailbox: await alice.phone.address() }))
  await order(bob.phone, 'answer')
  await expect.poll(() => ofKind(next(), 2)).toHaveLength(1)
  evil.inject({ handle: handleOf(next()), side: 'caller' }, acceptance!.env)
  await expectRedScreen(alice.phone, 'altered', 'aead')
  await expectEnd(bob.phone, 'peer-hung-up')
  await expectNoMedia(victims)
})

test('A5 an invitation turned round rings neither its sender nor its receiver', async ({ victims }) => {
  const { alice, evil } = victims
  evil.attack(redirect(1, { mailbox: await alice.phone.address() }))
  const passed = since(evil)
  await dial(victims)
  await expect.poll(() => ofKind(passed(), 1)).toHaveLength(1)
  await outcomes['does not ring'](victims)
  expect((await alice.media.seen()).phases).not.toContain('incoming')
})

test('A5 an invitation delivered to another person rings nobody', async ({ victims, mallory }) => {
  const { evil } = victims
  const other = await mallory()
  const passed = since(evil)
  evil.attack(redirect(1, { mailbox: other.address }))
  await dial(victims)
  await expect.poll(() => ofKind(passed(), 1)).toHaveLength(1)
  await outcomes['does not ring'](victims)
  expect(other.hasBeenCalled()).toBe(false)
})

test('A5 an acceptance that also comes back to its sender changes nothing', async ({ victims }) => {
  victims.evil.attack(reflect(2))
  await dial(victims)
  await expectTalk(victims)
})

test('A5 a frame that comes back to its sender ends the call red', async ({ victims }) => {
  const { alice, bob, evil } = victims
  evil.attack(reflect(3))
  await dial(victims)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await expectRedScreen(alice.phone, 'altered', 'aead')
  await bob.phone.phase('ended')
  await expectNoMedia(victims)
})

test('A1 what the server makes up itself disturbs nobody who talks', async ({ victims }) => {
  const { alice, bob, evil } = victims
  const passed = since(evil)
  await dial(victims)
  const { callId } = await talk(victims)
  const handle = handleOf(passed())
  const noise = (bytes: number) => randomBytes(bytes).toString('base64url')
  const madeUp = [
    { k: 1, pkid: noise(16), ct: noise(1120), box: noise(1040) },
    { k: 2, ct: noise(1120), box: noise(1040) },
    ...[0, 3, 40, 2 ** 40].map((s) => ({ k: 3, s, box: noise(272) })),
    { k: 4, ct: noise(1120), box: noise(528) },
    { k: 5, pkid: noise(16), ct: noise(1120), box: noise(528) },
    { k: 6 },
    { k: 3, s: -1, box: '<script>alert(1)</script>' },
    {},
  ]
  for (const { phone } of [alice, bob]) {
    const mailbox = await phone.address()
    for (const env of madeUp) expect(evil.inject({ mailbox }, env)).toBeNull()
  }
  for (const side of ['caller', 'callee'] as const)
    for (const env of madeUp) expect(evil.inject({ handle, side }, env)).toBeNull()
  await alice.phone.byId('mute').click()
  await expect.poll(() => callOf(bob.phone)).toMatchObject({ callId, media: { peerMicOn: false } })
  await bob.phone.byId('mute').click()
  await expect.poll(() => callOf(alice.phone)).toMatchObject({ callId, media: { peerMicOn: false } })
})

test('an acceptance that is held back and comes late still makes a good call', async ({ victims }) => {
  const { alice, bob, evil } = victims
  const held = hold(2)
  evil.attack(held.transform)
  const passed = since(evil)
  await dial(victims)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await expect.poll(() => ofKind(passed(), 2)).toHaveLength(1)
  await bob.phone.phase('connecting')
  expect(['dialing', 'ringing']).toContain((await callOf(alice.phone)).phase)
  await expectNoMedia(victims)
  held.release()
  await Promise.all([alice.phone.phase('talking'), bob.phone.phase('talking')])
})

for (const [request, code] of [
  ['box.put', 'rate'],
  ['box.put', 'full'],
  ['reply.open', 'full'],
] as const) {
  test(`a server that answers ${code} to ${request} without a reason rings nobody, and the caller is told`, async ({
    victims,
  }) => {
    const { alice, bob, evil } = victims
    evil.refuse({ request, code })
    await dial(victims)
    await expectEnd(alice.phone, 'server-unreachable')
    await expectNoMedia(victims)
    expect((await bob.media.seen()).phases).toEqual([])
  })
}

test('A9 an older prekey that is still valid makes a good call, and one that has expired none', async ({
  victims,
  mallory,
}) => {
  const { alice, serve } = victims
  const dayMs = 86_400_000
  const other = await mallory({ olderPrekeysMs: [8 * dayMs, 15 * dayMs] })
  const [stale, expired] = other.olderBundles
  serve(stale!)
  await alice.phone.dial(other.address, 'voice')
  const leg = await other.called()
  await leg.accept()
  expect((await alice.phone.phase('talking')).facts).toMatchObject({ bound: true, match: true })
  await order(alice.phone, 'hang-up')
  await settle(alice.phone)

  serve(expired!)
  await alice.phone.dial(other.address, 'voice')
  await expectEnd(alice.phone, 'not-at-server')
  expect(other.hasBeenCalled()).toBe(false)
})

test('D3 somebody who signs each one’s certificate as their own, and joins the two, is cut by both', async ({
  victims,
  mallory,
}) => {
  const { alice, bob } = victims
  const between = await mallory()
  await alice.phone.dial(between.address, 'voice')
  const toAlice = await between.called()
  const toBob = await between.call((await bob.phone.address()) as Address, toAlice.signedByPeer()!)
  toAlice.relayTo(toBob)
  toBob.relayTo(toAlice)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await expect.poll(() => toBob.signedByPeer()).not.toBeNull()
  await toAlice.accept(toBob.signedByPeer()!)
  // Every fingerprint is right, signed and on the wire: only that the link is theirs with somebody else gives it away.
  await expectRedScreen(alice.phone, 'altered', 'dtls-bind')
  await expectRedScreen(bob.phone, 'altered', 'dtls-bind')
  await expectSilence(victims)
})
