import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import { sdpWith } from './test-pages.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

type Rig = ReturnType<typeof createTwoPhones>
type Side = 'alice' | 'bob'

const sides = ['alice', 'bob'] as const
const otherOf = (rig: Rig, side: Side) => (side === 'alice' ? rig.bob : rig.alice)

function idOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
const endOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'ended' ? [view.reason, view.detail] : view.phase
}
function boundOf(phone: TestPhone) {
  const view = phone.view()
  if (view.phase !== 'talking' && view.phase !== 'reconnecting')
    throw new Error(`not talking but ${JSON.stringify(endOf(phone))}`)
  return view
}

/** Without the frames that went by the server once more, because the link may have lost them, and had not. */
const refusalsOf = ({ refusals }: TestPhone) => refusals.filter((code) => code !== 'seq')

async function talk(video = false): Promise<Rig> {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video })
  await rig.clock.advance(100)
  expectTalking(rig)
  return rig
}

function dies({ page, engine }: TestPhone): void {
  page.die()
  engine.pageGone()
}
function returns({ page, engine }: TestPhone): void {
  page.load()
  // The page asks for what is to be seen, from more than one place.
  engine.pageReady()
  engine.pageReady()
}
async function reload(rig: Rig, ...phones: TestPhone[]): Promise<void> {
  phones.forEach(dies)
  await settle()
  phones.forEach(returns)
  await rig.clock.advance(100)
}

/** Both talk over one bound link, whose certificates are those of the pages that are there now. */
function expectTalking({ alice, bob }: Rig): void {
  const [a, b] = [boundOf(alice), boundOf(bob)]
  expect([a.phase, b.phase]).toEqual(['talking', 'talking'])
  for (const [view, own, peer] of [[a, alice, bob] as const, [b, bob, alice] as const]) {
    expect(view.facts).toMatchObject({ bound: true, match: true })
    expect(view.facts.signedOwn).toBe(own.page.fingerprint)
    expect(view.facts.signedPeer).toBe(peer.page.fingerprint)
  }
  expect(a.sas.digits).toEqual(b.sas.digits)
}

test.each(sides)('the page of %s dies and comes back: the same call, other certificates', async (side) => {
  const rig = await talk()
  const before = boundOf(rig.alice)
  const certificates = [rig.alice.page.fingerprint, rig.bob.page.fingerprint]
  const ringing: string[] = []
  for (const phone of [rig.alice, rig.bob]) phone.engine.onChange(() => ringing.push(phone.view().phase))

  await reload(rig, rig[side])
  expectTalking(rig)
  const after = boundOf(rig.alice)
  expect([after.callId, after.sinceMs, after.sas]).toEqual([before.callId, before.sinceMs, before.sas])
  expect(certificates).not.toContain(rig.alice.page.fingerprint)
  expect(certificates).not.toContain(rig.bob.page.fingerprint)
  expect(new Set(ringing)).toEqual(new Set(['reconnecting', 'talking']))
  expect([rig.alice.records, rig.bob.records]).toEqual([[], []])
  expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
  // The control channel still carries both ways, in order.
  rig[side].engine.command({ type: 'mute', callId: before.callId, on: true })
  await settle()
  expect(boundOf(otherOf(rig, side)).media.peerMicOn).toBe(false)
})

test('a link that is gone has both sides ask the server for a sign of life: another link comes about by it', async () => {
  const rig = await talk()
  const before = rig.network.checks
  dies(rig.alice)
  await settle()
  expect(rig.network.checks).toBe(before + 1)
  returns(rig.alice)
  await rig.clock.advance(100)
  expect(rig.network.checks).toBe(before + 2)
  expectTalking(rig)
})

test('both pages die at once and come back, in either order', async () => {
  for (const first of sides) {
    const rig = await talk()
    const code = boundOf(rig.alice).sas
    dies(rig.alice)
    dies(rig.bob)
    await settle()
    returns(rig[first])
    await rig.clock.advance(2_000)
    expect(boundOf(rig.alice).phase).toBe('reconnecting')
    returns(otherOf(rig, first))
    await rig.clock.advance(100)
    expectTalking(rig)
    expect(boundOf(rig.bob).sas).toEqual(code)
  }
})

