// One call after the other between two running apps, as two people would make them.
import type { HistoryEntry } from '../contract/ipc.ts'
import { hear } from './hearing.ts'
import { expect, test, type Pair } from './pair.ts'

/** Rings Bob from Alice and answers in Bob's alert window. */
async function talk({ alice, bob }: Pair, media: 'voice' | 'video' = 'voice'): Promise<void> {
  await alice.dial(await bob.address(), media)
  const alert = await bob.alert()
  await alert.getByTestId(media === 'video' ? 'answer-video' : 'answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
}

const lastEntry = async (phone: Pair['alice']): Promise<HistoryEntry | undefined> =>
  (await phone.views()).history[0]

test('two people talk and see each other, and both screens show the same code', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair, 'video')
  // The path is measured, a moment after the call began.
  for (const phone of [alice, bob])
    await expect.poll(async () => (await phone.phase('talking')).facts.path).toBe('direct')
  const [aliceCall, bobCall] = await Promise.all([alice.phase('talking'), bob.phase('talking')])
  expect(aliceCall.facts).toMatchObject({ match: true, bound: true })
  expect(bobCall.facts).toMatchObject({ match: true, bound: true })
  // D1: the certificate on the wire is the one that the other side signed.
  expect(aliceCall.facts.seen).toBe(bobCall.facts.own)
  expect(bobCall.facts.seen).toBe(aliceCall.facts.own)
  expect(aliceCall.facts.signedPeer).toBe(bobCall.facts.own)
  expect(await alice.codeOnScreen()).toBe(await bob.codeOnScreen())
  expect(await alice.codeOnScreen()).toMatch(/\d{5}\D+\d{5}/)
  await expect(alice.byId('trust-line')).toContainText('You have not checked who is on the other end')

  await expect
    .poll(async () => (await alice.phase('talking')).facts.traffic?.framesDecoded ?? 0)
    .toBeGreaterThan(30)
  await expect
    .poll(async () => (await bob.phase('talking')).facts.traffic?.framesDecoded ?? 0)
    .toBeGreaterThan(30)
  const [aliceHears, bobHears] = await Promise.all([hear(alice.page, 660, 440), hear(bob.page, 440, 660)])
  expect(aliceHears.windows, JSON.stringify(aliceHears)).toBeGreaterThanOrEqual(3)
  expect(bobHears.windows, JSON.stringify(bobHears)).toBeGreaterThanOrEqual(3)

  await alice.byId('hang-up').click()
  expect((await alice.phase('ended')).reason).toBe('hung-up')
  expect((await bob.phase('ended')).reason).toBe('peer-hung-up')
})

test('a muted microphone is silent at the other side, which sees it, and speaks again', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  await alice.byId('mute').click()
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
  // What was said before is heard a moment longer than the word of the mute takes.
  await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBe(0)
  await alice.clickTray('mute')
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(true)
  await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBeGreaterThanOrEqual(3)
  await bob.byId('hang-up').click()
  expect((await bob.phase('ended')).reason).toBe('hung-up')
  expect((await alice.phase('ended')).reason).toBe('peer-hung-up')
})

test('the person called declines', async ({ pair }) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('decline').click()
  expect((await alice.phase('ended')).reason).toBe('peer-declined')
  await expect.poll(async () => (await lastEntry(bob))?.outcome).toBe('declined')
})

test('the person called declines with a message, which the caller reads as plain text, now and in the history', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'voice')
  const alert = await bob.alert()
  await alert.getByTestId('decline-note').click()
  await alert.getByTestId('note-hour').click()
  expect((await alice.phase('ended')).reason).toBe('peer-declined')
  await expect(alice.byId('end-note').locator('blockquote')).toHaveText('Call me in an hour.')
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])

  // A stranger who was declined does not ring again at once.
  await bob.forgive(await alice.address())
  await alice.dial(await bob.address(), 'voice')
  await bob.phase('incoming')
  await bob.byId('decline-note').click()
  const words = '<b>On Monday</b> at https://example.org'
  await bob.byId('note-own').fill(words)
  await bob.byId('note-send').click()
  await alice.phase('ended')
  await expect(alice.byId('end-note').locator('blockquote')).toHaveText(words)
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])
  for (const phone of [alice, bob]) {
    await phone.byId('history-tab').click()
    const notes = phone.byId('history-note').locator('bdi')
    await expect(notes.nth(0)).toHaveText(words)
    await expect(notes.nth(1)).toHaveText('Call me in an hour.')
    await expect(phone.page.locator('[data-testid=history-note] :is(a, b)')).toHaveCount(0)
  }
})

test('the caller gives up: the alert goes away and a missed call stays', async ({ pair }) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'voice')
  const alert = await bob.alert()
  const gone = alert.waitForEvent('close')
  await alice.byId('hang-up').click()
  expect((await alice.phase('ended')).reason).toBe('cancelled')
  await gone
  await expect.poll(async () => (await lastEntry(bob))?.outcome).toBe('missed')
  expect((await lastEntry(bob))?.seen).toBe(false)
  await bob.byId('dismiss').click()
  await bob.byId('history-tab').click()
  await expect(bob.byId('history-row').first()).toContainText('Missed')
})

