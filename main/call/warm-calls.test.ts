// What is got ready before somebody calls, and which calls do not wait for their microphone.
import { expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'
import { staysWarmMs } from './warm-call.ts'

type Rig = ReturnType<typeof createTwoPhones>

const kinds = (rig: Rig) => rig.network.sent.map(({ k }) => k)
const phases = (rig: Rig) => [rig.alice.view().phase, rig.bob.view().phase]
const namesOf = (phone: TestPhone) => phone.page.orders.map(({ name }) => name)
const idsOf = (phone: TestPhone) => phone.page.orders.map(({ push }) => (push as { callId: CallId }).callId)
function callIdOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
const reasonOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'ended' ? view.reason : view.phase
}
async function warm(rig: Rig): Promise<void> {
  rig.alice.engine.warm(rig.bob.address)
  await settle()
}
async function dial(rig: Rig, video = false): Promise<void> {
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video })
  await settle()
}
/** The certificate is there, and the microphone does not open until a test has it do so. */
async function dialUnopened(rig: Rig): Promise<void> {
  await warm(rig)
  rig.alice.page.prepares = false
  await dial(rig)
}
async function answer(rig: Rig): Promise<void> {
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  await rig.clock.advance(100)
}
/** Both are back on their home screens, and what was sent is forgotten. */
async function hangUp(rig: Rig): Promise<void> {
  rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
  await rig.clock.advance(3_000)
  for (const phone of [rig.alice, rig.bob]) {
    phone.engine.command({ type: 'dismiss', callId: callIdOf(phone) })
    phone.page.orders.length = 0
  }
  rig.network.sent.length = rig.network.sought.length = 0
}
/** A call that was made and is over: from then on Alice's microphone is known to open. */
async function callOnce(rig: Rig): Promise<void> {
  await dial(rig)
  await hangUp(rig)
}

test('before the click the server is asked for a prekey and a seat, a certificate is made, and nobody hears of it', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  expect([rig.network.sought, rig.network.drops]).toEqual([[rig.bob.address], 1])
  expect([kinds(rig), rig.network.asked]).toEqual([[], []])
  expect([namesOf(rig.alice), namesOf(rig.bob)]).toEqual([['link.warm'], []])
  expect(phases(rig)).toEqual(['idle', 'idle'])
})

test('the call takes what is ready: one connection, one prekey, one certificate, and it comes about', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  const fingerprint = rig.alice.page.fingerprint
  await dial(rig)
  expect([rig.network.sought.length, kinds(rig)[0]]).toEqual([1, 1])
  expect(namesOf(rig.alice)).toEqual(['link.warm', 'link.prepare'])
  expect(new Set(idsOf(rig.alice))).toEqual(new Set([callIdOf(rig.alice)]))
  await answer(rig)
  expect([phases(rig), rig.alice.page.fingerprint]).toEqual([['talking', 'talking'], fingerprint])
})

test('what nobody uses is given up after a while, also in the page, and a call after that begins anew', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  await rig.clock.advance(staysWarmMs - 1)
  expect(rig.network.drops).toBe(1)
  await rig.clock.advance(1)
  expect([rig.network.drops, namesOf(rig.alice)]).toEqual([0, ['link.warm', 'link.close']])
  await dial(rig)
  await answer(rig)
  expect([phases(rig), rig.network.sought.length]).toEqual([['talking', 'talking'], 2])
})

test('nothing keeps it longer, so that it does not tell the peer more of its age', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  for (let n = 1; n < 10; n++) {
    await rig.clock.advance(staysWarmMs / 10)
    await warm(rig)
  }
  expect([rig.network.drops, rig.network.sought.length]).toEqual([1, 1])
  await rig.clock.advance(staysWarmMs / 10)
  expect(rig.network.drops).toBe(0)
})

test('nor does a computer that slept meanwhile, and whose timers stood still', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  rig.clock.correct(8 * 3_600_000)
  await dial(rig)
  await rig.clock.advance(3_000)
  expect([rig.network.sought.length, rig.network.drops]).toEqual([2, 2])

  const other = createTwoPhones()
  await warm(other)
  other.clock.correct(8 * 3_600_000)
  await warm(other)
  expect(other.network.sought.length).toBe(2)
})

