import { expect, test, vi } from 'vitest'
import { createTwoPhones } from './two-phones.ts'

async function callUntilAnswered() {
  const rig = createTwoPhones()
  const { alice, bob, clock } = rig
  alice.engine.command({ type: 'dial', address: bob.address, video: false })
  await clock.advance(10)
  const view = bob.view()
  if (view.phase !== 'incoming') throw new Error('it does not ring')
  return {
    rig,
    callId: view.callId,
    answer: () => bob.engine.command({ type: 'answer', callId: view.callId, video: false }),
  }
}

test('a server that repeats a frame behind a gap starts no second deadline for it', async () => {
  const { rig, answer } = await callUntilAnswered()
  rig.network.tamper = (envelope) => {
    if (envelope.k !== 3) return [envelope]
    return envelope.s === 0 ? [] : Array(100).fill(envelope)
  }
  const after = vi.spyOn(rig.clock, 'after')
  answer()
  await rig.clock.advance(100)
  expect(rig.bob.refusals.filter((code) => code === 'seq').length).toBeGreaterThanOrEqual(99)
  expect(after.mock.calls.length).toBeLessThan(20)
  await rig.clock.advance(11_000)
  expect(rig.bob.view().phase).toBe('ended')
})

test('a candidate beside text that no frame can carry is dropped, and the call goes on', async () => {
  const { rig, callId, answer } = await callUntilAnswered()
  answer()
  await rig.clock.advance(100)
  const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host'
  const list = [{ candidate, sdpMid: '\ud800', sdpMLineIndex: 0 }]
  expect(() => rig.alice.engine.link.signal({ callId, signal: { type: 'candidates', list } })).not.toThrow()
  expect(rig.alice.refusals).toEqual(['type'])
  expect(rig.alice.view().phase).toBe('talking')
})
