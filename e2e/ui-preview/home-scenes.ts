// Screens of somebody who is in no call: contacts, how they were checked, history, warnings.
import { ownTone } from '../../contract/ringing.ts'
import { qrPng } from '../qr-picture.ts'
import { blocked, contacts, empty, peers, ready, safetyNumber, warnings } from './sample-views.ts'
import { click, moved, withNumber, type Scene } from './scene.ts'

/** A tone that is on another computer. */
const absentTone = ownTone('c'.repeat(32))

export const homeScenes: readonly Scene[] = [
  { name: 'home-empty', views: empty },
  { name: 'home', views: ready },
  {
    name: 'home-offline',
    views: {
      ...ready,
      app: { ...ready.app, setAside: ['settings'] },
      server: { ...ready.server, state: 'offline', code: 'server-unreachable' },
    },
  },
  {
    name: 'dial-address',
    views: ready,
    answers: { 'contacts.read': { ok: false, code: 'bad-address' } },
    steps: async (page) => {
      await page.getByTestId('dial-address').fill(contacts.bob.address.slice(1))
      if (await page.getByTestId('dial-voice').isVisible()) await page.getByTestId('dial-voice').click()
      await page.getByTestId('dial-error').waitFor()
    },
  },
  {
    name: 'contact',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click(),
  },
  {
    name: 'contact-long-name',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('address-toggle').click()
    },
  },
  {
    name: 'contact-mismatch',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: '<img' }).click(),
  },
  {
    name: 'verify',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('safety-number').waitFor()
    },
  },
  {
    name: 'verify-checked',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('safety-number').waitFor()
    },
  },
  {
    name: 'contact-blocked',
    views: {
      ...ready,
      contacts: ready.contacts.map((contact) =>
        contact.address === contacts.bob.address
          ? { ...contact, trust: { state: 'X', cause: 'blocked', atMs: blocked.bob.atMs } }
          : contact,
      ),
      blocked: [blocked.bob],
    },
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click(),
  },
  {
    name: 'contact-block',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('block').click()
    },
  },
  {
    name: 'history-block',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-more').nth(1).click()
      await page.getByTestId('history-block').click()
    },
  },
  {
    name: 'verify-long-name-scanning',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('scan-start').click()
      await page.getByTestId('scan-preview').locator('video').waitFor()
    },
  },
  {
    name: 'verify-other-person',
    views: ready,
    answers: { ...withNumber, 'contacts.scan': { ok: false, code: 'code-other-person' } },
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('scan-file').setInputFiles(qrPng(safetyNumber.code))
      await page.getByTestId('verify-outcome').waitFor()
    },
  },
  {
    name: 'verify-mismatch',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: '<img' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('number-different').click()
      await page.getByTestId('verify-outcome').waitFor()
    },
  },
  {
    name: 'contact-stopped',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click(),
  },
  { name: 'home-codes-tried', views: { ...ready, warnings: { calls: [], codesTried: true } } },
  { name: 'warning-earlier', views: { ...ready, warnings: { calls: warnings, codesTried: false } } },
  {
    name: 'warning-mismatch',
    views: { ...ready, warnings: { calls: warnings.slice(1), codesTried: false } },
  },
  {
    name: 'contact-remove',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click()
      await page.getByTestId('contact-remove').click()
    },
  },
  {
    name: 'add-contact',
    views: ready,
    answers: { 'contacts.add': { ok: false, code: 'bad-address' } },
    steps: async (page) => {
      await page.getByTestId('add-contact').first().click()
      await page.getByTestId('contact-address').fill('not an address')
      await page.getByTestId('contact-name').fill('Somebody')
      await page.getByTestId('contact-save').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'contact-link',
    views: ready,
    steps: (page) =>
      page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
        address: peers.stranger.address,
        name: 'Grace',
        server: 'https://calls.example.org',
        replaces: null,
      }),
  },
  {
    name: 'contact-link-successor',
    views: ready,
    steps: (page) =>
      page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
        address: peers.stranger.address,
        name: 'Ada',
        server: null,
        replaces: 'Ada Lovelace',
      }),
  },
  { name: 'my-address', views: ready, steps: click('my-address') },
  { name: 'my-address-successor', views: moved, steps: click('my-address') },
  { name: 'history', views: ready, steps: click('history-tab') },
  {
    name: 'history-found',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-find').fill('ada')
    },
  },
  {
    name: 'history-not-found',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-find').fill('Nobody whom anybody ever called')
    },
  },
  { name: 'shortcuts', views: ready, steps: (page) => page.keyboard.press('F1') },
  { name: 'history-empty', views: empty, steps: click('history-tab') },
  {
    name: 'contact-favourite',
    views: {
      ...ready,
      contacts: ready.contacts.map((contact) =>
        contact.address === contacts.long.address
          ? { ...contact, favourite: true, tone: absentTone }
          : contact,
      ),
      ringing: { hush: 'do-not-disturb', namesHidden: false, rehearsal: 'bell', own: [] },
    },
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('contact-favourite').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'contact-strict',
    views: { ...ready, settings: { ...ready.settings, padPictures: true } },
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click(),
  },
]
