// What two contacts share beyond a call, over the real signaling server: keys that let them in, and that they are here.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Address } from '../contract/ids.ts'
import { defaultSettings, type Settings } from '../contract/settings.ts'
import { createMailboxes, type Mailboxes } from '../signaling-server/mailbox.ts'
import { createSignalingServer, type SignalingServer } from '../signaling-server/server.ts'
import { addressOf } from '../sp1/address.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { PRESENCE_QUANTUM, presencePeriods } from '../sp1/presence.ts'
import { createTestPages } from './call/test-pages.ts'
import { startCalls, type CallSurroundings } from './calls.ts'
import { systemClock } from './clock.ts'
import { createReachMemory } from './reach-memory.ts'
import { createContacts } from './trust/contacts.ts'
import { createWarnings } from './trust/warnings.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const within = { timeout: 15_000, interval: 10 }

let server: SignalingServer
let mailboxes: Mailboxes
let pages = createTestPages()
const leaving: (() => Promise<void>)[] = []

beforeEach(async () => {
  mailboxes = createMailboxes(Date.now)
  server = await createSignalingServer({ mailboxes, limits: { requests: { perSecond: 1000, burst: 1000 } } })
  pages = createTestPages()
})
afterEach(async () => {
  await Promise.all(leaving.splice(0).map((leave) => leave()))
  await server.close()
})

type Wishes = ReturnType<CallSurroundings['wishes']>

async function person(number: number, first: Partial<Pick<Settings, 'whoMayRing' | 'presence'>> = {}) {
  let hushed = false
  const identity = identityFromSeed(rng(32))
  const address = addressOf(identity.publicKey) as Address
  const wishes: Wishes = { ...defaultSettings, ...first }
  const contacts = createContacts({
    file: { load: async () => null, save: async () => {}, wasSetAside: () => false },
    kept: null,
    own: address,
    nowMs: systemClock.now,
    rng,
  })
  const missed: Address[] = []
  const refusals: string[] = []
  const none = { wish: null, deviceId: null, missing: false }
  const page = pages.addPage(
    number,
    () => phone.calls.link,
    () => phone.calls.chat,
  )
  const prekeys: CallSurroundings['prekeys'] = {
    load: async () => null,
    save: async () => {},
    wasSetAside: () => false,
  }
  const phone = await startCalls({
    identity: { ...identity, address },
    contacts,
    history: { record: async (entry) => void missed.push(entry.address) },
    warnings: createWarnings({ file: { save: async () => {} }, kept: null, nowMs: systemClock.now }),
    reach: createReachMemory({ file: { save: async () => {} }, kept: null }),
    prekeys,
    successions: () => [],
    framesWork: () => true,
    padPictures: () => false,
    clock: systemClock,
    rng,
    ownName: () => `Person ${number}`,
    wishes: () => wishes,
    isHushed: () => hushed,
    tonePlays: () => true,
    chosenDevices: () => ({ microphone: none, camera: none, speaker: none }),
    send: page.take,
    count: (code) => refusals.push(code),
  })
  const { calls, connection, presence } = phone
  leaving.push(calls.leave)
  connection.connect(server.url)
  await vi.waitFor(() => expect(connection.state().state).toBe('online'), within)
  const reaches = (phase: ReturnType<typeof calls.view>['phase']) =>
    vi.waitFor(() => expect(calls.view().phase).toBe(phase), within)
  const command = async (type: 'answer' | 'hang-up' | 'dismiss') => {
    const view = calls.view()
    if (view.phase === 'idle') throw new Error('no call')
    const { callId } = view
    await calls.command(type === 'answer' ? { type, callId, video: false } : { type, callId })
  }
  return {
    address,
    contacts,
    calls,
    presence,
    missed,
    refusals,
    reaches,
    command,
    dial: (to: Address) => calls.command({ type: 'dial', address: to, video: false }),
    add: (other: { address: Address }) =>
      contacts.add({ address: other.address, name: 'Other', server: null }),
    hush(on: boolean) {
      hushed = on
      calls.quietChanged()
    },
    change(change: Partial<Wishes>) {
      Object.assign(wishes, change)
      calls.settingsChanged()
      calls.quietChanged()
    },
  }
}
type Person = Awaited<ReturnType<typeof person>>

