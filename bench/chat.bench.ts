// How fast a file of the chat is beside the browser's bare data channel, and how long a text waits behind it: in
// interleaved pairs, so that whatever else the machine does falls on both.
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { servePage } from '../e2e/peer-link/serve-page.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { median, rowOf, type BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const pairs = 7
const fileBytes = 32 * 1024 * 1024

export async function benchChat({ say }: BenchParts): Promise<readonly BenchRow[]> {
  const served = await servePage(join(import.meta.dirname, 'chat/page.ts'))
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(served.url)
    await page.waitForFunction(() => window.chatBench)
    const bare = () => page.evaluate((bytes) => window.chatBench.bare(bytes), fileBytes)
    const earshot = () => page.evaluate((bytes) => window.chatBench.earshot(bytes), fileBytes)
    // Not counted: the first of each starts threads and compiles code.
    await bare()
    await earshot()
    const limits: number[] = []
    const rates: number[] = []
    const textMs: number[] = []
    for (let pair = 0; pair < pairs; pair++) {
      // Each way round in turn, so that neither always comes second.
      if (pair % 2 === 0) limits.push(await bare())
      const run = await earshot()
      rates.push(run.rate)
      textMs.push(median(run.textMs))
      if (pair % 2 === 1) limits.push(await bare())
      say(`pair ${pair + 1}: ${limits.at(-1)?.toFixed(1)} MiB/s bare, ${run.rate.toFixed(1)} MiB/s as a file`)
    }
    return [
      rowOf('fileThroughput', 'MiB/s', { limit: limits, earshot: rates }),
      rowOf('fileOfBareChannel', 'share', { earshot: rates.map((rate, i) => rate / (limits[i] ?? rate)) }),
      rowOf('textBesideFileMs', 'ms', { earshot: textMs }),
    ]
  } finally {
    await browser.close()
    await served.close()
  }
}
