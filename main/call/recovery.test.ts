// Two phones whose link is interrupted: what they say to each other to get it back, and over which way.
import { expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import { sdpWith } from './test-pages.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

type Rig = ReturnType<typeof createTwoPhones>
const sides = ['alice', 'bob'] as const
const foreign = 'sha-256 ' + Array(32).fill('EE').join(':')

function idOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
function boundOf(phone: TestPhone) {
  const view = phone.view()
  if (view.phase !== 'talking' && view.phase !== 'reconnecting')
    throw new Error(`not bound but ${view.phase}`)
  return view
}
const phasesOf = ({ alice, bob }: Rig) => [alice.view().phase, bob.view().phase]
const ordersOf = ({ page }: TestPhone, wanted: PushName) => page.orders.filter(({ name }) => name === wanted)
/** Frames that came twice are a matter of course. */
const refusalsOf = ({ refusals }: TestPhone) => refusals.filter((code) => code !== 'seq')

async function talk(): Promise<Rig> {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video: false })
  await rig.clock.advance(100)
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
  return rig
}
/** The path of the link is gone, and both have noticed. */
async function losePath(rig: Rig): Promise<void> {
  rig.air.open = false
  for (const phone of [rig.alice, rig.bob]) phone.page.measure({ connection: 'interrupted' })
  await settle()
}

test('D4 a link that is interrupted comes back under the same certificates, trust and code', async () => {
  for (const side of sides) {
    const rig = await talk()
    const [before, own] = [boundOf(rig.alice), rig.alice.page.fingerprint]
    await losePath(rig)
    expect(phasesOf(rig)).toEqual(['reconnecting', 'reconnecting'])
    await rig.clock.advance(500)
    rig.air.open = true
    rig[side].engine.networkChanged(true)
    await settle()
    expect(phasesOf(rig)).toEqual(['talking', 'talking'])
    expect(rig.alice.page.fingerprint).toBe(own)
    const after = boundOf(rig.alice)
    expect([after.callId, after.sas, after.sinceMs]).toEqual([before.callId, before.sas, before.sinceMs])
    expect(after.facts).toMatchObject({ bound: true, match: true, signedOwn: own })
    expect(
      [ordersOf(rig.alice, 'link.prepare'), ordersOf(rig.bob, 'link.prepare')].map((o) => o.length),
    ).toEqual([1, 1])
    expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
    expect([before.cameBack, after.cameBack]).toEqual([false, true])
  }
})

test('addresses that change while the two look for each other have the link described anew, and the call comes about', async () => {
  for (const side of sides) {
    const rig = createTwoPhones()
    rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
    await settle()
    rig.air.open = false
    rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video: false })
    await rig.clock.advance(100)
    expect(phasesOf(rig)).toEqual(['connecting', 'connecting'])
    expect(ordersOf(rig.bob, 'link.signal')).toHaveLength(1)
    rig.air.open = true
    rig[side].engine.networkChanged(true)
    await settle()
    expect(phasesOf(rig)).toEqual(['talking', 'talking'])
    // The callee's page is told of the relays of today as well.
    for (const phone of [rig.alice, rig.bob]) expect(ordersOf(phone, 'link.restart')).toHaveLength(1)
    expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
    // What was spent counts in the call as well.
    for (let time = 0; time < 24; time++) {
      rig.alice.engine.networkChanged(true)
      await settle()
    }
    expect(ordersOf(rig.alice, 'link.restart')).toHaveLength(20)
  }
})

test('a page that finds no path after other addresses ends no call, on neither side: the deadline does', async () => {
  const rig = createTwoPhones()
  const { alice, bob } = rig
  alice.engine.command({ type: 'dial', address: bob.address, video: false })
  await settle()
  rig.air.open = false
  bob.engine.command({ type: 'answer', callId: idOf(bob), video: false })
  await rig.clock.advance(100)
  alice.engine.networkChanged(true)
  // After a sleep a clock is put right. Nobody waits an hour for that.
  rig.clock.correct(-3_600_000)
  for (let second = 0; second < 18; second++) {
    await rig.clock.advance(1_000)
    for (const phone of [alice, bob]) phone.page.measure({ connection: 'failed' })
  }
  expect(phasesOf(rig)).toEqual(['connecting', 'connecting'])
  expect(ordersOf(alice, 'link.restart')).toHaveLength(6)
  await rig.clock.advance(2_000)
  expect(phasesOf(rig)).toEqual(['ended', 'ended'])
})

