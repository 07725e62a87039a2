// The real page, built and served once for a worker, and opened in any state of main: a Playwright test with `open`.
import { test as base, type Browser, type Page } from '@playwright/test'
import {
  launchPreviewBrowser,
  newPreviewContext,
  newScenePage,
  openScene,
  type ScenePage,
} from './open-scene.ts'
import { startPreviewServer } from './preview-server.ts'
import type { Scene } from './scene.ts'

interface Preview {
  readonly url: string
  readonly browser: Browser
}

export const test = base.extend<
  {
    /** A scene in a page of its own. */
    readonly open: (scene: Omit<Scene, 'name'>) => Promise<Page>
    /** A scene in the page that the tests before had, for tests that leave nothing behind. */
    readonly visit: ScenePage['show']
  },
  { readonly preview: Preview; readonly pseudo: boolean; readonly scenePage: ScenePage }
>({
  pseudo: [false, { scope: 'worker', option: true }],
  preview: [
    async ({ pseudo }, use) => {
      const server = await startPreviewServer({ pseudo })
      const browser = await launchPreviewBrowser()
      await use({ url: server.url, browser })
      await browser.close()
      await server.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  scenePage: [
    async ({ preview }, use) => {
      const context = await newPreviewContext(preview.browser)
      await use(await newScenePage(context, preview.url))
      await context.close()
    },
    { scope: 'worker' },
  ],
  visit: ({ scenePage }, use) => use(scenePage.show),
  open: async ({ preview }, use) => {
    const context = await newPreviewContext(preview.browser)
    await use((scene) => openScene(context, preview.url, scene))
    await context.close()
  },
})

export { expect } from '@playwright/test'
