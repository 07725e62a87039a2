import { expect, test } from 'vitest'
import { plainPng } from '../../e2e/chat/pictures.ts'
import { isPicture, isShowable, pictureHead, reencoded } from './picture.ts'

const png = new Uint8Array(plainPng(300, 20))
const be16 = (n: number) => [n >> 8, n & 255]
/** Start, an application segment, and a frame header. */
const jpeg = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc2, 0, 17, 8],
  ...be16(480),
  ...be16(640),
  3,
])
const riff = (form: string, body: readonly number[]) =>
  Uint8Array.from([...Buffer.from(`RIFF\0\0\0\0WEBP${form}`), 0, 0, 0, 0, ...body])
const lossy = riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00])
const lossless = riff('VP8L', [0x2f, 0x3f, 0xc1, 0x3b, 0x00])
const extended = (flags: number) => riff('VP8X', [flags, 0, 0, 0, 99, 0, 0, 49, 0, 0])

test.each([
  ['PNG', png, { type: 'image/png', width: 300, height: 20, animated: false }],
  ['JPEG', jpeg, { type: 'image/jpeg', width: 640, height: 480, animated: false }],
  ['lossy WebP', lossy, { type: 'image/webp', width: 320, height: 240, animated: false }],
  ['lossless WebP', lossless, { type: 'image/webp', width: 320, height: 240, animated: false }],
  ['extended WebP', extended(0), { type: 'image/webp', width: 100, height: 50, animated: false }],
  ['animated WebP', extended(2), { type: 'image/webp', width: 100, height: 50, animated: true }],
])('the head of a %s says what it is', (_, bytes, head) => {
  expect(pictureHead(bytes)).toEqual(head)
  // Cut off anywhere, it is the same or none; it never throws.
  for (let length = 0; length < bytes.length; length++) {
    const short = pictureHead(bytes.subarray(0, length))
    if (short) expect(short).toEqual(head)
  }
})

test.each([
  ['markup', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ['a GIF', Buffer.from('GIF89a\x01\0\x01\0')],
  ['nothing', Buffer.alloc(0)],
  ['noise', Buffer.alloc(64, 0xff)],
])('%s is no picture', async (_, bytes) => {
  expect(pictureHead(new Uint8Array(bytes))).toBeNull()
  expect(await reencoded(new Blob([new Uint8Array(bytes)]))).toBe('picture-unreadable')
})

test('C2 what begins like a picture never leaves as it is, however much stands before its pixels or is missing', async () => {
  for (const bytes of [png, jpeg, lossy, lossless, extended(2), png.subarray(0, 40), jpeg.subarray(0, 4)])
    expect(await isPicture(new Blob([bytes]))).toBe(true)
  expect(await reencoded(new Blob([png.subarray(0, 40)]))).toBe('picture-unreadable')
  const segment = Uint8Array.from([0xff, 0xe1, 0xff, 0xff, ...new Uint8Array(0xfffd)])
  const late = Uint8Array.from([
    ...jpeg.subarray(0, 2),
    ...Array(12)
      .fill([...segment])
      .flat(),
    ...jpeg.subarray(2),
  ])
  expect(late.length).toBeGreaterThan(700_000)
  expect(pictureHead(late)).toMatchObject({ width: 640, height: 480 })
  for (const other of ['', 'GIF89a', 'RIFF\0\0\0\0WAVEfmt ', '%PDF-1.7'])
    expect(await isPicture(new Blob([other]))).toBe(false)
})

test('an animation in a PNG is seen before its pixels', () => {
  const at = 33
  const animated = Uint8Array.from([
    ...png.subarray(0, at),
    0,
    0,
    0,
    0,
    ...Buffer.from('acTL'),
    0,
    0,
    0,
    0,
    ...png.subarray(at),
  ])
  expect(pictureHead(animated)?.animated).toBe(true)
})

test('B3 a bomb, another kind than was said, an animation or too many bytes is refused before anything decodes it', async () => {
  const bomb = new Blob([new Uint8Array(plainPng(30_000, 30_000))])
  expect(bomb.size).toBeLessThan(200_000)
  expect(await reencoded(bomb)).toBe('picture-too-many-pixels')
  expect(await isShowable(bomb, 'image/png')).toBe(false)
  expect(await isShowable(new Blob([new Uint8Array(plainPng(10_000, 10))]), 'image/png')).toBe(false)
  expect(await isShowable(new Blob([png]), 'image/jpeg')).toBe(false)
  expect(await isShowable(new Blob([extended(2)]), 'image/webp')).toBe(false)
  const large = new Blob([png, new Uint8Array(40_000_000)])
  expect(await reencoded(large)).toBe('picture-too-large')
  expect(await isShowable(large, 'image/png')).toBe(false)
})