test('a third caller hears busy and the call goes on', async ({ pair, third }) => {
  await talk(pair)
  const carol = await third('Carol')
  await carol.dial(await pair.bob.address(), 'voice')
  expect((await carol.phase('ended')).reason).toBe('busy')
  expect((await pair.bob.phase('talking')).facts.bound).toBe(true)
  await pair.alice.byId('hang-up').click()
  await pair.bob.phase('ended')
})

test('A8 both dial at once and find themselves in one call', async ({ pair }) => {
  const { alice, bob } = pair
  const [aliceAddress, bobAddress] = await Promise.all([alice.address(), bob.address()])
  await Promise.all([
    alice.byId('dial-address').fill(bobAddress),
    bob.byId('dial-address').fill(aliceAddress),
  ])
  // At once: a click that first waits for its button may find that the other one rings already, and no button.
  await Promise.all(
    [alice, bob].map(({ page }) =>
      page.evaluate(() => document.querySelector<HTMLButtonElement>('[data-testid=dial-voice]')?.click()),
    ),
  )
  // Unless one had already rung before the other clicked, nobody has to answer.
  const [a, b] = await Promise.all([
    alice.phase('talking', 'incoming', 'ended'),
    bob.phase('talking', 'incoming', 'ended'),
  ])
  for (const [phone, call] of [[alice, a] as const, [bob, b] as const])
    if (call.phase === 'incoming') await (await phone.alert()).getByTestId('answer').click()
  const [talkA, talkB] = await Promise.all([alice.phase('talking'), bob.phase('talking')])
  expect(talkA.callId).toBe(talkB.callId)
  expect(talkA.sas.digits).toEqual(talkB.sas.digits)
  await bob.byId('hang-up').click()
  await alice.phase('ended')
})

test('a call is answered and ended from the tray', async ({ pair }) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'voice')
  await bob.phase('incoming')
  await bob.clickTray('answer')
  await alice.phase('talking')
  await bob.clickTray('hang-up')
  expect((await alice.phase('ended')).reason).toBe('peer-hung-up')
})

test('closing the window in a call keeps the call, out of sight', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  const window = await bob.app.browserWindow(bob.page)
  // Hidden or minimised, as this desktop has a tray or none.
  const inSight = () => window.evaluate((w: Electron.BrowserWindow) => w.isVisible() && !w.isMinimized())
  await window.evaluate((w: Electron.BrowserWindow) => w.close())
  await expect.poll(inSight).toBe(false)
  await expect.poll(async () => (await hear(alice.page, 660, 440)).windows).toBeGreaterThanOrEqual(3)
  await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBeGreaterThanOrEqual(3)
  await bob.clickTray('open')
  await expect.poll(inSight).toBe(true)
  await alice.byId('hang-up').click()
  await bob.phase('ended')
})

test('nobody answers', async ({ pair }) => {
  const { alice, bob } = pair
  test.slow()
  await alice.dial(await bob.address(), 'voice')
  const alert = await bob.alert()
  const gone = alert.waitForEvent('close', { timeout: 70_000 })
  await gone
  await expect.poll(async () => (await alice.views()).call.phase, { timeout: 10_000 }).toBe('ended')
  expect((await alice.phase('ended')).reason).toBe('no-answer')
  await expect.poll(async () => (await lastEntry(bob))?.outcome).toBe('missed')
})

test('somebody with no prekey at this server cannot be reached, and the caller is told', async ({ pair }) => {
  // A genuine address that nobody here has ever logged in with.
  await pair.alice.dial('zw7rwzbokaxxez2iloezf2s2i7efrw5kvs2477eac4w7vnfhfjs6lnab', 'voice')
  expect((await pair.alice.phase('ended')).reason).toBe('not-at-server')
  await expect(pair.alice.byId('end-reason')).toBeVisible()
})

test('"Different" ends the call at once and refuses the identity from then on', async ({ pair, third }) => {
  const dave = await third('Dave')
  await dave.dial(await pair.alice.address(), 'voice')
  await (await pair.alice.alert()).getByTestId('answer').click()
  await Promise.all([dave.phase('talking'), pair.alice.phase('talking')])
  await pair.alice.byId('sas-different').click()
  expect((await pair.alice.phase('ended')).reason).toBe('sas-mismatch')
  await dave.phase('ended')
  expect((await pair.alice.phase('ended')).peer.trust.state).toBe('X')
})

test('"They match" is remembered for the next call', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  await alice.byId('sas-match').click()
  await expect(alice.byId('trust-line')).toContainText('You checked')
  await alice.byId('hang-up').click()
  await bob.phase('ended')
  await alice.byId('dismiss').click()
  await bob.byId('dismiss').click()
  await talk(pair)
  expect((await alice.phase('talking')).peer.trust.state).toBe('V2')
  expect((await bob.phase('talking')).peer.trust.state).toBe('V0')
  await alice.byId('hang-up').click()
  await bob.phase('ended')
})
