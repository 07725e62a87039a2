import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { peekBody, signBody } from './body.ts'
import { concat, fromUtf8, utf8 } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { signLabelled } from './identity.ts'
import type { LinkSecrets } from './link-secrets.ts'
import { rehearseAcceptedCall, rehearsePerson, rehearsedRng, REHEARSAL_MS } from './rehearsal.ts'
import type { Person } from './rehearsal.ts'
import {
  acceptRekey,
  completeRekey,
  dropRekey,
  openRekey,
  REKEY,
  REKEY_ACCEPT,
  revealRekey,
  startRekey,
} from './rekey.ts'

const FRESH_A = `sha-256 ${Array(32).fill('A1').join(':')}`
const FRESH_B = `sha-256 ${Array(32).fill('B2').join(':')}`

/** Two people in a call, and the links that both have. */
function inCall(names: readonly [string, string] = ['alice', 'bob']) {
  const [alice, bob] = names.map(rehearsePerson) as [Person, Person]
  const call = rehearseAcceptedCall(alice, bob)
  call.calleeSession.receive(call.m3, REHEARSAL_MS)
  const { callerSession: caller, calleeSession: callee } = call
  return { alice, bob, caller, callee }
}
type Call = ReturnType<typeof inCall>

const partiesA = ({ alice, bob, caller }: Call, old: LinkSecrets = caller.link) => ({
  identity: alice.identity,
  peer: bob.identity.publicKey,
  old,
})
const partiesB = ({ alice, bob, callee }: Call, old: LinkSecrets = callee.link) => ({
  identity: bob.identity,
  peer: alice.identity.publicKey,
  old,
})
const ownA = ({ alice }: Call) => ({ fingerprint: FRESH_A, rng: alice.rng })
const ownB = ({ bob }: Call) => ({ fingerprint: FRESH_B, rng: bob.rng })

function begun(call: Call, oldA = call.caller.link, oldB = call.callee.link) {
  const { started, m1 } = startRekey(partiesA(call, oldA), ownA(call))
  const opened = openRekey(partiesB(call, oldB), m1)
  const { accepted, ct, m2 } = acceptRekey(opened, ownB(call))
  return { started, m1, opened, accepted, ct, m2 }
}

/** A whole rekey, from one link to the next. */
function renewed(call: Call, oldA = call.caller.link, oldB = call.callee.link) {
  const { started, accepted, ct, m2 } = begun(call, oldA, oldB)
  const { callId } = started
  const { link, nonceA } = completeRekey(started, { ct, m2 })
  return { a: link, b: revealRekey(accepted, { cid: callId, na: nonceA }) }
}

const keysOf = (link: LinkSecrets) => [
  ...(['a', 'b'] as const).flatMap((sender) => [
    ...(['audio', 'video', 'screen'] as const).map((kind) => link.frameKey(sender, kind)),
    link.chatKey(sender),
  ]),
  link.chainKey(),
]
const textOf = (keys: readonly Uint8Array[]) => keys.map((key) => key.join())

