// A text as a QR code: as the picture file a person might send, and as the film a fake camera shows.
import { writeFileSync } from 'node:fs'
import { Resvg } from '@resvg/resvg-js'
import { encode, renderSVG } from 'uqr'

/** A PNG for an `<input type=file>` or for the clipboard. */
export function qrPng(text: string): { name: string; mimeType: string; buffer: Buffer } {
  const svg = renderSVG(text, { ecc: 'M', border: 4, pixelSize: 8 })
  return { name: 'code.png', mimeType: 'image/png', buffer: Buffer.from(new Resvg(svg).render().asPng()) }
}

const width = 640
const height = 480

/**
 * A film in YUV4MPEG2 for `--use-file-for-fake-video-capture`, which Chromium repeats: a grey wall, and on it the code of
 * `text` if there is one.
 */
export function writeFilm(path: string, text: string | null): void {
  const wall = 90
  const luma = Buffer.alloc(width * height, wall)
  if (text !== null) {
    const code = encode(text, { ecc: 'M', border: 4 })
    const pixels = Math.floor((height - 80) / code.size)
    const [left, top] = [(width - code.size * pixels) >> 1, (height - code.size * pixels) >> 1]
    for (let y = 0; y < code.size * pixels; y++)
      for (let x = 0; x < code.size * pixels; x++) {
        const dark = code.data[Math.floor(y / pixels)]?.[Math.floor(x / pixels)]
        luma[(top + y) * width + left + x] = dark ? 20 : 225
      }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(path, Buffer.concat([head, ...Array<Buffer>(10).fill(frame)]))
}