test('"They match" and the person who was compared outlive the page', async () => {
  const rig = await talk()
  rig.bob.engine.command({ type: 'sas', callId: idOf(rig.bob), answer: 'match' })
  await reload(rig, rig.bob)
  expect(boundOf(rig.bob).sas.answer).toBe('match')
  expect(rig.bob.marks).toEqual([`verified ${rig.alice.address}`])
})

test('what was muted stays muted and a camera that was off stays off, also when switched meanwhile', async () => {
  const rig = await talk(true)
  const { alice, bob } = rig
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: true })
  dies(alice)
  await settle()
  alice.engine.command({ type: 'camera', callId: idOf(alice), on: false })
  await settle()
  expect(boundOf(bob).media.peerCameraOn).toBe(false)
  const told = alice.page.orders.length
  returns(alice)
  await rig.clock.advance(100)
  expectTalking(rig)
  const since = alice.page.orders.slice(told)
  expect(since.find(({ name }) => name === 'link.prepare')?.push).toMatchObject({ video: false })
  // Nothing was opened before the new link was bound, and then no more than before.
  expect(since.filter(({ name }) => name === 'link.tracks').map(({ push }) => push)).toMatchObject([
    { micOn: false, cameraOn: false },
  ])
  expect(bob.page.tracks).toMatchObject({ micOn: true, cameraOn: true })
})

test('a microphone or device that changes while the link is renewed opens nothing early', async () => {
  const { alice, bob, clock } = await talk()
  alice.page.prepares = false
  dies(alice)
  returns(alice)
  await clock.advance(100)
  alice.engine.devicesChanged()
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: true })
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: false })
  await settle()
  expect(alice.page.tracks).toBeNull()
  expect(boundOf(bob).phase).toBe('talking')
})

test('the page dies while the link is interrupted anyway', async () => {
  for (const side of sides) {
    const rig = await talk()
    rig.air.open = false
    for (const phone of [rig.alice, rig.bob]) phone.page.measure({ connection: 'interrupted' })
    await rig.clock.advance(10_000)
    rig.air.open = true
    await reload(rig, rig[side])
    expectTalking(rig)
  }
})

test('what was on its way over the dead link is repeated by the server', async () => {
  for (const side of sides) {
    const rig = await talk()
    const other = otherOf(rig, side)
    // Nobody has noticed yet that the page is gone.
    rig[side].page.die()
    other.engine.command({ type: 'mute', callId: idOf(other), on: true })
    rig[side].engine.command({ type: 'mute', callId: idOf(other), on: true })
    await settle()
    expect(boundOf(rig[side]).media.peerMicOn).toBe(true)
    await reload(rig, rig[side])
    expectTalking(rig)
    expect(boundOf(rig[side]).media.peerMicOn).toBe(false)
    expect(boundOf(other).media.peerMicOn).toBe(false)
  }
})

test('a link that breaks for good in a page that lives is renewed as well', async () => {
  for (const side of sides) {
    const rig = await talk()
    rig[side].engine.link.failed({ callId: idOf(rig[side]), code: 'link-failed' })
    await rig.clock.advance(100)
    expectTalking(rig)
  }
})

test('a page that dies again in the middle of a renewal is waited for again, wherever it was', async () => {
  for (const side of sides)
    for (let turns = 1; turns < 60; turns += 9) {
      const rig = await talk()
      const code = boundOf(rig.alice).sas
      dies(rig[side])
      await settle()
      returns(rig[side])
      await settle(turns)
      for (const again of sides) if (again === side || turns % 2) dies(rig[again])
      await settle(turns % 7)
      for (const again of sides) if (again === side || turns % 2) returns(rig[again])
      await rig.clock.advance(1_000)
      expectTalking(rig)
      expect(boundOf(rig.bob).sas).toEqual(code)
    }
}, 60_000)

