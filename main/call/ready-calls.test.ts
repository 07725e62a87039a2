// What is got ready while a call rings, and that nothing of it leaves before somebody has accepted.
import { expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { LinkOpen } from '../../contract/link.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

type Rig = ReturnType<typeof createTwoPhones>

function callIdOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
async function ring(rig: Rig): Promise<void> {
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  // The caller's connection is made once it rings.
  await rig.clock.advance(500)
}
async function answer(rig: Rig): Promise<void> {
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  await rig.clock.advance(100)
}
const namesOf = (phone: TestPhone) => phone.page.orders.map(({ name }) => name)
const opensOf = (phone: TestPhone) =>
  phone.page.orders.flatMap(({ name, push }) => (name === 'link.open' ? (push as LinkOpen) : []))
const kinds = (rig: Rig) => rig.network.sent.map(({ k }) => k)
const reasonOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'ended' ? view.reason : view.phase
}

test('A11 the offer that a page has made while it rings leaves behind the reveal and never before', async () => {
  const rig = createTwoPhones()
  let offered = 0
  rig.alice.page.offerSdp = (fingerprint) => {
    offered++
    return `v=0\r\na=fingerprint:${fingerprint}\r\n`
  }
  await ring(rig)
  expect([offered, opensOf(rig.alice).length]).toEqual([1, 1])
  expect(kinds(rig)).toEqual([1, 4])
  await rig.clock.advance(30_000)
  expect(kinds(rig)).toEqual([1, 4])
  await answer(rig)
  // The acceptance, the reveal, the offer: it is the one from before.
  expect(kinds(rig).slice(2, 5)).toEqual([2, 3, 3])
  expect(offered).toBe(1)
})

test('a call that is declined or given up leaves nothing of what was ready', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.engine.command({ type: 'decline', callId: callIdOf(rig.bob) })
  await settle()
  expect(kinds(rig)).not.toContain(3)
  expect([namesOf(rig.alice).at(-1), namesOf(rig.bob).at(-1)]).toEqual(['link.close', 'link.close'])
})

test('the link opens while the microphone does, and is proved to nobody before it is open', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.prepares = false
  await answer(rig)
  expect(kinds(rig)).toContain(2)
  expect(namesOf(rig.bob)).toContain('link.keys')
  // Both pages are connected by now. Whoever called has said so, and hears nothing back.
  expect([namesOf(rig.alice), namesOf(rig.bob)].map((names) => names.includes('link.frame'))).toEqual([
    true,
    false,
  ])
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['connecting', 'connecting'])
  rig.bob.engine.link.prepared({
    callId: callIdOf(rig.bob),
    ok: true,
    fingerprint: rig.bob.page.fingerprint,
    cameraProblem: null,
  })
  await rig.clock.advance(100)
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['talking', 'talking'])
})

test('a microphone that does not open after the click ends the call for both, with the reason here', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.problem = 'mic-denied'
  await answer(rig)
  expect([reasonOf(rig.bob), reasonOf(rig.alice)]).toEqual(['mic-denied', 'peer-hung-up'])
  // The nonce was out, and nobody has compared anything.
  expect(rig.bob.marks).toEqual([`exposed ${rig.alice.address}`])
  expect([namesOf(rig.alice), namesOf(rig.bob)].flat()).not.toContain('link.tracks')
})

test('a link that closes before it is proved has a moment for the hang-up behind it; without one it has failed', async () => {
  for (const hangsUp of [true, false]) {
    const rig = createTwoPhones()
    await ring(rig)
    rig.bob.page.prepares = false
    await answer(rig)
    rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'link-failed' })
    if (hangsUp) rig.bob.engine.link.prepared({ callId: callIdOf(rig.bob), ok: false, code: 'mic-denied' })
    await rig.clock.advance(1_000)
    expect(reasonOf(rig.alice)).toBe(hangsUp ? 'peer-hung-up' : 'connection-failed')
  }
})

test('what was got ready and fails while the microphone opens is made anew, and ends nothing', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.prepares = false
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  rig.bob.engine.link.failed({ callId: callIdOf(rig.bob), code: 'link-failed' })
  await rig.clock.advance(2_000)
  expect(rig.bob.view().phase).toBe('connecting')
})

test('the other side waits as long as a microphone may take to open', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.prepares = false
  await answer(rig)
  await rig.clock.advance(9_800)
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['connecting', 'connecting'])
  await rig.clock.advance(200)
  expect([reasonOf(rig.bob), reasonOf(rig.alice)]).toEqual(['connection-failed', 'peer-hung-up'])
})

