// Who rings and who does not, from the invitation to what the page sees: two phones with real keys.
import { expect, test } from 'vitest'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

const dial = (from: TestPhone, to: TestPhone) =>
  from.engine.command({ type: 'dial', address: to.address, video: false })
function command(phone: TestPhone, type: 'answer' | 'decline' | 'hang-up' | 'dismiss'): void {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  const { callId } = view
  phone.engine.command(type === 'answer' ? { type, callId, video: false } : { type, callId })
}
const endOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'ended' ? view.reason : view.phase
}
async function talk(rig: ReturnType<typeof createTwoPhones>): Promise<void> {
  dial(rig.alice, rig.bob)
  await settle()
  command(rig.bob, 'answer')
  await rig.clock.advance(500)
  expect(rig.bob.view().phase).toBe('talking')
}

test('S12 where only contacts may ring, a stranger rings nothing, leaves nothing and is told nothing', async () => {
  const { alice, bob, clock, network } = createTwoPhones({ contacts: false, whoMayRing: 'contacts' })
  dial(alice, bob)
  await settle()
  expect(bob.view()).toEqual({ phase: 'idle' })
  expect([bob.records, bob.refusals]).toEqual([[], ['policy']])
  expect(network.sent.map(({ k }) => k)).toEqual([1])
  await clock.advance(61_000)
  expect(endOf(alice)).toBe('no-answer')
  expect([bob.records, bob.view().phase]).toEqual([[], 'idle'])
})

test('a contact rings where only contacts may', async () => {
  const { alice, bob } = createTwoPhones({ contacts: true, whoMayRing: 'contacts' })
  dial(alice, bob)
  await settle()
  expect(bob.view()).toMatchObject({ phase: 'incoming', silenced: false })
})

test('an unknown caller who may ring silently is silent from the start, and is missed in the end', async () => {
  const { alice, bob, clock } = createTwoPhones({ contacts: false, whoMayRing: 'unknown-silent' })
  const seen: boolean[] = []
  bob.engine.onChange(() => {
    const view = bob.view()
    if (view.phase === 'incoming') seen.push(view.silenced)
  })
  dial(alice, bob)
  await clock.advance(61_000)
  expect(seen.length).toBeGreaterThan(0)
  expect(seen).not.toContain(false)
  expect(bob.records).toMatchObject([{ outcome: 'missed', peer: alice.address }])
})

test('A8 two strangers who dial each other meet, though neither lets strangers ring', async () => {
  const { alice, bob, clock } = createTwoPhones({ contacts: false, whoMayRing: 'contacts' })
  dial(alice, bob)
  dial(bob, alice)
  await clock.advance(100)
  expect([alice.view().phase, bob.view().phase]).toEqual(['talking', 'talking'])
})

test('S12 a stranger who was declined calls again at once and does not ring; a minute later it does', async () => {
  const { alice, bob, clock } = createTwoPhones({ contacts: false })
  dial(alice, bob)
  await settle()
  command(bob, 'decline')
  await settle()
  expect(endOf(alice)).toBe('peer-declined')
  command(bob, 'dismiss')
  dial(alice, bob)
  await settle()
  expect(bob.view().phase).toBe('idle')
  expect(bob.records.map(({ outcome }) => outcome)).toEqual(['declined'])
  await clock.advance(61_000)
  dial(alice, bob)
  await settle()
  expect(bob.view().phase).toBe('incoming')
})

test('S12 quitting while a stranger rings is no decline of theirs', async () => {
  const { alice, bob } = createTwoPhones({ contacts: false })
  dial(alice, bob)
  await settle()
  bob.engine.leave()
  await settle()
  dial(alice, bob)
  await settle()
  expect(bob.view().phase).toBe('incoming')
})

test('somebody blocked rings nothing and leaves nothing, and is refused when dialled, in words of its own', async () => {
  const { alice, bob, network } = createTwoPhones()
  bob.marks.push(`blocked ${alice.address}`)
  dial(alice, bob)
  await settle()
  expect([bob.view().phase, bob.records, bob.refusals]).toEqual(['idle', [], ['policy']])
  const before = network.sent.length
  dial(bob, alice)
  await settle()
  expect(endOf(bob)).toBe('blocked')
  expect(network.sent.length).toBe(before)
  expect(bob.page.orders).toEqual([])
})

test('blocking ends the call that is on, and one that rings goes silent without a word', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.bob.engine.blocked(rig.alice.address)
  await settle()
  expect([endOf(rig.bob), endOf(rig.alice)]).toEqual(['blocked', 'peer-hung-up'])
  expect(rig.bob.page.open).toBeNull()

  const ringing = createTwoPhones({ contacts: false })
  dial(ringing.alice, ringing.bob)
  await settle()
  ringing.bob.engine.blocked(ringing.alice.address)
  await settle()
  expect(endOf(ringing.bob)).toBe('blocked')
  expect(ringing.bob.records).toMatchObject([{ outcome: 'declined' }])
  expect(ringing.network.sent.map(({ k }) => k)).toEqual([1])
})

test('blocking somebody else leaves the call alone', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.bob.engine.blocked(rig.addPhone(3).address)
  expect(rig.bob.view().phase).toBe('talking')
})

test('two contacts who talk give each other a key, which the next invitation and its end show', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  expect(rig.network.keys).toEqual([null])
  expect([rig.alice.keys.areKeptBy([rig.bob.address]), rig.bob.keys.areKeptBy([rig.alice.address])]).toEqual([
    true,
    true,
  ])
  expect(rig.alice.keys.pairs()[0]?.pair).toEqual(rig.bob.keys.pairs()[0]?.pair)
  command(rig.alice, 'hang-up')
  await settle()
  dial(rig.alice, rig.bob)
  await settle()
  command(rig.alice, 'hang-up')
  await settle()
  const key = rig.alice.keys.theirs(rig.bob.address)
  expect(key).toHaveLength(22)
  expect(rig.network.keys).toEqual([null, key, key])
})

test('strangers who talk give each other nothing', async () => {
  const rig = createTwoPhones({ contacts: false })
  await talk(rig)
  for (const phone of [rig.alice, rig.bob]) {
    expect([phone.keys.inUse(), phone.keys.pairs()]).toEqual([false, []])
    expect(phone.refusals).toEqual([])
  }
})
