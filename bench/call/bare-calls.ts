// Calls in bare pages: without anything of Earshot's, and as the usual demo makes them. One browser for both ends where
// nothing is in between, one for each where there is.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type Browser, type Page } from '@playwright/test'
import { buildPage } from '../../e2e/peer-link/serve-page.ts'
import { chromiumPath } from '../../e2e/runtime/chromium-binary.ts'
import type { Kind } from './page.ts'
import { humanMs, patienceMs, setupOf, type Setup } from './setup.ts'
import { installWatch } from './watch.ts'

export interface BarePages {
  /** Both ends in one page. */
  inOnePage(kind: Kind, config: RTCConfiguration): Promise<Setup>
  /** Each in its own, over the server of the demo. */
  overServer(kind: Kind, url: string, config: RTCConfiguration): Promise<Setup>
  /**
   * Each in its own, and what they say to each other is handed over: only sound takes the network. The configuration is
   * asked for by each end, because a relay gives one login so much and no more.
   */
  overHand(kind: Kind, configOf: () => RTCConfiguration): Promise<Setup>
  /** A call that goes on until the next, over no network but its own. */
  begin(kind: Kind, configOf: () => RTCConfiguration): Promise<void>
  /** Has the end that answered look for another path, this much later each time. */
  restartFor(afterMs: readonly number[]): Promise<void>
  /** Of what `begin` began. */
  end(): Promise<void>
  readonly pages: readonly Page[]
  close(): Promise<void>
}

export interface BareParts {
  /** What the microphone hears. */
  readonly soundFile: string
  /** How a Chromium is started for each end: its path, or a command that starts it somewhere else. */
  readonly executables?: readonly [string, string]
}

/** Served by the browser's own hand, so that it needs no network. */
const pageUrl = 'http://localhost/'

export async function openBarePages({ soundFile, executables }: BareParts): Promise<BarePages> {
  const built = await buildPage(join(import.meta.dirname, 'page.ts'))
  const browsers: Browser[] = []
  const pages: Page[] = []
  for (const executablePath of executables ?? [chromiumPath(), chromiumPath()]) {
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--autoplay-policy=no-user-gesture-required',
        // A page that no address has served may not ask for a local one.
        '--disable-features=LocalNetworkAccessChecks',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${soundFile}`,
      ],
    })
    browsers.push(browser)
    const page = await browser.newPage()
    await page.addInitScript(installWatch)
    await page.route(`${pageUrl}**`, async (route) => {
      const file = await built.file(new URL(route.request().url()).pathname)
      await route.fulfill(file ? { body: file.bytes, contentType: file.type } : { status: 404 })
    })
    await page.goto(pageUrl)
    await page.waitForFunction(() => window.callBench)
    pages.push(page)
  }
  const [caller, callee] = pages as [Page, Page]

  const seen = (page: Page, what: 'peer-audio' | 'other-audio' | 'ring') =>
    page.evaluate(([what, patienceMs]) => window.watch.seen(what, patienceMs), [what, patienceMs] as const)
  const steps = (page: Page) => page.evaluate(() => window.watch.steps())
  async function hangUp(): Promise<void> {
    for (const page of pages)
      await page.evaluate(() => {
        window.callBench.close()
        window.watch.rest()
      })
  }

  for (const [page, other] of [
    [caller, callee],
    [callee, caller],
  ] as const)
    await page.exposeFunction('handOver', (said: unknown) =>
      other.evaluate((said) => window.callBench.take(said), said),
    )

  async function measured(from: Page, to: Page): Promise<Setup> {
    const other = from === to ? 'other-audio' : 'peer-audio'
    for (const page of new Set([from, to])) await page.evaluate(() => window.watch.arm())
    const calledAtMs = await from.evaluate(() => window.callBench.call())
    const rangAtMs = await seen(to, 'ring')
    await delay(humanMs)
    const acceptedAtMs = await to.evaluate(() => window.callBench.accept())
    const heardAtMs = await Promise.all([seen(from, 'peer-audio'), seen(to, other)])
    const pages = [...new Set([from, to])]
    const ends = await Promise.all(pages.map(steps))
    await hangUp()
    return setupOf({ calledAtMs, rangAtMs, acceptedAtMs, heardAtMs, ends })
  }

  return {
    async inOnePage(kind, config) {
      await caller.evaluate(([kind, config]) => window.callBench.both(kind, config), [kind, config] as const)
      return measured(caller, caller)
    },
    async overServer(kind, url, config) {
      for (const page of [caller, callee])
        await page.evaluate(([kind, url, config]) => window.callBench.one(kind, url, config), [
          kind,
          url,
          config,
        ] as const)
      return measured(caller, callee)
    },
    async overHand(kind, configOf) {
      for (const page of pages)
        await page.evaluate(([kind, config]) => window.callBench.oneByHand(kind, config), [
          kind,
          configOf(),
        ] as const)
      return measured(caller, callee)
    },
    async begin(kind, configOf) {
      await hangUp()
      for (const page of pages) {
        await page.evaluate(([kind, config]) => window.callBench.oneByHand(kind, config), [
          kind,
          configOf(),
        ] as const)
        await page.evaluate(() => window.watch.arm())
      }
      await caller.evaluate(() => window.callBench.call())
      await seen(callee, 'ring')
      await callee.evaluate(() => window.callBench.accept())
      await Promise.all(pages.map((page) => seen(page, 'peer-audio')))
    },
    restartFor: (afterMs) => callee.evaluate((afterMs) => window.callBench.restartFor(afterMs), afterMs),
    end: hangUp,
    pages,
    async close() {
      for (const browser of browsers) await browser.close()
      await built.remove()
    },
  }
}
