import { describe, expect, it } from 'vitest'
import { base64url } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { misdirectedCancel } from './forgery.ts'
import { acceptCall, openCancel, receiveCall, sealAnswer } from './handshake-callee.ts'
import { completeCall, openAnswer, sealCancel } from './handshake-caller.ts'
import { REHEARSAL_MS, rehearseCall, rehearsePerson } from './rehearsal.ts'
import { createSeenCalls } from './seen-calls.ts'

function rehearseRinging() {
  const alice = rehearsePerson('alice')
  const bob = rehearsePerson('bob')
  const { outgoing, wire } = rehearseCall(alice, bob)
  const incoming = receiveCall({ ...bob, nowMs: REHEARSAL_MS }, wire)
  return { alice, bob, outgoing, incoming }
}

describe('an auxiliary answer', () => {
  it.each(['ring', 'busy', 'decline'] as const)('says %s to the caller', (kind) => {
    const { bob, outgoing, incoming } = rehearseRinging()
    expect(openAnswer(outgoing, sealAnswer({ ...bob, incoming, kind }))).toEqual({ kind, note: null })
  })

  it('leaves the call open when it rings', () => {
    const { bob, outgoing, incoming } = rehearseRinging()
    openAnswer(outgoing, sealAnswer({ ...bob, incoming, kind: 'ring' }))
    const { wire } = acceptCall({ ...bob, incoming, media: 'a' })
    expect(completeCall(outgoing, wire).media).toBe('a')
  })

  it.each(['busy', 'decline'] as const)('ends the call with %s: nothing is accepted after it', (kind) => {
    const { bob, outgoing, incoming } = rehearseRinging()
    openAnswer(outgoing, sealAnswer({ ...bob, incoming, kind }))
    const { wire } = acceptCall({ ...bob, incoming, media: 'a' })
    expectRefusal('state', () => completeCall(outgoing, wire))
  })

  it('A3 counts once, and only for its own call', () => {
    const { alice, bob, outgoing, incoming } = rehearseRinging()
    const ring = sealAnswer({ ...bob, incoming, kind: 'ring' })
    openAnswer(outgoing, ring)
    expectRefusal('replay', () => openAnswer(outgoing, ring))
    expectRefusal('unseal', () => openAnswer(rehearseCall(alice, bob).outgoing, ring))
  })

  it('A5 counts only from the dialled person', () => {
    const { outgoing, incoming } = rehearseRinging()
    const mallory = rehearsePerson('mallory')
    const busy = sealAnswer({ ...mallory, incoming, kind: 'busy' })
    expectRefusal('signature', () => openAnswer(outgoing, busy))
    expect(outgoing.phase).toBe('sent')
  })

  it('A5 counts only if it names this call and this caller', () => {
    const { bob, outgoing, incoming } = rehearseRinging()
    const otherCall = { ...incoming, callId: new Uint8Array(16) }
    const otherCaller = { ...incoming, callerKey: rehearsePerson('mallory').identity.publicKey }
    for (const forged of [otherCall, otherCaller]) {
      const busy = sealAnswer({ ...bob, incoming: forged, kind: 'busy' })
      expectRefusal('bind', () => openAnswer(outgoing, busy))
    }
    expect(outgoing.phase).toBe('sent')
  })

  it('A5 is not taken for an acceptance, nor an acceptance for it', () => {
    const { bob, outgoing, incoming } = rehearseRinging()
    const ring = sealAnswer({ ...bob, incoming, kind: 'ring' })
    expectRefusal('unseal', () => completeCall(outgoing, { ...ring, k: 2 }))
    const { wire } = acceptCall({ ...bob, incoming, media: 'a' })
    expectRefusal('unseal', () => openAnswer(outgoing, { ...wire, k: 4 }))
  })
})

