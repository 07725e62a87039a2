// The real page, built and served once for a worker, and opened in any state of main: a Playwright test with `open`.
import { chromium, test as base, type Browser, type Page } from '@playwright/test'
import { requestNames } from '../../contract/ipc-names.ts'
import { chromiumPath } from '../runtime/chromium-binary.ts'
import { installFakeShell } from './fake-shell.ts'
import { startPreviewServer } from './preview-server.ts'
import { sampleNowMs } from './sample-views.ts'
import type { Scene } from './scenes.ts'

const wide = { width: 980, height: 680 }
const sizes = {
  'alert.html': { width: 380, height: 210 },
  'picker.html': { width: 720, height: 560 },
} as const

interface Preview {
  readonly url: string
  readonly browser: Browser
}

export const test = base.extend<
  { readonly open: (scene: Omit<Scene, 'name'>) => Promise<Page> },
  { readonly preview: Preview; readonly pseudo: boolean }
>({
  pseudo: [false, { scope: 'worker', option: true }],
  preview: [
    async ({ pseudo }, use) => {
      const server = await startPreviewServer({ pseudo })
      const browser = await chromium.launch({
        executablePath: chromiumPath(),
        args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
      })
      await use({ url: server.url, browser })
      await browser.close()
      await server.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  open: async ({ preview }, use) => {
    const context = await preview.browser.newContext({
      viewport: wide,
      reducedMotion: 'reduce',
      locale: 'en',
      timezoneId: 'UTC',
    })
    await use(async ({ views, answers = {}, steps, page: file }) => {
      const page = await context.newPage()
      await page.clock.setFixedTime(sampleNowMs)
      await page.addInitScript(installFakeShell, { views, answers, requests: requestNames })
      if (file) await page.setViewportSize(sizes[file])
      await page.goto(preview.url + (file ?? 'index.html'))
      await page.locator('#app > *').first().waitFor()
      await steps?.(page)
      return page
    })
    await context.close()
  },
})

export { expect } from '@playwright/test'
