import { describe, expect, it } from 'vitest'
import { base64url, fromBase64url } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { signLabelled } from './identity.ts'
import { REHEARSAL_MS, rehearsePerson } from './rehearsal.ts'
import {
  MAX_SUCCESSIONS,
  openSuccessions,
  readSuccessions,
  signSuccession,
  writeSuccessions,
  type Succession,
} from './succession.ts'

const [first, second, third, eve] = ['first', 'second', 'third', 'eve'].map(
  (name) => rehearsePerson(name).identity,
)
if (!first || !second || !third || !eve) throw new Error('four people')
const step = signSuccession(first, second, REHEARSAL_MS)
const later = signSuccession(second, third, REHEARSAL_MS + 1)

describe('a statement that a key has a successor', () => {
  it('leads from the new key to the old one', () => {
    expect(openSuccessions(second.publicKey, [step])).toEqual([first.publicKey])
  })

  it('leads through several steps, so that somebody who missed one still finds the key they know', () => {
    expect(openSuccessions(third.publicKey, [later, step])).toEqual([second.publicKey, first.publicKey])
  })

  it('counts for nothing when only one of the two keys signed', () => {
    for (const which of ['byOld', 'byNew'] as const) {
      const forged: Succession = { ...step, [which]: signLabelled(eve, 'succ', new Uint8Array(8)) }
      expectRefusal('signature', () => openSuccessions(second.publicKey, [forged]))
    }
  })

  it('cannot be turned around, dated anew, or claimed by a third key', () => {
    expectRefusal('signature', () => openSuccessions(eve.publicKey, [step]))
    expectRefusal('signature', () => openSuccessions(second.publicKey, [{ ...step, old: eve.publicKey }]))
    expectRefusal('signature', () => openSuccessions(second.publicKey, [{ ...step, signedAtMs: 1 }]))
    const turned = { ...step, old: second.publicKey, byOld: step.byNew, byNew: step.byOld }
    expectRefusal('signature', () => openSuccessions(first.publicKey, [turned]))
  })

  it('must hold at every step', () => {
    const broken = { ...step, byNew: later.byNew }
    expectRefusal('signature', () => openSuccessions(third.publicKey, [later, broken]))
    expectRefusal('signature', () => openSuccessions(third.publicKey, [step, later]))
  })

  it('never comes back to a key that stands in it already', () => {
    const back = signSuccession(third, first, REHEARSAL_MS)
    expectRefusal('reflection', () => openSuccessions(first.publicKey, [back, later, step]))
    expectRefusal('reflection', () => signSuccession(first, first, REHEARSAL_MS))
  })

  it('names no key of small order', () => {
    const order2 = new Uint8Array(32).fill(0xff)
    order2[0] = 0xec
    order2[31] = 0x7f
    expectRefusal('bad-key', () => openSuccessions(second.publicKey, [{ ...step, old: order2 }]))
  })

  it('has a few steps at most, and at least one', () => {
    expectRefusal('size', () => openSuccessions(second.publicKey, []))
    const many = Array.from({ length: MAX_SUCCESSIONS + 1 }, () => step)
    expectRefusal('size', () => openSuccessions(second.publicKey, many))
  })

  it('leads through as many steps as may be handed over, and through none more', () => {
    const people = Array.from({ length: MAX_SUCCESSIONS + 1 }, (_, n) => rehearsePerson(`key ${n}`).identity)
    const steps = people.slice(1).map((next, n) => signSuccession(people[n] ?? next, next, REHEARSAL_MS + n))
    const [newest = first, ...older] = people.toReversed()
    expect(openSuccessions(newest.publicKey, steps.toReversed())).toEqual(older.map((key) => key.publicKey))
    expect(readSuccessions(writeSuccessions(steps))).toEqual(steps)
  })

  it('is the same after it was written into a link and read again', () => {
    expect(readSuccessions(writeSuccessions([later, step]))).toEqual([later, step])
  })

  it('is refused as text that is cut, too long, empty or no text of ours', () => {
    const text = writeSuccessions([step])
    expectRefusal('size', () => readSuccessions(base64url(fromBase64url(text).subarray(1))))
    expectRefusal('size', () => readSuccessions(''))
    expectRefusal('size', () => readSuccessions(writeSuccessions(Array.from({ length: 5 }, () => step))))
    expectRefusal('base64', () => readSuccessions(`${text.slice(0, -1)}!`))
    const bytes = fromBase64url(text)
    bytes[32] = 0xff
    expectRefusal('type', () => readSuccessions(base64url(bytes)))
  })
})
