// Checking somebody and reading warnings on the real page, with main played by a script: by keyboard, by what a screen
// reader gets, and what main is asked for.
import type { Page } from '@playwright/test'
import { pressAt } from './keyboard.ts'
import { qrPng } from './qr-picture.ts'
import { expect, test } from './ui-preview/preview-page.ts'
import {
  calls,
  contacts,
  peers,
  ready,
  safetyNumber,
  sampleNowMs,
  warnings,
} from './ui-preview/sample-views.ts'

test('a person hears the code in order, answers, checks the number and takes it back with the keyboard alone', async ({
  open,
}) => {
  const page = await open({
    views: { ...ready, call: calls.live(peers.stranger, { direction: 'out' }) },
    answers: {
      'contacts.safety-number': { ok: true, value: safetyNumber },
      'contacts.verify': { ok: true, value: { marked: true } },
    },
  })
  await expect(page.getByTestId('sas-panel')).toMatchAriaSnapshot(`
    - heading "Check who is on the other end" [level=2]
    - paragraph: Read your code aloud, hear theirs. Same?
    - paragraph: You called, so you read first. The other person reads after you.
    - list "Code as five symbols":
      - listitem: crocodile
      - listitem: pineapple
      - listitem: volcano
      - listitem: bell
      - listitem: sunflower
    - group "Code as two numbers":
      - img "0 4 8 2 1"
      - img "3 0 9 1 7"
    - button "They match"
    - button "Different"
    - button "Later"
  `)
  await pressAt(page, 'sas-large')
  await expect(page.getByTestId('sas-held')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('sas-large')).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await pressAt(page, 'sas-match')
  await expect(page.getByRole('status').filter({ hasText: 'You said that the codes match' })).toBeVisible()
  await expect(page.getByTestId('sas-open')).toBeFocused()

  await pressAt(page, 'verify-open')
  await expect(page.getByTestId('safety-number').getByRole('listitem')).toHaveCount(12)
  await expect(page.getByTestId('safety-number')).toMatchAriaSnapshot(`
    - list "Safety number, twelve groups of five digits":
      - listitem:
        - img "0 4 8 2 1"
  `)
  await pressAt(page, 'number-same')
  await expect(page.getByTestId('verify-outcome')).toBeFocused()
  const checked = calls.live({ ...peers.stranger, trust: { state: 'V2', how: 'number', atMs: sampleNowMs } })
  await page.evaluate((call) => window.fake.tell('call', call), checked)
  await pressAt(page, 'verify-unsure')
  await expect(page.getByTestId('verify-outcome')).toContainText('No longer marked')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('verify-open')).toBeFocused()
  const { address } = peers.stranger
  expect(await asked(page, 'contacts.')).toEqual([
    { name: 'contacts.safety-number', payload: { address } },
    { name: 'contacts.verify', payload: { address, how: 'number', same: true } },
    { name: 'contacts.unverify', payload: { address } },
  ])
})

test('what is said aloud from dialling to a checked person, in order', async ({ open }) => {
  const page = await open({ views: { ...ready, call: calls.before('dialing', peers.stranger) } })
  const said = await listen(page)
  const live = calls.live(peers.stranger, { direction: 'out' })
  const checked = { ...peers.stranger, trust: { state: 'V2', how: 'sas', atMs: sampleNowMs } } as const
  for (const call of [
    calls.before('ringing', peers.stranger),
    calls.before('connecting', peers.stranger),
    live,
  ]) {
    await page.evaluate((call) => window.fake.tell('call', call), call)
    // A call that comes about at once is not said to connect.
    await expect(page.getByTestId('call-phase')).toHaveAttribute('data-phase', call.phase)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await pressAt(page, 'sas-match')
  await expect(page.getByTestId('sas-answered')).toBeVisible()
  await page.evaluate(
    (call) => window.fake.tell('call', call),
    calls.live(checked, { sas: { ...live.sas, answer: 'match' } }),
  )
  await expect(page.getByTestId('trust-line')).toContainText('You checked')
  expect(await said()).toEqual([
    'Ringing…',
    'Connecting…',
    'Encrypted. You have not checked who is on the other end.',
    'You said that the codes match. The other person is checked.',
    'Encrypted. You checked this address on November 20, 2026.',
  ])
})

test('"Different" and "They are different" ask nothing more', async ({ open }) => {
  const answers = { 'contacts.safety-number': { ok: true, value: safetyNumber } } as const
  const page = await open({ views: { ...ready, call: calls.live(peers.stranger) }, answers })
  await pressAt(page, 'sas-different')
  expect(await asked(page, 'call.')).toMatchObject([{ payload: { type: 'sas', answer: 'different' } }])
  await page.getByTestId('verify-open').click()
  await pressAt(page, 'number-different')
  expect((await asked(page, 'contacts.')).at(-1)).toMatchObject({ payload: { how: 'number', same: false } })
})

test('a code that main no longer takes is not offered as a match, and says what to do instead', async ({
  open,
}) => {
  const live = calls.live(peers.bob)
  const page = await open({ views: { ...ready, call: { ...live, sas: { ...live.sas, exhausted: true } } } })
  await expect(page.getByTestId('sas-exhausted')).toContainText('Compare a QR code or safety number instead')
  await expect(page.getByTestId('sas-match')).toHaveCount(0)
  await expect(page.getByTestId('sas-other')).toBeVisible()
})

test('the camera looks for a code only between two presses, and a dropped or pasted picture goes to main as text', async ({
  open,
}) => {
  const page = await open({
    views: ready,
    answers: {
      'contacts.safety-number': { ok: true, value: safetyNumber },
      'contacts.scan': { ok: false, code: 'code-other-address' },
    },
  })
  await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
  await page.getByTestId('verify-open').click()
  await pressAt(page, 'scan-start')
  await page.getByTestId('scan-preview').locator('video').waitFor()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('verify')).toBeHidden()
  expect((await asked(page, 'devices.scan')).map(({ payload }) => payload)).toEqual([
    { on: true },
    { on: false },
  ])

  await page.getByTestId('verify-open').click()
  const png = qrPng(safetyNumber.code).buffer.toString('base64')
  for (const way of ['paste', 'drop'] as const) {
    await page.getByTestId('verify-qr').waitFor()
    await page.evaluate(
      ([way, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        const files = new DataTransfer()
        files.items.add(new File([bytes], 'code.png', { type: 'image/png' }))
        const event =
          way === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: files, bubbles: true })
            : new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
        document.querySelector('[data-testid=scan-choose]')?.dispatchEvent(event)
      },
      [way, png] as const,
    )
    await expect.poll(async () => (await asked(page, 'contacts.scan')).length).toBe(way === 'paste' ? 1 : 2)
  }
  await expect(page.getByTestId('verify-outcome')).toContainText('someone may be between you')
  const { address } = peers.bob
  const payload = { address, text: safetyNumber.code }
  expect(await asked(page, 'contacts.scan')).toEqual(Array(2).fill({ name: 'contacts.scan', payload }))
})

