import { describe, expect, it } from 'vitest'
import type { Envelope1, Envelope2 } from './envelope.ts'
import { expectRefusal } from './expect-refusal.ts'
import { flipped, rogueAcceptance, stolenCall } from './forgery.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import { completeCall, dropCall, dropCallKeys, makeCallKeys } from './handshake-caller.ts'
import { checkPrekey } from './prekey.ts'
import { REHEARSAL_MS, rehearseAcceptedCall, rehearseCall, rehearsePerson } from './rehearsal.ts'
import type { Person } from './rehearsal.ts'

const people = () => ({ alice: rehearsePerson('alice'), bob: rehearsePerson('bob') })
const receive = (callee: Person, wire: Envelope1) => receiveCall({ ...callee, nowMs: REHEARSAL_MS }, wire)

const accepted = (callee: Person, wire: Envelope1): Envelope2 =>
  acceptCall({ ...callee, incoming: receive(callee, wire), media: 'a' }).wire

describe('the caller refuses M2', () => {
  it('A3 when a second one comes after the first', () => {
    const { alice, bob } = people()
    const { outgoing, m2 } = rehearseAcceptedCall(alice, bob)
    expectRefusal('state', () => completeCall(outgoing, m2))
  })

  it('A3 that answers another of its calls', () => {
    const { alice, bob } = people()
    const { outgoing } = rehearseCall(alice, bob)
    expectRefusal('unseal', () => completeCall(outgoing, accepted(bob, rehearseCall(alice, bob).wire)))
  })

  it('A1 when it was altered, and does not try the same bytes again', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const m2 = accepted(bob, wire)
    const altered = { ...m2, box: flipped(m2.box) }
    expectRefusal('unseal', () => completeCall(outgoing, altered))
    expectRefusal('replay', () => completeCall(outgoing, altered))
  })

  it('uses its ephemeral key twice and no more, whatever a server sends', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const m2 = accepted(bob, wire)
    for (const ct of [flipped(m2.ct), flipped(wire.ct)]) {
      expectRefusal('unseal', () => completeCall(outgoing, { ...m2, ct }))
    }
    expectRefusal('state', () => completeCall(outgoing, m2))
  })

  it('A5 when another person than the dialled one signed it', () => {
    const { alice, bob } = people()
    const mallory = rehearsePerson('mallory')
    const { outgoing, wire } = rehearseCall(alice, bob)
    const incoming = receive(bob, wire)
    const { wire: m2 } = acceptCall({ ...mallory, incoming, media: 'a' })
    expectRefusal('signature', () => completeCall(outgoing, m2))
  })

  it('A5 when somebody signed its M1 as their own and the dialled person accepted that', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const m2 = accepted(bob, stolenCall(rehearsePerson('mallory'), bob, wire))
    expectRefusal('unseal', () => completeCall(outgoing, m2))
  })

  it.each([
    ['another call', { cid: new Uint8Array(16) }],
    ['another caller', { a: rehearsePerson('mallory').identity.publicKey }],
    ['another callee', { b: rehearsePerson('mallory').identity.publicKey }],
    ['another M1', { m1: new Uint8Array(32) }],
    ['another ciphertext', { ct: new Uint8Array(32) }],
  ])('A5 when the dialled person signed it for %s', (_, changes) => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const m2 = rogueAcceptance(bob, receive(bob, wire), changes)
    expectRefusal('bind', () => completeCall(outgoing, m2))
  })

  it('takes one that differs from ours in nothing', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const { session } = completeCall(outgoing, rogueAcceptance(bob, receive(bob, wire), {}))
    expect(session.peerFingerprint).toBe(bob.fingerprint)
  })

  it('after the first one, whose secrets are gone', () => {
    const { alice, bob } = people()
    const { outgoing } = rehearseAcceptedCall(alice, bob)
    expect(outgoing.phase).toBe('accepted')
    expect([...outgoing.ephemeralSecret, ...outgoing.nonceA].every((byte) => byte === 0)).toBe(true)
  })

  it('after the call was dropped, whose secrets are gone', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const m2 = accepted(bob, wire)
    dropCall(outgoing)
    expect(outgoing.phase).toBe('dropped')
    expect(outgoing.ephemeralSecret.every((byte) => byte === 0)).toBe(true)
    expect(outgoing.nonceA.every((byte) => byte === 0)).toBe(true)
    expectRefusal('state', () => completeCall(outgoing, m2))
  })
})

describe('the reveal', () => {
  it('A7 of another nonce than the committed one is refused, and the session is gone', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob)
    const { wire: m2, session } = acceptCall({ ...bob, incoming: receive(bob, wire), media: 'a' })
    outgoing.nonceA.fill(7)
    const { wire: m3 } = completeCall(outgoing, m2)
    expectRefusal('commit', () => session.receive(m3, REHEARSAL_MS))
    expect(session.phase()).toBe('destroyed')
  })

  it('A3 of an earlier call does not open a later one', () => {
    const { alice, bob } = people()
    const earlier = rehearseAcceptedCall(alice, bob)
    const later = rehearseAcceptedCall(alice, bob)
    expectRefusal('aead', () => later.calleeSession.receive(earlier.m3, REHEARSAL_MS))
    expect(later.calleeSession.phase()).toBe('revealing')
  })
})

describe('what takes long of M1', () => {
  const prekeyOf = ({ prekeys: [prekey], identity }: Person) =>
    checkPrekey(prekey.bundle, identity.publicKey, REHEARSAL_MS)

  it('can be made before, and gives the same message', () => {
    const { alice, bob } = people()
    const callId = new Uint8Array(16).fill(1)
    const reply = new Uint8Array(16).fill(2)
    // What a rehearsal draws for the two.
    alice.rng(16)
    alice.rng(16)
    const keys = makeCallKeys(prekeyOf(bob), alice.rng)
    const before = rehearseCall(alice, bob, { callId, reply, keys })
    const atOnce = rehearseCall(people().alice, bob, { callId, reply })
    expect(before.wire).toEqual(atOnce.wire)
    expect(completeCall(before.outgoing, accepted(bob, before.wire)).media).toBe('a')
  })

  it('is good for one call', () => {
    const { alice, bob } = people()
    const keys = makeCallKeys(prekeyOf(bob), alice.rng)
    rehearseCall(alice, bob, { keys })
    expectRefusal('state', () => rehearseCall(alice, bob, { keys }))
  })

  it('is erased where nobody calls, and not where somebody has', () => {
    const { alice, bob } = people()
    const secrets = ({ nonceA, ephemeral, encapsulated }: ReturnType<typeof makeCallKeys>) =>
      [nonceA, ephemeral.secretKey, encapsulated.sharedSecret].map((bytes) => bytes.some((byte) => byte > 0))
    const unused = makeCallKeys(prekeyOf(bob), alice.rng)
    expect(secrets(unused)).toEqual([true, true, true])
    dropCallKeys(unused)
    expect(secrets(unused)).toEqual([false, false, false])
    expectRefusal('state', () => rehearseCall(alice, bob, { keys: unused }))

    const used = makeCallKeys(prekeyOf(bob), alice.rng)
    const { outgoing, wire } = rehearseCall(alice, bob, { keys: used })
    dropCallKeys(used)
    expect(secrets(used)).toEqual([true, true, false])
    expect(completeCall(outgoing, accepted(bob, wire)).media).toBe('a')
  })
})
