import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import { fromBase64url } from '../../sp1/encode.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import { noFrames, sdpWith, someFrames } from './test-pages.ts'
import { exposureLimit } from '../trust/sas-exposure.ts'
import { comparingMs } from './call-endings.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

type Rig = ReturnType<typeof createTwoPhones>

const dial = (from: TestPhone, to: TestPhone, video = false) =>
  from.engine.command({ type: 'dial', address: to.address, video })

function idOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
const answer = (phone: TestPhone, video = false) =>
  phone.engine.command({ type: 'answer', callId: idOf(phone), video })
const hangUp = (phone: TestPhone) => phone.engine.command({ type: 'hang-up', callId: idOf(phone) })
const endOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'ended' ? [view.reason, view.detail] : view.phase
}
const idOfPeer = (phone: TestPhone): Address => {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.peer.address
}
const talkingOf = (phone: TestPhone) => {
  const view = phone.view()
  if (view.phase !== 'talking') throw new Error(`not talking but ${JSON.stringify(endOf(phone))}`)
  return view
}

async function talk(rig: Rig, video = false): Promise<void> {
  dial(rig.alice, rig.bob, video)
  await settle()
  answer(rig.bob, video)
  await rig.clock.advance(500)
}

test('a call is dialled, rings, is answered, is bound, and both have the same code', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob, true)
  await settle()
  expect(rig.bob.view().phase).toBe('incoming')
  expect(rig.alice.view().phase).toBe('ringing')
  answer(rig.bob, true)
  await rig.clock.advance(500)
  const [a, b] = [talkingOf(rig.alice), talkingOf(rig.bob)]
  expect(a.sas.digits).toEqual(b.sas.digits)
  expect(a.sas.symbols).toHaveLength(5)
  expect(a.callId).toBe(b.callId)
  expect(a.facts).toMatchObject({ bound: true, match: true, signedOwn: rig.alice.page.fingerprint })
  expect(a.facts.signedPeer).toBe(rig.bob.page.fingerprint)
  expect(a.peer.claimedName).toBe('Phone 2')
  expect(rig.alice.page.tracks).toMatchObject({ micOn: true, cameraOn: true })
  hangUp(rig.alice)
  await settle()
  expect(endOf(rig.bob)).toEqual(['peer-hung-up', null])
  expect(rig.alice.page.open).toBeNull()
})

test('a stranger is not told that it rings', async () => {
  const rig = createTwoPhones({ contacts: false })
  dial(rig.alice, rig.bob)
  await settle()
  expect(rig.bob.view().phase).toBe('incoming')
  expect(rig.alice.view().phase).toBe('dialing')
  expect(rig.network.sent.map(({ k }) => k)).toEqual([1])
})

test('A11 nothing leaves the callee before somebody accepts but the signed word that it rings', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await rig.clock.advance(30_000)
  expect(rig.network.sent.map(({ k }) => k)).toEqual([1, 4])
  // Bob's page makes a certificate and opens nothing; what Alice's has to say of its link stays in her main process.
  expect(rig.bob.page.orders.map(({ name }) => name)).toEqual(['link.warm'])
  expect(rig.alice.page.orders.map(({ name }) => name)).toEqual(['link.prepare', 'link.open'])
  // And no second invitation is made by itself.
  await rig.clock.advance(60_000)
  expect(rig.network.sent.filter(({ k }) => k === 1)).toHaveLength(1)
})

test('a ring is over after a minute by the clock of main, also where a hidden window sleeps and the caller is silent', async () => {
  const rig = createTwoPhones()
  rig.bob.page.prepares = false
  dial(rig.alice, rig.bob)
  await settle()
  rig.network.online = false
  await rig.clock.advance(59_000)
  expect(rig.bob.engine.view().phase).toBe('incoming')
  await rig.clock.advance(1_000)
  expect(endOf(rig.bob)).toEqual(['missed', null])
})

