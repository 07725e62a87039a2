import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBody, encodeBody, openBody, signBody } from './body.ts'
import { fromUtf8, utf8 } from './encode.ts'
import { expectRefusal, outcomeOf } from './expect-refusal.ts'
import { bytes, flag, listOf, natural, oneOf, record, text } from './fields.ts'
import { rehearsePerson } from './rehearsal.ts'

const SHAPE = record({ t: oneOf('x'), n: natural, b: bytes(2), on: flag, s: text(4), l: listOf(natural, 2) })
const value = { t: 'x', n: 5, b: Uint8Array.of(1, 2), on: true, s: 'é', l: [1, 2] } as const
const json = '{"t":"x","n":5,"b":"AQI","on":true,"s":"é","l":[1,2]}'
const read = (body: string) => decodeBody(SHAPE, utf8(body))

describe('a strict body', () => {
  it('A6 has exactly one form', () => {
    expect(fromUtf8(encodeBody(SHAPE, value))).toBe(json)
    expect(read(json)).toEqual(value)
  })

  it.each([
    ['a repeated key', 'noncanonical', json.replace('"n":5', '"n":5,"n":5')],
    ['another field', 'fields', json.replace('"n":5', '"n":5,"m":5')],
    ['a missing field', 'fields', json.replace('"n":5,', '')],
    ['another order', 'fields', json.replace('"t":"x","n":5', '"n":5,"t":"x"')],
    ['a prototype', 'fields', json.replace('"n":5', '"__proto__":5')],
    ['a space', 'noncanonical', json.replace(':5', ': 5')],
    ['a line end', 'noncanonical', `${json}\n`],
    ['a number in another form', 'noncanonical', json.replace(':5', ':5e0')],
    ['minus zero', 'noncanonical', json.replace(':5', ':-0')],
    ['an escape that is not needed', 'noncanonical', json.replace('é', '\\u00e9')],
    ['half of a surrogate pair', 'type', json.replace('é', '\\ud800')],
    ['a byte order mark', 'json', `\ufeff${json}`],
    ['base64 with unused bits', 'base64', json.replace('AQI', 'AQJ')],
    ['base64 of another length', 'base64', json.replace('AQI', 'AQID')],
    ['a negative number', 'type', json.replace(':5', ':-5')],
    ['a fraction', 'type', json.replace(':5', ':5.5')],
    ['a number beyond 2^53', 'type', json.replace(':5', ':9007199254740993')],
    ['text for a number', 'type', json.replace(':5', ':"5"')],
    ['a number for a flag', 'type', json.replace('true', '1')],
    ['another constant', 'type', json.replace('"t":"x"', '"t":"y"')],
    ['text that is too long', 'type', json.replace('é', 'éée')],
    ['a list that is too long', 'type', json.replace('[1,2]', '[1,2,3]')],
    ['an object for a list', 'type', json.replace('[1,2]', '{}')],
    ['a list for the whole', 'type', '[]'],
    ['a number for the whole', 'type', '5'],
    ['text for the whole', 'type', '"abcdef"'],
    ['nothing', 'json', ''],
    ['null', 'type', 'null'],
  ] as const)('A6 is refused with %s', (_, code, body) => {
    expectRefusal(code, () => read(body))
  })

  it('A6 accepts no bytes but those it would write, whatever is done to them', () => {
    const original = utf8(json)
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), fc.boolean(), (index, byte, insert) => {
        const changed = Uint8Array.from(original)
        changed[index] = byte
        const mutant = insert
          ? new Uint8Array([...original.slice(0, index), byte, ...original.slice(index)])
          : changed
        if (outcomeOf(() => decodeBody(SHAPE, mutant)) !== 'accepted') return
        expect(encodeBody(SHAPE, decodeBody(SHAPE, mutant))).toEqual(mutant)
      }),
      { numRuns: 2000 },
    )
  })

  it('never writes what it would not read', () => {
    expectRefusal('type', () => encodeBody(SHAPE, { ...value, s: 'too long' }))
    expectRefusal('size', () => encodeBody(SHAPE, { ...value, b: Uint8Array.of(1) }))
    expectRefusal('type', () => encodeBody(SHAPE, { ...value, l: [1, 2, 3] }))
  })
})

describe('a signed body', () => {
  const { identity } = rehearsePerson('alice')
  const message = signBody(identity, 'call', SHAPE, value)

  it('opens for its signer and its purpose only', () => {
    expect(openBody(identity.publicKey, 'call', SHAPE, message)).toEqual(value)
    expectRefusal('signature', () => openBody(identity.publicKey, 'accept', SHAPE, message))
    const stranger = rehearsePerson('mallory').identity.publicKey
    expectRefusal('signature', () => openBody(stranger, 'call', SHAPE, message))
  })

  it('is refused when it is cut, in the signature or behind it', () => {
    expectRefusal('signature', () => openBody(identity.publicKey, 'call', SHAPE, message.slice(0, 20)))
    expectRefusal('signature', () => openBody(identity.publicKey, 'call', SHAPE, message.slice(0, -1)))
  })
})
