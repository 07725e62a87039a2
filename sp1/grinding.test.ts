import { describe, expect, it } from 'vitest'
import { createAdversary } from './adversary.ts'
import type { Adversary } from './adversary.ts'
import { ADVERSARIES, ADVERSARY_CERTIFICATE, HONEST, STOLEN } from './cast.ts'
import { base64url } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { CODES, attackOnCommitted, attackOnUncommitted, ground } from './grinding.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import { completeCall } from './handshake-caller.ts'
import { commitment, sasBytes, secondKey, transcript3 } from './key-schedule.ts'
import { REHEARSAL_MS, rehearseCall, rehearsePerson, rehearsedRng } from './rehearsal.ts'
import { createSeenCalls } from './seen-calls.ts'
import type { Session } from './session.ts'

/** Bound by its commitment, the adversary succeeds once in 256; this many attempts make that 64 times. */
const COMMITTED_ATTEMPTS = 64 * CODES
const UNCOMMITTED_ATTEMPTS = 1000

describe('an adversary between two people whose code had only eight bits', () => {
  it(
    'A2 is shown to both with one code once in 256 attempts, whatever it tries',
    { timeout: 120_000 },
    () => {
      const rng = rehearsedRng('attempts under a commitment')
      let successes = 0
      for (let attempt = 0; attempt < COMMITTED_ATTEMPTS; attempt++)
        successes += Number(attackOnCommitted(rng))
      const chance = 1 / CODES
      const sigma = Math.sqrt(COMMITTED_ATTEMPTS * chance * (1 - chance))
      expect(Math.abs(successes - COMMITTED_ATTEMPTS * chance)).toBeLessThan(3 * sigma)
    },
  )

  it('A7 would succeed each time if nonces were not committed to', { timeout: 120_000 }, () => {
    const rng = rehearsedRng('attempts without a commitment')
    let successes = 0
    for (let attempt = 0; attempt < UNCOMMITTED_ATTEMPTS; attempt++)
      successes += Number(attackOnUncommitted(rng))
    expect(successes).toBe(UNCOMMITTED_ATTEMPTS)
  })
})

describe('the same adversary in two real calls', () => {
  const [, bob] = HONEST
  const [mallory] = ADVERSARIES

  /**
   * Alice has called the adversary and revealed her nonce; Bob has taken the adversary's call and waits for its nonce.
   * `slot` is the commitment that Bob holds.
   */
  function twoCalls(attempt: number) {
    if (!bob || !mallory) throw new Error('nobody is there')
    const adversary = createAdversary(STOLEN)
    const alice = rehearsePerson(`alice ${attempt}`)
    const { outgoing, wire: m1 } = rehearseCall(alice, {
      ...alice,
      identity: mallory.identity,
      prekeys: [mallory.prekey],
    })
    const aliceHandle = base64url(outgoing.reply)
    adversary.observe(m1, null)
    const [known] = adversary.calls
    if (!known) throw new Error('the adversary could not read the call')
    const claims = {
      callee: mallory.publicKey,
      fp: ADVERSARY_CERTIFICATE,
      nonceB: alice.rng(32),
      m1: known.th1,
    }
    const { session: alices, wire: reveal } = completeCall(
      outgoing,
      adversary.accept(mallory.identity, known, claims),
    )
    adversary.observe(reveal, aliceHandle)

    const reply = alice.rng(16)
    const to = { publicKey: bob.publicKey, prekey: bob.current }
    const fields = { ts: REHEARSAL_MS, fp: ADVERSARY_CERTIFICATE, reply }
    const call = adversary.call(mallory.identity, to, fields)
    const incoming = receiveCall({ ...bob, seen: createSeenCalls(), nowMs: REHEARSAL_MS }, call)
    const slot = incoming.commitment.slice()
    const request = {
      identity: bob.identity,
      fingerprint: alice.fingerprint,
      media: 'a',
      rng: alice.rng,
    } as const
    const { session: bobs, wire: m2 } = acceptCall({
      ...request,
      incoming: { ...incoming, commitment: slot },
    })
    adversary.observe(m2, base64url(reply))
    return { adversary, alices, bobs, slot, rng: alice.rng }
  }

  /** A nonce under which Bob will be shown what Alice is shown, in the first eight bits. */
  function lateNonce(adversary: Adversary, alices: Session, rng: (length: number) => Uint8Array) {
    const toBob = adversary.sessions.find(({ role }) => role === 'a')
    if (!toBob) throw new Error('the adversary has no call with Bob')
    const code = alices.sas()[0] ?? 0
    const codeWith = (nonce: Uint8Array) =>
      sasBytes(secondKey(transcript3(toBob.th2, nonce, toBob.nonceB), toBob.k1))[0] ?? 0
    const nonce = ground(rng, code, codeWith)
    if (!nonce) throw new Error('nothing was found')
    return { nonce, reveal: adversary.reveal(toBob, nonce) }
  }

  it('A7 finds a nonce for Bob that makes both codes one, and Bob refuses it', () => {
    const { adversary, alices, bobs, rng } = twoCalls(0)
    const { reveal } = lateNonce(adversary, alices, rng)
    expectRefusal('commit', () => bobs.receive(reveal, REHEARSAL_MS))
    expect(bobs.phase()).toBe('destroyed')
  })

  it('A7 would deceive a Bob who holds it to nothing', () => {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const { adversary, alices, bobs, slot, rng } = twoCalls(attempt)
      const { nonce, reveal } = lateNonce(adversary, alices, rng)
      // What takes the protection away: his commitment becomes whatever fits.
      slot.set(commitment(nonce))
      bobs.receive(reveal, REHEARSAL_MS)
      expect(bobs.sas()[0]).toBe(alices.sas()[0])
      expect(bobs.sas()).not.toEqual(alices.sas())
    }
  })

  it('A2 that keeps the rules has other keys with each, and each is shown another code', () => {
    const { adversary, alices, bobs } = twoCalls(11)
    const toBob = adversary.sessions.find(({ role }) => role === 'a')!
    bobs.receive(adversary.reveal(toBob, adversary.ownNonce), REHEARSAL_MS)
    expect(bobs.sas()).not.toEqual(alices.sas())
    expect(bobs.frameKey('a', 'audio')).not.toEqual(alices.frameKey('a', 'audio'))
  })
})