test('decline, busy, cancel and no answer reach the other side', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await settle()
  rig.bob.engine.command({ type: 'decline', callId: idOf(rig.bob) })
  await settle()
  expect([endOf(rig.alice), endOf(rig.bob)]).toEqual([
    ['peer-declined', null],
    ['declined', null],
  ])

  dial(rig.alice, rig.bob)
  await settle()
  hangUp(rig.alice)
  await settle()
  expect([endOf(rig.alice), endOf(rig.bob)]).toEqual([
    ['cancelled', null],
    ['missed', null],
  ])

  dial(rig.alice, rig.bob)
  await rig.clock.advance(61_000)
  expect([endOf(rig.alice), endOf(rig.bob)]).toEqual([
    ['no-answer', null],
    ['missed', null],
  ])

  await talk(rig)
  const carol = rig.addPhone(3)
  dial(carol, rig.bob)
  await settle()
  expect(endOf(carol)).toEqual(['busy', null])
  expect(talkingOf(rig.bob).facts.bound).toBe(true)
  expect(rig.bob.records.at(-1)).toMatchObject({ outcome: 'missed', peer: carol.address })
})

test('somebody without a prekey is not at this server', async () => {
  const rig = createTwoPhones()
  rig.bob.prekeys.length = 0
  dial(rig.alice, rig.bob)
  await settle()
  expect(endOf(rig.alice)).toEqual(['not-at-server', null])
})

test.each([
  ['alice first', (rig: Rig) => [rig.alice, rig.bob]],
  ['bob first', (rig: Rig) => [rig.bob, rig.alice]],
] as const)('A8 both dial at once, %s: one call, the same code on both', async (_name, order) => {
  const rig = createTwoPhones()
  const [first, second] = order(rig)
  dial(first!, second!)
  dial(second!, first!)
  await rig.clock.advance(500)
  expect(talkingOf(rig.alice).sas.digits).toEqual(talkingOf(rig.bob).sas.digits)
})

test('A9 a prekey that somebody else signed is refused, and nothing is sent', async () => {
  const rig = createTwoPhones()
  const carol = rig.addPhone(3)
  rig.bob.prekeys.splice(0, 1, ...carol.prekeys)
  dial(rig.alice, rig.bob)
  await settle()
  expect(endOf(rig.alice)).toEqual(['altered', 'prekey-signature'])
  expect(rig.network.sent).toEqual([])
})

test('A3 every envelope that arrives twice changes nothing', async () => {
  const rig = createTwoPhones()
  rig.network.tamper = (envelope) => [envelope, envelope]
  await talk(rig)
  expect(talkingOf(rig.alice).sas.digits).toEqual(talkingOf(rig.bob).sas.digits)
  expect(rig.bob.refusals).toContain('replay')
  expect(rig.bob.refusals).toContain('seq')
})

test('A3 frames that change places are put in order', async () => {
  const rig = createTwoPhones()
  const order: number[] = []
  let held: Envelope | null = null
  rig.network.tamper = (envelope) => {
    if (envelope.k !== 3) return [envelope]
    order.push(envelope.s)
    if (order.length === 1) {
      held = envelope
      return []
    }
    return order.length === 2 && held ? [envelope, held] : [envelope]
  }
  await talk(rig)
  // The offer has overtaken the reveal.
  expect(order.slice(0, 2)).toEqual([0, 1])
  expect(talkingOf(rig.alice).sas.digits).toEqual(talkingOf(rig.bob).sas.digits)
  expect(rig.bob.refusals).toEqual([])
})

test('a frame that the server swallows ends a call that waits for it, after ten seconds', async () => {
  const rig = createTwoPhones()
  rig.network.tamper = (envelope) => (envelope.k === 3 && envelope.s === 0 ? [] : [envelope])
  dial(rig.alice, rig.bob)
  await settle()
  answer(rig.bob)
  await rig.clock.advance(9_000)
  expect(rig.bob.view().phase).toBe('connecting')
  await rig.clock.advance(2_000)
  expect(endOf(rig.bob)[0]).toMatch(/^connection-/)
  expect(rig.bob.page.tracks).toBeNull()
})

/** Flips one bit in the box of every envelope of kind k. */
const flip =
  (k: number) =>
  (envelope: Envelope): Envelope[] => {
    if (envelope.k !== k) return [envelope]
    const last = envelope.box.at(40) === 'A' ? 'B' : 'A'
    return [{ ...envelope, box: envelope.box.slice(0, 40) + last + envelope.box.slice(41) }]
  }