test('a page that was replaced while it rang makes another certificate, and the call comes about', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.die()
  rig.bob.engine.pageGone()
  rig.bob.page.load()
  rig.bob.engine.pageReady()
  await answer(rig)
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['talking', 'talking'])
})

test('another network while it rings makes the connection anew, and what the one before said is forgotten', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.alice.engine.networkChanged(true)
  await settle()
  expect(opensOf(rig.alice)).toHaveLength(2)
  await answer(rig)
  expect(rig.alice.view().phase).toBe('talking')
  expect(kinds(rig).filter((k) => k === 3).length).toBeGreaterThan(2)
  expect(rig.bob.refusals.filter((code) => code !== 'seq')).toEqual([])
})

test('whoever wants a relay by the time of the answer gets a connection that was made for one', async () => {
  const rig = createTwoPhones()
  rig.network.relay = async () => ({ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' })
  rig.alice.reach.verified = true
  rig.alice.reach.wish = { use: 'automatic', directToVerified: true }
  await ring(rig)
  expect(opensOf(rig.alice).map(({ relayOnly }) => relayOnly)).toEqual([false])
  rig.alice.reach.wish = { use: 'always', directToVerified: true }
  await answer(rig)
  expect(opensOf(rig.alice).map(({ relayOnly }) => relayOnly)).toEqual([false, true])
})

test('whoever hears of the relay while it rings gets a connection that has it', async () => {
  const rig = createTwoPhones()
  const relay = Promise.withResolvers<Awaited<ReturnType<typeof rig.network.relay>>>()
  rig.network.relay = () => relay.promise
  rig.alice.reach.verified = true
  rig.alice.reach.wish = { use: 'automatic', directToVerified: true }
  await ring(rig)
  await rig.clock.advance(2_000)
  expect(opensOf(rig.alice).map(({ iceServers }) => iceServers.length)).toEqual([0])
  relay.resolve({ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' })
  await answer(rig)
  expect(opensOf(rig.alice).map(({ iceServers }) => iceServers.length)).toEqual([0, 1])
})

test('another network, while it is not known yet whether there is a relay, costs the call nothing', async () => {
  const rig = createTwoPhones()
  const relay = Promise.withResolvers<null>()
  rig.network.relay = () => relay.promise
  await ring(rig)
  await answer(rig)
  expect(namesOf(rig.alice)).not.toContain('link.keys')
  for (const { engine } of [rig.alice, rig.bob]) engine.networkChanged(true)
  relay.resolve(null)
  await rig.clock.advance(100)
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['talking', 'talking'])
})

test('a connection that fails while it rings is made anew once the call is answered', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'link-failed' })
  expect(rig.alice.view().phase).toBe('ringing')
  await answer(rig)
  expect([opensOf(rig.alice).length, rig.alice.view().phase]).toEqual([2, 'talking'])
})

test('a camera that goes away while it rings costs the connection nothing', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'camera-busy' })
  await answer(rig)
  expect([opensOf(rig.alice).length, rig.alice.view().phase]).toEqual([1, 'talking'])
})

test('an encryption that dies while it rings is started anew here, and ends the call of whoever rings', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.engine.link.failed({ callId: callIdOf(rig.bob), code: 'frames-failed' })
  expect(rig.bob.view().phase).toBe('incoming')
  await answer(rig)
  expect(rig.bob.view().phase).toBe('talking')

  const other = createTwoPhones()
  await ring(other)
  other.alice.engine.link.failed({ callId: callIdOf(other.alice), code: 'frames-failed' })
  await settle()
  expect([reasonOf(other.alice), other.bob.view().phase]).toEqual(['frames-failed', 'ended'])
})

test('a microphone that is refused while the encryption is still tried out lets no nonce out', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  rig.bob.page.prepares = false
  rig.framesWork.all = false
  await answer(rig)
  rig.framesWork.all = true
  rig.bob.engine.link.prepared({ callId: callIdOf(rig.bob), ok: false, code: 'mic-denied' })
  await settle()
  expect(kinds(rig)).not.toContain(2)
  expect([reasonOf(rig.bob), reasonOf(rig.alice)]).toEqual(['mic-denied', 'peer-declined'])
})

test('what a page says of a connection without end is dropped and counted while it rings', async () => {
  const rig = createTwoPhones()
  await ring(rig)
  const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 5 typ host', sdpMid: '0', sdpMLineIndex: 0 }
  for (let i = 0; i < 100; i++)
    rig.alice.engine.link.signal({
      callId: callIdOf(rig.alice),
      signal: { type: 'candidates', list: [candidate] },
    })
  // The offer is kept as well.
  expect(rig.alice.refusals.filter((code) => code === 'rate')).toHaveLength(21)
  expect(kinds(rig)).not.toContain(3)
})
