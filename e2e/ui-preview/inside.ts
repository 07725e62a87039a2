// Whether a page has room for what it says.
import { expect, type Page } from '@playwright/test'
import type { Language } from '../../contract/settings.ts'
import type { SettingsView } from '../../contract/ipc.ts'

export const narrow = { width: 380, height: 640 }
/** 200 % zoom of a window of 760 pixels leaves the page half of them. */
export const zoomed = { width: 380, height: 340 }

/** Nothing is wider than its window, once what a new size or language moves has settled. */
export async function expectInside(page: Page, where: string): Promise<void> {
  await expect(async () => {
    const widths = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      const right = Math.max(
        ...[...document.querySelectorAll('button, input, h1, p')].map((e) => e.getBoundingClientRect().right),
      )
      return { scrollWidth, clientWidth, right }
    })
    expect(widths.scrollWidth, where).toBeLessThanOrEqual(widths.clientWidth)
    expect(widths.right, where).toBeLessThanOrEqual(widths.clientWidth + 1)
  }).toPass({ timeout: 5_000 })
}

export interface Wording {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
}

/**
 * The same for one page in several wordings, one after the other and without leaving the page: a sentence for each in
 * which something stands outside for longer than it takes to settle.
 */
export const outsideIn = (
  page: Page,
  settings: SettingsView,
  wordings: readonly Wording[],
): Promise<readonly string[]> =>
  page.evaluate(
    async ({ settings, wordings, mostFrames }) => {
      const root = document.documentElement
      const frame = () => new Promise((drawn) => requestAnimationFrame(drawn))
      const outside = () => {
        const rights = [...document.querySelectorAll('button, input, h1, p')].map(
          (element) => element.getBoundingClientRect().right,
        )
        const wide = root.scrollWidth > root.clientWidth || Math.max(...rights) > root.clientWidth + 1
        return wide ? `${root.scrollWidth} and ${Math.max(...rights)} of ${root.clientWidth} pixels` : null
      }
      const found: string[] = []
      // A new size reaches the page with the next frame, and new words with the next task.
      await frame()
      for (const { language, direction } of wordings) {
        window.fake.tell('settings', { ...settings, spokenLanguage: language })
        root.dir = direction
        await new Promise((done) => setTimeout(done))
        const late = () => (root.lang === language ? outside() : `speaks ${root.lang}`)
        for (let frames = 0; late() && frames < mostFrames; frames++) await frame()
        const problem = late()
        if (problem) found.push(`${language}, ${direction}, ${innerWidth} × ${innerHeight}: ${problem}`)
      }
      return found
    },
    { settings, wordings, mostFrames: 300 },
  )
