// Whether a page can be read by machines.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** No finding of axe that it calls serious. A theme changes colours only, so that the others are judged by them. */
export async function expectReadable(
  page: Page,
  theme: 'light' | 'dark' | 'more-contrast',
  where: string = theme,
): Promise<void> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  if (theme === 'light') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
  else axe.withRules([theme === 'dark' ? 'color-contrast' : 'color-contrast-enhanced'])
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
  )
  expect(told, where).toEqual([])
}
