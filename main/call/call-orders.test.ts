import { expect, test } from 'vitest'
import type { Envelope } from '../../sp1/envelope.ts'
import { createTwoPhones } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

/** Invitations to Bob from so many people, none of which has arrived. */
async function invitationsToBob(count: number) {
  const rig = createTwoPhones()
  const invitations: Envelope[] = []
  rig.network.tamper = (envelope) => {
    if (envelope.k !== 1) return [envelope]
    invitations.push(envelope)
    return []
  }
  for (let number = 3; number < 3 + count; number++)
    rig.addPhone(number).engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  return { rig, invitations }
}

test('S13 of a crowd that calls at once one rings, a few hear "busy", and all are written down', async () => {
  const { rig, invitations } = await invitationsToBob(30)
  for (const invitation of invitations) rig.bob.deliver(invitation)
  await settle()
  expect(rig.bob.view()).toMatchObject({ phase: 'incoming' })
  expect(rig.bob.records.map(({ outcome }) => outcome)).toEqual(Array(29).fill('missed'))
  // One is the word that it rings. Each of them has cost a connection to the server.
  expect(rig.network.sent.filter(({ k }) => k === 4)).toHaveLength(8)
})

test('a crowd that has been answered keeps nobody from calling afterwards', async () => {
  const { rig, invitations } = await invitationsToBob(30)
  for (const invitation of invitations) rig.bob.deliver(invitation)
  await rig.clock.advance(61_000)
  expect(rig.bob.view().phase).toBe('ended')
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  const [invitation] = invitations.slice(-1)
  if (invitation) rig.bob.deliver(invitation)
  await settle()
  expect(rig.bob.view()).toMatchObject({ phase: 'incoming', peer: { address: rig.alice.address } })
})

test('a call that comes in when no server is left to answer through is missed, and throws at nobody', async () => {
  const { rig, invitations } = await invitationsToBob(1)
  rig.network.nowhere = true
  for (const invitation of invitations) expect(() => rig.bob.deliver(invitation)).not.toThrow()
  expect(rig.bob.view().phase).toBe('idle')
  expect(rig.bob.records).toMatchObject([{ direction: 'in', outcome: 'missed' }])
})
