import { describe, expect, it } from 'vitest'
import { base64url } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { PAYLOAD } from './payload.ts'
import type { Payload } from './payload.ts'
import { MAX_SUCCESSIONS } from './succession.ts'
import { KEM_CIPHERTEXT_BYTES } from './xwing.ts'

const key = 'AAECAwQFBgcICQoLDA0ODw'
const bytes = Uint8Array.from({ length: 16 }, (_, n) => n)

it('a delivery key is 16 bytes, in this order and with nothing beside it', () => {
  expect(PAYLOAD.write({ t: 'delivery', key: bytes })).toEqual({ t: 'delivery', key })
  expect(PAYLOAD.read({ t: 'delivery', key })).toEqual({ t: 'delivery', key: bytes })
  expect(PAYLOAD.read({ t: 'delivery-kept' })).toEqual({ t: 'delivery-kept' })
  expectRefusal('fields', () => PAYLOAD.read({ key, t: 'delivery' }))
  expectRefusal('fields', () => PAYLOAD.read({ t: 'delivery', key, more: 1 }))
  expectRefusal('fields', () => PAYLOAD.read({ t: 'delivery-kept', key }))
  expectRefusal('size', () => PAYLOAD.write({ t: 'delivery', key: bytes.slice(1) }))
})

it.each([key.slice(2), `${key}AA`, `${key.slice(0, -1)}x`, 16, null])(
  'A6 %s is no delivery key',
  (foreign) => {
    expect(() => PAYLOAD.read({ t: 'delivery', key: foreign })).toThrow(/refused/)
  },
)

const filled = (length: number) => new Uint8Array(length).fill(7)
const written = (length: number) => base64url(filled(length))
const step = { old: filled(32), signedAtMs: 5, byOld: filled(64), byNew: filled(64) }
const writtenStep = { old: written(32), signedAtMs: 5, byOld: written(64), byNew: written(64) }

describe('what two phones say to renew a link and to name a new key', () => {
  it.each<[Payload, object]>([
    [
      { t: 'succession', steps: [step, step] },
      { t: 'succession', steps: [writtenStep, writtenStep] },
    ],
    [
      { t: 'rekey', m1: filled(9) },
      { t: 'rekey', m1: written(9) },
    ],
    [
      { t: 'rekey-accept', ct: filled(KEM_CIPHERTEXT_BYTES), m2: filled(9) },
      { t: 'rekey-accept', ct: written(KEM_CIPHERTEXT_BYTES), m2: written(9) },
    ],
    [
      { t: 'rekey-reveal', cid: filled(16), na: filled(32) },
      { t: 'rekey-reveal', cid: written(16), na: written(32) },
    ],
    [{ t: 'rekey-ask' }, { t: 'rekey-ask' }],
    [{ t: 'restart-ask' }, { t: 'restart-ask' }],
  ])('is written with these fields in this order, and read back: $t', (payload, wire) => {
    expect(JSON.stringify(PAYLOAD.write(payload))).toBe(JSON.stringify(wire))
    expect(PAYLOAD.read(wire)).toEqual(payload)
    expectRefusal('fields', () => PAYLOAD.read({ ...wire, more: 1 }))
  })

  it('is refused with a key, a hash or a ciphertext of another length, and with too many steps', () => {
    const steps = (count: number) => Array.from({ length: count }, () => writtenStep)
    for (const wire of [
      { t: 'succession', steps: [{ ...writtenStep, old: written(31) }] },
      { t: 'rekey-accept', ct: written(KEM_CIPHERTEXT_BYTES - 1), m2: written(9) },
      { t: 'rekey-reveal', cid: written(15), na: written(32) },
    ])
      expectRefusal('base64', () => PAYLOAD.read(wire))
    expect(PAYLOAD.read({ t: 'succession', steps: steps(MAX_SUCCESSIONS) })).toHaveProperty('steps')
    expectRefusal('type', () => PAYLOAD.read({ t: 'succession', steps: steps(MAX_SUCCESSIONS + 1) }))
    expectRefusal('size', () => PAYLOAD.read({ t: 'rekey', m1: written(4097) }))
    expect(PAYLOAD.read({ t: 'rekey', m1: written(4096) })).toHaveProperty('m1')
  })
})

it.each(['hung-up', 'x', `a${'b'.repeat(31)}`])('%s is a reason to hang up', (reason) => {
  expect(PAYLOAD.read({ t: 'hangup', reason })).toEqual({ t: 'hangup', reason })
})

it.each(['', '-up', '1up', 'Up', 'hung up', '<hung-up', 'hung-up>', `a${'b'.repeat(32)}`, 5])(
  '%j is no reason to hang up',
  (reason) => {
    expectRefusal('type', () => PAYLOAD.read({ t: 'hangup', reason }))
  },
)

it('A6 a list that would read as a name is no name of a payload', () => {
  expectRefusal('type', () => PAYLOAD.read({ t: ['name'] }))
})
