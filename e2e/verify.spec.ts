// Two running apps check each other as two people would: by the code read aloud with the keyboard alone, by a picture of
// the QR code, by the camera, by the safety number; and what stays on the screen when a code differs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { pressAt, tabTo } from './keyboard.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { writeFilm } from './qr-picture.ts'

test.describe.configure({ mode: 'serial' })

let server: Awaited<ReturnType<typeof createSignalingServer>>
let alice: Phone
let bob: Phone
let folder: string
let film: string

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-film-'))
  film = join(folder, 'alice.y4m')
  writeFilm(film, null)
  server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
  ;[alice, bob] = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440, film }),
    startPhone({ name: 'Bob', toneHz: 660 }),
  ])
  await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
  await Promise.all([alice.answerSystem(true), bob.answerSystem(true)])
})
test.afterAll(async () => {
  await closeAll([alice, bob])
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(() => {
  expect([...alice.problems, ...bob.problems]).toEqual([])
})

const trustOf = async (phone: Phone, name: string) =>
  (await phone.views()).contacts.find((contact) => contact.name === name)?.trust

/** Opens the check of a contact from home. */
async function openCheck(phone: Phone, name: string): Promise<void> {
  await phone.byId('contact-row').filter({ hasText: name }).click()
  await phone.byId('verify-open').click()
  await phone.byId('safety-number').waitFor()
}

test('two people call, compare the code and part with the keyboard alone', async () => {
  const address = await bob.address()
  await tabTo(alice.page, 'dial-address')
  await alice.page.keyboard.type(address)
  await pressAt(alice.page, 'dial-voice')
  await bob.phase('incoming')
  const alert = await bob.alert()
  // Nothing can be answered in its first half second, and nothing that cannot be pressed is on the way.
  await expect(alert.getByTestId('answer')).toBeEnabled()
  await tabTo(alert, 'answer')
  // The window is gone before the key is up again.
  const gone = alert.waitForEvent('close')
  await alert.keyboard.press('Enter').catch(() => undefined)
  await gone
  await Promise.all([alice.phase('talking'), bob.phase('talking')])

  for (const phone of [alice, bob]) await phone.byId('sas-panel').waitFor()
  await expect(alice.byId('sas-order')).toContainText('you read first')
  await expect(bob.byId('sas-order')).toContainText('Then you read')
  const heard = async (phone: Phone) =>
    (await phone.byId('sas-panel').ariaSnapshot()).split('\n').slice(2, 14)
  const [aliceHears, bobHears] = [await heard(alice), await heard(bob)]
  expect(aliceHears.filter((line) => line.includes('listitem'))).toHaveLength(5)
  expect(aliceHears.filter((line) => /listitem|img/.test(line))).toEqual(
    bobHears.filter((line) => /listitem|img/.test(line)),
  )
  for (const phone of [alice, bob]) {
    await pressAt(phone.page, 'sas-match')
    await expect(phone.byId('sas-answered')).toContainText('the codes match')
    await expect(phone.byId('sas-open')).toBeFocused()
    expect((await phone.phase('talking')).peer.trust).toMatchObject({ state: 'V2', how: 'sas' })
  }
  await pressAt(bob.page, 'hang-up')
  await Promise.all([alice.phase('ended'), bob.phase('ended')])
  for (const phone of [alice, bob]) {
    await pressAt(phone.page, 'dismiss')
    await phone.phase('idle')
  }
})

test('a verification is taken back, and given again by a pasted picture of what the other screen shows', async () => {
  await alice.addContact(await bob.address(), 'Bob')
  await bob.addContact(await alice.address(), 'Alice')
  await openCheck(alice, 'Bob')
  await pressAt(alice.page, 'verify-unsure')
  await expect(alice.byId('verify-outcome')).toBeFocused()
  expect(await trustOf(alice, 'Bob')).toEqual({ state: 'V1' })

  await openCheck(bob, 'Alice')
  const shown = await bob.byId('verify-qr').screenshot()
  await paste(alice, shown)
  await expect(alice.byId('verify-outcome')).toContainText('You have checked Bob')
  await expect(alice.byId('verify-outcome')).toBeFocused()
  expect(await trustOf(alice, 'Bob')).toMatchObject({ state: 'V2', how: 'qr' })
})

test('R3 a page that says the numbers are the same, or makes up the scanned code, marks nobody the person does not confirm', async () => {
  await pressAt(alice.page, 'verify-unsure')
  await alice.answerSystem(false)
  const address = (await bob.address()) as never
  // A page knows both addresses, and so the code that was never in front of a camera.
  const text = (await bob.byId('verify-qr').getAttribute('data-code')) ?? ''
  const replies = await alice.page.evaluate(
    async ({ address, text }) => [
      await window.shell['contacts.verify']({ address, how: 'number', same: true }),
      await window.shell['contacts.scan']({ address, text }),
    ],
    { address, text },
  )
  expect(replies).toEqual(Array(2).fill({ ok: true, value: { marked: false } }))
  expect(await trustOf(alice, 'Bob')).toEqual({ state: 'V1' })
  const asked = await alice.systemAsked()
  const number = (await alice.byId('safety-number').innerText()).replace(/\s+/g, ' ').trim()
  expect(asked[0]?.replace(/\s+/g, ' ')).toContain(number)
  expect(asked[0]).toContain('Mark Bob as checked?')
  await pressAt(alice.page, 'number-same')
  await expect(alice.byId('verify-outcome')).toContainText('Nothing was changed')
  await expect(alice.byId('verify-outcome')).toBeFocused()
  expect(await trustOf(alice, 'Bob')).toEqual({ state: 'V1' })
  await alice.answerSystem(true)
  await pressAt(alice.page, 'number-same')
  await expect(alice.byId('verify-outcome')).toContainText('You have checked Bob')
  expect(await trustOf(alice, 'Bob')).toMatchObject({ state: 'V2', how: 'number' })
})

test('what is not the code of this contact says so and marks nobody', async () => {
  await pressAt(alice.page, 'verify-unsure')
  await paste(alice, await alice.byId('verify-qr').screenshot())
  await expect(alice.byId('verify-outcome')).toContainText('on your own screen')
  await paste(alice, await alice.byId('safety-number').screenshot())
  await expect(alice.byId('verify-outcome')).toContainText('no QR code')
  expect(await trustOf(alice, 'Bob')).toEqual({ state: 'V1' })
})

test('the camera scans the code on the other screen, and is off and shut before and after', async () => {
  const code = await bob.byId('verify-qr').getAttribute('data-code')
  const reach = (kind: 'audio' | 'video') =>
    alice.page.evaluate(
      (wanted) =>
        navigator.mediaDevices.getUserMedia({ [wanted]: true }).then(
          (stream) => stream.getTracks().forEach((track) => track.stop()),
          (error: DOMException) => error.name,
        ),
      kind,
    )
  expect(await reach('video')).toBe('NotAllowedError')
  await pressAt(alice.page, 'scan-start')
  await alice.byId('scan-preview').locator('video').waitFor()
  expect(await reach('audio')).toBe('NotAllowedError')
  await pressAt(alice.page, 'scan-stop')
  await expect(alice.byId('scan-preview')).toBeHidden()

  writeFilm(film, code)
  await pressAt(alice.page, 'scan-start')
  await expect(alice.byId('verify-outcome')).toContainText('You have checked Bob')
  await expect(alice.byId('verify-outcome')).toBeFocused()
  await expect(alice.byId('scan-preview')).toBeHidden()
  expect(await reach('video')).toBe('NotAllowedError')
  expect(await trustOf(alice, 'Bob')).toMatchObject({ state: 'V2', how: 'qr' })
  for (const phone of [alice, bob]) await phone.page.keyboard.press('Escape')
})

test('"Different" cuts, and its warning outlives the next call; only a comparison leads out', async () => {
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  // Bob compares the safety number in the call and finds another.
  await bob.byId('call-phase').getByTestId('verify-open').click()
  await pressAt(bob.page, 'number-different')
  expect((await bob.phase('ended')).reason).toBe('sas-mismatch')
  await alice.phase('ended')
  await alice.byId('dismiss').click()
  await expect(bob.byId('end-reason')).toHaveAttribute('data-reason', 'sas-mismatch')
  await expect(bob.byId('call-back')).toBeHidden()

  const carol = await startPhone({ name: 'Carol', toneHz: 880 })
  try {
    await carol.setUp({ url: server.url })
    await carol.dial(await bob.address(), 'voice')
    await bob.phase('incoming')
    await expect(bob.byId('warning-bar')).toBeVisible()
    await (await bob.alert()).getByTestId('decline').click()
    await bob.phase('ended')
    await bob.byId('dismiss').click()
  } finally {
    await carol.close()
  }
  await expect(bob.byId('warning-screen')).toContainText('Someone may be between you')
  await pressAt(bob.page, 'dismiss')
  await expect(bob.byId('warning-screen')).toBeHidden()
  expect((await bob.views()).warnings.calls).toEqual([])

  // Alice cannot ring there any more, and Bob cannot call, until the numbers were compared.
  await bob.dial(await alice.address(), 'voice')
  expect((await bob.phase('ended')).reason).toBe('refused-peer')
  await bob.byId('dismiss').click()
  await openCheck(bob, 'Alice')
  const numberOf = (phone: Phone) => phone.byId('safety-number').innerText()
  await openCheck(alice, 'Bob')
  expect(await numberOf(bob)).toBe(await numberOf(alice))
  await bob.answerSystem(true)
  await pressAt(bob.page, 'number-same')
  await expect(bob.byId('verify-outcome')).toContainText('You have checked Alice')
  expect((await bob.systemAsked())[0]).toContain('although something did not match before')
  expect(await trustOf(bob, 'Alice')).toMatchObject({ state: 'V2', how: 'number' })
  for (const phone of [alice, bob]) await phone.page.keyboard.press('Escape')
})

/** Puts a picture file where the clipboard would. */
async function paste(phone: Phone, png: Buffer): Promise<void> {
  await phone.page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const clipboard = new DataTransfer()
    clipboard.items.add(new File([bytes], 'code.png', { type: 'image/png' }))
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true }))
  }, png.toString('base64'))
}
