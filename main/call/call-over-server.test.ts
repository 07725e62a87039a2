// Two phones with everything of main that a call needs, over the real signaling server. Only the pages are stood in for.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CallCommand } from '../../contract/ipc.ts'
import type { TrustView } from '../../contract/call-view.ts'
import type { Address } from '../../contract/ids.ts'
import { defaultSettings } from '../../contract/settings.ts'
import { createSignalingServer, type SignalingServer } from '../../signaling-server/server.ts'
import { newCertificate, trustOnly } from '../../signaling-server/test-certificate.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { startCalls, type CallSurroundings } from '../calls.ts'
import { createReachMemory } from '../reach-memory.ts'
import { exposureLimit } from '../trust/sas-exposure.ts'
import { createWarnings } from '../trust/warnings.ts'
import { systemClock } from '../clock.ts'
import { startProxy } from '../signaling/test-proxy.ts'
import { createContactKeys } from '../trust/contact-keys.ts'
import { createTestPages } from './test-pages.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const within = { timeout: 15_000, interval: 10 }

let server: SignalingServer
let pages = createTestPages()
const leaving: (() => Promise<void>)[] = []

beforeEach(async () => {
  server = await createSignalingServer()
  pages = createTestPages()
})
afterEach(async () => {
  await Promise.all(leaving.splice(0).map((leave) => leave()))
  await server.close()
})

type Recorded = Parameters<CallSurroundings['history']['record']>[0]

function newPerson(number: number) {
  const identity = identityFromSeed(rng(32))
  const address = addressOf(identity.publicKey) as Address
  const records: Recorded[] = []
  const page = pages.addPage(
    number,
    () => phone.calls.link,
    () => phone.calls.chat,
  )
  let stored: { body: string; sig: string; seed: string }[] | null = null
  const contacts: CallSurroundings['contacts'] = {
    list: () => [],
    has: () => true,
    nameOf: () => null,
    serverOf: () => null,
    view: (peer, claimedName) => ({
      address: peer,
      name: null,
      claimedName,
      clash: null,
      vouchedFor: null,
      trust: { state: 'V1' },
    }),
    trustOf: () => trust.now,
    add: async () => {},
    rename: async () => {},
    remove: async () => {},
    setTone: async () => {},
    toneOf: () => null,
    setFavourite: async () => {},
    isFavourite: () => false,
    verified: async () => {},
    mismatched: async () => {},
    vouched: () => {},
    vouchedFor: () => null,
    succeed: async () => {},
    blocked: () => [],
    isBlocked: () => false,
    block: async () => {},
    unblock: async () => {},
    keys: createContactKeys({ kept: null, rng, onChange: () => {} }),
    unverified: async () => {},
    kept: () => ({ contacts: [], facts: [], blocked: [] }),
    onChange: () => () => {},
  }
  const prekeys: CallSurroundings['prekeys'] = {
    load: async () => stored,
    save: async (value) => void (stored = value),
    wasSetAside: () => false,
  }
  const trust: { now: TrustView } = { now: { state: 'V1' } }
  const warnings = createWarnings({ file: { save: async () => {} }, kept: null, nowMs: systemClock.now })
  let phone: Awaited<ReturnType<typeof startCalls>>

  async function start({ tied = false, by = server.url } = {}) {
    phone = await startCalls({
      identity: { ...identity, address },
      contacts,
      history: { record: async (entry) => void records.push(entry) },
      warnings,
      reach: createReachMemory({ file: { save: async () => {} }, kept: null }),
      prekeys,
      successions: () => [],
      clock: systemClock,
      rng,
      ownName: () => `Person ${number}`,
      wishes: () => defaultSettings,
      padPictures: () => false,
      isHushed: () => false,
      tonePlays: () => true,
      chosenDevices() {
        const none = { wish: null, deviceId: null, missing: false }
        return { microphone: none, camera: none, speaker: none }
      },
      framesWork: () => true,
      send: page.take,
      count: () => {},
    })
    const { calls, connection } = phone
    leaving.push(calls.leave)
    connection.connect(by, tied)
    await vi.waitFor(() => expect(connection.state().state).toBe('online'), within)
  }

  const view = () => phone.calls.view()
  const reaches = (phase: ReturnType<typeof view>['phase']) =>
    vi.waitFor(() => expect(view().phase).toBe(phase), within)
  return {
    address,
    page,
    records,
    trust,
    warnings,
    start,
    view,
    reaches,
    dial: (to: Address) => phone.calls.command({ type: 'dial', address: to, video: false }),
    command(order: (callId: never) => CallCommand) {
      const call = view()
      if (call.phase === 'idle') throw new Error('no call')
      return phone.calls.command(order(call.callId as never))
    },
    ended() {
      const call = view()
      if (call.phase !== 'ended') throw new Error(`not ended but ${call.phase}`)
      return call.reason
    },
    talking() {
      const call = view()
      if (call.phase !== 'talking') throw new Error(`not talking but ${call.phase}`)
      return call
    },
    warm: (to: Address) => phone.calls.warm(to),
    leave: () => phone.calls.leave(),
    networkChanged: () => phone.calls.networkChanged(true),
    pageDies() {
      page.die()
      phone.calls.pageGone()
    },
    pageReturns() {
      page.load()
      phone.calls.pageReady()
    },
  }
}
type Person = ReturnType<typeof newPerson>

