// One scene in a page of its own: the real page, with main played by a script. For tests and for pictures.
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { requestNames } from '../../contract/ipc-names.ts'
import { chromiumPath } from '../runtime/chromium-binary.ts'
import { installFakeShell } from './fake-shell.ts'
import { sampleNowMs } from './sample-views.ts'
import type { Scene } from './scene.ts'

export const wide = { width: 980, height: 680 }
const sizes = {
  'alert.html': { width: 380, height: 210 },
  'picker.html': { width: 720, height: 560 },
} as const

export const launchPreviewBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  })

export const newPreviewContext = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: wide, reducedMotion: 'reduce', locale: 'en', timezoneId: 'UTC' })

/** `url` is the preview server's. The clock of the page stands still. */
export async function openScene(
  context: BrowserContext,
  url: string,
  { views, answers = {}, steps, page: file }: Omit<Scene, 'name'>,
): Promise<Page> {
  const page = await context.newPage()
  await page.clock.setFixedTime(sampleNowMs)
  await page.addInitScript(installFakeShell, { views, answers, requests: requestNames })
  if (file) await page.setViewportSize(sizes[file])
  await page.goto(url + (file ?? 'index.html'))
  await page.locator('#app > *').first().waitFor()
  await steps?.(page)
  return page
}

export interface ScenePage {
  /** The same page in another scene: loaded anew, in its first size. */
  show(scene: Omit<Scene, 'name'>): Promise<Page>
}

/** One page for many scenes, one after the other: several times as fast as a page for each. */
export async function newScenePage(context: BrowserContext, url: string): Promise<ScenePage> {
  const page = await context.newPage()
  await page.clock.setFixedTime(sampleNowMs)
  // The scene is handed to the page that is loaded next by the one before.
  await page.addInitScript(
    `const scene = sessionStorage.getItem('scene'); if (scene) (${installFakeShell})(JSON.parse(scene))`,
  )
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(`${url}blank.html`)
  return {
    async show({ views, answers = {}, steps, page: file }) {
      const scene = JSON.stringify({ views, answers, requests: requestNames })
      await page.evaluate((scene) => sessionStorage.setItem('scene', scene), scene)
      await page.setViewportSize(file ? sizes[file] : wide)
      await page.goto(url + (file ?? 'index.html'))
      await page.locator('#app > *').first().waitFor()
      await steps?.(page)
      return page
    },
  }
}