test('a link that is not open yet is not restarted but made anew', async () => {
  const rig = createTwoPhones()
  const { alice, bob } = rig
  const answers: (() => void)[] = []
  rig.network.relay = () => new Promise((resolve) => answers.push(() => resolve(null)))
  alice.engine.command({ type: 'dial', address: bob.address, video: false })
  await settle()
  bob.engine.command({ type: 'answer', callId: idOf(bob), video: false })
  await settle()
  expect(alice.view().phase).toBe('connecting')
  alice.engine.networkChanged(true)
  await settle()
  expect(ordersOf(alice, 'link.restart')).toHaveLength(0)
  for (const answer of answers) answer()
  await rig.clock.advance(500)
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
})

test('only the caller restarts the link; a callee who hears nothing asks for it', async () => {
  const rig = await talk()
  rig.bob.page.measure({ connection: 'stalled' })
  expect(rig.bob.view().phase).toBe('talking')
  await rig.clock.advance(600)
  expect(ordersOf(rig.alice, 'link.restart')).toHaveLength(1)
  // Before it is told of the offer, the callee's page is told which relays it may use for it.
  const told = rig.bob.page.orders.map(({ name }) => name)
  expect(told.slice(told.indexOf('link.restart')).slice(0, 2)).toEqual(['link.restart', 'link.signal'])
  const offers = ordersOf(rig.bob, 'link.signal').map(({ push }) => push)
  expect(offers).toMatchObject([{ signal: { type: 'offer' } }, { signal: { type: 'offer' } }])
  expect(rig.bob.view().phase).toBe('talking')
})

test('a network that changes restarts the link before anybody hears of it, and makes each connection anew', async () => {
  const rig = await talk()
  rig.alice.engine.networkChanged(true)
  await settle()
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
  expect(ordersOf(rig.alice, 'link.restart')).toHaveLength(1)
  expect(rig.network.reconnects).toBe(1)
  rig.alice.engine.networkChanged(false)
  await settle()
  expect(rig.network.reconnects).toBe(1)
  expect(boundOf(rig.alice).offline).toBe(true)
})

test('what the link took with it goes by the server before the offer that restarts it', async () => {
  const rig = await talk()
  // The path is gone, and nobody has noticed when the addresses change.
  rig.air.open = false
  rig.alice.engine.command({ type: 'mute', callId: idOf(rig.alice), on: true })
  rig.alice.engine.networkChanged(true)
  await settle()
  expect(boundOf(rig.bob).media.peerMicOn).toBe(false)
  expect(ordersOf(rig.bob, 'link.signal')).toHaveLength(2)
})

test('an offer that nobody could take is repeated, not made anew, until the server is back', async () => {
  for (const side of sides) {
    const rig = await talk()
    rig.network.online = false
    await losePath(rig)
    rig[side].engine.command({ type: 'mute', callId: idOf(rig[side]), on: true })
    await rig.clock.advance(10_000)
    expect(phasesOf(rig)).toEqual(['reconnecting', 'reconnecting'])
    rig.air.open = true
    rig.comeBack()
    await settle()
    expect(phasesOf(rig)).toEqual(['talking', 'talking'])
    const other = side === 'alice' ? rig.bob : rig.alice
    expect(boundOf(other).media.peerMicOn).toBe(false)
    expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
  }
})

test('what went to a connection of the peer that was dead is said again once the peer is heard by another', async () => {
  const rig = await talk()
  const { alice, bob } = rig
  await losePath(rig)
  // Whatever Alice says for a while goes to where nobody is any more.
  rig.network.tamper = () => []
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: true })
  await rig.clock.advance(600)
  expect(boundOf(bob).media.peerMicOn).toBe(true)
  rig.network.tamper = (envelope) => [envelope]
  bob.engine.command({ type: 'mute', callId: idOf(bob), on: true })
  await settle()
  expect(boundOf(alice).media.peerMicOn).toBe(false)
  expect(boundOf(bob).media.peerMicOn).toBe(false)
})