const answer = (person: Person) => person.command((callId) => ({ type: 'answer', callId, video: false }))
const hangUp = (person: Person) => person.command((callId) => ({ type: 'hang-up', callId }))

async function twoPeople() {
  const [alice, bob] = [newPerson(1), newPerson(2)]
  await Promise.all([alice.start(), bob.start()])
  return { alice, bob }
}

async function talk({ alice, bob }: { alice: Person; bob: Person }) {
  await alice.dial(bob.address)
  await Promise.all([alice.reaches('ringing'), bob.reaches('incoming')])
  await answer(bob)
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
}

test('a call rings, is answered, carries the same code, and leaves nothing at the server', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  expect(alice.talking().sas).toEqual(bob.talking().sas)
  expect(alice.talking().facts).toMatchObject({ bound: true, match: true })
  await vi.waitFor(() => expect(bob.talking().peer.claimedName).toBe('Person 1'), within)
  // Each is there with its login and, apart from it, with this call.
  expect(server.counts()).toMatchObject({ connections: 4, logins: 2, refused: {} })
  await hangUp(alice)
  await bob.reaches('ended')
  expect([alice.ended(), bob.ended()]).toEqual(['hung-up', 'peer-hung-up'])
  await vi.waitFor(
    () =>
      expect(server.counts()).toMatchObject({
        connections: 2,
        logins: 2,
        mailboxes: { envelopes: 0 },
        handles: { envelopes: 0 },
      }),
    within,
  )
})

test("what is got ready before the call is one more connection, tells nobody, and is the call's own", async () => {
  const { alice, bob } = await twoPeople()
  alice.warm(bob.address)
  await vi.waitFor(
    () => expect(server.counts()).toMatchObject({ connections: 3, logins: 2, handles: { envelopes: 0 } }),
    within,
  )
  expect([alice.view().phase, bob.view().phase]).toEqual(['idle', 'idle'])
  await alice.dial(bob.address)
  await Promise.all([alice.reaches('ringing'), bob.reaches('incoming')])
  expect(server.counts()).toMatchObject({ connections: 4, mailboxes: { envelopes: 0 } })
  await hangUp(alice)
  await bob.reaches('ended')
  await vi.waitFor(() => expect(server.counts()).toMatchObject({ connections: 2 }), within)
})

test('a page that has something got ready all the time is not heeded any more', async () => {
  const { alice, bob } = await twoPeople()
  const isHeeded = async (to: Address) => {
    alice.page.orders.length = 0
    alice.warm(to)
    await Promise.resolve()
    return alice.page.orders.map(({ name }) => name).includes('link.warm')
  }
  expect(await isHeeded(bob.address)).toBe(true)
  for (let n = 0; n < 8; n++) alice.warm(alice.address)
  expect(await isHeeded(newPerson(51).address)).toBe(true)
  expect(await isHeeded(newPerson(52).address)).toBe(false)
})

