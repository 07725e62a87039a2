import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  base64url,
  equal,
  fromBase64url,
  fromHex,
  fromUtf8,
  hex,
  lp,
  pad,
  u64be,
  unpad,
  utf8,
} from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'

describe('base64url', () => {
  it('writes what Node writes and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = base64url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64url(text)).toEqual(bytes)
      }),
    )
  })

  it('A6 reads no text but the one it would write', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgw_-Zz+/= é'), maxLength: 12 }), (text) => {
        let bytes: Uint8Array
        try {
          bytes = fromBase64url(text)
        } catch {
          return
        }
        expect(base64url(bytes)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['=', 'AA==', 'A', 'AB', 'AAF', 'A A', 'A+', 'A/', 'Aé'])('A6 refuses %j', (text) => {
    expectRefusal('base64', () => fromBase64url(text))
  })

  it('refuses another length than the one asked for', () => {
    expect(fromBase64url('AAAA', 3)).toHaveLength(3)
    expectRefusal('base64', () => fromBase64url('AAAA', 4))
    expectRefusal('base64', () => fromBase64url(null))
  })
})

describe('padding', () => {
  it('fills a whole number of quanta and comes off again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), fc.constantFrom(256, 512), (bytes, quantum) => {
        const padded = pad(bytes, quantum)
        expect(padded.length % quantum).toBe(0)
        expect(padded.length - bytes.length).toBeLessThan(quantum + 5)
        expect(unpad(padded, quantum)).toEqual(bytes)
      }),
    )
  })

  it('refuses every single changed byte outside the content', () => {
    const padded = pad(utf8('hello'), 256)
    for (let index = 0; index < padded.length; index++) {
      if (index >= 4 && index < 9) continue
      const changed = padded.slice()
      changed[index] = (changed[index] ?? 0) ^ 1
      expectRefusal('pad', () => unpad(changed, 256))
    }
  })

  it('refuses an empty quantum and one quantum too many', () => {
    expectRefusal('pad', () => unpad(new Uint8Array(0), 256))
    expectRefusal('pad', () => unpad(new Uint8Array([...pad(utf8('x'), 256), ...new Uint8Array(256)]), 256))
  })
})

describe('text and numbers', () => {
  it('A6 does not swallow a byte order mark, and refuses malformed UTF-8', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA')
    expectRefusal('json', () => fromUtf8(Uint8Array.of(0xff)))
    expectRefusal('json', () => fromUtf8(Uint8Array.of(0xc0, 0x80)))
  })

  it('prefixes the length in bytes, not in characters', () => {
    expect(hex(lp('é'))).toBe('00000002c3a9')
    expect(hex(u64be(2 ** 40 + 1))).toBe('0000010000000001')
  })

  it('reads hexadecimal in either case and nothing else', () => {
    expect(fromHex('00fFA0')).toEqual(Uint8Array.of(0, 255, 160))
    expectRefusal('type', () => fromHex('0'))
    expectRefusal('type', () => fromHex('0g'))
  })

  it('tells equal bytes from others', () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
    expect(equal(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false)
    expect(equal(Uint8Array.of(0), new Uint8Array(0))).toBe(false)
    expect(equal(new Uint8Array(0), Uint8Array.of(0))).toBe(false)
  })
})
