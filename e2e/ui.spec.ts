// Every screen of the real page, built and under the real policy, with main played by a script: readable by machines,
// no wider than its window, no policy violation. With EARSHOT_PICTURES=DIR it also takes a picture of each.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { settingsSections } from '../renderer/stores/settings-section.ts'
import { expectInside, narrow, zoomed } from './ui-preview/inside.ts'
import { expect, test } from './ui-preview/preview-page.ts'
import { expectReadable } from './ui-preview/readable.ts'
import { calls, empty, firstRun, hostileName, peers, ready, sampleNowMs } from './ui-preview/sample-views.ts'
import { scenes } from './ui-preview/scenes.ts'

const pictures = process.env['EARSHOT_PICTURES']
if (pictures) mkdirSync(pictures, { recursive: true })

for (const [index, scene] of scenes.entries()) {
  test(`screen ${scene.name}: readable in both themes, inside its window, within the policy`, async ({
    visit,
  }) => {
    const page = await visit(scene)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, contrast: 'no-preference' })
      await expectReadable(page, colorScheme === 'light' ? 'everything' : 'contrast', colorScheme)
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-${colorScheme}.png`) })
    }
    await page.emulateMedia({ contrast: 'more' })
    await expect(page.locator('html')).toHaveAttribute('data-contrast', 'more')
    // Each palette is seen on every other screen.
    const strong = index % 2 === 0 ? 'light' : 'dark'
    await page.emulateMedia({ colorScheme: strong })
    await expectReadable(page, 'more-contrast', `${strong}, more contrast`)
    if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-contrast.png`) })
    await page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference' })
    await expectInside(page, 'as it opens')
    if (scene.page !== 'alert.html') {
      await page.setViewportSize(narrow)
      await expectInside(page, 'narrow')
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-narrow.png`) })
      await page.setViewportSize(zoomed)
      await expectInside(page, 'at 200 %')
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-zoomed.png`) })
    }
    expect(await page.evaluate(() => window.fake.violations)).toEqual([])
  })
}

test('a person comes from the first run to home with the keyboard alone', async ({ open }) => {
  const page = await open({ views: firstRun })
  await expect(page.getByTestId('first-run-name')).toBeFocused()
  await page.keyboard.type('Mary')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.type('eight characters')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('eight characters')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('first-run')).toHaveAttribute('data-step', '3')
  await page.evaluate((views) => {
    window.fake.tell('app', views.app)
    window.fake.tell('identity', views.identity)
  }, empty)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('https://calls.example.org')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('home')).toBeVisible()
  expect(await page.evaluate(() => window.fake.asked)).toEqual(
    expect.arrayContaining([
      { name: 'identity.create', payload: { name: 'Mary', passphrase: 'eight characters' } },
      { name: 'server.use', payload: { url: 'https://calls.example.org', channelBinding: false } },
    ]),
  )
})

test('a window is chosen to be shared with the keyboard alone, and Enter and Escape share nothing before', async ({
  open,
}) => {
  const { views, answers, page: file } = scenes.find(({ name }) => name === 'picker-windows')!
  const page = await open({ views, answers: answers ?? {}, page: file! })
  await page.getByTestId('picker-source').first().waitFor()
  const chosen = () =>
    page.evaluate(() =>
      window.fake.asked.flatMap(({ name, payload }) => (name === 'screen.choose' ? payload : [])),
    )
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('picker-windows')).toHaveAttribute('data-state', 'active')
  await page.keyboard.press('Tab')
  expect(await chosen()).toEqual([])
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(chosen).toEqual([{ id: 'window:2:0' }])
  // It has been chosen: nothing takes it back, and nothing is chosen twice.
  await page.keyboard.press('Escape')
  expect(await chosen()).toEqual([{ id: 'window:2:0' }])
  const other = await open({ views, answers: answers ?? {}, page: file! })
  await other.keyboard.press('Escape')
  await expect
    .poll(() => other.evaluate(() => window.fake.asked.at(-1)))
    .toEqual({ name: 'screen.choose', payload: { id: null } })
})