test('decline, cancel and busy reach the other side', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  await bob.command((callId) => ({ type: 'decline', callId }))
  await alice.reaches('ended')
  expect(alice.ended()).toBe('peer-declined')

  await bob.dial(alice.address)
  await alice.reaches('incoming')
  await hangUp(bob)
  await alice.reaches('ended')
  expect([alice.ended(), bob.ended()]).toEqual(['missed', 'cancelled'])

  await talk(people)
  const carol = newPerson(3)
  await carol.start()
  await carol.dial(bob.address)
  await carol.reaches('ended')
  expect(carol.ended()).toBe('busy')
  expect(bob.talking().facts.bound).toBe(true)
  expect(bob.records.at(-1)).toMatchObject({ outcome: 'missed', address: carol.address })
})

test.each([
  ['Call me in an hour', 'Call me in an hour'],
  ['', undefined],
  // What no page of ours sends: text that turns around, and text that has no room.
  ['\u202eti kcilc', undefined],
  ['好'.repeat(160), undefined],
])('a note comes with a decline, and never in its way: %j', async (note, read) => {
  const { alice, bob } = await twoPeople()
  await alice.dial(bob.address)
  await bob.reaches('incoming')
  await bob.command((callId) => ({ type: 'decline', callId, note }))
  await alice.reaches('ended')
  expect(alice.view()).toMatchObject({ reason: 'peer-declined', note: read ?? null })
  expect(alice.records).toMatchObject([{ outcome: 'declined', direction: 'out', note: read }])
  expect(bob.records).toMatchObject([{ outcome: 'declined', direction: 'in', note }])
})

test('A8 both dial at once: one call, the same code on both', async () => {
  const { alice, bob } = await twoPeople()
  await Promise.all([alice.dial(bob.address), bob.dial(alice.address)])
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  expect(alice.talking().sas).toEqual(bob.talking().sas)
  expect(alice.talking().callId).toBe(bob.talking().callId)
  expect([alice.records, bob.records]).toEqual([[], []])
})

test('somebody who was away finds a missed call, and nothing rings', async () => {
  const { alice, bob } = await twoPeople()
  await bob.leave()
  await vi.waitFor(() => expect(server.counts().logins).toBe(1), within)
  await alice.dial(bob.address)
  await vi.waitFor(() => expect(server.counts().mailboxes).toMatchObject({ envelopes: 1 }), within)
  await hangUp(alice)
  await vi.waitFor(() => expect(server.counts().mailboxes).toMatchObject({ envelopes: 2 }), within)
  await bob.start()
  await vi.waitFor(() => expect(bob.records).toHaveLength(1), within)
  expect(bob.records[0]).toMatchObject({ outcome: 'missed', address: alice.address })
  expect(bob.view().phase).toBe('idle')
})

test('the server goes away while two people talk: nothing changes, and the hang-up arrives', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  await server.close()
  await alice.command((callId) => ({ type: 'mute', callId, on: true }))
  await vi.waitFor(() => expect(bob.talking().media.peerMicOn).toBe(false), within)
  await hangUp(alice)
  await bob.reaches('ended')
  expect(bob.ended()).toBe('peer-hung-up')
})

test('a page that dies comes back into the call over the server, with another certificate and the same code', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  const { sas, callId, facts } = alice.talking()
  for (const dying of [[alice], [bob], [alice, bob]]) {
    for (const person of dying) person.pageDies()
    for (const person of dying) person.pageReturns()
    await vi.waitFor(() => {
      for (const person of [alice, bob]) {
        expect(person.talking()).toMatchObject({ callId, sas, facts: { bound: true, match: true } })
        expect(person.talking().facts.signedOwn).toBe(person.page.fingerprint)
      }
    }, within)
  }
  expect(alice.talking().facts.signedOwn).not.toBe(facts.signedOwn)
  expect([alice.records, bob.records]).toEqual([[], []])
  await hangUp(alice)
  await bob.reaches('ended')
  expect(bob.ended()).toBe('peer-hung-up')
})