test('D4 R4 a restart under another certificate is refused in mid-call, and the call goes on', async () => {
  const rig = await talk()
  rig.alice.page.offerSdp = () => sdpWith(foreign)
  rig.alice.engine.networkChanged(true)
  await settle()
  expect(rig.alice.refusals).toEqual(['sdp-fp'])
  expect(ordersOf(rig.bob, 'link.signal')).toHaveLength(1)
  rig.alice.page.offerSdp = null
  rig.bob.page.offerSdp = () => sdpWith(foreign)
  rig.alice.engine.networkChanged(true)
  await settle()
  expect(refusalsOf(rig.bob)).toEqual(['sdp-fp'])
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
})

test('muted stays muted, and what is switched meanwhile is what comes back', async () => {
  const rig = await talk()
  const { alice, bob } = rig
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: true })
  await losePath(rig)
  bob.engine.command({ type: 'mute', callId: idOf(bob), on: true })
  rig.air.open = true
  await settle()
  for (const { page } of [alice, bob]) page.measure({})
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
  expect([alice.page.tracks?.micOn, bob.page.tracks?.micOn]).toEqual([false, false])
  expect([alice, bob].map((phone) => boundOf(phone).media)).toMatchObject([
    { micOn: false, peerMicOn: false },
    { micOn: false, peerMicOn: false },
  ])
})

test('a hang-up in an interruption arrives by the server', async () => {
  for (const side of sides) {
    const rig = await talk()
    await losePath(rig)
    rig[side].engine.command({ type: 'hang-up', callId: idOf(rig[side]) })
    await settle()
    const other = side === 'alice' ? rig.bob : rig.alice
    expect(other.view()).toMatchObject({ phase: 'ended', reason: 'peer-hung-up' })
  }
})

test('a restart on which both agreed and that brings no sound is followed by a new link', async () => {
  const rig = await talk()
  await losePath(rig)
  // The server carries everything, the path stays dead.
  await rig.clock.advance(2_900)
  expect(phasesOf(rig)).toEqual(['reconnecting', 'reconnecting'])
  rig.air.open = true
  await rig.clock.advance(300)
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
  expect(ordersOf(rig.alice, 'link.prepare')).toHaveLength(2)
  expect(boundOf(rig.alice).facts).toMatchObject({ bound: true, match: true })
  expect(boundOf(rig.alice).sas).toEqual(boundOf(rig.bob).sas)
})

test('while the path is dead the server is asked whether it is there, with each attempt', async () => {
  const rig = await talk()
  rig.network.online = false
  await losePath(rig)
  await rig.clock.advance(3_500)
  expect(rig.network.checks).toBe(6)
})

test('half a minute without each other ends the call for both with the same reason', async () => {
  const rig = await talk()
  rig.network.online = false
  await losePath(rig)
  await rig.clock.advance(29_000)
  expect(phasesOf(rig)).toEqual(['reconnecting', 'reconnecting'])
  await rig.clock.advance(1_000)
  for (const phone of [rig.alice, rig.bob]) {
    expect(phone.view()).toMatchObject({ phase: 'ended', reason: 'connection-lost' })
    expect(phone.page.tracks).toBeNull()
    expect(phone.records.map(({ outcome }) => outcome)).toEqual(['talked'])
  }
})

test('S15 a peer that asks for restarts all the time gets twenty a minute, and the call goes on', async () => {
  const rig = await talk()
  for (let time = 0; time < 60; time++) {
    rig.bob.engine.networkChanged(true)
    await rig.clock.advance(500)
  }
  expect(ordersOf(rig.alice, 'link.restart').length).toBeLessThanOrEqual(20)
  expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
  expect(phasesOf(rig)).toEqual(['talking', 'talking'])
})
