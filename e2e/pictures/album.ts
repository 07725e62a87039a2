// Where pictures are put: each in light and dark, made small, and kept as it was where a new one shows nothing else.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { chromiumPath } from '../runtime/chromium-binary.ts'

const themes = ['light', 'dark'] as const
/**
 * Codes, addresses and times are others in each run. A picture counts as the same while no more than this part of its
 * pixels is visibly another.
 */
const sameUpTo = 0.03
const colours = 64

export interface Album {
  /** Takes `NAME-light.png` and `NAME-dark.png`. */
  take(page: Page, name: string): Promise<void>
  /** The files taken so far, and how many of them are not as they were. */
  taken(): { readonly files: readonly string[]; readonly changed: number }
  close(): Promise<void>
}

export async function openAlbum(folder: string): Promise<Album> {
  mkdirSync(folder, { recursive: true })
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  const judge = await browser.newPage()
  const files: string[] = []
  let changed = 0

  async function put(file: string, picture: Buffer): Promise<void> {
    const path = join(folder, file)
    files.push(file)
    const small = smaller(picture)
    if (existsSync(path) && (await difference(judge, readFileSync(path), small)) <= sameUpTo) return
    changed++
    writeFileSync(path, small)
  }
  return {
    async take(page, name) {
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await put(
          `${name}-${colorScheme}.png`,
          await page.screenshot({ animations: 'disabled', caret: 'hide' }),
        )
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    },
    taken: () => ({ files, changed }),
    close: () => browser.close(),
  }
}

/** A PNG in few colours; flat screens need no more. */
function smaller(picture: Buffer): Buffer {
  const args = ['--strip', '--speed', '1', '--nofs', String(colours), '-']
  const { status, stdout, stderr } = spawnSync('pngquant', args, {
    input: picture,
    maxBuffer: 16 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`pngquant: ${String(stderr)}`)
  return stdout
}

/** The part of the pixels that are visibly different, 0 to 1. Pictures of two sizes are wholly different. */
const difference = (page: Page, one: Buffer, other: Buffer): Promise<number> =>
  page.evaluate(
    async (urls) => {
      const [a, b] = await Promise.all(
        urls.map(async (url) => {
          const image = new Image()
          image.src = url
          await image.decode()
          const canvas = new OffscreenCanvas(image.width, image.height)
          const context = canvas.getContext('2d')!
          context.drawImage(image, 0, 0)
          return context.getImageData(0, 0, image.width, image.height)
        }),
      )
      if (!a || !b || a.width !== b.width || a.height !== b.height) return 1
      let different = 0
      for (let at = 0; at < a.data.length; at += 4) {
        const far = [0, 1, 2].some((c) => Math.abs((a.data[at + c] ?? 0) - (b.data[at + c] ?? 0)) > 24)
        if (far) different++
      }
      return different / (a.data.length / 4)
    },
    [one, other].map((png) => `data:image/png;base64,${png.toString('base64')}`),
  )