test('a server that goes away and comes back while a page is gone delays the call and does not end it', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  const port = Number(new URL(server.url).port)
  await server.close()
  bob.pageDies()
  bob.pageReturns()
  await vi.waitFor(() => expect(bob.view().phase).toBe('reconnecting'), within)
  server = await createSignalingServer({ port })
  await vi.waitFor(() => {
    for (const person of [alice, bob])
      expect(person.talking().facts).toMatchObject({ bound: true, match: true })
  }, within)
  expect(alice.talking().sas).toEqual(bob.talking().sas)
})

/** Kills the server and starts another one in its place, which knows nothing of what was there. */
async function restartServer(): Promise<void> {
  const port = Number(new URL(server.url).port)
  await server.close()
  server = await createSignalingServer({ port })
}
/** How far a call has come when the server dies. */
const phasesOfLoss: [string, (people: { alice: Person; bob: Person }) => Promise<unknown>][] = [
  ['it rings', () => Promise.resolve()],
  [
    'they connect',
    async ({ bob }) => {
      await answer(bob)
      await bob.reaches('connecting')
    },
  ],
]

test.each(phasesOfLoss)('the server dies while %s and comes back: the call comes about', async (_, goOn) => {
  const people = await twoPeople()
  const { alice, bob } = people
  await alice.dial(bob.address)
  await Promise.all([alice.reaches('ringing'), bob.reaches('incoming')])
  await goOn(people)
  await restartServer()
  if (bob.view().phase === 'incoming') await answer(bob)
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  expect(alice.talking().sas).toEqual(bob.talking().sas)
  expect([alice.records, bob.records]).toEqual([[], []])
  await hangUp(alice)
  await bob.reaches('ended')
  expect(bob.ended()).toBe('peer-hung-up')
})