test('A1 an altered answer or frame ends the call as altered, and nothing was opened', async () => {
  for (const k of [2, 3]) {
    const rig = createTwoPhones()
    rig.network.tamper = flip(k)
    await talk(rig)
    const victim = k === 2 ? rig.alice : rig.bob
    expect(endOf(victim), `k:${k}`).toEqual(['altered', 'aead'])
    for (const phone of [rig.alice, rig.bob]) expect(phone.page.tracks).toBeNull()
  }
})

test('A1 an altered invitation rings nobody, and an altered cancel or word changes nothing', async () => {
  const rig = createTwoPhones()
  rig.network.tamper = flip(1)
  dial(rig.alice, rig.bob)
  await settle()
  expect(rig.bob.view().phase).toBe('idle')
  expect(rig.bob.refusals).toEqual(['unseal'])

  const other = createTwoPhones()
  other.network.tamper = (envelope) => flip(5)(flip(4)(envelope)[0]!)
  dial(other.alice, other.bob)
  await settle()
  expect(other.alice.view().phase).toBe('dialing')
  hangUp(other.alice)
  await settle()
  expect(other.bob.view().phase).toBe('incoming')
})

test('a frame altered after the link is bound is dropped and counted, and the call goes on', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.bob.engine.link.frame({ callId: idOf(rig.bob), data: '{"k":3,"s":99,"box":"AAAA"}' })
  rig.bob.engine.link.frame({ callId: idOf(rig.bob), data: 'x'.repeat(1000) })
  expect(talkingOf(rig.bob).facts.bound).toBe(true)
  expect(rig.bob.refusals.length).toBeGreaterThanOrEqual(2)
})

test('A1 R4 a sealed description that names another certificate ends in sdp-fp', async () => {
  const rig = createTwoPhones()
  const { clock } = rig
  // The peer is evil: its handshake signs one certificate and its stack uses another.
  rig.alice.page.offerSdp = () => sdpWith('sha-256 ' + Array(32).fill('EE').join(':'))
  await talk(rig)
  await clock.advance(500)
  // Main refuses to send it for its own page.
  expect(endOf(rig.alice)).toEqual(['altered', 'sdp-fp'])
  expect(rig.bob.page.tracks).toBeNull()
})

test('D1 D3 a transport with another certificate than the signed one is cut', async () => {
  const rig = createTwoPhones()
  rig.bob.page.seen = 'sha-256 ' + Array(32).fill('EE').join(':')
  await talk(rig)
  expect(endOf(rig.bob)).toEqual(['altered', 'certificate'])
  expect(rig.bob.page.tracks).toBeNull()
})

const hasKeys = (phone: TestPhone) => phone.page.orders.some(({ name }) => name === 'link.keys')

test('anything but the proof as the first message on the link cuts it', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await settle()
  answer(rig.bob)
  for (let i = 0; i < 300 && !hasKeys(rig.bob); i++) await Promise.resolve()
  rig.bob.engine.link.frame({ callId: idOf(rig.bob), data: 'hello' })
  await rig.clock.advance(500)
  expect(endOf(rig.bob)).toEqual(['altered', 'dtls-bind'])
  expect(rig.bob.page.tracks).toBeNull()
})

test('R3 the page cannot mark somebody verified before an authentic frame of sound arrived', async () => {
  const rig = createTwoPhones()
  rig.bob.page.frames = noFrames
  dial(rig.alice, rig.bob)
  await settle()
  const order = { type: 'sas', callId: idOf(rig.bob), answer: 'match' } as const
  expect(() => rig.bob.engine.command(order)).toThrow('no-call')
  answer(rig.bob)
  await rig.clock.advance(500)
  expect(talkingOf(rig.bob)).toMatchObject({ secure: false, facts: { bound: true } })
  for (const answer of ['match', 'different', 'later'] as const)
    expect(() => rig.bob.engine.command({ ...order, answer })).toThrow('no-call')
  expect(rig.bob.marks).toEqual([])
  rig.bob.page.measure({ frames: someFrames })
  expect(talkingOf(rig.bob).secure).toBe(true)
  rig.bob.engine.command(order)
  expect(rig.bob.marks).toEqual([`verified ${rig.alice.address}`])
})