test('of a stranger the server hears no sooner than with the call', async () => {
  const rig = createTwoPhones({ contacts: false })
  await warm(rig)
  expect([rig.network.sought, rig.network.drops]).toEqual([[], 1])
  await dial(rig)
  await answer(rig)
  expect([rig.network.sought, phases(rig)]).toEqual([[rig.bob.address], ['talking', 'talking']])
})

test('a connection that may have died since is checked, and one that has not answered yet is not waited for', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  await dial(rig)
  expect(rig.network.checks).toBe(0)

  const later = createTwoPhones()
  await warm(later)
  await later.clock.advance(5_000)
  await dial(later)
  expect([later.network.checks, later.network.sought.length, phases(later)]).toEqual([
    1,
    1,
    ['ringing', 'incoming'],
  ])

  const slow = createTwoPhones()
  const answers = Promise.withResolvers<undefined>()
  slow.network.prekeys = answers.promise
  await warm(slow)
  await slow.clock.advance(5_000)
  slow.network.prekeys = Promise.resolve()
  await dial(slow)
  expect([slow.network.sought.length, phases(slow)]).toEqual([2, ['ringing', 'incoming']])
})

test('a contact who is reached by another server by now is called there', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  rig.network.serverUrl = 'https://other.example.org'
  await dial(rig)
  await rig.clock.advance(3_000)
  expect([rig.network.sought.length, rig.network.drops, phases(rig)]).toEqual([2, 2, ['ringing', 'incoming']])
})

test('who rings when they are called is answered, and what was ready for them is given up', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  rig.bob.engine.command({ type: 'dial', address: rig.alice.address, video: false })
  await settle()
  await dial(rig)
  await rig.clock.advance(staysWarmMs + 2_000)
  expect([phases(rig), rig.network.drops]).toEqual([['talking', 'talking'], 2])
})

test('with whoever is blocked meanwhile, or turns out to be somebody else, nothing stays ready', async () => {
  for (const mark of ['blocked', 'mismatched']) {
    for (const isTold of [false, true]) {
      const rig = createTwoPhones()
      await warm(rig)
      rig.alice.marks.push(`${mark} ${rig.bob.address}`)
      if (isTold) rig.alice.engine[mark === 'blocked' ? 'blocked' : 'mismatched'](rig.bob.address)
      else await dial(rig)
      await rig.clock.advance(3_000)
      expect([rig.network.drops, namesOf(rig.alice)]).toEqual([0, ['link.warm', 'link.close']])
      await rig.alice.engine.leave()
    }
  }
})

test('after leaving nothing is got ready any more', async () => {
  const rig = createTwoPhones()
  await rig.alice.engine.leave()
  await warm(rig)
  expect([rig.network.drops, rig.alice.page.orders]).toEqual([0, []])
})

test('the caller makes its connection a moment after the invitation, sooner where it is answered sooner, and once', async () => {
  const opens = (phone: TestPhone) => namesOf(phone).filter((name) => name === 'link.open').length
  const rig = createTwoPhones()
  await dial(rig)
  await rig.clock.advance(299)
  expect(opens(rig.alice)).toBe(0)
  // Nothing is known yet of the network that was.
  rig.alice.engine.networkChanged(true)
  await rig.clock.advance(1)
  expect(opens(rig.alice)).toBe(1)

  const quick = createTwoPhones()
  await dial(quick)
  await answer(quick)
  await quick.clock.advance(1_000)
  expect([opens(quick.alice), phases(quick)]).toEqual([1, ['talking', 'talking']])
})

test('whoever else is called or expected takes its place', async () => {
  const rig = createTwoPhones()
  const carol = rig.addPhone(3)
  await warm(rig)
  rig.alice.engine.warm(carol.address)
  await rig.clock.advance(3_000)
  expect([rig.network.drops, rig.network.sought]).toEqual([1, [rig.bob.address, carol.address]])
  await dial(rig)
  await rig.clock.advance(3_000)
  expect([phases(rig), carol.view().phase]).toEqual([['ringing', 'incoming'], 'idle'])
  // Alice's and Bob's.
  expect(rig.network.drops).toBe(2)
})

