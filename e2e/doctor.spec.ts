// The call doctor on the real app: a sentence in the call, what is kept of it, its export, and the check before a call. Faults of
// a network are in soak-doctor.spec.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { KeptQuality } from '../contract/quality.ts'
import { expect, test, type Pair } from './pair.ts'
import type { Phone } from './phone.ts'
import { throttle } from './soak/doctor-faults.ts'
import { holdMicrophones } from './soak/soak-doctor.ts'

/** Chromium's own words about a camera that is closed again. */
function forgetCameraWords({ problems }: Phone): void {
  problems.splice(
    0,
    problems.length,
    ...problems.filter((text) => !text.includes('VideoFrame was garbage collected')),
  )
}
const note = (phone: Phone) => phone.byId('doctor-note')
const mayOpenDevices = (phone: Phone) =>
  phone.page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'opened',
      (error: Error) => error.name,
    ),
  )

async function talk({ alice, bob }: Pair): Promise<void> {
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
}
async function hangUp({ alice, bob }: Pair): Promise<void> {
  await alice.byId('hang-up').click()
  for (const phone of [alice, bob]) await phone.byId('dismiss').click()
}

test('the check before a call says how each thing is, and leaves nothing open', async ({ pair }) => {
  const { alice } = pair
  await alice.openSettings('quality')
  await alice.byId('open-check').click()
  await alice.byId('check-start').click()
  // A person who has no time gives it up.
  await expect(alice.byId('check-microphone')).toHaveAttribute('data-verdict', 'good', { timeout: 15_000 })
  await alice.byId('check-stop').click()
  await expect(alice.byId('check-start')).toBeVisible()
  await expect(alice.byId('check-microphone')).toHaveCount(0)
  await expect.poll(() => mayOpenDevices(alice)).toBe('NotAllowedError')

  await alice.byId('check-start').click()
  // This server has no relay.
  await expect(alice.byId('network-check')).toHaveAttribute('data-outcome', 'no-relay', { timeout: 40_000 })
  for (const [name, verdict] of [
    ['microphone', 'good'],
    ['speaker', 'good'],
    ['camera', 'good'],
    ['server', 'good'],
    ['stun', 'unset'],
    ['relay-udp', 'unset'],
    ['relay-time', 'unset'],
    ['nat', 'unknown'],
  ])
    await expect(alice.byId(`check-${name}`)).toHaveAttribute('data-verdict', verdict!)
  await alice.page.keyboard.press('Escape')
  await alice.byId('settings-close').click()
  await expect.poll(() => mayOpenDevices(alice)).toBe('NotAllowedError')
  // Relays are for a page that tests devices, and for nobody else.
  expect(await alice.page.evaluate(() => window.shell['check.relays']({}))).toEqual({
    ok: false,
    code: 'not-ready',
  })
  forgetCameraWords(alice)
})

test('a call says what is wrong with it and nothing when nothing is, and what is kept names nobody', async ({
  pair,
}) => {
  test.setTimeout(180_000)
  const { alice, bob } = pair
  await bob.page.evaluate(holdMicrophones)
  await talk(pair)
  await alice.byId('quality-toggle').click()
  await expect(alice.byId('figure-roundTripMs')).toBeVisible()
  await expect(alice.page.locator('.canvas canvas')).toHaveCount(3)
  await expect(alice.byId('figure-kbitDown').locator('td').first()).toHaveText(/[1-9]\d* kbit\/s/)
  await expect(alice.byId('recording').first()).toContainText('Earshot does not record calls')
  await delay(12_000)
  await expect(note(alice)).toHaveText('')
  await expect(note(bob)).toHaveText('')

  await bob.page.evaluate(() => window.holdMicrophones?.(true))
  await expect(note(alice)).toContainText('Their microphone is silent', { timeout: 30_000 })
  // Who has muted is not told to have a dead microphone.
  await bob.byId('mute').click()
  await expect(note(alice)).toHaveText('', { timeout: 10_000 })
  await bob.page.evaluate(() => window.holdMicrophones?.(false))
  await bob.byId('mute').click()

  const stop = throttle(alice.app.process().pid ?? 0)
  try {
    await expect(note(alice)).toContainText('This computer is too busy', { timeout: 40_000 })
  } finally {
    stop()
  }
  await expect(note(alice)).toHaveText('', { timeout: 40_000 })
  await hangUp(pair)

  await alice.openSettings('quality')
  const call = alice.byId('quality-call').first()
  await expect(call).toContainText('Their microphone was silent')
  await expect(call).toContainText('Computer too busy')
  await alice.byId('quality-export').first().click()
  const preview = await alice.byId('export-preview').innerText()
  const file = join(alice.userData, 'exported-quality')
  await alice.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath })
  }, file)
  await alice.byId('export-save').click()
  await expect(alice.byId('export-saved')).toHaveText('The file was saved.')
  const text = readFileSync(file, 'utf8')
  expect(text.trim()).toBe(preview.trim())
  const record = JSON.parse(text) as KeptQuality['record']
  expect(record.causes.map(({ cause }) => cause)).toEqual(expect.arrayContaining(['peer-silent', 'busy']))
  expect(record.points.length).toBeGreaterThan(10)
  for (const secret of [await alice.address(), await bob.address(), 'Alice', 'Bob', '127.0.0.1', 'localhost'])
    expect(text).not.toContain(secret)
  expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|[0-9a-f]{2}:[0-9a-f]{2}:/i)
  await alice.page.keyboard.press('Escape')
  // On the disk it is sealed.
  expect(readFileSync(join(alice.userData, 'quality.json'), 'utf8')).not.toContain('peer-silent')

  await alice.byId('quality-clear').click()
  await alice.page.keyboard.press('Escape')
  await expect(alice.byId('quality-call').first()).toBeVisible()
  await alice.byId('quality-clear').click()
  await alice.byId('confirm').click()
  await expect(alice.byId('quality-none')).toBeVisible()
  expect(await alice.page.evaluate(() => window.shell['quality.list']({}))).toEqual({ ok: true, value: [] })
  await alice.byId('settings-close').click()
})