test('E31 an incoming call cannot be answered in its first half second', async ({ open }) => {
  const page = await open({ views: { ...ready, call: calls.incoming(peers.bob) }, page: 'alert.html' })
  await page.clock.install({ time: sampleNowMs })
  await page.clock.pauseAt(sampleNowMs + 1000)
  await page.reload()
  await expect(page.getByTestId('answer')).toBeDisabled()
  await expect(page.getByTestId('decline')).toBeDisabled()
  await page.clock.runFor(499)
  await expect(page.getByTestId('answer')).toBeDisabled()
  await page.clock.runFor(2)
  await page.getByTestId('answer').click()
  const asked = await page.evaluate(() => window.fake.asked)
  expect(asked.filter(({ name }) => name === 'call.command').map(({ payload }) => payload)).toEqual([
    { type: 'answer', video: false, callId: expect.any(String) },
  ])
})

test('a call is declined with one\u2019s own words by the keyboard alone', async ({ open }) => {
  const page = await open({ views: { ...ready, call: calls.incoming(peers.bob) } })
  // Not in the first half second, as no answer is.
  await expect(page.getByTestId('decline-note')).toBeEnabled()
  await page.getByTestId('decline-note').press('Enter')
  await expect(page.getByTestId('note-later')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('decline-note')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByTestId('note-own').fill('two\u202elines')
  await expect(page.getByTestId('note-send')).toBeDisabled()
  await page.getByTestId('note-own').fill(' on Monday ')
  await page.getByTestId('note-own').press('Enter')
  const asked = await page.evaluate(() => window.fake.asked)
  expect(asked.filter(({ name }) => name === 'call.command').map(({ payload }) => payload)).toEqual([
    { type: 'decline', note: 'on Monday', callId: expect.any(String) },
  ])
})

test('E15 a link fills the contact form and asks main for nothing until it is saved', async ({ open }) => {
  const page = await open({ views: ready })
  const before = await page.evaluate(() => window.fake.asked.length)
  await page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
    address: peers.stranger.address,
    name: hostileName,
    server: null,
    replaces: null,
  })
  await expect(page.getByTestId('contact-address')).toHaveValue(peers.stranger.address)
  expect(await page.evaluate(() => window.fake.asked.length)).toBe(before)
  await page.getByTestId('contact-save').click()
  await expect(page.getByTestId('contact-form')).toBeHidden()
  const asked = await page.evaluate(() => window.fake.asked.map(({ name }) => name))
  expect(asked.slice(before)).toEqual(['contacts.add'])
})

test('the code opens by itself for somebody never checked, and the two answers reach main', async ({
  open,
}) => {
  const page = await open({ views: { ...ready, call: calls.live(peers.bob) } })
  await expect(page.getByTestId('sas-panel')).toBeHidden()
  await page.evaluate(
    (call) => window.fake.tell('call', call),
    calls.live(peers.claiming, { direction: 'in' }),
  )
  await expect(page.getByTestId('sas-symbols').getByRole('listitem')).toHaveText([
    /crocodile/,
    /pineapple/,
    /volcano/,
    /bell/,
    /sunflower/,
  ])
  await expect(page.getByTestId('sas-digits')).toHaveText('04821 30917')
  await page.getByTestId('sas-different').click()
  const asked = await page.evaluate(() => window.fake.asked.at(-1))
  expect(asked).toMatchObject({ name: 'call.command', payload: { type: 'sas', answer: 'different' } })
})

test('a caller is not shown under the name it claims before the call is answered', async ({ open }) => {
  const page = await open({ views: { ...ready, call: calls.incoming(peers.claiming) } })
  await expect(page.getByTestId('call-phase')).toContainText('Unknown caller')
  await expect(page.getByTestId('call-phase')).not.toContainText('evil')
})

test('B2 a name that is markup is text wherever a name is shown', async ({ open }) => {
  for (const call of [
    calls.incoming(peers.claiming),
    calls.live(peers.claiming, { direction: 'in' }),
    { phase: 'idle' } as const,
  ]) {
    const page = await open({ views: { ...ready, call } })
    await expect(page.locator('#app > *').first()).toBeVisible()
    const found = await page.evaluate(() => ({
      elements: document.querySelectorAll('img, script:not([src]), iframe').length,
      violations: window.fake.violations,
    }))
    expect(found, call.phase).toEqual({ elements: 0, violations: [] })
    if (call.phase !== 'incoming')
      await expect(page.locator('#app')).toContainText('<img src=x onerror=alert(1)>')
    await page.close()
  }
})