test('somebody who is not there is looked for once more by the call itself', async () => {
  const rig = createTwoPhones()
  const prekeys = rig.bob.prekeys.splice(0)
  await warm(rig)
  expect([rig.network.drops, namesOf(rig.alice)]).toEqual([0, ['link.warm', 'link.close']])
  rig.bob.prekeys.push(...prekeys)
  await dial(rig)
  expect(phases(rig)).toEqual(['ringing', 'incoming'])
})

test('without a server nothing is got ready, and a call says so as before', async () => {
  const rig = createTwoPhones()
  rig.network.nowhere = true
  await warm(rig)
  await dial(rig)
  expect([rig.network.drops, reasonOf(rig.alice)]).toEqual([0, 'server-unreachable'])
})

test('nothing is got ready for whom no call begins with, nor in a call, nor where nothing can be encrypted', async () => {
  const rig = createTwoPhones()
  rig.alice.engine.warm(rig.alice.address)
  rig.alice.marks.push(`blocked ${rig.bob.address}`)
  await warm(rig)
  rig.alice.marks.pop()
  rig.framesWork.all = false
  await warm(rig)
  rig.framesWork.all = true
  expect([rig.network.drops, rig.alice.page.orders]).toEqual([0, []])
  await dial(rig)
  const before = rig.network.drops
  rig.alice.engine.warm(rig.addPhone(3).address)
  await settle()
  expect(rig.network.drops).toBe(before)
})

test('a call that comes in meanwhile rings, is answered and costs nothing', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  rig.bob.engine.command({ type: 'dial', address: rig.alice.address, video: false })
  await settle()
  rig.alice.engine.command({ type: 'answer', callId: callIdOf(rig.alice), video: false })
  await rig.clock.advance(staysWarmMs + 2_000)
  expect(phases(rig)).toEqual(['talking', 'talking'])
  // One for each end of the call.
  expect(rig.network.drops).toBe(2)
})

test('a page that came anew, or whose worker has died, makes another certificate', async () => {
  for (const mishap of ['page', 'worker']) {
    const rig = createTwoPhones()
    await warm(rig)
    if (mishap === 'page') {
      rig.alice.page.die()
      rig.alice.engine.pageGone()
      rig.alice.page.load()
      rig.alice.engine.pageReady()
    } else {
      rig.alice.engine.link.failed({ callId: idsOf(rig.alice)[0]!, code: 'frames-failed' })
      expect(namesOf(rig.alice).at(-1)).toBe('link.close')
    }
    await dial(rig)
    await answer(rig)
    expect(phases(rig)).toEqual(['talking', 'talking'])
  }
})

test('whoever leaves gives up what is ready', async () => {
  const rig = createTwoPhones()
  await warm(rig)
  await rig.alice.engine.leave()
  expect(rig.network.drops).toBe(0)
})

test('the first call of all waits for the microphone, the next one no more', async () => {
  const rig = createTwoPhones()
  await dialUnopened(rig)
  expect(kinds(rig)).toEqual([])
  rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
  await rig.clock.advance(1_000)
  expect(kinds(rig)).toEqual([])

  const other = createTwoPhones()
  await callOnce(other)
  await dialUnopened(other)
  expect([kinds(other), phases(other)]).toEqual([
    [1, 4],
    ['ringing', 'incoming'],
  ])
})

test('a microphone that still opens when the call is answered holds back the proof of the link and nothing else', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  await dialUnopened(rig)
  await rig.clock.advance(2_000)
  await answer(rig)
  expect(phases(rig)).toEqual(['connecting', 'connecting'])
  expect([namesOf(rig.alice).includes('link.keys'), namesOf(rig.alice).includes('link.frame')]).toEqual([
    true,
    false,
  ])
  rig.alice.engine.link.prepared({
    callId: callIdOf(rig.alice),
    ok: true,
    fingerprint: rig.alice.page.fingerprint,
    cameraProblem: null,
  })
  await rig.clock.advance(100)
  expect(phases(rig)).toEqual(['talking', 'talking'])
})

