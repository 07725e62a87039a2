import { beforeEach, expect, test } from 'vitest'
import type { Address, CallId } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, fromBase64url } from '../../sp1/encode.ts'
import { receiveCall } from '../../sp1/handshake-callee.ts'
import type { PrekeyBundle } from '../../sp1/prekey.ts'
import { REHEARSAL_MS, rehearsePerson } from '../../sp1/rehearsal.ts'
import { createInvitation } from './invitation.ts'

const callId = 'AAAAAAAAAAAAAAAAAAAAAA' as CallId
const alice = rehearsePerson('alice')
const bob = rehearsePerson('bob')
const about = { fingerprint: alice.fingerprint, media: 'a' } as const

let asked: string[]
beforeEach(() => void (asked = []))

function invite({ prekey = Promise.resolve(bob.prekeys[0].bundle), seat = Promise.resolve() } = {}) {
  const drawn: Uint8Array[] = []
  const invitation = createInvitation({
    callId,
    peer: addressOf(bob.identity.publicKey) as Address,
    identity: alice.identity,
    drop: {
      async prekey(address): Promise<PrekeyBundle> {
        asked.push(`prekey ${address}`)
        return prekey
      },
      async openReply(handle) {
        asked.push(`seat ${handle}`)
        return seat
      },
    },
    clock: { now: () => REHEARSAL_MS },
    rng(length) {
      const bytes = alice.rng(length)
      drawn.push(bytes)
      return bytes
    },
    onEnvelope: () => {},
    onReturn: () => {},
  })
  /** Without the handle, which is no secret. */
  const secrets = () => drawn.slice(1).filter((bytes) => bytes.some((byte) => byte > 0)).length
  return { invitation, drawn, secrets }
}

test('to sit asks for nobody, and to seek afterwards takes the same seat', async () => {
  const { invitation, drawn } = invite()
  await invitation.sit()
  expect(asked).toEqual([`seat ${base64url(drawn[0]!)}`])
  await Promise.all([invitation.seek(), invitation.seek()])
  expect(asked).toHaveLength(2)
})

test('M1 is of this call and its seat, and opens at the callee, sought before or not', async () => {
  for (const isSought of [false, true]) {
    const { invitation, drawn } = invite()
    if (isSought) await invitation.seek()
    const started = await invitation.write(about)
    if (started?.wire.k !== 1) throw new Error('no M1')
    const bobNow = rehearsePerson('bob')
    const call = receiveCall({ ...bobNow, nowMs: REHEARSAL_MS }, started.wire)
    expect([call.callId, call.reply]).toEqual([fromBase64url(callId), drawn[0]])
  }
})

test('M1 is written once', async () => {
  const { invitation } = invite()
  const both = await Promise.all([invitation.write(about), invitation.write(about)])
  expect(both.map((started) => started !== null)).toEqual([true, false])
})

test('what is sought before is made before, and erased when nobody calls', async () => {
  const { invitation, secrets } = invite()
  await invitation.seek()
  // The nonce. What the keys were made of is erased at once.
  expect(secrets()).toBe(1)
  invitation.forget()
  expect(secrets()).toBe(0)
  expect(await invitation.write(about)).toBeNull()
})

test('nothing secret is made for a call that is over by the time that its prekey comes', async () => {
  const prekey = Promise.withResolvers<PrekeyBundle>()
  const { invitation, secrets } = invite({ prekey: prekey.promise })
  const writing = invitation.write(about)
  invitation.forget()
  prekey.resolve(bob.prekeys[0].bundle)
  expect([await writing, secrets()]).toEqual([null, 0])
})

test('whatever cannot be had is told to whoever asks', async () => {
  const gone = new Error('gone')
  for (const missing of [{ prekey: Promise.reject(gone) }, { seat: Promise.reject(gone) }]) {
    const { invitation } = invite(missing)
    await expect(invitation.seek()).rejects.toBe(gone)
    await expect(invitation.write(about)).rejects.toBe(gone)
  }
})
