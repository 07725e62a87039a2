// A page that reloads or crashes in a call comes back into it: the same call, code and trust, a new link with new keys.
import { existsSync, readdirSync } from 'node:fs'
import type { JSHandle } from '@playwright/test'
import type { CallView } from '../contract/call-view.ts'
import { hear, hearInWindow } from './hearing.ts'
import { expect, test } from './pair.ts'
import type { CallIn, Phone } from './phone.ts'

type Talking = CallIn<'talking'>

/** Rings `callee` from `caller` and answers. */
async function talk(caller: Phone, callee: Phone): Promise<readonly [Talking, Talking]> {
  await caller.dial(await callee.address(), 'voice')
  await (await callee.alert()).getByTestId('answer').click()
  await Promise.all([caller.phase('talking'), callee.phase('talking')])
  return Promise.all([caller.phase('talking'), callee.phase('talking')])
}

/** The call as a window's page sees it now, when Playwright has lost that page. */
const callIn = (window: JSHandle<Electron.BrowserWindow>): Promise<CallView | null> =>
  window
    .evaluate(
      (w) =>
        w.webContents.executeJavaScript(
          // Not before the page itself is there: to main, asking means being ready.
          `document.querySelector('[data-testid=hang-up]') && window.shell.snapshot({}).then((s) => s.value.call)`,
        ) as Promise<CallView | null>,
    )
    .catch(() => null)

/** The same call over another link, bound and with certificates that neither side had before. */
function expectRenewed(now: CallView | null, before: Talking): void {
  expect(now).toMatchObject({
    phase: 'talking',
    callId: before.callId,
    sinceMs: before.sinceMs,
    sas: before.sas,
    facts: { bound: true, match: true },
  })
  if (now?.phase !== 'talking') return
  expect([before.facts.signedOwn, before.facts.signedPeer]).not.toContain(now.facts.signedOwn)
  expect([before.facts.signedOwn, before.facts.signedPeer]).not.toContain(now.facts.signedPeer)
}
const renewed = (phone: Phone, before: Talking) =>
  expect(async () => expectRenewed((await phone.views()).call, before)).toPass({ timeout: 25_000 })

for (const who of ['alice', 'bob'] as const)
  test(`the page of ${who === 'alice' ? 'the caller' : 'the callee'} reloads in a call, and both hear each other again`, async ({
    pair,
  }) => {
    test.slow()
    const { alice, bob } = pair
    const [aliceBefore, bobBefore] = await talk(alice, bob)
    const code = await alice.codeOnScreen()
    const phone = pair[who]
    const window = await phone.app.browserWindow(phone.page)
    await window.evaluate((w: Electron.BrowserWindow) => w.webContents.reload())
    await phone.byId('hang-up').waitFor()
    await Promise.all([renewed(alice, aliceBefore), renewed(bob, bobBefore)])
    expect(await alice.codeOnScreen()).toBe(code)
    expect(await bob.codeOnScreen()).toBe(code)
    await expect
      .poll(async () => (await hear(alice.page, 660, 440)).windows, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(3)
    await expect
      .poll(async () => (await hear(bob.page, 440, 660)).windows, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(3)
    await alice.byId('hang-up').click()
    expect((await bob.phase('ended')).reason).toBe('peer-hung-up')
  })

test('a muted microphone is still muted after a reload', async ({ pair }) => {
  test.slow()
  const { alice, bob } = pair
  const [before] = await talk(alice, bob)
  await alice.byId('mute').click()
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
  const window = await alice.app.browserWindow(alice.page)
  await window.evaluate((w: Electron.BrowserWindow) => w.webContents.reload())
  await alice.byId('hang-up').waitFor()
  await renewed(alice, before)
  expect((await alice.phase('talking')).media.micOn).toBe(false)
  expect((await hear(bob.page, 440, 660)).windows).toBe(0)
  await bob.byId('hang-up').click()
  await alice.phase('ended')
})

const dumpsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.dmp'))
    : []

for (const role of ['caller', 'callee'] as const)
  test(`E24 the page of the ${role} crashes in a call, leaves no dump, and both hear each other again`, async ({
    pair,
    third,
  }) => {
    test.slow()
    // Playwright loses a page that crashed for good, so this one belongs to nobody else.
    const { alice } = pair
    const carol = await third('Carol')
    const [first, second] = role === 'caller' ? await talk(carol, alice) : await talk(alice, carol)
    const [carolBefore, aliceBefore] = role === 'caller' ? [first, second] : [second, first]
    const code = await alice.codeOnScreen()
    const window = await carol.app.browserWindow(carol.page)
    await window.evaluate((w: Electron.BrowserWindow) => w.webContents.forcefullyCrashRenderer())
    await expect(async () => expectRenewed(await callIn(window), carolBefore)).toPass({ timeout: 30_000 })
    await renewed(alice, aliceBefore)
    expect(await alice.codeOnScreen()).toBe(code)
    await expect
      .poll(async () => (await hear(alice.page, 880, 440)).windows, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(3)
    await expect
      .poll(async () => (await hearInWindow(window, 440, 880)).windows, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(3)
    // A dump of the memory would hold keys.
    const folders = await carol.app.evaluate(({ app }) => [
      app.getPath('crashDumps'),
      app.getPath('userData'),
    ])
    expect(folders.flatMap(dumpsIn), 'E24: a crash leaves no dump').toEqual([])
    await alice.byId('hang-up').click()
    await alice.phase('ended')
  })