/** It rings, with a network between both and the server. `loseCall`: what the server sends Alice for this call is lost from now on. */
async function ringThroughANetwork() {
  const network = await startProxy(server.url)
  leaving.push(async () => network.close())
  await server.close()
  server = await createSignalingServer({ publicOrigin: network.url })
  network.forwardTo(server.url)
  const [alice, bob] = [newPerson(1), newPerson(2)]
  await alice.start({ by: network.url })
  await bob.start({ by: network.url })
  await alice.dial(bob.address)
  await Promise.all([alice.reaches('ringing'), bob.reaches('incoming')])
  // Alice's connection for the call comes after the two logins.
  return { alice, bob, loseCall: () => network.freeze(2) }
}
/** Enough for what was left at the server to be on its way. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 200))

test.each(phasesOfLoss)('the caller changes the network while %s: the call comes about', async (_, goOn) => {
  const { alice, bob, loseCall } = await ringThroughANetwork()
  loseCall()
  await goOn({ alice, bob })
  await aMoment()
  alice.networkChanged()
  if (bob.view().phase === 'incoming') await answer(bob)
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  expect(alice.talking().sas).toEqual(bob.talking().sas)
  await hangUp(alice)
  await bob.reaches('ended')
})

test('who hangs up is heard by somebody whose connection was dead just then', async () => {
  const { alice, bob, loseCall } = await ringThroughANetwork()
  pages.air.open = false
  await answer(bob)
  await Promise.all([alice.reaches('connecting'), bob.reaches('connecting')])
  loseCall()
  await hangUp(bob)
  await aMoment()
  alice.networkChanged()
  await alice.reaches('ended')
  expect(alice.ended()).toBe('peer-hung-up')
})

test('the server dies while somebody dials: it rings once it is back, or the call ends with a reason', async () => {
  const { alice, bob } = await twoPeople()
  await alice.dial(bob.address)
  await restartServer()
  await vi.waitFor(
    () =>
      expect([alice.view().phase, bob.view().phase]).toEqual(
        expect.toSatisfy(([caller, callee]) => caller === 'ended' || callee === 'incoming'),
      ),
    within,
  )
  if (alice.view().phase === 'ended') expect(['not-at-server', 'server-unreachable']).toContain(alice.ended())
  else await hangUp(alice)
})

test('the server dies while two people talk and comes back: nothing changes, and their link can be restarted by it', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  const before = alice.talking()
  await restartServer()
  await vi.waitFor(() => expect(server.counts()).toMatchObject({ connections: 4, logins: 2 }), within)
  expect(alice.talking()).toMatchObject({ callId: before.callId, sas: before.sas, sinceMs: before.sinceMs })
  pages.air.open = false
  for (const { page } of [alice, bob]) page.measure({ connection: 'interrupted' })
  await Promise.all([alice.reaches('reconnecting'), bob.reaches('reconnecting')])
  pages.air.open = true
  bob.networkChanged()
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  expect(alice.talking().facts).toMatchObject({ bound: true, match: true })
  expect(alice.page.orders.filter(({ name }) => name === 'link.prepare')).toHaveLength(1)
})

test('the server is away while the link is interrupted, and the link comes back with it', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  const port = Number(new URL(server.url).port)
  await server.close()
  pages.air.open = false
  for (const { page } of [alice, bob]) page.measure({ connection: 'interrupted' })
  await alice.command((callId) => ({ type: 'mute', callId, on: true }))
  pages.air.open = true
  server = await createSignalingServer({ port })
  await Promise.all([alice.reaches('talking'), bob.reaches('talking')])
  await vi.waitFor(() => expect(bob.talking().media.peerMicOn).toBe(false), within)
})

test('the server dies for good before a call has come about: it ends with a reason', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await alice.dial(bob.address)
  await Promise.all([alice.reaches('ringing'), bob.reaches('incoming')])
  await server.close()
  await answer(bob)
  await vi.waitFor(() => expect(bob.view().phase).toBe('ended'), { ...within, timeout: 20_000 })
  expect(bob.ended()).toBe('connection-failed')
  await hangUp(alice)
  expect(alice.ended()).toBe('cancelled')
}, 40_000)

test('a login is tied to its connection all the way from the choice of the server', async () => {
  const certificate = await newCertificate()
  trustOnly(certificate)
  await server.close()
  server = await createSignalingServer({ tls: certificate })
  await newPerson(1).start({ tied: true })
  expect(server.counts()).toMatchObject({ logins: 1, refused: {} })
})

test('somebody who never was at this server is not there', async () => {
  const { alice } = await twoPeople()
  await alice.dial(addressOf(identityFromSeed(rng(32)).publicKey) as Address)
  await alice.reaches('ended')
  expect(alice.ended()).toBe('not-at-server')
})

test('R3 with codes being tried a match is taken of verified people only, and a verified one is not counted', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  for (let i = 0; i < exposureLimit; i++) await alice.warnings.exposed()
  await talk(people)
  const match = (callId: never) => ({ type: 'sas', callId, answer: 'match' }) as const
  expect(alice.talking().sas.exhausted).toBe(true)
  await expect((async () => alice.command(match))()).rejects.toMatchObject({ code: 'sas-exhausted' })
  alice.trust.now = { state: 'V2', how: 'qr', atMs: 1 }
  expect(alice.talking().sas.exhausted).toBe(false)
  await alice.command(match)
  expect(alice.talking().sas.answer).toBe('match')
  await hangUp(alice)
  await bob.reaches('ended')
  expect([alice.warnings.codesTried(), bob.warnings.codesTried()]).toEqual([true, false])
})

test('a warning is read when its end is dismissed, and not before', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  await alice.command((callId) => ({ type: 'sas', callId, answer: 'different' }))
  await Promise.all([alice.reaches('ended'), bob.reaches('ended')])
  const unread = () => alice.warnings.view(() => null).calls.map(({ reason, address }) => [reason, address])
  expect(unread()).toEqual([['sas-mismatch', bob.address]])
  await alice.command((callId) => ({ type: 'dismiss', callId }))
  expect(unread()).toEqual([])
  expect(alice.records.at(-1)?.outcome).toBe('mismatch')
})

test('another call under the id of a warning takes it away neither by ending nor by being dismissed', async () => {
  const people = await twoPeople()
  const { alice, bob } = people
  await talk(people)
  const { callId } = alice.talking()
  const altered = { callId, address: bob.address, direction: 'in', reason: 'altered', detail: null } as const
  await alice.warnings.warn({ ...altered, atMs: 1 })
  await hangUp(alice)
  await bob.reaches('ended')
  await alice.command((callId) => ({ type: 'dismiss', callId }))
  expect(alice.warnings.view(() => null).calls).toMatchObject([altered])
})