describe('a cancellation', () => {
  it('names the caller and the call', () => {
    const { alice, bob, outgoing, incoming } = rehearseRinging()
    const cancelled = openCancel(bob, sealCancel({ ...alice, outgoing }))
    expect(cancelled).toEqual({ callerKey: incoming.callerKey, callId: incoming.callId })
  })

  it('A5 is refused if it names a caller who did not sign it', () => {
    const { alice, bob, outgoing } = rehearseRinging()
    const mallory = rehearsePerson('mallory')
    const pretended = { seed: mallory.identity.seed, publicKey: alice.identity.publicKey }
    const forged = sealCancel({ identity: pretended, outgoing, rng: mallory.rng })
    expectRefusal('signature', () => openCancel(bob, forged))
  })

  it('A5 in the name of its true signer ends no call of another', () => {
    const { bob, outgoing, incoming } = rehearseRinging()
    const mallory = rehearsePerson('mallory')
    const own = openCancel(bob, sealCancel({ ...mallory, outgoing }))
    expect(own.callerKey).not.toEqual(incoming.callerKey)
  })

  it('A5 is refused if it was meant for another, or comes from its reader', () => {
    const { alice, bob } = rehearseRinging()
    const carol = rehearsePerson('carol').identity.publicKey
    expectRefusal('not-for-me', () => openCancel(bob, misdirectedCancel(alice, bob, carol)))
    const own = misdirectedCancel(bob, bob, bob.identity.publicKey)
    expectRefusal('reflection', () => openCancel(bob, own))
  })

  it('A5 is of no use to anybody but the callee', () => {
    const { alice, outgoing } = rehearseRinging()
    expectRefusal('no-prekey', () =>
      openCancel(rehearsePerson('mallory'), sealCancel({ ...alice, outgoing })),
    )
  })

  it('A1 is refused when it was altered, or is a call', () => {
    const { alice, bob, outgoing } = rehearseRinging()
    const cancel = sealCancel({ ...alice, outgoing })
    expectRefusal('unseal', () => openCancel(bob, { ...cancel, ct: base64url(new Uint8Array(1120)) }))
    const { wire } = rehearseCall(alice, bob)
    expectRefusal('unseal', () => openCancel(bob, { ...wire, k: 5 }))
    expectRefusal('unseal', () => receiveCall({ ...bob, nowMs: REHEARSAL_MS }, { ...cancel, k: 1 }))
  })
})

describe('the memory of calls', () => {
  it('A3 keeps a call for ten minutes', () => {
    const seen = createSeenCalls()
    const caller = new Uint8Array(32)
    const call = new Uint8Array(16)
    expect(seen.remember(caller, call, 0)).toBe(true)
    expect(seen.remember(caller, call, 600_000)).toBe(false)
    expect(seen.remember(caller, call, 600_001)).toBe(true)
  })

  it('tells calls of the same id from different callers apart', () => {
    const seen = createSeenCalls()
    const call = new Uint8Array(16)
    expect(seen.remember(new Uint8Array(32).fill(1), call, 0)).toBe(true)
    expect(seen.remember(new Uint8Array(32).fill(2), call, 0)).toBe(true)
  })
})

describe('a note', () => {
  const roomy = (bytes: number) => 'é'.repeat(Math.floor(bytes / 2)) + 'x'.repeat(bytes % 2)

  it.each(['Call me in an hour', '"no\\"', '我一小时后打给你', roomy(233), '"'.repeat(116) + 'x'])(
    'comes with a decline, and ends the call: %s',
    (note) => {
      const { bob, outgoing, incoming } = rehearseRinging()
      const answer = openAnswer(outgoing, sealAnswer({ ...bob, incoming, kind: 'decline', note }))
      expect(answer).toEqual({ kind: 'decline', note })
      expect(outgoing.phase).toBe('dropped')
    },
  )

  it('Z2 makes an answer no larger than it is without: every answer has one size', () => {
    const { bob, incoming } = rehearseRinging()
    const sizes = [
      sealAnswer({ ...bob, incoming, kind: 'ring' }),
      sealAnswer({ ...bob, incoming, kind: 'busy' }),
      sealAnswer({ ...bob, incoming, kind: 'decline' }),
      sealAnswer({ ...bob, incoming, kind: 'decline', note: 'x' }),
      sealAnswer({ ...bob, incoming, kind: 'decline', note: roomy(233) }),
    ].map((envelope) => JSON.stringify(envelope).length)
    expect(new Set(sizes).size).toBe(1)
    for (const note of [roomy(234), '"'.repeat(117)])
      expectRefusal('size', () => sealAnswer({ ...bob, incoming, kind: 'decline', note }))
  })

  it('belongs to a decline alone', () => {
    for (const kind of ['ring', 'busy'] as const) {
      const { bob, outgoing, incoming } = rehearseRinging()
      const answer = openAnswer(outgoing, sealAnswer({ ...bob, incoming, kind, note: 'not said' }))
      expect(answer).toEqual({ kind, note: null })
    }
  })

  it('A5 counts only from the dialled person', () => {
    const { outgoing, incoming } = rehearseRinging()
    const mallory = rehearsePerson('mallory')
    const note = sealAnswer({ ...mallory, incoming, kind: 'decline', note: 'pay here' })
    expectRefusal('signature', () => openAnswer(outgoing, note))
    expect(outgoing.phase).toBe('sent')
  })
})
