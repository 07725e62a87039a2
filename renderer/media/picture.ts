// Pictures of the chat: what a file really is, by its own bytes and before anything decodes it; re-encoded before one
// leaves, so that it carries nothing but its pixels; looked at before one of the peer's is shown.
import { maxPictureBytes, pictureTypes, type PictureType } from '../../contract/app-messages.ts'

/** What a picture says of itself, in pixels. */
export interface PictureHead {
  readonly type: PictureType
  readonly width: number
  readonly height: number
  readonly animated: boolean
}

/** Larger ones are made smaller before they leave. */
export const maxSentSide = 4096
/** SECURITY: decoded, every pixel is four bytes: so much a person's own picture may be, and so much a peer's. */
const maxOwnPixels = 100_000_000
const maxShownPixels = 20_000_000
const maxShownSide = 8192
export type PictureProblem = 'picture-too-large' | 'picture-too-many-pixels' | 'picture-unreadable'

/** Null for what is none of the three kinds, whatever it is called. Reads no further than it has to and never throws. */
export function pictureHead(bytes: Uint8Array): PictureHead | null {
  try {
    return png(bytes) ?? jpeg(bytes) ?? webp(bytes)
  } catch {
    // Past the end of what is there.
    return null
  }
}

const at = (bytes: Uint8Array, offset: number): number => {
  const byte = bytes[offset]
  if (byte === undefined) throw new RangeError('short')
  return byte
}
const big16 = (bytes: Uint8Array, o: number) => (at(bytes, o) << 8) | at(bytes, o + 1)
const big32 = (bytes: Uint8Array, o: number) => big16(bytes, o) * 65_536 + big16(bytes, o + 2)
const little16 = (bytes: Uint8Array, o: number) => at(bytes, o) | (at(bytes, o + 1) << 8)
const little24 = (bytes: Uint8Array, o: number) => little16(bytes, o) | (at(bytes, o + 2) << 16)
const word = (bytes: Uint8Array, o: number) =>
  String.fromCharCode(at(bytes, o), at(bytes, o + 1), at(bytes, o + 2), at(bytes, o + 3))

/** W3C PNG (third edition) sections 5 and 11; `acTL` before the pixels makes it an animation. */
function png(bytes: Uint8Array): PictureHead | null {
  if (big32(bytes, 0) !== 0x89504e47 || big32(bytes, 4) !== 0x0d0a1a0a || word(bytes, 12) !== 'IHDR')
    return null
  const head = { type: 'image/png', width: big32(bytes, 16), height: big32(bytes, 20) } as const
  for (let chunk = 8; ; chunk += 12 + big32(bytes, chunk)) {
    const name = word(bytes, chunk + 4)
    if (name === 'acTL') return { ...head, animated: true }
    if (name === 'IDAT') return { ...head, animated: false }
  }
}

/** ITU T.81 annex B: the frame header is the first SOF segment. */
function jpeg(bytes: Uint8Array): PictureHead | null {
  if (big16(bytes, 0) !== 0xffd8) return null
  for (let segment = 2; ; segment += 2 + big16(bytes, segment + 2)) {
    if (at(bytes, segment) !== 0xff) return null
    const marker = at(bytes, segment + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame)
      return {
        type: 'image/jpeg',
        width: big16(bytes, segment + 7),
        height: big16(bytes, segment + 5),
        animated: false,
      }
    if (marker === 0xda || marker === 0xd9) return null
  }
}

/** RFC 9649 section 2. */
function webp(bytes: Uint8Array): PictureHead | null {
  if (word(bytes, 0) !== 'RIFF' || word(bytes, 8) !== 'WEBP') return null
  const type = 'image/webp'
  switch (word(bytes, 12)) {
    case 'VP8 ':
      return {
        type,
        width: little16(bytes, 26) & 0x3fff,
        height: little16(bytes, 28) & 0x3fff,
        animated: false,
      }
    case 'VP8L': {
      const bits = little16(bytes, 21) + little16(bytes, 23) * 65_536
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false }
    }
    case 'VP8X':
      return {
        type,
        width: little24(bytes, 24) + 1,
        height: little24(bytes, 27) + 1,
        animated: (at(bytes, 20) & 0x02) !== 0,
      }
    default:
      return null
  }
}

/** Cameras put megabytes before the size. */
const headOf = async (blob: Blob): Promise<PictureHead | null> =>
  pictureHead(new Uint8Array(await blob.slice(0, maxPictureBytes).arrayBuffer()))

/**
 * Whether a file a person chose begins like a picture. SECURITY: such a one is sent as a picture or not at all, so that what
 * cannot be read in full does not leave as it is, with all that stands in it.
 */
export async function isPicture(blob: Blob): Promise<boolean> {
  const start = new Uint8Array(
    await blob
      .slice(0, 12)
      .arrayBuffer()
      .catch(() => new ArrayBuffer()),
  )
  const hex = Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return /^(?:89504e470d0a1a0a|ffd8ff|52494646.{8}57454250)/.test(hex)
}

/**
 * The same picture from its pixels alone: no place, no date, no camera, no preview of what was cut off (C2). As a person
 * sees it, the right way up; of an animation the first picture.
 */
export async function reencoded(
  blob: Blob,
): Promise<{ readonly blob: Blob; readonly type: PictureType } | PictureProblem> {
  if (blob.size > maxPictureBytes) return 'picture-too-large'
  const head = await headOf(blob).catch(() => null)
  if (!head) return 'picture-unreadable'
  if (head.width * head.height > maxOwnPixels) return 'picture-too-many-pixels'
  try {
    const pixels = await createImageBitmap(blob)
    const scale = Math.min(1, maxSentSide / Math.max(pixels.width, pixels.height))
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(pixels.width * scale)),
      Math.max(1, Math.round(pixels.height * scale)),
    )
    const brush = canvas.getContext('2d')
    if (!brush) return 'picture-unreadable'
    brush.imageSmoothingQuality = 'high'
    brush.drawImage(pixels, 0, 0, canvas.width, canvas.height)
    pixels.close()
    // A photograph that came as PNG may be too large as one.
    for (const type of [head.type, 'image/webp', 'image/jpeg'] as const) {
      const made = await canvas.convertToBlob({ type, quality: 0.9 })
      if (made.type === type && made.size <= maxPictureBytes) return { blob: made, type }
    }
    return 'picture-too-large'
  } catch {
    return 'picture-unreadable'
  }
}

/** Whether a picture of the peer may be shown: of the kind it was said to be, of bounded size, still, and it decodes. */
export async function isShowable(blob: Blob, type: string): Promise<boolean> {
  if (blob.size > maxPictureBytes || !(pictureTypes as readonly string[]).includes(type)) return false
  const head = await headOf(blob).catch(() => null)
  if (head?.type !== type || head.animated) return false
  const { width, height } = head
  if (width < 1 || height < 1 || Math.max(width, height) > maxShownSide || width * height > maxShownPixels)
    return false
  try {
    const pixels = await createImageBitmap(blob)
    // What the head said is what came out, or somebody lied to it.
    const honest = pixels.width * pixels.height === width * height
    pixels.close()
    return honest
  } catch {
    return false
  }
}
