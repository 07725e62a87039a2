// Going through a page as somebody does who uses no mouse: from stop to stop, and pressing where the focus is.
import { expect, type Page } from '@playwright/test'

const maxStops = 60

/** Presses Tab until the control with this test id has the focus. Fails if it is not on the way. */
export async function tabTo(page: Page, id: string): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < maxStops; stop++) {
    const at = await page.evaluate(() => {
      const focused = document.activeElement
      return focused?.getAttribute('data-testid') ?? focused?.textContent?.trim().slice(0, 20) ?? ''
    })
    if (at === id) return
    passed.push(at)
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not lead to ${id}, but to ${passed.join(', ')}`)
}

export async function pressAt(page: Page, id: string): Promise<void> {
  await tabTo(page, id)
  await expect(page.getByTestId(id).and(page.locator(':focus'))).toHaveCount(1)
  await page.keyboard.press('Enter')
}
