// What happens around calls: servers that die, pages that crash, apps that restart or are started twice.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSignalingServer, type SignalingServer } from '../signaling-server/server.ts'
import { hear } from './hearing.ts'
import { expect, test } from './pair.ts'
import { closeAll, projectRoot, startPhone } from './phone.ts'

test('the server dies in a call: the sound goes on and the hang-up still arrives', async () => {
  const server = await createSignalingServer({ host: '127.0.0.1', port: 0 })
  const [alice, bob] = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440 }),
    startPhone({ name: 'Bob', toneHz: 660 }),
  ])
  try {
    await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
    await alice.dial(await bob.address(), 'voice')
    await (await bob.alert()).getByTestId('answer').click()
    await Promise.all([alice.phase('talking'), bob.phase('talking')])
    await server.close()
    await expect.poll(async () => (await alice.views()).server.state).not.toBe('online')
    await expect.poll(async () => (await hear(alice.page, 660, 440)).windows).toBeGreaterThanOrEqual(3)
    await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBeGreaterThanOrEqual(3)
    await alice.byId('mute').click()
    await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
    await alice.byId('hang-up').click()
    expect((await bob.phase('ended')).reason).toBe('peer-hung-up')
    await bob.byId('dismiss').click()
    await expect(bob.byId('server-state')).toHaveAttribute('data-state', /offline|connecting/)
  } finally {
    await closeAll([alice, bob])
    await server.close().catch(() => undefined)
  }
})

test('somebody who was away finds a missed call, and everything it knew before', async () => {
  const server: SignalingServer = await createSignalingServer({ host: '127.0.0.1', port: 0 })
  const userData = mkdtempSync(join(tmpdir(), 'earshot-away-'))
  const alice = await startPhone({ name: 'Alice', toneHz: 440 })
  let bob = await startPhone({ name: 'Bob', toneHz: 660, userData })
  try {
    await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
    const address = await bob.address()
    await bob.addContact(await alice.address(), 'My sister')
    await bob.close()

    await alice.dial(address, 'voice')
    // It is a missed call once the invitation waits for Bob, and the cancel beside it.
    await expect.poll(() => server.counts().mailboxes.envelopes).toBe(1)
    await alice.byId('hang-up').click()
    await alice.phase('ended')
    await expect.poll(() => server.counts().mailboxes.envelopes).toBe(2)

    bob = await startPhone({ name: 'Bob', toneHz: 660, userData })
    await bob.unlock()
    expect(await bob.address()).toBe(address)
    await expect(bob.byId('contact-row')).toContainText('My sister')
    await expect.poll(async () => (await bob.views()).history[0]?.outcome).toBe('missed')
    expect((await bob.views()).history[0]?.name).toBe('My sister')
    await expect(bob.byId('missed-badge')).toBeVisible()
    expect((await bob.views()).call.phase).toBe('idle')
  } finally {
    await closeAll([alice, bob])
    await server.close()
    rmSync(userData, { recursive: true, force: true })
  }
})

test('E20 E21 a second launch hands over one link, fills a form and exits; it never dials', async ({
  pair,
}) => {
  const { alice, bob } = pair
  const link = `earshot:${await bob.address()}?name=Somebody`
  const electron = createRequire(import.meta.url)('electron') as unknown as string
  const startedMs = Date.now()
  const second = spawn(
    electron,
    [`--user-data-dir=${alice.userData}`, '--password-store=basic', '.', link, '--and', 'earshot:ignored'],
    { cwd: projectRoot, env: process.env, stdio: 'ignore' },
  )
  const [code] = (await once(second, 'exit')) as [number]
  expect(code).toBe(0)
  expect(Date.now() - startedMs).toBeLessThan(10_000)
  await expect(alice.byId('contact-address')).toHaveValue(new RegExp((await bob.address()).slice(0, 4)))
  await expect(alice.byId('contact-name')).toHaveValue('Somebody')
  const views = await alice.views()
  expect(views.call.phase).toBe('idle')
  expect(views.contacts.filter((contact) => contact.name === 'Somebody')).toEqual([])
  await alice.page.keyboard.press('Escape')
})

test('two profiles ring each other through a server hosted inside one of them', async () => {
  const [host, guest] = await Promise.all([
    startPhone({ name: 'Host', toneHz: 440 }),
    startPhone({ name: 'Guest', toneHz: 660 }),
  ])
  try {
    await host.setUp('host')
    const url = (await host.views()).server.url
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await guest.setUp({ url: url! })
    await expect.poll(async () => (await host.views()).server.guests).toBe(1)
    await guest.dial(await host.address(), 'voice')
    await (await host.alert()).getByTestId('answer').click()
    await Promise.all([host.phase('talking'), guest.phase('talking')])
    await host.byId('hang-up').click()
    await guest.phase('ended')
  } finally {
    await Promise.all([host.close(), guest.close()])
  }
})