/** A peer, or a server, that breaks the call each time its code has just been made. */
async function breakOff(rig: Rig): Promise<void> {
  rig.bob.page.prepares = true
  rig.air.open = false
  dial(rig.alice, rig.bob)
  await settle()
  answer(rig.bob)
  await settle()
  await rig.clock.advance(60_000)
  for (const phone of [rig.alice, rig.bob]) phone.engine.command({ type: 'dismiss', callId: idOf(phone) })
  rig.air.open = true
}

test('calls that break off with a code just made are counted on both sides, others are not', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await settle()
  hangUp(rig.bob)
  await settle()
  // People who talk and never compare, as often as they like.
  for (let i = 0; i < exposureLimit; i++) {
    await talk(rig)
    await rig.clock.advance(comparingMs)
    hangUp(rig.alice)
    await settle()
  }
  expect([rig.alice.marks, rig.bob.marks]).toEqual([[], []])
  await breakOff(rig)
  expect(rig.alice.marks).toEqual([`exposed ${rig.bob.address}`])
  expect(rig.bob.marks).toEqual([`exposed ${rig.alice.address}`])
})

test('A2 a call that is let through and hung up before its code can be compared is counted where it was cut', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  hangUp(rig.alice)
  await settle()
  expect(rig.bob.marks).toEqual([`exposed ${rig.alice.address}`])
  // Whoever left heard somebody, and left.
  expect(rig.alice.marks).toEqual([])
})

test('R3 A2 after ten of them no code is taken as a match any more, until something better is compared', async () => {
  const rig = createTwoPhones()
  for (let i = 0; i < 10; i++) await breakOff(rig)
  await talk(rig)
  expect(talkingOf(rig.alice).sas.exhausted).toBe(true)
  const match = { type: 'sas', callId: idOf(rig.alice), answer: 'match' } as const
  expect(() => rig.alice.engine.command(match)).toThrow('sas-exhausted')
  expect(talkingOf(rig.alice).sas.answer).toBe('none')
  expect(rig.alice.marks).not.toContain(`verified ${rig.bob.address}`)
  rig.alice.engine.command({ ...match, answer: 'later' })
  rig.alice.engine.command({ ...match, answer: 'different' })
  expect(endOf(rig.alice)).toEqual(['sas-mismatch', null])
})

test('a mismatch that is found beside the call cuts it, in every phase and with nobody else', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.alice.engine.mismatched(rig.alice.address)
  expect(rig.alice.view().phase).toBe('talking')
  rig.alice.engine.mismatched(rig.bob.address)
  expect(endOf(rig.alice)).toEqual(['sas-mismatch', null])
  expect(rig.alice.warnings).toMatchObject([{ reason: 'sas-mismatch', address: rig.bob.address }])
  await settle()
  dial(rig.bob, rig.addPhone(3))
  await settle()
  rig.bob.engine.mismatched(idOfPeer(rig.bob))
  expect(endOf(rig.bob)).toEqual(['cancelled', null])
})

test('the next call does not take away the warning about an altered one', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.alice.page.measure({ own: rig.alice.page.fingerprint, seen: rig.alice.page.fingerprint })
  expect(endOf(rig.alice)).toEqual(['altered', 'certificate'])
  const before = rig.alice.warnings.length
  await settle()
  dial(rig.addPhone(3), rig.alice)
  await settle()
  expect(rig.alice.view().phase).toBe('incoming')
  expect(rig.alice.warnings).toMatchObject([{ reason: 'altered', detail: 'certificate' }])
  expect(before).toBe(1)
})

test('"Different" cuts the call, and the identity neither rings nor can be dialled again', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.bob.engine.command({ type: 'sas', callId: idOf(rig.bob), answer: 'different' })
  await settle()
  expect(endOf(rig.bob)).toEqual(['sas-mismatch', null])
  expect(endOf(rig.alice)).toEqual(['peer-hung-up', null])
  dial(rig.alice, rig.bob)
  await settle()
  expect(rig.bob.view().phase).toBe('ended')
  dial(rig.bob, rig.alice)
  expect(endOf(rig.bob)).toEqual(['refused-peer', null])
})

test('the server is lost while talking: nothing changes and the hang-up still arrives', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.network.online = false
  await rig.clock.advance(60_000)
  rig.alice.engine.command({ type: 'mute', callId: idOf(rig.alice), on: true })
  await settle()
  expect(talkingOf(rig.bob).media.peerMicOn).toBe(false)
  hangUp(rig.alice)
  await settle()
  expect(endOf(rig.bob)).toEqual(['peer-hung-up', null])
})