test('the server is lost with the page: the call is lost after half a minute and was not declined by anybody', async () => {
  const rig = await talk()
  rig.network.online = false
  await reload(rig, rig.bob)
  await rig.clock.advance(29_000)
  expect(rig.bob.view().phase).toBe('reconnecting')
  await rig.clock.advance(2_000)
  expect(endOf(rig.bob)).toEqual(['connection-lost', null])
  rig.alice.page.measure({ connection: 'failed' })
  await rig.clock.advance(31_000)
  expect(endOf(rig.alice)).toEqual(['connection-lost', null])
  expect(rig.alice.records.map(({ outcome }) => outcome)).toEqual(['talked'])
})

test('a page that never comes back ends the call for both after half a minute', async () => {
  const rig = await talk()
  dies(rig.bob)
  await rig.clock.advance(31_000)
  expect([endOf(rig.bob), endOf(rig.alice)]).toEqual([
    ['connection-lost', null],
    ['connection-lost', null],
  ])
})

test('before the link is bound a page that dies ends the call, as nobody talks yet', async () => {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  dies(rig.alice)
  await settle()
  expect(endOf(rig.alice)).toEqual(['page-gone', null])
  expect(endOf(rig.bob)).toEqual(['missed', null])
})

test('a microphone that the new page may not open ends the call with that reason', async () => {
  for (const [problem, reason, theirs] of [
    ['mic-denied', 'mic-denied', 'peer-hung-up'],
    ['link-failed', 'connection-lost', 'connection-lost'],
  ] as const) {
    const rig = await talk()
    rig.bob.page.problem = problem
    await reload(rig, rig.bob)
    expect(endOf(rig.bob)[0]).toBe(reason)
    expect(endOf(rig.alice)).toEqual([theirs, null])
  }
})

test('what the page says of the link before, while it prepares the next, is dropped', async () => {
  const rig = await talk()
  const { alice, bob } = rig
  const callId = idOf(alice)
  const { link } = alice.engine
  const [own, seen] = [alice.page.fingerprint, bob.page.fingerprint]
  alice.page.prepares = false
  alice.engine.link.failed({ callId, code: 'link-failed' })
  await settle()
  const sent = rig.network.sent.length
  const before = JSON.stringify(alice.view())
  link.bind({ callId, own, seen })
  link.signal({ callId, signal: { type: 'offer', sdp: sdpWith(own) } })
  link.frame({ callId, data: 'a proof of the link before' })
  alice.page.open = callId
  alice.page.measure({ connection: 'connected', own, seen })
  alice.page.measure({ connection: 'failed' })
  link.failed({ callId, code: 'mic-busy' })
  link.failed({ callId, code: 'link-failed' })
  await settle()
  expect(JSON.stringify(alice.view())).toBe(before)
  expect(rig.network.sent).toHaveLength(sent)
  expect(refusalsOf(alice)).toEqual([])
  alice.page.open = null
  link.prepared({ callId, ok: true, fingerprint: alice.page.fingerprint, cameraProblem: null })
  await rig.clock.advance(100)
  expectTalking(rig)
  // An answer that nobody asked for is none.
  link.prepared({ callId, ok: true, fingerprint: own, cameraProblem: null })
  expectTalking(rig)
})

test('D1 a new link under other certificates than the new signed ones ends the call as altered', async () => {
  for (const side of sides) {
    const rig = await talk()
    rig[side].page.seen = 'sha-256 ' + Array(32).fill('EE').join(':')
    await reload(rig, rig.bob)
    expect(endOf(rig[side])).toEqual(['altered', 'certificate'])
    expect(rig[side].page.tracks).toBeNull()
  }
})

test('R4 a new page cannot announce another certificate than the one it has prepared', async () => {
  const rig = await talk()
  rig.alice.page.offerSdp = () => sdpWith('sha-256 ' + Array(32).fill('EE').join(':'))
  await reload(rig, rig.bob)
  expect(endOf(rig.alice)).toEqual(['altered', 'sdp-fp'])
  expect(rig.bob.page.tracks).toBeNull()
})

test.each(sides)(
  'what the peer said of new keys to a connection of %s that was dead is said again once it is back',
  async (side) => {
    const rig = await talk()
    const own = rig[side]
    dies(own)
    await settle()
    const number = side === 'alice' ? 1 : 2
    rig.network.deaf = number
    returns(own)
    await rig.clock.advance(5_000)
    expect(boundOf(own).phase).toBe('reconnecting')
    rig.comeBack(number)
    await rig.clock.advance(1_000)
    expectTalking(rig)
  },
)

