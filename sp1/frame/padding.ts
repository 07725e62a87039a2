// How the size of a picture is hidden inside its encryption: a mark and zeros at the end of the plaintext. Always there,
// so that two sides have nothing to agree on.
import { Refusal } from '../refusal.ts'

const kB = 1024
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64].map((each) => each * kB)
const largeStep = 16 * kB
const mark = 0x80

/** With `few` the result has one of few sizes: up to 64 kB one of twelve, above a multiple of 16 kB. Else one byte more. */
export function padPicture(picture: Uint8Array, few: boolean): Uint8Array {
  const least = picture.length + 1
  const padded = new Uint8Array(few ? sizeFor(least) : least)
  padded.set(picture)
  padded[picture.length] = mark
  return padded
}

/** The picture inside; refused as `frame-pad` where there is no mark. */
export function unpadPicture(padded: Uint8Array): Uint8Array {
  let end = padded.length
  while (end > 0 && padded[end - 1] === 0) end--
  if (padded[end - 1] !== mark) throw new Refusal('frame-pad')
  return padded.subarray(0, end - 1)
}

const sizeFor = (least: number): number =>
  sizes.find((size) => size >= least) ?? Math.ceil(least / largeStep) * largeStep
