// Two running apps: one of two people who know each other gets a new key and address, and the other takes it over by
// pressing a button, never by itself.
import { expect, test } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { closeAll, passphrase, startPhone, type Phone } from './phone.ts'

let server: Awaited<ReturnType<typeof createSignalingServer>>
let alice: Phone
let bob: Phone

test.beforeEach(async () => {
  server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
  ;[alice, bob] = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440 }),
    startPhone({ name: 'Bob', toneHz: 660 }),
  ])
  await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
})
test.afterEach(async () => {
  await closeAll([alice, bob])
  await server?.close()
})

async function know(phone: Phone, other: Phone): Promise<void> {
  const address = await other.address()
  await phone.answerSystem(true)
  await phone.addContact(address, other.name)
  const checked = await phone.page.evaluate(
    (address) => window.shell['contacts.verify']({ address: address as never, how: 'number', same: true }),
    address,
  )
  expect(checked).toEqual({ ok: true, value: { marked: true } })
}
const answer = async (phone: Phone) => (await phone.alert()).getByTestId('answer').click()

test('a contact who gets a new key is a stranger until the old key has vouched and a person has pressed', async () => {
  await Promise.all([know(alice, bob), know(bob, alice)])
  const before = await alice.address()

  await alice.openSettings('key')
  await alice.byId('renew-open').click()
  await alice.byId('present-passphrase').fill('not the passphrase')
  await alice.byId('renew-go').click()
  await expect(alice.page.getByRole('alert')).toContainText('does not open your key')
  // Whoever says no in the system's dialog keeps the address.
  await alice.byId('present-passphrase').fill(passphrase)
  await alice.answerSystem(false)
  await alice.byId('renew-go').click()
  await expect(alice.byId('renew-go')).toBeEnabled()
  expect(await alice.address()).toBe(before)
  await alice.answerSystem(true)
  await alice.byId('renew-go').click()
  await expect(alice.byId('renew-said')).toContainText('You have a new address')
  await expect(alice.byId('renew-copy')).toBeVisible()
  const after = await alice.address()
  expect(after).not.toBe(before)
  const renewed = await alice.views()
  expect(renewed.contacts).toMatchObject([{ name: 'Bob', trust: { state: 'V2' } }])
  expect(renewed.settings.name).toBe('Alice')
  await expect.poll(async () => (await alice.views()).server.state).toBe('online')
  // Only the new address is logged in, and Bob.
  await expect.poll(() => server.counts().logins).toBe(2)
  await alice.byId('settings-close').click()

  await alice.dial(await bob.address(), 'voice')
  expect((await bob.phase('incoming')).peer).toMatchObject({ address: after, name: null })
  await expect((await bob.alert()).locator('body')).toContainText('Unknown caller')
  await answer(bob)
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  await expect(bob.page.getByText('New key for Alice, signed by the old one. Check again.')).toBeVisible()
  expect((await bob.views()).contacts).toMatchObject([{ address: before, trust: { state: 'V2' } }])
  await alice.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])
  await alice.byId('dismiss').click()

  await bob.byId('ended-add-contact').click()
  await expect(bob.byId('contact-successor')).toContainText('signed by the key you have for Alice')
  await bob.byId('contact-save').click()
  await expect(bob.byId('contact-form')).toBeHidden()
  expect((await bob.views()).contacts).toMatchObject([
    { address: after, name: 'Alice', trust: { state: 'V1' } },
  ])

  await bob.dial(after, 'voice')
  expect((await alice.phase('incoming')).peer).toMatchObject({ name: 'Bob', trust: { state: 'V2' } })
  await answer(alice)
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  await bob.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])
  expect([...alice.problems, ...bob.problems]).toEqual([])
})