test('a link that fails is waited for, comes back, or ends the call after half a minute', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.air.open = false
  rig.network.online = false
  rig.alice.page.measure({ connection: 'failed' })
  expect(rig.alice.view().phase).toBe('reconnecting')
  await rig.clock.advance(29_000)
  rig.alice.page.measure({ connection: 'connected' })
  expect(talkingOf(rig.alice).facts.bound).toBe(true)
  rig.alice.page.measure({ connection: 'interrupted' })
  await rig.clock.advance(31_000)
  expect(endOf(rig.alice)).toEqual(['connection-lost', null])
})

test('while the link is interrupted, what restarts it goes by the server, with what the link has lost', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  const { alice, bob } = rig
  rig.air.open = false
  // Lost on the way, and everything after it would wait for it.
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: true })
  alice.page.measure({ connection: 'failed' })
  await settle()
  expect(talkingOf(bob).media.peerMicOn).toBe(false)
  expect(bob.page.orders.filter(({ name }) => name === 'link.signal')).toHaveLength(2)
  rig.air.open = true
  alice.page.measure({ connection: 'connected' })
  alice.engine.command({ type: 'mute', callId: idOf(alice), on: false })
  await settle()
  expect(talkingOf(bob).media.peerMicOn).toBe(true)
})

test('R4 D4 an offer in a call that names another certificate is refused, and the call goes on', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  const sdp = sdpWith('sha-256 ' + Array(32).fill('EE').join(':'))
  rig.alice.engine.link.signal({ callId: idOf(rig.alice), signal: { type: 'offer', sdp } })
  await settle()
  expect(rig.alice.refusals).toEqual(['sdp-fp'])
  expect(rig.bob.page.orders.filter(({ name }) => name === 'link.signal')).toHaveLength(1)
  expect(talkingOf(rig.alice).facts.bound).toBe(true)
})

test('D1 a certificate that changes in a call cuts it', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  const { own, seen } = talkingOf(rig.alice).facts
  rig.alice.page.measure({ own, seen })
  expect(talkingOf(rig.alice).facts.match).toBe(true)
  rig.alice.page.measure({ own, seen: own })
  expect(endOf(rig.alice)).toEqual(['altered', 'certificate'])
  expect(rig.alice.page.tracks).toBeNull()
})

test('a callee who hangs up before the caller has revealed is heard', async () => {
  const rig = createTwoPhones()
  let lost = false
  rig.network.tamper = (envelope) => {
    if (envelope.k !== 3 || lost) return [envelope]
    lost = true
    return []
  }
  await talk(rig)
  expect(rig.bob.view().phase).toBe('connecting')
  hangUp(rig.bob)
  await settle()
  expect(endOf(rig.alice)).toEqual(['peer-hung-up', null])
})

test('a clock that is put back ends the ringing no later', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await rig.clock.advance(30_000)
  rig.clock.correct(-3_600_000)
  rig.alice.engine.command({ type: 'mute', callId: idOf(rig.alice), on: true })
  await rig.clock.advance(31_000)
  expect([endOf(rig.alice), endOf(rig.bob)]).toEqual([
    ['no-answer', null],
    ['missed', null],
  ])
})

test('a call without a server opens the microphone and ends in words', async () => {
  const rig = createTwoPhones()
  rig.network.nowhere = true
  dial(rig.alice, rig.bob)
  expect(rig.alice.view()).toMatchObject({ phase: 'dialing' })
  await settle()
  expect(endOf(rig.alice)).toEqual(['server-unreachable', null])
})

/** A call that was signed and fresh, with a part that no honest phone sends. */
function callFrom(caller: TestPhone, callId: CallId, changes: Partial<IncomingCall> = {}): IncomingCall {
  return {
    callerKey: caller.identity.publicKey,
    callId: fromBase64url(callId, 16),
    media: 'a',
    reply: new Uint8Array(16).fill(9),
    fingerprint: caller.page.fingerprint,
    sentAtMs: 0,
    th1: new Uint8Array(32),
    ephemeralKey: new Uint8Array(1216).fill(0xff),
    commitment: new Uint8Array(32),
    phase: 'pending',
    ...changes,
  }
}