test('one that does not open after all ends the call with its reason, and the ring with it', async () => {
  for (const isAnswered of [false, true]) {
    const rig = createTwoPhones()
    await callOnce(rig)
    await dialUnopened(rig)
    if (isAnswered) await answer(rig)
    rig.alice.engine.link.prepared({ callId: callIdOf(rig.alice), ok: false, code: 'mic-denied' })
    await settle()
    expect([reasonOf(rig.alice), reasonOf(rig.bob)]).toEqual([
      'mic-denied',
      isAnswered ? 'peer-hung-up' : 'missed',
    ])
    // From now on it is not known to open.
    for (const phone of [rig.alice, rig.bob])
      phone.engine.command({ type: 'dismiss', callId: callIdOf(phone) })
    rig.network.sent.length = 0
    rig.alice.page.prepares = true
    await dialUnopened(rig)
    expect(kinds(rig)).toEqual([])
  }
})

test('one that says nothing at all has as long as ever, whoever rings or has answered', async () => {
  for (const isAnswered of [false, true]) {
    const rig = createTwoPhones()
    await callOnce(rig)
    await dialUnopened(rig)
    await rig.clock.advance(9_000)
    if (isAnswered) await answer(rig)
    await rig.clock.advance(isAnswered ? 899 : 999)
    expect(rig.alice.view().phase).toBe(isAnswered ? 'connecting' : 'ringing')
    await rig.clock.advance(1)
    expect([reasonOf(rig.alice), reasonOf(rig.bob)]).toEqual([
      'connection-failed',
      isAnswered ? 'peer-hung-up' : 'missed',
    ])
  }
})

test('a page that is lost while it opens ends the call and the ring', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  await dialUnopened(rig)
  rig.alice.page.die()
  rig.alice.engine.pageGone()
  await settle()
  expect([reasonOf(rig.alice), reasonOf(rig.bob)]).toEqual(['page-gone', 'missed'])
})

test('a page that has another certificate than the one that was signed has lost the call, and nobody is accused', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  await dialUnopened(rig)
  const fingerprint = rig.alice.page.fingerprint.replace(/..$/, 'EE')
  rig.alice.engine.link.prepared({ callId: callIdOf(rig.alice), ok: true, fingerprint, cameraProblem: null })
  await settle()
  expect([reasonOf(rig.alice), reasonOf(rig.bob), rig.alice.warnings]).toEqual([
    'connection-failed',
    'missed',
    [],
  ])
})

test('one that was chosen within a call has to open once before it is known', async () => {
  const rig = createTwoPhones()
  await dial(rig)
  await rig.clock.advance(500)
  await answer(rig)
  rig.alice.devices.microphoneId = 'headset'
  rig.alice.engine.devicesChanged()
  await hangUp(rig)
  await dialUnopened(rig)
  expect(kinds(rig)).toEqual([])
})

test('one that did not answer is not known to open', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  await dialUnopened(rig)
  await hangUp(rig)
  rig.alice.page.prepares = true
  await dialUnopened(rig)
  expect(kinds(rig)).toEqual([])
})

test('an encryption that dies while it opens ends the call and the ring at once', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  await dialUnopened(rig)
  rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'frames-failed' })
  await settle()
  expect([reasonOf(rig.alice), reasonOf(rig.bob)]).toEqual(['frames-failed', 'missed'])
})

test('another microphone, one that was lost, or another page: the call waits', async () => {
  const mishaps: ((phone: TestPhone) => void)[] = [
    ({ devices }) => (devices.microphoneId = 'another'),
    ({ engine }) => engine.pageGone(),
  ]
  for (const mishap of mishaps) {
    const rig = createTwoPhones()
    await callOnce(rig)
    mishap(rig.alice)
    await dialUnopened(rig)
    expect(kinds(rig)).toEqual([])
  }
  const rig = createTwoPhones()
  await dial(rig)
  await rig.clock.advance(500)
  await answer(rig)
  rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'mic-missing' })
  await hangUp(rig)
  await dialUnopened(rig)
  expect(kinds(rig)).toEqual([])
})

test('whoever cannot encrypt any more rings nobody, whatever the microphone', async () => {
  const rig = createTwoPhones()
  await callOnce(rig)
  rig.framesWork.all = false
  await dial(rig)
  expect(kinds(rig)).toEqual([])
})