test('pages that die all the time are renewed a few times a minute, and then the call is lost', async () => {
  for (const side of sides) {
    const rig = await talk()
    for (let time = 0; time < 4; time++) {
      await reload(rig, rig[side])
      expectTalking(rig)
    }
    await reload(rig, rig[side])
    expect(boundOf(rig[side]).phase).toBe('reconnecting')
    expect(refusalsOf(otherOf(rig, side))).toEqual(['rate'])
    await rig.clock.advance(31_000)
    expect(endOf(rig[side])).toEqual(['connection-lost', null])
  }
})

test('a callee whose page dies as often as it may leaves the caller free to renew', async () => {
  const rig = await talk()
  for (let time = 0; time < 4; time++) {
    await reload(rig, rig.bob)
    expectTalking(rig)
  }
  await reload(rig, rig.alice)
  expectTalking(rig)
  expect([refusalsOf(rig.alice), refusalsOf(rig.bob)]).toEqual([[], []])
})

test('a page that dies before anybody has introduced themselves keeps nothing from two contacts', async () => {
  const rig = createTwoPhones({ contacts: true })
  const { alice, bob } = rig
  alice.engine.command({ type: 'dial', address: bob.address, video: false })
  await settle()
  bob.engine.command({ type: 'answer', callId: idOf(bob), video: false })
  await rig.clock.advance(100)
  dies(alice)
  await rig.clock.advance(500)
  returns(alice)
  await rig.clock.advance(500)
  expectTalking(rig)
  expect(alice.keys.pairs()[0]?.pair).toEqual(bob.keys.pairs()[0]?.pair)
  expect(alice.keys.areKeptBy([bob.address])).toBe(true)
  expect(bob.keys.areKeptBy([alice.address])).toBe(true)
})

test('what two contacts gave each other over a link that died reaches them over the next one', async () => {
  const rig = createTwoPhones({ contacts: true })
  const { alice, bob } = rig
  const isTalking = (phone: TestPhone) => endOf(phone) === 'talking'
  for (const phone of [alice, bob])
    phone.engine.onChange(() => {
      if (isTalking(alice) && isTalking(bob)) rig.air.open = false
    })
  alice.engine.command({ type: 'dial', address: bob.address, video: false })
  await settle()
  bob.engine.command({ type: 'answer', callId: idOf(bob), video: false })
  await rig.clock.advance(500)
  const theirs = () => [alice.keys.theirs(bob.address), bob.keys.theirs(alice.address)]
  expect([isTalking(alice), isTalking(bob)]).toEqual([true, true])
  expect(theirs()).toContain(null)
  dies(alice)
  dies(bob)
  rig.air.open = true
  await reload(rig, alice, bob)
  expectTalking(rig)
  expect(theirs()).not.toContain(null)
  expect(alice.keys.areKeptBy([bob.address])).toBe(true)
  expect(bob.keys.areKeptBy([alice.address])).toBe(true)
})

test('a minute later it may be renewed again', async () => {
  const rig = await talk()
  for (let time = 0; time < 8; time++) {
    await reload(rig, rig.bob)
    expectTalking(rig)
    await rig.clock.advance(20_000)
  }
  expect(refusalsOf(rig.alice)).toEqual([])
})

test('S15 more than twenty-six descriptions in a minute are refused and counted, and the call goes on', async () => {
  const rig = await talk()
  const { alice, bob, clock } = rig
  const callId = idOf(alice)
  const offer = () =>
    alice.engine.link.signal({ callId, signal: { type: 'offer', sdp: sdpWith(alice.page.fingerprint) } })
  for (let time = 0; time < 40; time++) offer()
  await settle()
  // The one that began the call is among them.
  expect(bob.page.orders.filter(({ name }) => name === 'link.signal')).toHaveLength(26)
  expect(bob.refusals).toEqual(expect.arrayContaining(Array(15).fill('rate')))
  expectTalking(rig)
  await clock.advance(60_000)
  offer()
  await settle()
  expect(bob.page.orders.filter(({ name }) => name === 'link.signal')).toHaveLength(27)
  expectTalking(rig)
})

