// Whether a page can be read by machines.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const allTags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']

/** No finding of axe that it calls serious. A theme changes colours only, and a language everything but these. */
export async function expectReadable(
  page: Page,
  what: 'everything' | 'contrast' | 'more-contrast' | 'words',
  where: string,
): Promise<void> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  if (what === 'contrast') axe.withRules(['color-contrast'])
  else if (what === 'more-contrast') axe.withRules(['color-contrast-enhanced'])
  else axe.withTags(allTags)
  if (what === 'words') axe.disableRules(['color-contrast'])
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
  )
  expect(told, where).toEqual([])
}