async function talk(alice: Person, bob: Person): Promise<void> {
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  await bob.command('answer')
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  // Who they are is said a moment after the link is bound, and keys with it.
  await vi.waitFor(() => {
    for (const { calls } of [alice, bob])
      expect(calls.view()).toMatchObject({ peer: { claimedName: expect.stringMatching(/^Person/) } })
  }, within)
  await vi.waitFor(() => {
    for (const [one, other] of [[alice, bob] as const, [bob, alice] as const])
      if (one.contacts.has(other.address) && other.contacts.has(one.address))
        expect(one.contacts.keys.areKeptBy([other.address])).toBe(true)
  }, within)
  await alice.command('hang-up')
  await bob.reaches('ended')
  await Promise.all([alice.command('dismiss'), bob.command('dismiss')])
}
const seesOnline = (one: Person, other: Person, online: boolean | null) =>
  vi.waitFor(() => expect(one.presence.isOnline(other.address)).toBe(online), within)

test('S9 two mutual contacts who talked see each other come and go; before that nothing is known', async () => {
  const [alice, bob] = await Promise.all([person(1, { presence: true }), person(2, { presence: true })])
  await Promise.all([alice.add(bob), bob.add(alice)])
  await seesOnline(alice, bob, null)
  await talk(alice, bob)
  await Promise.all([seesOnline(alice, bob, true), seesOnline(bob, alice, true)])
  await bob.calls.leave()
  await seesOnline(alice, bob, false)
})

test('S9 somebody who has me as a contact and is none of mine does not see me', async () => {
  const [alice, bob] = await Promise.all([person(1, { presence: true }), person(2, { presence: true })])
  await alice.add(bob)
  await talk(alice, bob)
  await seesOnline(alice, bob, false)
  await seesOnline(bob, alice, null)
})

test('S9 presence that one of them switches off hides both, and blocking ends it', async () => {
  const [alice, bob] = await Promise.all([person(1, { presence: true }), person(2, { presence: true })])
  await Promise.all([alice.add(bob), bob.add(alice)])
  await talk(alice, bob)
  await seesOnline(alice, bob, true)
  bob.change({ presence: false })
  await Promise.all([seesOnline(alice, bob, false), seesOnline(bob, alice, null)])
  bob.change({ presence: true })
  await seesOnline(alice, bob, true)
  await bob.contacts.block(alice.address)
  await Promise.all([seesOnline(alice, bob, false), seesOnline(bob, alice, null)])
})

test('the server forgets the tokens of somebody who is gone, and never had any of somebody with presence off', async () => {
  const [alice, bob] = await Promise.all([person(1, { presence: true }), person(2)])
  await Promise.all([alice.add(bob), bob.add(alice)])
  await talk(alice, bob)
  // Near the edge of a period there are those of the next one as well.
  const published = () => ({
    parties: 1,
    tokens: PRESENCE_QUANTUM * presencePeriods(systemClock.now()).length,
  })
  await vi.waitFor(() => expect(server.counts().presence).toEqual(published()), within)
  await alice.calls.leave()
  await vi.waitFor(() => expect(server.counts().presence).toEqual({ parties: 0, tokens: 0 }), within)
})