test('what was typed into the contact form is still there after a call', async ({ open }) => {
  const page = await open({ views: ready })
  await page.getByTestId('add-contact').first().click()
  await page.getByTestId('contact-name').fill('Half a na')
  await page.evaluate((call) => window.fake.tell('call', call), calls.incoming(peers.bob))
  await expect(page.getByTestId('answer')).toBeVisible()
  await expect(page.getByTestId('contact-form')).toBeHidden()
  await page.evaluate(() => window.fake.tell('call', { phase: 'idle' }))
  await expect(page.getByTestId('contact-name')).toHaveValue('Half a na')
})

const orders = (page: Page) =>
  page.evaluate(() =>
    window.fake.asked.filter(({ name }) => name === 'call.command').map(({ payload }) => payload),
  )

test('E31 no key answers or declines in the first half second, and none that types ever does', async ({
  open,
}) => {
  const page = await open({ views: ready })
  await page.clock.install({ time: sampleNowMs })
  await page.clock.pauseAt(sampleNowMs + 1000)
  await page.reload()
  await expect(page.getByTestId('home')).toBeVisible()
  await page.evaluate((call) => window.fake.tell('call', call), calls.incoming(peers.bob))
  // Not drawn yet, however long that takes.
  await page.keyboard.press('Control+Shift+A')
  await page.clock.runFor(1)
  await expect(page.getByTestId('answer')).toBeDisabled()
  for (const passedMs of [0, 300, 198]) {
    await page.clock.runFor(passedMs)
    await page.keyboard.press('Control+Shift+A')
    await page.keyboard.press('Control+Shift+D')
  }
  expect(await orders(page)).toEqual([])
  await page.clock.runFor(2)
  for (const key of ['a', 'A', 'd', ' ', 'Enter', 'y', 'Control+A']) await page.keyboard.press(key)
  expect(await orders(page)).toEqual([])
  await page.keyboard.press('Control+Shift+A')
  expect(await orders(page)).toEqual([{ type: 'answer', video: false, callId: expect.any(String) }])
})

test('what is typed into a field is no key of ours, and F1 leads there and back', async ({ open }) => {
  const page = await open({ views: ready })
  await page.keyboard.press('Control+n')
  await expect(page.getByTestId('dial-address')).toBeFocused()
  await page.keyboard.type('Is this Ada?')
  await expect(page.getByTestId('dial-address')).toHaveValue('Is this Ada?')
  await expect(page.getByTestId('shortcut-list')).toBeHidden()
  await page.keyboard.press('F1')
  await expect(page.getByTestId('shortcut-list')).toBeVisible()
  await page.keyboard.press('Control+n')
  await expect(page.getByTestId('shortcut-list')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('shortcut-list')).toBeHidden()
  await expect(page.getByTestId('dial-address')).toBeFocused()
})

test('a space that is held is told again and again, and its end once, also when the window loses the focus', async ({
  open,
}) => {
  const views = { ...ready, settings: { ...ready.settings, pushToTalk: true } }
  const page = await open({ views: { ...views, call: calls.live(peers.bob) } })
  await page.clock.install({ time: sampleNowMs })
  await page.reload()
  await expect(page.getByTestId('hang-up')).toBeVisible()
  await page.getByTestId('hang-up').focus()
  await page.keyboard.down(' ')
  await page.keyboard.down(' ')
  await page.clock.runFor(31_000)
  const talk = (on: boolean) => ({ type: 'talk', on, callId: expect.any(String) })
  expect(await orders(page)).toEqual([talk(true), talk(true), talk(true)])
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await page.keyboard.up(' ')
  await page.clock.runFor(60_000)
  expect(await orders(page)).toEqual([talk(true), talk(true), talk(true), talk(false)])
})

test('the history is searched by name and by address, whatever the gaps in it', async ({ open }) => {
  const page = await open({ views: ready })
  await page.getByTestId('history-tab').click()
  const rows = page.getByTestId('history-row')
  const all = await rows.count()
  await page.getByTestId('history-find').fill('aDA')
  await expect(rows).not.toHaveCount(all)
  for (const text of await rows.allInnerTexts()) expect(text).toContain('Ada')
  const { address } = peers.stranger
  await page.getByTestId('history-find').fill(`${address.slice(0, 4)} ${address.slice(4, 8)}`)
  const found = ready.history.filter((entry) => entry.address === address).length
  await expect(rows).toHaveCount(found)
  await page.keyboard.press('Escape')
  await expect(rows).toHaveCount(all)
})