test('a call with an impossible key rings like any other and ends when it is answered', async () => {
  const rig = createTwoPhones()
  rig.bob.engine.called(callFrom(rig.alice, 'AAAAAAAAAAAAAAAAAAAAAA' as CallId))
  expect(rig.bob.view().phase).toBe('incoming')
  await settle()
  expect(rig.bob.refusals).toEqual(['bad-key'])
  answer(rig.bob)
  await settle()
  expect(endOf(rig.bob)).toEqual(['altered', 'bad-key'])
})

test('somebody else who calls under the id of a running call gets nothing and breaks nothing', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  rig.bob.engine.called(callFrom(rig.addPhone(3), idOf(rig.bob)))
  expect(rig.bob.refusals).toContain('replay')
  hangUp(rig.bob)
  await settle()
  expect(endOf(rig.alice)).toEqual(['peer-hung-up', null])
})

test('a name that no settings let through is not shown', async () => {
  for (const name of ['safe\u202Eexe.', 'a\nb', ' ', 'x'.repeat(65)]) {
    const rig = createTwoPhones({ name })
    await talk(rig)
    expect(talkingOf(rig.alice).peer.claimedName).toBeNull()
    expect(rig.alice.refusals).toEqual(['type'])
  }
})

test('a page that never answers ends the call before anybody is rung', async () => {
  const rig = createTwoPhones()
  rig.alice.page.prepares = false
  dial(rig.alice, rig.bob)
  await rig.clock.advance(11_000)
  expect(endOf(rig.alice)).toEqual(['connection-failed', 'page-silent'])
  expect(rig.network.sent).toEqual([])
})

test('messages of the page about another call are dropped', async () => {
  const rig = createTwoPhones()
  await talk(rig)
  const callId = 'ZZZZZZZZZZZZZZZZZZZZZZ' as CallId
  const before = JSON.stringify(rig.alice.view())
  rig.alice.engine.link.failed({ callId, code: 'link-failed' })
  rig.alice.engine.link.signal({ callId, signal: { type: 'offer', sdp: 'junk' } })
  rig.alice.engine.link.frame({ callId, data: 'junk' })
  rig.alice.engine.link.bind({ callId, own: sdpWith(''), seen: '' })
  expect(JSON.stringify(rig.alice.view())).toBe(before)
})

test('over a network that drops, repeats and reorders, no call ends with two different codes', async () => {
  const outcome = fc.constantFrom('pass', 'pass', 'pass', 'drop', 'twice', 'hold')
  await fc.assert(
    fc.asyncProperty(
      fc.array(outcome, { minLength: 30, maxLength: 30 }),
      fc.integer(),
      async (fates, seed) => {
        const rig = createTwoPhones({ seed })
        const held: Envelope[] = []
        rig.network.tamper = (envelope) => {
          const fate = fates[rig.network.sent.length % fates.length]
          if (fate === 'drop') return []
          if (fate === 'twice') return [envelope, envelope]
          if (fate === 'hold') {
            held.push(envelope)
            return []
          }
          return [envelope, ...held.splice(0)]
        }
        dial(rig.alice, rig.bob)
        await rig.clock.advance(50)
        if (rig.bob.view().phase === 'incoming') answer(rig.bob)
        await rig.clock.advance(1000)
        const views: CallView[] = [rig.alice.view(), rig.bob.view()]
        const codes = views.flatMap((view) => (view.phase === 'talking' ? [view.sas.digits.join()] : []))
        expect(new Set(codes).size).toBeLessThanOrEqual(1)
        // Whatever was lost: both talk, or it ends for both. Nobody waits for ever, and nobody talks to nobody.
        await rig.clock.advance(200_000)
        const phases = [rig.alice, rig.bob].map((phone) => phone.view().phase)
        if (codes.length === 2) expect(phases).toEqual(['talking', 'talking'])
        else for (const phase of phases) expect(['idle', 'ended']).toContain(phase)
        for (const phone of [rig.alice, rig.bob])
          if (phone.view().phase === 'ended') expect(phone.page.tracks).toBeNull()
      },
    ),
    { numRuns: 60, seed: 20_261_120 },
  )
})
