// Whether a page can be read by machines.
import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'

const allTags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
const checks = {
  everything: { runOnly: allTags },
  contrast: { runOnly: { type: 'rule', values: ['color-contrast'] } },
  'more-contrast': { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } },
  words: { runOnly: allTags, rules: { 'color-contrast': { enabled: false } } },
} as const satisfies Record<string, axe.RunOptions>

/** What axe finds and calls serious, a text for each. A theme changes colours only, and a language everything but these. */
export async function unreadable(page: Page, what: keyof typeof checks): Promise<readonly string[]> {
  // Run here and not by its adapter for Playwright, which opens a page of its own for each look at one.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(
    async (options) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options)
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
        )
    },
    { ...checks[what], resultTypes: ['violations'] } as axe.RunOptions,
  )
}

/** No such finding. */
export async function expectReadable(page: Page, what: keyof typeof checks, where: string): Promise<void> {
  expect(await unreadable(page, what), where).toEqual([])
}
