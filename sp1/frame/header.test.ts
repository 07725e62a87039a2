import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, hex } from '../encode.ts'
import { expectRefusal } from '../expect-refusal.ts'
import { encodeHeader, parseHeader } from './header.ts'

/** Counters go up to 2^64 - 1, further than a number can tell. */
const exact = (_name: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined ? BigInt(source) : value
const file = readFileSync(new URL('../vectors/rfc9605-sframe.json', import.meta.url), 'utf8')
const { header: vectors } = JSON.parse(file, exact as (name: string, value: unknown) => unknown) as {
  header: { kid: bigint; ctr: bigint; encoded: string }[]
}

describe('the header of a frame', () => {
  it.each(vectors)('F1 is that of the RFC for key $kid and counter $ctr', ({ kid, ctr, encoded }) => {
    expect(hex(encodeHeader(kid, ctr))).toBe(encoded)
    expect(parseHeader(fromHex(encoded))).toEqual({ kid, ctr, length: encoded.length / 2 })
  })
  it('F1 says where it ends, whatever follows', () => {
    expect(parseHeader(fromHex('98101234ffff'))).toEqual({ kid: 0x1012n, ctr: 0x34n, length: 4 })
    expect(parseHeader(fromHex('8810ffffffff'))).toEqual({ kid: 0x10n, ctr: 0xffn, length: 3 })
  })
  it('F1 holds the values up to seven itself, and no larger one', () => {
    expect(hex(encodeHeader(7n, 7n))).toBe('77')
    expect(hex(encodeHeader(8n, 8n))).toBe('880808')
    expect(parseHeader(fromHex('880808'))).toEqual({ kid: 8n, ctr: 8n, length: 3 })
  })
  it.each([
    ['nothing at all', ''],
    ['a key that is cut off', '9910'],
    ['a counter that is cut off', '0b010000'],
    ['a key of one byte that needs none', '8007'],
    ['a key of two bytes that needs one', '900010'],
    ['a counter of one byte that needs none', '0800'],
    ['a counter of eight bytes that needs seven', '0f00ffffffffffffff'],
  ])('refuses %s', (_name, bytes) => {
    expectRefusal('frame-header', () => parseHeader(fromHex(bytes)))
  })
  it('has no room for more than 64 bits', () => {
    expect(() => encodeHeader(1n << 64n, 0n)).toThrow(RangeError)
    expect(() => encodeHeader(0n, -1n)).toThrow(RangeError)
  })
})