test('a key opens the code of the call, and the focus goes there', async ({ open }) => {
  const page = await open({ views: { ...ready, call: calls.live(peers.bob) } })
  await expect(page.getByTestId('sas-open')).toHaveAttribute('aria-keyshortcuts', 'Control+Shift+F')
  await page.keyboard.press('Control+Shift+F')
  await expect(page.getByTestId('sas-panel')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await orders(page)).toEqual([{ type: 'sas', answer: 'match', callId: expect.any(String) }])
})

test('every section of the settings is reached with the arrows, and the focus goes to where it begins', async ({
  open,
}) => {
  const page = await open({ views: ready })
  await page.getByTestId('settings-open').focus()
  await page.keyboard.press('Enter')
  const titles = new Set<string>()
  for (const section of settingsSections) {
    await page.getByTestId(`settings-${section}`).focus()
    await page.keyboard.press('Enter')
    const title = page.getByRole('heading', { level: 1 })
    await expect(title).toBeFocused()
    await expect(title).toHaveText(await page.getByTestId(`settings-${section}`).innerText())
    await expect(
      page.getByRole('navigation', { name: 'Settings' }).locator('[aria-current="page"]'),
    ).toHaveText(await title.innerText())
    titles.add(await title.innerText())
  }
  expect(titles.size).toBe(settingsSections.length)
  const key = page.getByTestId('settings-key')
  await key.focus()
  for (const press of ['ArrowDown', 'ArrowUp', 'Home', 'End', 'ArrowUp', 'ArrowUp'])
    await page.keyboard.press(press)
  await expect(key).toBeFocused()
})

test('in a narrow window the list of settings is a page, and a section leads back to where it was chosen', async ({
  open,
}) => {
  const page = await open({ views: ready })
  await page.setViewportSize(narrow)
  await page.getByTestId('settings-open').click()
  await expect(page.getByTestId('settings-profile')).toBeFocused()
  await expect(page.getByTestId('own-name')).toBeHidden()
  await expect(page.locator('[aria-current]')).toHaveCount(0)
  await page.getByTestId('settings-look').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Appearance' })).toBeFocused()
  await expect(page.getByTestId('settings-look')).toBeHidden()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('settings-look')).toBeFocused()
  // A wider window shows both, and keeps the section.
  await page.keyboard.press('Enter')
  await page.setViewportSize({ width: 700, height: 640 })
  await expect(page.getByTestId('settings-look')).toHaveAttribute('aria-current', 'page')
  await expect(page.getByTestId('theme')).toBeVisible()
  await page.getByTestId('settings-close').click()
  await expect(page.getByTestId('home')).toBeVisible()
})

test('whoever is new is shown three cards once, with the keyboard, and none of them stands in the way', async ({
  open,
}) => {
  const page = await open({ views: { ...ready, settings: { ...ready.settings, tourSeen: false } } })
  const title = page.getByRole('heading', { level: 1 })
  const shown: string[] = []
  for (const card of ['reach', 'code', 'tray']) {
    await expect(page.getByTestId('tour')).toHaveAttribute('data-card', card)
    await expect(title).toBeFocused()
    shown.push(await title.innerText())
    await page.getByTestId('tour-next').focus()
    await page.keyboard.press('Enter')
  }
  expect(new Set(shown).size).toBe(3)
  await expect(page.getByTestId('dial-address')).toBeFocused()
  const changes = () =>
    page.evaluate(() => window.fake.asked.filter(({ name }) => name === 'settings.change'))
  expect(await changes()).toEqual([{ name: 'settings.change', payload: { tourSeen: true } }])
  // Until main has kept that, it can also be skipped; a contact is looked at meanwhile.
  await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
  await expect(page.getByTestId('tour')).toBeHidden()
  await page.evaluate((settings) => window.fake.tell('settings', settings), ready.settings)
  await expect(page.getByTestId('tour')).toBeHidden()
})

test('the cards can be skipped from the first one on', async ({ open }) => {
  const page = await open({ views: { ...empty, settings: { ...empty.settings, tourSeen: false } } })
  await page.getByTestId('tour-skip').click()
  expect(await page.evaluate(() => window.fake.asked.at(-1))).toEqual({
    name: 'settings.change',
    payload: { tourSeen: true },
  })
  await page.evaluate((settings) => window.fake.tell('settings', settings), empty.settings)
  await expect(page.getByTestId('tour')).toBeHidden()
  await expect(page.getByTestId('share-address')).toBeVisible()
})
