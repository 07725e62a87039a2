// Who may ring, and who is seen to be here, in the running app: what a stranger and a contact find, and what a block does.
import type { Phone } from './phone.ts'
import { expect, test, type Pair } from './pair.ts'
import { webSocketMessages } from './recording-proxy.ts'

async function whoMayRing(phone: Phone, wish: 'anyone' | 'unknown-silent' | 'contacts'): Promise<void> {
  await phone.openSettings('callers')
  await phone.byId(`who-may-ring-${wish}`).check()
  await expect.poll(async () => (await phone.views()).settings.whoMayRing).toBe(wish)
  await phone.byId('settings-close').click()
}
async function switchPresence(phone: Phone, on: boolean): Promise<void> {
  await phone.openSettings('privacy')
  await phone.byId('presence').setChecked(on)
  await expect.poll(async () => (await phone.views()).settings.presence).toBe(on)
  await phone.byId('settings-close').click()
}
/** How many envelopes have been left in mailboxes: what a stranger left is there before what comes after it. */
const left = ({ proxy }: Pair) =>
  proxy.connections.flatMap(({ clientToServer }) =>
    webSocketMessages(clientToServer).filter((message) => message.includes('"box.put"')),
  ).length
async function ringInVain(stranger: Phone, pair: Pair): Promise<void> {
  const before = left(pair)
  await stranger.dial(await pair.bob.address(), 'voice')
  await expect.poll(() => left(pair)).toBe(before + 1)
}
async function end(one: Phone, other: Phone): Promise<void> {
  await one.byId('hang-up').click()
  await Promise.all([one.phase('ended'), other.phase('ended')])
  await Promise.all([one.byId('dismiss').click(), other.byId('dismiss').click()])
}
async function talk(caller: Phone, callee: Phone): Promise<void> {
  await caller.dial(await callee.address(), 'voice')
  await (await callee.alert()).getByTestId('answer').click()
  await Promise.all([caller.phase('talking'), callee.phase('talking')])
}

test('S12 where only contacts may ring, a stranger rings nothing and leaves nothing, and a contact rings', async ({
  pair,
  third,
}) => {
  const { alice, bob } = pair
  const stranger = await third('Stranger')
  await bob.addContact(await alice.address(), 'Alice')
  await whoMayRing(bob, 'contacts')
  const before = (await bob.views()).history.length
  await ringInVain(stranger, pair)
  await alice.dial(await bob.address(), 'voice')
  expect((await bob.phase('incoming')).peer.name).toBe('Alice')
  await (await bob.alert()).getByTestId('decline').click()
  await alice.phase('ended')
  await bob.phase('ended')
  const { history } = await bob.views()
  expect(history.length).toBe(before + 1)
  expect(history[0]?.address).toBe(await alice.address())
  await stranger.byId('hang-up').click()
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])
  await whoMayRing(bob, 'anyone')
})

interface Probe {
  readonly trays: readonly { readonly toolTip: string }[]
  readonly notifications: readonly { readonly title: string }[]
}
const probed = (phone: Phone) =>
  phone.app.evaluate(() => {
    const { trays, notifications } = (globalThis as unknown as { __probe: Probe }).__probe
    return { toolTip: trays[0]?.toolTip, titles: notifications.map(({ title }) => title) }
  })
const screenIs = (phone: Phone, word: 'lock-screen' | 'unlock-screen') =>
  phone.app.evaluate(({ powerMonitor }, event) => void powerMonitor.emit(event), word)

test('while the screen is locked nobody is named, if a person wishes that; the name is back with the person', async ({
  pair,
}) => {
  const { alice, bob } = pair
  const address = await alice.address()
  if (!(await bob.views()).contacts.some((contact) => contact.address === address))
    await bob.addContact(address, 'Alice')
  await bob.openSettings('privacy')
  await bob.byId('hide-names').check()
  await bob.byId('settings-close').click()
  const before = (await probed(bob)).titles.length
  await screenIs(bob, 'lock-screen')
  await alice.dial(await bob.address(), 'voice')
  const alert = await bob.alert()
  await expect(alert.getByTestId('nameless')).toHaveText('Someone is calling')
  await expect(alert.getByText('Alice')).toHaveCount(0)
  expect((await probed(bob)).toolTip).toBe('Earshot: Someone is calling')
  await screenIs(bob, 'unlock-screen')
  await expect(alert.getByText('Alice')).toBeVisible()
  await expect.poll(async () => (await probed(bob)).toolTip).toBe('Earshot: Alice is calling')
  await screenIs(bob, 'lock-screen')
  await expect(alert.getByTestId('nameless')).toBeVisible()
  await alice.byId('hang-up').click()
  await bob.phase('ended')
  await expect.poll(async () => (await probed(bob)).titles.length).toBeGreaterThan(before + 1)
  expect((await probed(bob)).titles.slice(before).join()).not.toContain('Alice')
  await screenIs(bob, 'unlock-screen')
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])
  await bob.openSettings('privacy')
  // E23: Linux cannot, so that there is nothing to choose, and no window is said to be what it is not.
  await expect(bob.byId('content-protection')).toHaveCount(process.platform === 'linux' ? 0 : 1)
  if (process.platform === 'linux')
    expect(
      await bob.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .filter((window) => window.isVisible())
          .map((window) => window.isContentProtected()),
      ),
    ).toEqual([false])
  await bob.byId('hide-names').uncheck()
  await bob.byId('settings-close').click()
})

