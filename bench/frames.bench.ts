// F9, what the frame layer costs: microseconds for each frame, and a call with it beside the same call without it, in
// interleaved pairs, so that whatever else the machine does falls on both.
import { join } from 'node:path'
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test'
import { servePage } from '../e2e/peer-link/serve-page.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { median, rowOf, type BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const pairs = 7
const talkMs = 8_000
/** Opus at 32 kbit/s has 80 bytes in 20 ms; a picture of 640 x 360 at 30 a second has about 4 kB. */
const sizes = { audio: 80, video: 4_000 } as const
const framesPerRun = 3_000

export async function benchFrames({ say }: BenchParts): Promise<readonly BenchRow[]> {
  const served = await servePage(join(import.meta.dirname, 'frames/page.ts'))
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(served.url)
    await page.waitForFunction(() => window.frameBench)
    return [...(await costs(page, say)), ...(await calls(browser, page, say))]
  } finally {
    await browser.close()
    await served.close()
  }
}

async function costs(page: Page, say: BenchParts['say']): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const kind of ['audio', 'video'] as const) {
    const runs = []
    for (let run = 0; run < pairs; run++)
      runs.push(
        await page.evaluate(([kind, bytes, frames]) => window.frameBench.sealCost(kind, bytes, frames), [
          kind,
          sizes[kind],
          framesPerRun,
        ] as const),
      )
    say(`${kind}: ${pairs} runs of ${framesPerRun} frames of ${sizes[kind]} bytes`)
    for (const [what, earshot, limit] of [
      ['Seal', 'sealUs', 'bareSealUs'],
      ['Open', 'openUs', 'bareOpenUs'],
    ] as const)
      rows.push(
        rowOf(`${kind}${what}Us`, 'µs', {
          limit: runs.map((run) => run[limit]),
          earshot: runs.map((run) => run[earshot]),
        }),
      )
  }
  return rows
}

interface Call {
  readonly latencyMs: number
  readonly cpuSeconds: number
}

async function calls(browser: Browser, page: Page, say: BenchParts['say']): Promise<BenchRow[]> {
  const cdp = await browser.newBrowserCDPSession()
  let cpuAtStart = 0
  await page.exposeFunction('settled', async () => (cpuAtStart = await cpuSeconds(cdp)))

  async function call(layered: boolean): Promise<Call> {
    const ages = await page.evaluate(
      ([layered, talkMs]) => window.frameBench.measuredCall(layered, talkMs, () => window.settled()),
      [layered, talkMs] as const,
    )
    return { latencyMs: median(ages), cpuSeconds: (await cpuSeconds(cdp)) - cpuAtStart }
  }

  // Not counted: the first call of a browser starts codecs and threads.
  await call(true)
  await call(false)
  const bare: Call[] = []
  const layered: Call[] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Each way round in turn, so that neither always comes second.
    const order = pair % 2 === 0 ? [false, true] : [true, false]
    for (const withLayer of order) (withLayer ? layered : bare).push(await call(withLayer))
    const [one, other] = [bare.at(-1), layered.at(-1)]
    say(`pair ${pair + 1}: ${one?.latencyMs.toFixed(1)} ms without, ${other?.latencyMs.toFixed(1)} ms with`)
  }
  const added = (of: (call: Call, bare: Call) => number) =>
    layered.map((call, index) => of(call, bare[index] ?? call))
  return [
    rowOf('oneWayLatencyMs', 'ms', {
      limit: bare.map(({ latencyMs }) => latencyMs),
      earshot: layered.map(({ latencyMs }) => latencyMs),
    }),
    rowOf('oneWayLatencyAddedMs', 'ms', { earshot: added((call, bare) => call.latencyMs - bare.latencyMs) }),
    rowOf('cpuSeconds', 's', {
      limit: bare.map(({ cpuSeconds }) => cpuSeconds),
      earshot: layered.map(({ cpuSeconds }) => cpuSeconds),
    }),
    rowOf('cpuAddedPercent', '%', {
      earshot: added((call, bare) => (call.cpuSeconds / bare.cpuSeconds - 1) * 100),
    }),
  ]
}

/** Of all processes of the browser together, since each began. */
async function cpuSeconds(cdp: CDPSession): Promise<number> {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
