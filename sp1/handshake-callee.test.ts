import { describe, expect, it } from 'vitest'
import { addressOf } from './address.ts'
import { base64url } from './encode.ts'
import type { Envelope1 } from './envelope.ts'
import { expectRefusal } from './expect-refusal.ts'
import { flipped, openedCall, sealedTo, signedAnew } from './forgery.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import { signLabelled } from './identity.ts'
import { REHEARSAL_MS, rehearseCall, rehearsePerson } from './rehearsal.ts'
import type { Person } from './rehearsal.ts'

const people = () => ({ alice: rehearsePerson('alice'), bob: rehearsePerson('bob') })
const receive = (callee: Person, wire: Envelope1, nowMs = REHEARSAL_MS) =>
  receiveCall({ ...callee, nowMs }, wire)

describe('the callee refuses M1', () => {
  it('A3 when it comes a second time, until ten minutes later, when it is stale', () => {
    const { alice, bob } = people()
    const { wire } = rehearseCall(alice, bob)
    receive(bob, wire, REHEARSAL_MS - 300_000)
    expectRefusal('replay', () => receive(bob, wire, REHEARSAL_MS))
    expectRefusal('replay', () => receive(bob, wire, REHEARSAL_MS + 300_000))
    expectRefusal('stale', () => receive(bob, wire, REHEARSAL_MS + 300_001))
  })

  it('A4 when its time is more than five minutes from now, either way', () => {
    for (const offsetMs of [-300_001, 300_001]) {
      const { alice, bob } = people()
      const { wire } = rehearseCall(alice, bob)
      expectRefusal('stale', () => receive(bob, wire, REHEARSAL_MS + offsetMs))
    }
  })

  it('A1 when any part of it was altered on the way', () => {
    const { alice, bob } = people()
    const { wire } = rehearseCall(alice, bob)
    expectRefusal('unseal', () => receive(bob, { ...wire, ct: flipped(wire.ct) }))
    expectRefusal('unseal', () => receive(bob, { ...wire, box: flipped(wire.box) }))
    expectRefusal('no-prekey', () => receive(bob, { ...wire, pkid: flipped(wire.pkid) }))
    expect(receive(bob, wire).phase).toBe('pending')
  })

  it('A5 when it was sealed for somebody else', () => {
    const { alice, bob } = people()
    const carol = rehearsePerson('carol')
    expectRefusal('no-prekey', () => receive(carol, rehearseCall(alice, bob).wire))
    expectRefusal('not-for-me', () =>
      receive(carol, sealedTo(carol, openedCall(bob, rehearseCall(alice, bob).wire))),
    )
  })

  it('A5 when it is its own, turned round', () => {
    const { alice, bob } = people()
    const own = openedCall(alice, rehearseCall(bob, alice).wire)
    expectRefusal('not-for-me', () => receive(bob, sealedTo(bob, own)))
    const toMyself = signedAnew(bob, alice, (json) =>
      json.replace(base64url(alice.identity.publicKey), base64url(bob.identity.publicKey)),
    )
    expectRefusal('reflection', () => receive(bob, sealedTo(bob, openedCall(alice, toMyself))))
  })

  it('A5 when its signer is not the caller it names', () => {
    const { alice, bob } = people()
    const mallory = rehearsePerson('mallory')
    const body = openedCall(bob, rehearseCall(alice, bob).wire).slice(64)
    const message = new Uint8Array([...signLabelled(mallory.identity, 'call', body), ...body])
    expectRefusal('signature', () => receive(bob, sealedTo(bob, message)))
  })

  it('A9 when the signed prekey is not the one it was sealed to', () => {
    const { alice, bob } = people()
    const other = base64url(new Uint8Array(16))
    const wire = signedAnew(alice, bob, (json) => json.replace(/"pk":"[^"]+"/, `"pk":"${other}"`))
    expectRefusal('bind', () => receive(bob, wire))
  })

  it.each([
    ['another field', 'fields', (json: string) => json.replace('"v":1', '"v":1,"x":1')],
    ['a repeated key', 'noncanonical', (json: string) => json.replace('"v":1', '"v":1,"v":1')],
    ['whitespace', 'noncanonical', (json: string) => json.replace('{', '{ ')],
    ['another order', 'fields', (json: string) => json.replace('"t":"call","v":1', '"v":1,"t":"call"')],
    ['another version', 'type', (json: string) => json.replace('"v":1', '"v":2')],
    ['padded base64', 'base64', (json: string) => json.replace(/("cid":"[^"]+)"/, '$1=="')],
    ['a SHA-1 fingerprint', 'type', (json: string) => json.replace('sha-256', 'sha-1')],
    ['the media of a renewal', 'type', (json: string) => json.replace('"media":"av"', '"media":"re"')],
    ['no JSON', 'json', () => 'call'],
  ] as const)('A6 with %s, though its caller signed it', (_, code, change) => {
    const { alice, bob } = people()
    expectRefusal(code, () => receive(bob, signedAnew(alice, bob, change)))
  })

  it('I1 from a key that no honest person has', () => {
    const { alice, bob } = people()
    const smallOrder = base64url(new Uint8Array(32))
    const wire = signedAnew(alice, bob, (json) => json.replace(/"a":"[^"]+"/, `"a":"${smallOrder}"`))
    expectRefusal('bad-key', () => receive(bob, wire))
  })

  it('from somebody who is blocked', () => {
    const { alice, bob } = people()
    const { wire } = rehearseCall(alice, bob)
    const allows = (key: Uint8Array) => addressOf(key) !== addressOf(alice.identity.publicKey)
    expectRefusal('policy', () => receiveCall({ ...bob, allows, nowMs: REHEARSAL_MS }, wire))
  })
})

describe('accepting', () => {
  it('A11 happens once: a second acceptance would reveal a second nonce', () => {
    const { alice, bob } = people()
    const incoming = receive(bob, rehearseCall(alice, bob).wire)
    acceptCall({ ...bob, incoming, media: 'a' })
    expect(incoming.phase).toBe('accepted')
    expectRefusal('state', () => acceptCall({ ...bob, incoming, media: 'a' }))
  })

  it('refuses an ephemeral key that is none', () => {
    const { alice, bob } = people()
    const noKey = base64url(new Uint8Array(1216).fill(255))
    const wire = signedAnew(alice, bob, (json) => json.replace(/"kem":"[^"]+"/, `"kem":"${noKey}"`))
    const incoming = receive(bob, wire)
    expectRefusal('bad-key', () => acceptCall({ ...bob, incoming, media: 'a' }))
  })
})
