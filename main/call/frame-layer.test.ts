import { expect, test } from 'vitest'
import type { FrameKeys, LinkFrames, LinkKeys, LinkTracks } from '../../contract/link.ts'
import { noFrames, someFrames, type TestPage } from './test-pages.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

const callIdOf = (phone: TestPhone) => {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}

async function talking() {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: true })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: true })
  await rig.clock.advance(100)
  expect(rig.alice.view().phase).toBe('talking')
  return rig
}

const keysGiven = ({ orders }: TestPage): FrameKeys[] =>
  orders.flatMap(({ name, push }) => (name === 'link.keys' ? (push as LinkKeys).frames : []))
const tracksGiven = ({ orders }: TestPage): LinkTracks[] =>
  orders.flatMap(({ name, push }) => (name === 'link.tracks' ? (push as LinkTracks) : []))

/** Second after second of the same, as one page measures it. */
async function pass(
  rig: Awaited<ReturnType<typeof talking>>,
  phone: TestPhone,
  seconds: number,
  step: { refused?: number; opened?: number; sentUnsealed?: number },
): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await rig.clock.advance(1000)
    const { worker, transport } = phone.page.frames
    phone.page.frames = {
      worker: {
        ...worker,
        opened: { ...worker.opened, audio: worker.opened.audio + (step.opened ?? 0) },
        refused: { ...worker.refused, audio: worker.refused.audio + (step.refused ?? 0) },
      },
      transport: { ...transport, audioPacketsSent: transport.audioPacketsSent + (step.sentUnsealed ?? 0) },
    } satisfies LinkFrames
    phone.page.measure({})
  }
}

test('each side seals with the keys by which the other opens, and no two keys are the same', async () => {
  const { alice, bob } = await talking()
  const [[a], [b]] = [keysGiven(alice.page), keysGiven(bob.page)]
  expect([keysGiven(alice.page).length, keysGiven(bob.page).length]).toEqual([1, 1])
  expect([a?.role, b?.role, a?.padPictures]).toEqual(['a', 'b', false])
  expect(a?.send).toEqual(b?.receive)
  expect(a?.receive).toEqual(b?.send)
  const all = [a?.send, a?.receive].flatMap((keys) => Object.values(keys ?? {}))
  expect(all.map(({ length }) => length)).toEqual(Array(6).fill(32))
  expect(new Set(all.map((key) => Buffer.from(key).toString('hex'))).size).toBe(6)
})

test('the next call has other keys', async () => {
  const rig = await talking()
  rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
  await settle()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  await rig.clock.advance(100)
  const [first, second] = keysGiven(rig.alice.page)
  expect(second?.send.audio).not.toEqual(first?.send.audio)
})

test('what cannot be verified is muted after three seconds, and is heard again once it can be', async () => {
  const rig = await talking()
  const { bob } = rig
  await pass(rig, bob, 2, { refused: 30, opened: 20 })
  expect(bob.view()).toMatchObject({ phase: 'talking', unverified: false })
  await pass(rig, bob, 2, { refused: 30, opened: 20 })
  expect(bob.view()).toMatchObject({ phase: 'talking', unverified: true, secure: true })
  expect(bob.page.tracks).toMatchObject({ hear: false, micOn: true })
  // Another headset does not undo it.
  bob.engine.devicesChanged()
  expect(bob.page.tracks).toMatchObject({ hear: false })
  await pass(rig, bob, 1, { opened: 50 })
  expect(bob.view()).toMatchObject({ phase: 'talking', unverified: false })
  expect(tracksGiven(bob.page).map(({ hear }) => hear)).toEqual([true, false, false, true])
})

test('F8 frames that stay unverified for more than fifteen seconds cut the call, and the other side hears a goodbye', async () => {
  const rig = await talking()
  await pass(rig, rig.bob, 18, { refused: 50 })
  expect(rig.bob.view()).toMatchObject({ phase: 'ended', reason: 'altered', detail: 'frames-unverified' })
  await settle()
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'peer-hung-up' })
  expect(rig.bob.page.open).toBeNull()
})

test('F8 sound that leaves round the encryption cuts the call within four seconds', async () => {
  const rig = await talking()
  await pass(rig, rig.alice, 4, { sentUnsealed: 50, opened: 50 })
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'altered', detail: 'frame-bypass' })
  expect(rig.alice.records.at(-1)).toMatchObject({ outcome: 'altered' })
})

test('what was counted in one call is not held against the next', async () => {
  const rig = await talking()
  await pass(rig, rig.bob, 2, { refused: 50 })
  rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
  await settle()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.bob.page.frames = someFrames
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  await rig.clock.advance(100)
  await pass(rig, rig.bob, 2, { refused: 50 })
  expect(rig.bob.view()).toMatchObject({ phase: 'talking', unverified: false })
})

test('a computer on which frames cannot be encrypted makes no call and rings nobody', async () => {
  const rig = createTwoPhones()
  rig.alice.page.prepares = false
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.alice.engine.link.prepared({ callId: callIdOf(rig.alice), ok: false, code: 'frames-failed' })
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'frames-failed' })
  await settle()
  expect(rig.network.sent).toEqual([])
  expect(rig.bob.view().phase).toBe('idle')
})

test('a frame layer that fails later ends the call', async () => {
  const rig = await talking()
  rig.bob.engine.link.failed({ callId: callIdOf(rig.bob), code: 'frames-failed' })
  expect(rig.bob.view()).toMatchObject({ phase: 'ended', reason: 'frames-failed' })
})

test('a peer that is not heard stays unheard: nothing says that the call is encrypted', async () => {
  const rig = await talking()
  const view = rig.alice.view()
  expect(view).toMatchObject({ secure: true, facts: { frames: someFrames } })
  const other = createTwoPhones()
  other.bob.page.frames = noFrames
  other.alice.engine.command({ type: 'dial', address: other.bob.address, video: false })
  await settle()
  other.bob.engine.command({ type: 'answer', callId: callIdOf(other.bob), video: false })
  await other.clock.advance(5000)
  other.bob.page.measure({})
  expect(other.bob.view()).toMatchObject({ phase: 'talking', secure: false })
})