test('a red end stays until it is read, through the next call and behind no other screen', async ({
  open,
}) => {
  const page = await open({
    views: { ...ready, warnings: { calls: warnings, codesTried: false }, call: calls.incoming(peers.ada) },
  })
  await expect(page.getByTestId('warning-bar')).toContainText('2 warnings')
  await page.evaluate(() => window.fake.tell('call', { phase: 'idle' }))
  await expect(page.getByTestId('warning-screen')).toContainText('The connection was altered on the way.')
  await expect(page.getByTestId('home')).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Call stopped' })).toBeFocused()
  // There is one thing to do, and it does not lead back into a call.
  await expect(page.getByTestId('warning-screen').getByRole('button')).toHaveCount(1)
  await pressAt(page, 'dismiss')
  expect(await asked(page, 'warnings.')).toEqual([
    { name: 'warnings.dismiss', payload: { callId: warnings[0]?.callId, address: warnings[0]?.address } },
  ])
  await page.evaluate(
    (calls) => window.fake.tell('warnings', { calls, codesTried: false }),
    warnings.slice(1),
  )
  await expect(page.getByRole('heading', { name: 'The codes were different' })).toBeFocused()
  await page.evaluate(() => window.fake.tell('warnings', { calls: [], codesTried: false }))
  await expect(page.getByTestId('home')).toBeVisible()
})

test('the contact pane tells of a call that was altered, until this person was checked since', async ({
  open,
}) => {
  const page = await open({ views: ready })
  await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
  await expect(page.getByTestId('contact-stopped')).toContainText('altered on the way')
  const checked = { ...contacts.bob, trust: { state: 'V2', how: 'qr', atMs: sampleNowMs } } as const
  await page.evaluate((contact) => window.fake.tell('contacts', [contact]), checked)
  await expect(page.getByTestId('contact-trust')).toContainText('You checked Bob')
  await expect(page.getByTestId('contact-stopped')).toBeHidden()
})

test('an altered call and one with different codes offer no way to go on', async ({ open }) => {
  for (const reason of ['altered', 'sas-mismatch'] as const) {
    const page = await open({
      views: { ...ready, call: calls.ended(peers.bob, reason, { detail: 'sdp-fp' }) },
    })
    await expect(page.getByTestId('end-reason').getByRole('button')).toHaveText(['Done'])
    await page.close()
  }
})

/** What a screen reader would say of the page's live regions from now on: each text once, when it is new. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = []
    const texts = () =>
      [...document.querySelectorAll('[role=status], [role=alert], [aria-live]')].map(
        (region) => region.textContent?.trim() ?? '',
      )
    let before = texts()
    new MutationObserver(() => {
      const now = texts()
      said.push(...now.filter((text) => text !== '' && !before.includes(text)))
      before = now
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, { said })
  })
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said)
}

/** What the page asked main for, of the requests whose names begin so. */
async function asked(page: Page, prefix: string): Promise<{ name: string; payload: unknown }[]> {
  const all = await page.evaluate(() => window.fake.asked.map(({ name, payload }) => ({ name, payload })))
  return all.filter(({ name }) => name.startsWith(prefix))
}
