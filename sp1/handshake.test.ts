import { describe, expect, it } from 'vitest'
import { addressOf } from './address.ts'
import type { Envelope1 } from './envelope.ts'
import { expectRefusal } from './expect-refusal.ts'
import { receiveCall } from './handshake-callee.ts'
import { REHEARSAL_MS, rehearseAcceptedCall, rehearseCall, rehearsePerson } from './rehearsal.ts'
import type { Person } from './rehearsal.ts'

const people = () => ({ alice: rehearsePerson('alice'), bob: rehearsePerson('bob') })
const receive = (callee: Person, wire: Envelope1) => receiveCall({ ...callee, nowMs: REHEARSAL_MS }, wire)

describe('a call', () => {
  it('tells the callee who calls, for what, and under which certificate', () => {
    const { alice, bob } = people()
    const { outgoing, wire } = rehearseCall(alice, bob, { media: 'a' })
    const incoming = receive(bob, wire)
    expect(addressOf(incoming.callerKey)).toBe(addressOf(alice.identity.publicKey))
    expect(incoming).toMatchObject({
      callId: outgoing.callId,
      media: 'a',
      reply: outgoing.reply,
      fingerprint: alice.fingerprint,
      sentAtMs: REHEARSAL_MS,
    })
  })

  it('gives both ends the same code and keys, and each the certificate of the other', () => {
    const { alice, bob } = people()
    const { callerSession, calleeSession, m3 } = rehearseAcceptedCall(alice, bob)
    expect(calleeSession.phase()).toBe('revealing')
    expectRefusal('state', () => calleeSession.sas())
    expect(calleeSession.receive(m3, REHEARSAL_MS)).toEqual([])
    expect(calleeSession.phase()).toBe('ready')
    expect(calleeSession.sas()).toEqual(callerSession.sas())
    expect(calleeSession.pairKey()).toEqual(callerSession.pairKey())
    expect(callerSession.peerFingerprint).toBe(bob.fingerprint)
    expect(calleeSession.peerFingerprint).toBe(alice.fingerprint)
  })

  it('A5 is not made to oneself', () => {
    const { alice } = people()
    expectRefusal('self-call', () => rehearseCall(alice, alice))
  })

  it('is not made with a malformed fingerprint or reply handle', () => {
    const { alice, bob } = people()
    expectRefusal('type', () => rehearseCall(alice, bob, { fingerprint: alice.fingerprint.toLowerCase() }))
    expectRefusal('size', () => rehearseCall(alice, bob, { reply: new Uint8Array(15) }))
  })
})
