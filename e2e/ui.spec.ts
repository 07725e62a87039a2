// Every screen of the real page, built and under the real policy, with main played by a script: readable by machines,
// no wider than its window, no policy violation. With EARSHOT_PICTURES=DIR it also takes a picture of each.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium, expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { requestNames } from '../contract/ipc-names.ts'
import { chromiumPath } from './runtime/chromium-binary.ts'
import { installFakeShell } from './ui-preview/fake-shell.ts'
import { startPreviewServer, type PreviewServer } from './ui-preview/preview-server.ts'
import { calls, empty, firstRun, hostileName, peers, ready, sampleNowMs } from './ui-preview/sample-views.ts'
import { scenes, type Scene } from './ui-preview/scenes.ts'

const pictures = process.env['EARSHOT_PICTURES']
if (pictures) mkdirSync(pictures, { recursive: true })

const wide = { width: 980, height: 680 }
const narrow = { width: 380, height: 640 }
const alert = { width: 380, height: 210 }

let server: PreviewServer
let browser: Browser
let context: BrowserContext

test.beforeAll(async () => {
  server = await startPreviewServer()
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  })
})
test.afterAll(async () => {
  await browser?.close()
  await server?.close()
})
test.beforeEach(async () => {
  context = await browser.newContext({
    viewport: wide,
    reducedMotion: 'reduce',
    locale: 'en',
    timezoneId: 'UTC',
  })
})
test.afterEach(() => context.close())

async function open({ views, answers = {}, steps, page: file }: Omit<Scene, 'name'>): Promise<Page> {
  const page = await context.newPage()
  await page.clock.setFixedTime(sampleNowMs)
  await page.addInitScript(installFakeShell, { views, answers, requests: requestNames })
  if (file) await page.setViewportSize(alert)
  await page.goto(server.url + (file ?? 'index.html'))
  await page.locator('#app > *').first().waitFor()
  await steps?.(page)
  return page
}

async function expectInside(page: Page, where: string): Promise<void> {
  const widths = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const right = Math.max(
      ...[...document.querySelectorAll('button, input, h1, p')].map((e) => e.getBoundingClientRect().right),
    )
    return { scrollWidth, clientWidth, right }
  })
  expect(widths.scrollWidth, where).toBeLessThanOrEqual(widths.clientWidth)
  expect(widths.right, where).toBeLessThanOrEqual(widths.clientWidth + 1)
}

/** No finding of axe that it calls serious. A theme changes colours only, so that the second is judged by them. */
async function expectReadable(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  if (theme === 'light') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
  else axe.withRules(['color-contrast'])
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
  )
  expect(told, theme).toEqual([])
}

for (const scene of scenes) {
  test(`screen ${scene.name}: readable in both themes, inside its window, within the policy`, async () => {
    const page = await open(scene)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectReadable(page, colorScheme)
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-${colorScheme}.png`) })
    }
    await expectInside(page, 'as it opens')
    if (!scene.page) {
      await page.setViewportSize(narrow)
      await expectInside(page, 'narrow')
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-narrow.png`) })
      // 200 % zoom of a window of 760 pixels leaves the page half of them.
      await page.setViewportSize({ width: 380, height: 340 })
      await expectInside(page, 'at 200 %')
      if (pictures) await page.screenshot({ path: join(pictures, `${scene.name}-zoomed.png`) })
    }
    expect(await page.evaluate(() => window.fake.violations)).toEqual([])
  })
}

test('a person comes from the first run to home with the keyboard alone', async () => {
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
      { name: 'server.use', payload: { url: 'https://calls.example.org' } },
    ]),
  )
})

test('E31 an incoming call cannot be answered in its first half second', async () => {
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

test('E15 a link fills the contact form and asks main for nothing until it is saved', async () => {
  const page = await open({ views: ready })
  const before = await page.evaluate(() => window.fake.asked.length)
  await page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
    address: peers.stranger.address,
    name: hostileName,
    server: null,
  })
  await expect(page.getByTestId('contact-address')).toHaveValue(peers.stranger.address)
  expect(await page.evaluate(() => window.fake.asked.length)).toBe(before)
  await page.getByTestId('contact-save').click()
  await expect(page.getByTestId('contact-form')).toBeHidden()
  const asked = await page.evaluate(() => window.fake.asked.map(({ name }) => name))
  expect(asked.slice(before)).toEqual(['contacts.add'])
})

test('the code opens by itself for somebody never checked, and the two answers reach main', async () => {
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

test('a caller is not shown under the name it claims before the call is answered', async () => {
  const page = await open({ views: { ...ready, call: calls.incoming(peers.claiming) } })
  await expect(page.getByTestId('call-phase')).toContainText('Unknown caller')
  await expect(page.getByTestId('call-phase')).not.toContainText('evil')
})

test('what was typed into the contact form is still there after a call', async () => {
  const page = await open({ views: ready })
  await page.getByTestId('add-contact').first().click()
  await page.getByTestId('contact-name').fill('Half a na')
  await page.evaluate((call) => window.fake.tell('call', call), calls.incoming(peers.bob))
  await expect(page.getByTestId('answer')).toBeVisible()
  await expect(page.getByTestId('contact-form')).toBeHidden()
  await page.evaluate(() => window.fake.tell('call', { phase: 'idle' }))
  await expect(page.getByTestId('contact-name')).toHaveValue('Half a na')
})