describe('a rekey', () => {
  it('gives both the same keys, which are none of the link before, over the new certificates', () => {
    const call = inCall()
    const before = textOf(keysOf(call.caller.link))
    const { a, b } = renewed(call)
    expect(keysOf(a)).toEqual(keysOf(b))
    expect(new Set([...before, ...textOf(keysOf(a))]).size).toBe(2 * before.length)
    expect([a.ownFingerprint, a.peerFingerprint]).toEqual([FRESH_A, FRESH_B])
    expect([b.ownFingerprint, b.peerFingerprint]).toEqual([FRESH_B, FRESH_A])
    expect(a.callId).toEqual(b.callId)
    expect(a.callId).not.toEqual(call.caller.callId)
  })

  it('binds the new certificates only: a proof of the link before, or of one side for the other, is none', () => {
    const call = inCall()
    const { a, b } = renewed(call)
    const proof = a.dtlsMac(FRESH_A, FRESH_B)
    expect(b.verifyDtlsMac(proof, FRESH_B, FRESH_A)).toBe(true)
    expect(a.verifyDtlsMac(proof, FRESH_A, FRESH_B)).toBe(false)
    expect(a.verifyDtlsMac(b.dtlsMac(FRESH_B, FRESH_A), FRESH_A, FRESH_B)).toBe(true)
    expect(b.verifyDtlsMac(call.caller.dtlsMac(FRESH_A, FRESH_B), FRESH_B, FRESH_A)).toBe(false)
  })

  it('leaves the code and the pair key of the call as they are, and the sealed channel open', () => {
    const call = inCall()
    const [sas, pair] = [call.caller.sas(), call.caller.pairKey()]
    renewed(call)
    call.caller.link.destroy()
    call.callee.link.destroy()
    for (const session of [call.caller, call.callee])
      expect([session.sas(), session.pairKey()]).toEqual([sas, pair])
    const said = { t: 'name', name: 'x' } as const
    expect(call.callee.receive(call.caller.send(said), REHEARSAL_MS)).toEqual([said])
    expectRefusal('state', () => call.caller.frameKey('a', 'audio'))
  })

  it('is chained: the same messages over another link before give other keys', () => {
    const [call, other] = [inCall(), inCall(['alice', 'carol'])]
    const { started, accepted, m2 } = begun(call)
    // Everything of this exchange, and the keys of some other call in place of this one's.
    const stolen = { ...accepted.opened, phase: 'open' as const }
    const forged = {
      ...stolen,
      parties: { ...stolen.parties, old: { ...call.callee.link, chainKey: other.callee.link.chainKey } },
    }
    const outsider = acceptRekey(forged, ownB(call))
    const { link, nonceA } = completeRekey(started, { ct: outsider.ct, m2: outsider.m2 })
    const peer = revealRekey(outsider.accepted, { cid: started.callId, na: nonceA })
    expect(link.frameKey('a', 'audio')).not.toEqual(peer.frameKey('a', 'audio'))
    expect(peer.verifyDtlsMac(link.dtlsMac(FRESH_A, FRESH_B), FRESH_B, FRESH_A)).toBe(false)
    expect(m2).not.toEqual(outsider.m2)
  })

  it('needs the keys of the link before', () => {
    const call = inCall()
    const { m1 } = startRekey(partiesA(call), ownA(call))
    const opened = openRekey(partiesB(call), m1)
    call.callee.link.destroy()
    const rng = () => {
      throw new Error('drawn for nothing')
    }
    expectRefusal('state', () => acceptRekey(opened, { ...ownB(call), rng }))
    call.caller.link.destroy()
    expectRefusal('state', () => startRekey(partiesA(call), ownA(call)))
  })

  it('needs them until the answer has come, and is over without them', () => {
    const call = inCall()
    const { started, ct, m2 } = begun(call)
    call.caller.link.destroy()
    expectRefusal('state', () => completeRekey(started, { ct, m2 }))
    expect(started.phase).toBe('over')
    expect([...started.ephemeralSecret, ...started.nonceA].every((byte) => byte === 0)).toBe(true)
  })

  it('follows another, each with keys of its own', () => {
    const call = inCall()
    const first = renewed(call)
    const second = renewed(call, first.a, first.b)
    expect(keysOf(second.a)).toEqual(keysOf(second.b))
    expect(textOf(keysOf(second.a))).not.toEqual(expect.arrayContaining(textOf(keysOf(first.a)).slice(0, 1)))
    // From the link before the last there is none.
    const { m1 } = startRekey(partiesA(call, first.a), ownA(call))
    expectRefusal('bind', () => openRekey(partiesB(call, second.b), m1))
  })
})

