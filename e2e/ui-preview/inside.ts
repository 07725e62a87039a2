// Whether a page has room for what it says.
import { expect, type Page } from '@playwright/test'

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
