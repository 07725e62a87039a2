// A key that is not the one a person knows, on the real page with main played by a script: a stranger under a known name,
// and a link that says whose key it follows.
import type { Page } from '@playwright/test'
import { expect, test } from './ui-preview/preview-page.ts'
import { calls, peers, ready } from './ui-preview/sample-views.ts'

const askedOfContacts = (page: Page) =>
  page.evaluate(() =>
    window.fake.asked
      .map(({ name, payload }) => ({ name, payload }))
      .filter(({ name }) => name.startsWith('contacts.')),
  )

test('a stranger who calls itself like a contact is said to be another key, once it may be known', async ({
  open,
}) => {
  const page = await open({ views: { ...ready, call: calls.incoming(peers.clashing) } })
  await expect(page.getByTestId('call-phase')).toContainText('Unknown caller')
  await expect(page.getByTestId('call-phase')).not.toContainText('Ada')
  await page.evaluate(
    (call) => window.fake.tell('call', call),
    calls.live(peers.clashing, { direction: 'in' }),
  )
  await expect(page.getByText('This is not your contact Ada Lovelace: different key.')).toBeVisible()
})

test('the link of a successor says whose key it would replace, and nothing happens until it is used', async ({
  open,
}) => {
  const page = await open({ views: ready })
  const { address } = peers.stranger
  await page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
    address,
    name: 'Ada',
    server: null,
    replaces: 'Ada Lovelace',
  })
  await expect(page.getByRole('heading', { name: 'New key for Ada Lovelace' })).toBeVisible()
  await expect(page.getByTestId('contact-successor')).toContainText('compare codes again')
  expect(await askedOfContacts(page)).toEqual([])
  await page.getByRole('button', { name: 'Use the new key for Ada Lovelace' }).click()
  await expect(page.getByTestId('contact-form')).toBeHidden()
  expect(await askedOfContacts(page)).toEqual([{ name: 'contacts.succeed', payload: { address } }])
})