test('S12 once every contact has the key, the server keeps nothing of strangers, and the contact rings', async () => {
  const [alice, bob, stranger] = await Promise.all([person(1), person(2), person(3)])
  await Promise.all([alice.add(bob), bob.add(alice)])
  bob.change({ whoMayRing: 'contacts' })
  // Alice is a contact without a key: the server must not be told to drop what has none.
  await stranger.dial(bob.address)
  await vi.waitFor(() => expect(bob.refusals).toContain('policy'), within)
  expect(mailboxes.delivery(bob.address)?.only ?? false).toBe(false)
  await stranger.command('hang-up')
  await talk(alice, bob)
  await vi.waitFor(() => expect(mailboxes.delivery(bob.address)?.only).toBe(true), within)
  bob.refusals.splice(0)
  await stranger.dial(bob.address)
  await vi.waitFor(() => expect(stranger.calls.view().phase).toBe('dialing'), within)
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  expect(bob.calls.view()).toMatchObject({ peer: { address: alice.address }, silenced: false })
  // What the stranger left never came, and its caller knows no more than that nobody answers.
  expect([bob.refusals, bob.missed.includes(stranger.address)]).toEqual([[], false])
})

test('after a block the others get the new key in their next call, and nobody is locked out meanwhile', async () => {
  const [alice, bob, carol] = await Promise.all([person(1), person(2, { whoMayRing: 'contacts' }), person(3)])
  await Promise.all([alice.add(bob), bob.add(alice), carol.add(bob), bob.add(carol)])
  await talk(alice, bob)
  await talk(carol, bob)
  await vi.waitFor(() => expect(mailboxes.delivery(bob.address)?.only).toBe(true), within)
  const [old] = mailboxes.delivery(bob.address)?.hashes ?? []
  await bob.contacts.block(carol.address)
  await vi.waitFor(
    () => expect(mailboxes.delivery(bob.address)?.hashes).toEqual([expect.anything(), old]),
    within,
  )
  expect(mailboxes.delivery(bob.address)?.only).toBe(false)
  await carol.dial(bob.address)
  await vi.waitFor(() => expect(bob.refusals).toContain('policy'), within)
  await carol.command('hang-up')
  await talk(alice, bob)
  await vi.waitFor(
    () => expect(mailboxes.delivery(bob.address)).toEqual({ hashes: [expect.anything()], only: true }),
    within,
  )
})

test('S9 whoever is invisible is seen by nobody and sees nobody, and can be called all the same', async () => {
  const [alice, bob] = await Promise.all([person(1, { presence: true }), person(2, { presence: true })])
  await Promise.all([alice.add(bob), bob.add(alice)])
  await talk(alice, bob)
  await seesOnline(alice, bob, true)
  bob.change({ availability: 'invisible' })
  await Promise.all([seesOnline(alice, bob, false), seesOnline(bob, alice, null)])
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  expect(bob.calls.view()).toMatchObject({ silenced: false })
  await bob.command('hang-up')
  await bob.command('dismiss')
  bob.change({ availability: 'do-not-disturb' })
  await seesOnline(alice, bob, true)
})

test('whoever asks for silence while it rings has silence, and a favourite who is let through rings on', async () => {
  const [alice, bob] = await Promise.all([person(1), person(2)])
  await bob.add(alice)
  await bob.contacts.setFavourite(alice.address, true)
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  bob.change({ favouritesThrough: true })
  bob.hush(true)
  expect(bob.calls.view()).toMatchObject({ silenced: false })
  bob.change({ favouritesThrough: false })
  expect(bob.calls.view()).toMatchObject({ phase: 'incoming', silenced: true })
  // Silence that has come is not broken by the same call.
  bob.hush(false)
  expect(bob.calls.view()).toMatchObject({ phase: 'incoming', silenced: true })
})

test('a call in silence is shown, rings nowhere, and is missed when the caller gives up', async () => {
  const [alice, bob] = await Promise.all([person(1), person(2)])
  await bob.add(alice)
  bob.hush(true)
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  expect(bob.calls.view()).toMatchObject({ silenced: true })
  await alice.command('hang-up')
  await bob.reaches('ended')
  expect(bob.missed).toEqual([alice.address])
})

test('a contact rings with the tone that it was given', async () => {
  const [alice, bob] = await Promise.all([person(1), person(2)])
  await bob.add(alice)
  await bob.contacts.setTone(alice.address, 'marimba')
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  expect(bob.calls.view()).toMatchObject({ tone: 'marimba' })
})
