// What a camera films for the pictures: a drawn person who keeps still, so that the next run takes the same picture.
import { writeFileSync } from 'node:fs'
import { Resvg } from '@resvg/resvg-js'

const width = 640
const height = 480

const portrait = (wall: string, light: string, coat: string, hair: string) => `
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <rect width="100%" height="100%" fill="${wall}"/>
  <circle cx="520" cy="90" r="150" fill="${light}"/>
  <path d="M120 480 C140 340 240 320 320 320 C400 320 500 340 520 480 Z" fill="${coat}"/>
  <rect x="285" y="270" width="70" height="80" rx="30" fill="#d9a583"/>
  <ellipse cx="320" cy="205" rx="105" ry="118" fill="${hair}"/>
  <ellipse cx="320" cy="225" rx="80" ry="98" fill="#e8bd9b"/>
  <path d="M240 205 C250 130 390 130 400 205 C360 170 290 165 240 205 Z" fill="${hair}"/>
  <circle cx="290" cy="222" r="8" fill="#33261f"/><circle cx="350" cy="222" r="8" fill="#33261f"/>
  <path d="M285 268 Q320 300 355 268" stroke="#8d4a3c" stroke-width="7" fill="none" stroke-linecap="round"/>
</svg>`

const people = {
  ada: portrait('#cfd8d3', '#f3e6c4', '#2f4858', '#4a2f27'),
  bob: portrait('#d8cfc4', '#e9f0f1', '#17696a', '#6b6f72'),
}

/** Writes a film in YUV4MPEG2 for `--use-file-for-fake-video-capture`, which Chromium repeats. */
export function filmPerson(path: string, who: keyof typeof people): void {
  const { pixels } = new Resvg(people[who]).render()
  const luma = Buffer.alloc(width * height)
  const [blue, red] = [Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)]
  // ITU-R BT.601, in the range of 16 to 235.
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3)
      luma[y * width + x] = 16 + (65.5 * r + 128.6 * g + 25 * b) / 255
      if (y % 2 || x % 2) continue
      const half = (y / 2) * (width / 2) + x / 2
      blue[half] = 128 + (-37.8 * r - 74.2 * g + 112 * b) / 255
      red[half] = 128 + (112 * r - 93.8 * g - 18.2 * b) / 255
    }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, blue, red])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(path, Buffer.concat([head, ...Array<Buffer>(10).fill(frame)]))
}
