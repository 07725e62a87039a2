import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from './expect-refusal.ts'
import { commonMedia, survivingCaller } from './glare.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('when both dial each other', () => {
  it('A8 both ends choose the same call, that of the smaller key', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        fc.pre(Buffer.compare(one, other) !== 0)
        const survivor = survivingCaller(one, other)
        expect(survivingCaller(other, one)).toBe(survivor)
        expect(survivor).toBe(Buffer.compare(one, other) < 0 ? one : other)
      }),
    )
  })

  it('A8 compares bytes as unsigned numbers, from the first', () => {
    const [low, high] = [Uint8Array.of(0x7f, 0xff), Uint8Array.of(0x80, 0x00)]
    expect(survivingCaller(high, low)).toBe(low)
  })

  it('A8 A5 refuses a call between equal keys', () => {
    expectRefusal('self-call', () => survivingCaller(new Uint8Array(32), new Uint8Array(32)))
  })

  it('A8 carries a picture only if both wanted one', () => {
    expect(commonMedia('av', 'av')).toBe('av')
    expect([commonMedia('a', 'av'), commonMedia('av', 'a'), commonMedia('a', 'a')]).toEqual(['a', 'a', 'a'])
  })
})