describe('M1 of a rekey is refused', () => {
  it('A5 from anybody but the peer of the call, and from oneself', () => {
    const call = inCall()
    const mallory = rehearsePerson('mallory')
    const { m1 } = startRekey({ ...partiesA(call), identity: mallory.identity }, ownA(call))
    expectRefusal('signature', () => openRekey(partiesB(call), m1))
    const own = startRekey(partiesB(call), ownB(call)).m1
    expectRefusal('signature', () => openRekey(partiesB(call), own))
    // Signed by the peer, in a call with somebody else.
    const elsewhere = startRekey({ ...partiesA(call), peer: mallory.identity.publicKey }, ownA(call)).m1
    expectRefusal('bind', () => openRekey(partiesB(call), elsewhere))
  })

  it('under another label, as another message, and with a field changed', () => {
    const call = inCall()
    const { m1 } = startRekey(partiesA(call), ownA(call))
    const body = m1.subarray(64)
    const relabelled = concat(signLabelled(call.alice.identity, 'call', body), body)
    expectRefusal('signature', () => openRekey(partiesB(call), relabelled))
    const resigned = (json: string) => {
      const changed = utf8(json)
      return concat(signLabelled(call.alice.identity, 'rekey', changed), changed)
    }
    const json = fromUtf8(body)
    for (const [code, changed] of [
      ['type', json.replace('"t":"rekey"', '"t":"rekey-accept"')],
      ['type', json.replace('"v":1', '"v":2')],
      ['fields', json.replace('{', '{"x":1,')],
      ['noncanonical', json.replace(',', ', ')],
    ] as const)
      expectRefusal(code, () => openRekey(partiesB(call), resigned(changed)))
  })

  it('A3 from another link than the latest, or under the id of that one', () => {
    const call = inCall()
    const { m1 } = startRekey(partiesA(call), ownA(call))
    const next = renewed(call)
    expectRefusal('bind', () => openRekey(partiesB(call, next.b), m1))
    const fields = peekBody(REKEY, m1)
    const reused = signBody(call.alice.identity, 'rekey', REKEY, { ...fields, cid: call.callee.callId })
    expectRefusal('bind', () => openRekey(partiesB(call), reused))
  })

  it('with an impossible key, once it is to be answered', () => {
    const call = inCall()
    const fields = peekBody(REKEY, startRekey(partiesA(call), ownA(call)).m1)
    const m1 = signBody(call.alice.identity, 'rekey', REKEY, { ...fields, kem: fields.kem.fill(0xff) })
    expectRefusal('bad-key', () => acceptRekey(openRekey(partiesB(call), m1), ownB(call)))
  })
})

describe('M2 of a rekey is refused', () => {
  const answered = () => {
    const call = inCall()
    return { call, ...begun(call) }
  }

  it('A5 from anybody but the peer, also the own M1', () => {
    const { call, started, m1, m2, ct } = answered()
    const mallory = rehearsePerson('mallory')
    const stolen = signBody(mallory.identity, 'rekey', REKEY_ACCEPT, peekBody(REKEY_ACCEPT, m2))
    expectRefusal('signature', () => completeRekey(started, { ct, m2: stolen }))
    expectRefusal('signature', () => completeRekey(started, { ct, m2: m1 }))
    expect(completeRekey(started, { ct, m2 }).link.isReady()).toBe(true)
    expect(call.caller.link.isReady()).toBe(true)
  })

  it.each([
    ['another link before', { old: new Uint8Array(16) }],
    ['another caller', { a: new Uint8Array(32) }],
    ['another callee', { b: new Uint8Array(32) }],
    ['another M1', { m1: new Uint8Array(32) }],
    ['another ciphertext', { ct: new Uint8Array(32) }],
  ])('as bind, if it names %s', (_what, change) => {
    const { call, started, ct, m2 } = answered()
    const fields = { ...peekBody(REKEY_ACCEPT, m2), ...change }
    const changed = signBody(call.bob.identity, 'rekey', REKEY_ACCEPT, fields)
    expectRefusal('bind', () => completeRekey(started, { ct, m2: changed }))
  })

  it('as bind, if it answers an earlier rekey, and its own answer still counts', () => {
    const { call, started, ct, m2 } = answered()
    dropRekey(started)
    const again = begun(call)
    expectRefusal('bind', () => completeRekey(again.started, { ct, m2 }))
    expectRefusal('state', () => completeRekey(started, { ct, m2 }))
    expect(completeRekey(again.started, again).link.isReady()).toBe(true)
  })

  it('as bind, if it is bound to another M1 or ciphertext, and that rekey is over with its secrets erased', () => {
    for (const change of [{ m1: new Uint8Array(32) }, { ct: new Uint8Array(32) }]) {
      const { call, started, ct, m2 } = answered()
      const fields = { ...peekBody(REKEY_ACCEPT, m2), ...change }
      const changed = signBody(call.bob.identity, 'rekey', REKEY_ACCEPT, fields)
      expectRefusal('bind', () => completeRekey(started, { ct, m2: changed }))
      expect([...started.ephemeralSecret, ...started.nonceA].every((byte) => byte === 0)).toBe(true)
      expectRefusal('state', () => completeRekey(started, { ct, m2 }))
    }
  })

  it('A3 a second time', () => {
    const { started, ct, m2 } = answered()
    completeRekey(started, { ct, m2 })
    expectRefusal('state', () => completeRekey(started, { ct, m2 }))
  })

  it('is made once for each M1', () => {
    const { call, opened } = answered()
    expectRefusal('state', () => acceptRekey(opened, ownB(call)))
  })
})