test('an unknown caller who may only ring silently is shown without a window in front, and is missed', async ({
  pair,
  third,
}) => {
  const { bob } = pair
  const stranger = await third('Silent')
  await whoMayRing(bob, 'unknown-silent')
  await stranger.dial(await bob.address(), 'voice')
  expect(await bob.phase('incoming')).toMatchObject({ silenced: true, peer: { name: null } })
  await expect(bob.byId('silent')).toBeVisible()
  expect(await bob.alerts()).toBe(0)
  await stranger.byId('hang-up').click()
  expect((await bob.phase('ended')).reason).toBe('missed')
  expect(await bob.alerts()).toBe(0)
  expect((await bob.views()).history[0]).toMatchObject({ outcome: 'missed', seen: false })
  await bob.byId('dismiss').click()
  await whoMayRing(bob, 'anyone')
})

test('a stranger who is blocked while it rings is cut off, rings no more, and is unblocked in the settings', async ({
  pair,
  third,
}) => {
  const { bob } = pair
  const stranger = await third('Blocked')
  const address = await stranger.address()
  await stranger.dial(await bob.address(), 'voice')
  await bob.phase('incoming')
  await bob.byId('block').click()
  await bob.byId('confirm').click()
  expect((await bob.phase('ended')).reason).toBe('blocked')
  await bob.byId('dismiss').click()
  expect((await bob.views()).blocked).toMatchObject([{ address, name: null }])
  await stranger.byId('hang-up').click()
  await stranger.byId('dismiss').click()

  await bob.dial(address, 'voice')
  expect((await bob.phase('ended')).reason).toBe('blocked')
  await expect(bob.byId('end-text')).toContainText('You blocked this address')
  await bob.byId('dismiss').click()

  const before = (await bob.views()).history.length
  await ringInVain(stranger, pair)
  await pair.alice.dial(await bob.address(), 'voice')
  expect((await bob.phase('incoming')).peer.address).toBe(await pair.alice.address())
  await pair.alice.byId('hang-up').click()
  await bob.phase('ended')
  expect((await bob.views()).history.length).toBe(before + 1)
  await Promise.all([pair.alice.byId('dismiss').click(), bob.byId('dismiss').click()])
  await stranger.byId('hang-up').click()

  await bob.openSettings('callers')
  await bob.answerSystem(false)
  await bob.byId('blocked-unblock').click()
  await expect.poll(() => bob.systemAsked()).toHaveLength(1)
  expect((await bob.views()).blocked).toMatchObject([{ address }])
  await bob.answerSystem(true)
  await bob.byId('blocked-unblock').click()
  await expect.poll(async () => (await bob.views()).blocked).toEqual([])
  await bob.byId('settings-close').click()
})

test('S9 two mutual contacts see each other after a call, and no more when one leaves or is blocked', async ({
  pair,
  third,
}) => {
  const { alice } = pair
  const dora = await third('Dora')
  const [aliceAddress, doraAddress] = [await alice.address(), await dora.address()]
  await Promise.all([alice.addContact(doraAddress, 'Dora'), dora.addContact(aliceAddress, 'Alice')])
  const onlineOf = async (phone: Phone, address: string) =>
    (await phone.views()).contacts.find((contact) => contact.address === address)?.online
  await Promise.all([switchPresence(alice, true), switchPresence(dora, true)])
  expect(await onlineOf(alice, doraAddress)).toBeNull()
  await talk(dora, alice)
  await expect.poll(() => onlineOf(alice, doraAddress)).toBe(true)
  await expect.poll(() => onlineOf(dora, aliceAddress)).toBe(true)
  await end(dora, alice)
  const row = alice.byId('contact-row').filter({ hasText: 'Dora' })
  await expect(row.getByTestId('row-online')).toHaveText('Online now')
  await row.click()
  await expect(alice.byId('contact-online')).toBeVisible()

  await switchPresence(dora, false)
  await expect.poll(() => onlineOf(alice, doraAddress)).toBe(false)
  await expect(row.getByTestId('row-online')).toBeHidden()
  await expect(dora.byId('row-online')).toBeHidden()
  expect(await onlineOf(dora, aliceAddress)).toBeNull()
  await switchPresence(dora, true)
  await expect(row.getByTestId('row-online')).toBeVisible()

  await alice.byId('block').click()
  await alice.byId('confirm').click()
  await expect(alice.byId('contact-blocked')).toBeVisible()
  await expect.poll(() => onlineOf(dora, aliceAddress)).toBe(false)
  expect(await onlineOf(alice, doraAddress)).toBeNull()
  await alice.answerSystem(true)
  await alice.byId('unblock').click()
  await expect(alice.byId('call-voice')).toBeVisible()
  await switchPresence(alice, false)
})
