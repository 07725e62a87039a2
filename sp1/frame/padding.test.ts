import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../expect-refusal.ts'
import { padPicture, unpadPicture } from './padding.ts'

const picture = (length: number) => new Uint8Array(length).fill(0x42)
const sizeOf = (length: number) => padPicture(picture(length), true).length / 1024

describe('the padding of a picture', () => {
  it('costs one byte where sizes need not be hidden', () => {
    expect([...padPicture(Uint8Array.of(1, 2), false)]).toEqual([1, 2, 0x80])
  })
  it('leaves few sizes where they are hidden, and always has room for its mark', () => {
    const sizes = [0, 1023, 1024, 2047, 3000, 5000, 7000, 9000, 13_000, 20_000, 30_000, 40_000, 60_000]
    expect(sizes.map(sizeOf)).toEqual([1, 1, 2, 2, 3, 6, 8, 12, 16, 24, 32, 48, 64])
    expect([65_535, 65_536, 81_919, 81_920].map(sizeOf)).toEqual([64, 80, 80, 96])
  })
  it.each([true, false])(
    'comes off again, zeros and marks of the picture itself included (few sizes: %s)',
    (few) => {
      for (const bytes of [[], [0], [0x80], [0x80, 0, 0], [1, 0x80, 0x80], [0, 0, 0]]) {
        expect([...unpadPicture(padPicture(Uint8Array.from(bytes), few))]).toEqual(bytes)
      }
    },
  )
  it.each([
    ['nothing', []],
    ['zeros', [0, 0, 0]],
    ['another mark', [1, 2, 0x81, 0]],
  ])('is refused where there is %s in its place', (_name, bytes) => {
    expectRefusal('frame-pad', () => unpadPicture(Uint8Array.from(bytes)))
  })
})