describe('what the new keys are chained to is erased', () => {
  /** The link before, with every copy of its chain key that was handed out. */
  const watched = (link: LinkSecrets) => {
    const copies: Uint8Array[] = []
    const chainKey = () => {
      const copy = link.chainKey()
      copies.push(copy)
      return copy
    }
    return { old: { ...link, chainKey }, copies }
  }
  const erased = (copies: readonly Uint8Array[]) => copies.every((copy) => copy.every((byte) => byte === 0))

  it('once the keys are made, on both sides', () => {
    const call = inCall()
    const [a, b] = [watched(call.caller.link), watched(call.callee.link)]
    renewed(call, a.old, b.old)
    expect([a.copies.length, b.copies.length]).toEqual([1, 1])
    expect([erased(a.copies), erased(b.copies)]).toEqual([true, true])
  })

  it('when the caller’s key is none', () => {
    const call = inCall()
    const { old, copies } = watched(call.callee.link)
    const fields = peekBody(REKEY, startRekey(partiesA(call), ownA(call)).m1)
    const m1 = signBody(call.alice.identity, 'rekey', REKEY, { ...fields, kem: fields.kem.fill(0xff) })
    expectRefusal('bad-key', () => acceptRekey(openRekey(partiesB(call, old), m1), ownB(call)))
    expect(erased(copies)).toBe(true)
  })

  it('when the answer holds no ciphertext, and that rekey is over', () => {
    const call = inCall()
    const { old, copies } = watched(call.caller.link)
    const { started, m2 } = begun(call, old)
    const ct = new Uint8Array(7)
    const fields = { ...peekBody(REKEY_ACCEPT, m2), ct: sha256(ct) }
    const changed = signBody(call.bob.identity, 'rekey', REKEY_ACCEPT, fields)
    expectRefusal('unseal', () => completeRekey(started, { ct, m2: changed }))
    expect(erased(copies)).toBe(true)
    expect([started.phase, erased([started.ephemeralSecret, started.nonceA])]).toEqual(['over', true])
  })
})

test('A7 a caller that reveals another nonce than it committed to gets no keys, also not afterwards', () => {
  const { started, accepted, ct, m2 } = begun(inCall())
  const { callId } = started
  const { nonceA } = completeRekey(started, { ct, m2 })
  expectRefusal('bind', () => revealRekey(accepted, { cid: new Uint8Array(16), na: nonceA }))
  expectRefusal('commit', () => revealRekey(accepted, { cid: callId, na: new Uint8Array(32) }))
  expectRefusal('state', () => revealRekey(accepted, { cid: callId, na: nonceA }))
})

test('A3 a reveal counts once', () => {
  const { started, accepted, ct, m2 } = begun(inCall())
  const reveal = { cid: started.callId, na: completeRekey(started, { ct, m2 }).nonceA }
  revealRekey(accepted, reveal)
  expectRefusal('state', () => revealRekey(accepted, reveal))
})

test('secrets of a rekey that is given up or done are erased', () => {
  const { started, accepted, ct, m2 } = begun(inCall())
  const { callId, ephemeralSecret, nonceA } = started
  const revealed = completeRekey(started, { ct, m2 }).nonceA
  expect([...ephemeralSecret, ...nonceA].every((byte) => byte === 0)).toBe(true)
  revealRekey(accepted, { cid: callId, na: revealed })
  expect(accepted.k1.every((byte) => byte === 0)).toBe(true)
})

test('no two links of any calls have a frame key in common', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, rounds) => {
      const call = inCall([`alice ${seed} ${seen.size}`, `bob ${seed}`])
      let [a, b] = [call.caller.link, call.callee.link]
      for (let round = 0; round <= rounds; round++) {
        if (round > 0) {
          // Even a generator that gives the same again, every second time, makes other keys: the link before is in them.
          call.alice.rng = call.bob.rng = rehearsedRng(`${seed} ${round % 2}`)
          ;({ a, b } = renewed(call, a, b))
        }
        const keys = textOf(keysOf(a))
        expect(textOf(keysOf(b))).toEqual(keys)
        for (const key of keys) expect(seen.has(key)).toBe(false)
        for (const key of keys) seen.add(key)
      }
    }),
    { numRuns: 8, seed: 20_261_125 },
  )
})