/** The sealed frames of a renewal, one of which is met by something; the first call is left alone. */
async function renewUnder(side: Side, index: number, fate: (envelope: Envelope) => Envelope[]) {
  const rig = await talk()
  let number = 0
  rig.network.tamper = (envelope) => (number++ === index ? fate(envelope) : [envelope])
  await reload(rig, rig[side])
  return { rig, seen: number }
}
function flip(envelope: Envelope): Envelope[] {
  const last = envelope.box.at(40) === 'A' ? 'B' : 'A'
  return [{ ...envelope, box: envelope.box.slice(0, 40) + last + envelope.box.slice(41) }]
}

test('A1 whichever frame of a renewal the server alters or swallows, both talk under the same keys or nobody does', async () => {
  for (const side of sides) {
    const { seen } = await renewUnder(side, -1, (envelope) => [envelope])
    expect(seen).toBeGreaterThanOrEqual(5)
    for (let index = 0; index < seen; index++)
      for (const fate of [flip, () => []]) {
        const { rig } = await renewUnder(side, index, fate)
        const phases = [rig.alice, rig.bob].map((phone) => phone.view().phase)
        if (phases.every((phase) => phase === 'talking')) expectTalking(rig)
        await rig.clock.advance(90_000)
        for (const phone of [rig.alice, rig.bob]) {
          // A frame that is missing is a connection that is lost; nobody is accused of anything.
          expect(['talking', 'connection-lost,']).toContain(String(endOf(phone)))
          if (phone.view().phase !== 'talking') expect(phone.page.tracks).toBeNull()
        }
      }
  }
}, 60_000)

test('A3 a renewal whose every frame arrives twice, or again later, is one renewal', async () => {
  for (const side of sides) {
    const rig = await talk()
    const heard: Envelope[] = []
    rig.network.tamper = (envelope) => {
      heard.push(envelope)
      return [envelope, envelope]
    }
    await reload(rig, rig[side])
    expectTalking(rig)
    rig.network.tamper = (envelope) => [envelope, ...heard]
    await reload(rig, rig[side])
    expectTalking(rig)
    const refused = [...rig.alice.refusals, ...rig.bob.refusals]
    expect(new Set(refused)).toEqual(new Set(['seq', ...refused.filter((code) => code === 'aead')]))
  }
})

test('whatever dies and whenever, there is never a bound link with two different certificates or codes', async () => {
  const step = fc.record({
    what: fc.constantFrom('die', 'return', 'fail', 'interrupt', 'mute', 'wait'),
    side: fc.constantFrom(...sides),
    turns: fc.nat(40),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const rig = await talk()
      const code = boundOf(rig.alice).sas.digits
      const dead = new Set<Side>()
      for (const { what, side, turns } of steps) {
        const phone = rig[side]
        if (phone.view().phase === 'ended') break
        if (what === 'die') {
          dies(phone)
          dead.add(side)
        }
        if (what === 'return' && dead.delete(side)) returns(phone)
        if (what === 'fail') phone.engine.link.failed({ callId: idOf(phone), code: 'link-failed' })
        if (what === 'interrupt') phone.page.measure({ connection: 'interrupted' })
        if (what === 'mute') phone.engine.command({ type: 'mute', callId: idOf(phone), on: turns % 2 === 0 })
        if (what === 'wait') await rig.clock.advance(turns * 100)
        await settle(turns)
      }
      for (const side of dead) returns(rig[side])
      await rig.clock.advance(500)
      for (const phone of [rig.alice, rig.bob]) {
        const view = phone.view()
        if (view.phase === 'ended') expect(view.reason).not.toBe('altered')
        else expect(boundOf(phone).sas.digits).toEqual(code)
        expect(refusalsOf(phone).filter((code) => code !== 'rate' && code !== 'state')).toEqual([])
      }
      await rig.clock.advance(95_000)
      const phases = [rig.alice, rig.bob].map((phone) => phone.view().phase)
      if (phases.every((phase) => phase === 'talking')) expectTalking(rig)
      else for (const phase of phases) expect(['talking', 'ended']).toContain(phase)
    }),
    { numRuns: 25, seed: 20_261_125 },
  )
}, 60_000)
