// Looks for a QR code in a picture somebody chose, dropped or pasted. The file is foreign: it is decoded in this page and
// nowhere else, and only if it says it is a picture of a kind and size that we read.
import { createSketch, readQr } from './qr-reader.ts'

export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
const maxBytes = 10 * 1024 * 1024
/** A code may be a small part of a large photograph, or fill it with noise between its modules. */
const sides = [1600, 800, 400]

export type PictureProblem = 'picture-type' | 'picture-size' | 'picture-unreadable' | 'picture-empty'
export type PictureReading =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: PictureProblem }

const failed = (problem: PictureProblem): PictureReading => ({ ok: false, problem })

/** Never rejects. */
export async function readPicture(
  file: Blob,
  decode: (file: Blob) => Promise<ImageBitmap> = (blob) => createImageBitmap(blob),
): Promise<PictureReading> {
  if (!pictureTypes.some((type) => type === file.type)) return failed('picture-type')
  if (file.size > maxBytes) return failed('picture-size')
  const picture = await decode(file).catch(() => null)
  if (!picture) return failed('picture-unreadable')
  try {
    for (const side of sides) {
      const pixels = createSketch(side).of(picture, picture.width, picture.height)
      const text = pixels && readQr(pixels, true)
      if (text) return { ok: true, text }
    }
    return failed('picture-empty')
  } finally {
    picture.close()
  }
}
