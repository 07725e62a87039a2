import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64url } from './encode.ts'
import { MAX_ENVELOPE_JSON_BYTES, MAX_FRAME_PADDED_BYTES, parseEnvelope } from './envelope.ts'
import { expectRefusal, outcomeOf } from './expect-refusal.ts'

const pkid = base64url(new Uint8Array(16))
const ct = base64url(new Uint8Array(1120))
const box = base64url(new Uint8Array(528))
const frame = base64url(new Uint8Array(272))

describe('an envelope', () => {
  it.each([
    { k: 1, pkid, ct, box },
    { k: 2, ct, box },
    { k: 3, s: 0, box: frame },
    { k: 4, ct, box },
    { k: 5, pkid, ct, box },
  ])('of kind $k is taken as it is', (envelope) => {
    expect(parseEnvelope(envelope)).toEqual(envelope)
  })

  it.each([
    ['nothing', 'type', null],
    ['text', 'type', 'k'],
    ['an unknown kind', 'type', { k: 6, ct, box }],
    ['a kind as text', 'type', { k: '1', pkid, ct, box }],
    ['a further field', 'fields', { k: 2, ct, box, from: 'me' }],
    ['a missing field', 'fields', { k: 1, ct, box }],
    ['a field of another name', 'fields', { k: 2, ct, bax: box }],
    ['no kind', 'type', { pkid, ct, box }],
    ['a kind that is not its own', 'type', Object.create({ k: 2 })],
    ['a number for a key id', 'type', { k: 1, pkid: 16, ct, box }],
    ['bytes for a ciphertext', 'type', { k: 2, ct: new Uint8Array(1120), box }],
    ['text for a counter', 'type', { k: 3, s: '0', box: frame }],
    ['a number for a box', 'type', { k: 2, ct, box: 528 }],
    ['a short key id', 'base64', { k: 1, pkid: pkid.slice(4), ct, box }],
    ['a short ciphertext', 'base64', { k: 2, ct: ct.slice(4), box }],
    ['padded base64', 'base64', { k: 2, ct, box: `${box.slice(0, -1)}=` }],
    ['a box off the quantum', 'size', { k: 2, ct, box: base64url(new Uint8Array(529)) }],
    ['a box of a tag alone', 'size', { k: 2, ct, box: base64url(new Uint8Array(16)) }],
    ['an oversized box', 'size', { k: 2, ct, box: base64url(new Uint8Array(5136)) }],
    ['an oversized frame', 'size', { k: 3, s: 0, box: base64url(new Uint8Array(49_168)) }],
    ['a negative counter', 'type', { k: 3, s: -1, box: frame }],
    ['a fraction as counter', 'type', { k: 3, s: 0.5, box: frame }],
    ['a counter beyond 2^53', 'type', { k: 3, s: 2 ** 53, box: frame }],
    ['bytes for a box', 'type', { k: 3, s: 0, box: new Uint8Array(272) }],
  ] as const)('is refused with %s', (_, code, input) => {
    expectRefusal(code, () => parseEnvelope(input))
  })

  it('holds a box of one quantum to eight of them, and not more', () => {
    const ofBytes = (length: number) => ({ k: 4, ct, box: base64url(new Uint8Array(length + 16)) })
    for (const length of [512, 4096]) expect(parseEnvelope(ofBytes(length))).toEqual(ofBytes(length))
    for (const length of [0, 256, 4608]) expectRefusal('size', () => parseEnvelope(ofBytes(length)))
  })

  it('never throws anything but a refusal', () => {
    fc.assert(fc.property(fc.anything(), (input) => void outcomeOf(() => parseEnvelope(input))))
    const almost = fc.record({ k: fc.integer({ min: 1, max: 5 }), s: fc.anything(), box: fc.anything() })
    fc.assert(fc.property(almost, (input) => void outcomeOf(() => parseEnvelope(input))))
  })

  it('of the largest frame still fits what the server takes', () => {
    const largest = {
      k: 3,
      s: Number.MAX_SAFE_INTEGER,
      box: base64url(new Uint8Array(MAX_FRAME_PADDED_BYTES + 16)),
    }
    expect(parseEnvelope(largest)).toEqual(largest)
    expect(JSON.stringify(largest).length).toBeLessThanOrEqual(MAX_ENVELOPE_JSON_BYTES)
  })
})
