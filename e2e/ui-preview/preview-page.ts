// The real page, built and served once for a worker, and opened in any state of main: a Playwright test with `open`.
import { test as base, type Browser, type Page } from '@playwright/test'
import { launchPreviewBrowser, newPreviewContext, openScene } from './open-scene.ts'
import { startPreviewServer } from './preview-server.ts'
import type { Scene } from './scenes.ts'

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
      const browser = await launchPreviewBrowser()
      await use({ url: server.url, browser })
      await browser.close()
      await server.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  open: async ({ preview }, use) => {
    const context = await newPreviewContext(preview.browser)
    await use((scene) => openScene(context, preview.url, scene))
    await context.close()
  },
})

export { expect } from '@playwright/test'
