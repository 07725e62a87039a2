import { describe, expect, it } from 'vitest'
import { expectRefusal } from './expect-refusal.ts'
import {
  bytes,
  bytesUpTo,
  fingerprint,
  flag,
  listOf,
  natural,
  oneOf,
  pattern,
  record,
  text,
} from './fields.ts'

const PRINT = `sha-256 ${'AB:'.repeat(31)}0F`

describe('a fingerprint', () => {
  it('is SHA-256 in capitals, whole', () => {
    expect(fingerprint.read(PRINT)).toBe(PRINT)
    expect(fingerprint.write(PRINT)).toBe(PRINT)
  })

  it.each([
    PRINT.toLowerCase(),
    `x${PRINT}`,
    `${PRINT}:00`,
    `${PRINT}\n`,
    PRINT.slice(0, -1),
    PRINT.replace('sha-256', 'sha-512'),
    PRINT.replaceAll(':', '-'),
    PRINT.replace('0F', '0G'),
    5,
    null,
    { 0: PRINT },
  ])('is not %j', (value) => {
    expectRefusal('type', () => fingerprint.read(value))
  })
})

describe('a pattern', () => {
  it('takes text only, whatever the value would be as text', () => {
    expect(pattern(/^5$/).read('5')).toBe('5')
    expectRefusal('type', () => pattern(/^5$/).read(5))
    expectRefusal('type', () => pattern(/^5$/).read('6'))
  })
})

describe('a natural number', () => {
  it('begins at zero and ends where numbers are exact', () => {
    for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) expect(natural.read(value)).toBe(value)
    for (const value of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN, '0', null])
      expectRefusal('type', () => natural.read(value))
  })
})

describe('text', () => {
  it('is measured in bytes, to the last', () => {
    expect(text(4).read('abcd')).toBe('abcd')
    expect(text(4).read('')).toBe('')
    expectRefusal('type', () => text(4).read('abcde'))
    expectRefusal('type', () => text(4).read('abcé'))
    expectRefusal('type', () => text(4).read(['a']))
  })
})

describe('a list and bytes', () => {
  it('may be empty and full, and not more', () => {
    const list = listOf(flag, 2)
    for (const values of [[], [true, false]]) {
      expect(list.read(values)).toEqual(values)
      expect(list.write(values)).toEqual(values)
    }
    expectRefusal('type', () => list.read([true, true, true]))
    expectRefusal('type', () => list.read({ length: 0 }))
    expectRefusal('type', () => list.write([true, true, true]))
    expectRefusal('size', () => bytes(2).write(new Uint8Array(3)))
  })
})

describe('bytes of no fixed length', () => {
  it('are one at least, and as many as may be at most', () => {
    for (const value of [Uint8Array.of(1), Uint8Array.of(1, 2)])
      expect(bytesUpTo(2).read(bytesUpTo(2).write(value))).toEqual(value)
    expect(bytesUpTo(2).write(Uint8Array.of(1, 2))).toBe('AQI')
    for (const [value, written] of [
      [new Uint8Array(0), ''],
      [Uint8Array.of(1, 2, 3), 'AQID'],
    ] as const) {
      expectRefusal('size', () => bytesUpTo(2).write(value))
      expectRefusal('size', () => bytesUpTo(2).read(written))
    }
  })
})

describe('a record', () => {
  const pair = record({ a: oneOf(1), b: oneOf(2) })

  it.each([
    ['type', null],
    ['type', 5],
    ['type', 'ab'],
    ['type', [1, 2]],
    ['type', undefined],
    ['fields', {}],
    ['fields', { a: 1 }],
    ['fields', { b: 2, a: 1 }],
    ['fields', { a: 1, c: 2 }],
    ['fields', { a: 1, b: 2, c: 3 }],
    ['type', { a: 1, b: 3 }],
  ] as const)('is refused as %s: %j', (code, value) => {
    expectRefusal(code, () => pair.read(value))
  })

  it('is read as it was written', () => {
    expect(pair.read(pair.write({ a: 1, b: 2 }))).toEqual({ a: 1, b: 2 })
  })
})
