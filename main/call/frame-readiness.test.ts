import { expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { LinkKeys } from '../../contract/link.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

const dial = (from: TestPhone, to: TestPhone) =>
  from.engine.command({ type: 'dial', address: to.address, video: false })
const callIdOf = (phone: TestPhone): CallId => (phone.view() as { callId: CallId }).callId
const answer = (phone: TestPhone) =>
  phone.engine.command({ type: 'answer', callId: callIdOf(phone), video: false })
const opened = (phone: TestPhone) =>
  phone.page.orders.flatMap(({ name, push }) => (name === 'link.keys' ? [(push as LinkKeys).frames] : []))

test('both pages get keys that fit, another set for each call', async () => {
  const rig = createTwoPhones()
  for (const _call of [1, 2]) {
    dial(rig.alice, rig.bob)
    await settle()
    answer(rig.bob)
    await rig.clock.advance(100)
    rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
    await settle()
  }
  const [alice, bob] = [opened(rig.alice), opened(rig.bob)]
  expect([alice.length, bob.length]).toEqual([2, 2])
  expect(alice.map(({ role }) => role)).toEqual(['a', 'a'])
  expect(bob.map(({ role }) => role)).toEqual(['b', 'b'])
  alice.forEach((own, index) => {
    expect(own.send).toEqual(bob[index]?.receive)
    expect(own.receive).toEqual(bob[index]?.send)
  })
  const keys = alice.flatMap(({ send, receive }) => [...Object.values(send), ...Object.values(receive)])
  expect(new Set(keys.map((key) => key.join())).size).toBe(12)
})

test('a computer that cannot encrypt calls nobody, whatever its page says', async () => {
  const rig = createTwoPhones()
  rig.framesWork.all = false
  dial(rig.alice, rig.bob)
  await settle()
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'frames-failed' })
  expect(rig.network.sent).toEqual([])
})

test('a computer that cannot encrypt answers nobody, and the caller is told', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await settle()
  rig.framesWork.all = false
  answer(rig.bob)
  await rig.clock.advance(100)
  expect(rig.bob.view()).toMatchObject({ phase: 'ended', reason: 'frames-failed' })
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'peer-declined' })
  expect(opened(rig.bob)).toEqual([])
})

test('a page whose encryption ends in a call ends the call', async () => {
  const rig = createTwoPhones()
  dial(rig.alice, rig.bob)
  await settle()
  answer(rig.bob)
  await rig.clock.advance(100)
  rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'frames-failed' })
  await settle()
  expect(rig.alice.view()).toMatchObject({ phase: 'ended', reason: 'frames-failed' })
  expect(rig.bob.view()).toMatchObject({ phase: 'ended', reason: 'peer-hung-up' })
})
