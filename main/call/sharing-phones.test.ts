// Sharing a screen between two phones: what each page is told, and what the other person's screen is told.
import { expect, test } from 'vitest'
import { noSharing } from '../../contract/call-view.ts'
import type { CallId } from '../../contract/ids.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

async function talking() {
  const rig = createTwoPhones()
  const idOf = (phone: TestPhone) => {
    const view = phone.view()
    if (view.phase === 'idle') throw new Error('no call')
    return view.callId
  }
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video: false })
  await rig.clock.advance(100)
  return { ...rig, callId: idOf(rig.alice) }
}
const sharingOf = (phone: TestPhone) => {
  const view = phone.view()
  return view.phase === 'idle' ? null : view.media.sharing
}

/** Asked for, chosen and opened, as a person and the page do it. */
async function share({ engine }: TestPhone, callId: CallId): Promise<void> {
  engine.command({ type: 'share', callId, on: true })
  engine.screen.chosen(callId, 'Screen 1')
  engine.link.screen({ callId, state: 'on' })
  await settle()
}

test('the page opens nothing before a person has chosen, and the peer hears of it once it is open', async () => {
  const { alice, bob, callId } = await talking()
  alice.engine.command({ type: 'share', callId, on: true })
  expect(alice.page.tracks).toMatchObject({ screenOn: false })
  alice.engine.screen.chosen(callId, 'Screen 1')
  expect(alice.page.tracks).toMatchObject({ screenOn: true })
  await settle()
  expect(sharingOf(bob)).toEqual(noSharing)
  alice.engine.link.screen({ callId, state: 'on' })
  await settle()
  expect(sharingOf(alice)).toEqual({ ...noSharing, own: 'on', what: 'Screen 1' })
  expect(sharingOf(bob)).toEqual({ ...noSharing, peer: true })
  alice.engine.command({ type: 'share', callId, on: false })
  await settle()
  expect(alice.page.tracks).toMatchObject({ screenOn: false })
  expect(sharingOf(bob)).toEqual(noSharing)
})

test.each([
  ['ended', 'screen-gone'],
  ['failed', 'screen-failed'],
  ['cancelled', null],
] as const)('a screen that is %s is told as %s, and the page is told to close it', async (state, problem) => {
  const { alice, bob, callId } = await talking()
  await share(alice, callId)
  alice.engine.link.screen({ callId, state })
  await settle()
  expect(sharingOf(alice)).toEqual({ ...noSharing, problem })
  expect(alice.page.tracks).toMatchObject({ screenOn: false })
  expect(sharingOf(bob)).toEqual(noSharing)
})

test('what a page says of a screen in another call, or of one that nobody asked for, is nothing', async () => {
  const { alice, bob, callId } = await talking()
  alice.engine.link.screen({ callId: 'B'.repeat(22) as CallId, state: 'on' })
  alice.engine.link.screen({ callId, state: 'on' })
  alice.engine.screen.chosen(callId, 'Screen 1')
  await settle()
  expect([sharingOf(alice), sharingOf(bob)]).toEqual([noSharing, noSharing])
  expect(alice.page.tracks).toMatchObject({ screenOn: false })
})

test('both may share, and a page that dies takes its own screen with it and leaves the other to be chosen anew', async () => {
  const { alice, bob, callId, clock } = await talking()
  await share(alice, callId)
  await share(bob, callId)
  expect([sharingOf(alice), sharingOf(bob)]).toMatchObject([
    { own: 'on', peer: true },
    { own: 'on', peer: true },
  ])
  alice.page.die()
  alice.engine.pageGone()
  await settle()
  alice.page.load()
  alice.engine.pageReady()
  await clock.advance(2_000)
  expect(alice.view().phase).toBe('talking')
  const over = { ...noSharing, problem: 'screen-gone' }
  expect([sharingOf(alice), sharingOf(bob)]).toEqual([over, over])
  for (const { page } of [alice, bob]) expect(page.tracks).toMatchObject({ screenOn: false })
})
