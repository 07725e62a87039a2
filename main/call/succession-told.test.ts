import { expect, test } from 'vitest'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed, type Identity } from '../../sp1/identity.ts'
import { signSuccession } from '../../sp1/succession.ts'
import { createTwoPhones } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

const old = identityFromSeed(new Uint8Array(32).fill(200))
const stepTo = (identity: Identity) => [signSuccession(old, identity, 1)]

async function talk(rig: ReturnType<typeof createTwoPhones>): Promise<void> {
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  const incoming = rig.bob.view()
  if (incoming.phase !== 'incoming') throw new Error(incoming.phase)
  rig.bob.engine.command({ type: 'answer', callId: incoming.callId, video: false })
  await settle(200)
  await rig.clock.advance(500)
  expect([rig.alice.view().phase, rig.bob.view().phase]).toEqual(['talking', 'talking'])
}

const vouches = (marks: readonly string[]) => marks.filter((mark) => mark.startsWith('vouched'))

test('both sides of a bound call hear which keys the other’s follows, verified', async () => {
  const rig = createTwoPhones({ successions: stepTo })
  await talk(rig)
  const told = (address: string) => [`vouched ${address} by ${addressOf(old.publicKey)}`]
  expect(vouches(rig.alice.marks)).toEqual(told(rig.bob.address))
  expect(vouches(rig.bob.marks)).toEqual(told(rig.alice.address))
})

test('a stranger is not told', async () => {
  const rig = createTwoPhones({ successions: stepTo, contacts: false })
  await talk(rig)
  expect(vouches([...rig.alice.marks, ...rig.bob.marks])).toEqual([])
})

test('a claim that was signed for another key is counted and ends no call', async () => {
  const rig = createTwoPhones({ successions: () => stepTo(identityFromSeed(old.publicKey)) })
  await talk(rig)
  expect(vouches([...rig.alice.marks, ...rig.bob.marks])).toEqual([])
  expect(rig.bob.refusals).toContain('signature')
  expect(rig.bob.view().phase).toBe('talking')
})
