// Pictures for the chat specs: one that says where it was taken, and some that are not what they say.
import { deflateSync } from 'node:zlib'

const be = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 0xff)

/** EXIF 2.32: big-endian TIFF with a GPS IFD of latitude and longitude, and the name of a camera. */
function exifWithGps(): Buffer {
  const ascii = (text: string) => [...Buffer.from(`${text}\0`, 'latin1')]
  const entry = (tag: number, type: number, count: number, value: number[]) => [
    ...be(tag, 2),
    ...be(type, 2),
    ...be(count, 4),
    ...[...value, 0, 0, 0, 0].slice(0, 4),
  ]
  const make = ascii('SpyCam 3000')
  const head = [...Buffer.from('MM', 'latin1'), 0, 42, ...be(8, 4)]
  const ifd0At = 8
  const ifd0Size = 2 + 2 * 12 + 4
  const makeAt = ifd0At + ifd0Size
  const gpsAt = makeAt + make.length
  const gpsSize = 2 + 4 * 12 + 4
  const latAt = gpsAt + gpsSize
  const rational = (n: number, d: number) => [...be(n, 4), ...be(d, 4)]
  const lat = [...rational(48, 1), ...rational(51, 1), ...rational(2950, 100)]
  const ifd0 = [
    ...be(2, 2),
    ...entry(0x010f, 2, make.length, be(makeAt, 4)),
    ...entry(0x8825, 4, 1, be(gpsAt, 4)),
    ...be(0, 4),
  ]
  const gps = [
    ...be(4, 2),
    ...entry(1, 2, 2, ascii('N')),
    ...entry(2, 5, 3, be(latAt, 4)),
    ...entry(3, 2, 2, ascii('E')),
    ...entry(4, 5, 3, be(latAt + 24, 4)),
    ...be(0, 4),
  ]
  const tiff = [...head, ...ifd0, ...make, ...gps, ...lat, ...lat]
  const body = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff]
  return Buffer.from([0xff, 0xe1, ...be(body.length + 2, 2), ...body])
}

/** A JPEG, as a browser made it, with what a camera would add. */
export const withGps = (jpeg: Buffer): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), exifWithGps(), jpeg.subarray(2)])

/** What must not be in what arrives. */
export const gpsTraces = [Buffer.from('Exif'), Buffer.from('SpyCam'), Buffer.from(be(0x8825, 2))]

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  return Buffer.concat([Buffer.from(be(data.length, 4)), body, Buffer.from(be(crc32(body), 4))])
}

/** A PNG of one colour: a few kilobytes that become `width * height` pixels when they are decoded. */
export function plainPng(width: number, height: number): Buffer {
  const row = Math.ceil(width / 8) + 1
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.from([...be(width, 4), ...be(height, 4), 1, 0, 0, 0, 0])),
    chunk('IDAT', deflateSync(Buffer.alloc(row * height), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
