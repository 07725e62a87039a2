// The test call with oneself on the real app: with Chromium's own microphone, here and through a relay of one's own.
import { createHmac } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { freePort, startLocalCoturn } from '../signaling-server/turn/local-coturn.ts'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { startPhone, type Phone } from './phone.ts'
import { installCoturn, ownIp } from './runtime/coturn.ts'

async function withPhone(run: (phone: Phone) => Promise<void>): Promise<void> {
  const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
  const phone = await startPhone({ name: 'Alice', toneHz: 440 })
  try {
    await phone.setUp({ url: server.url })
    await run(phone)
    expect(phone.problems).toEqual([])
  } finally {
    await phone.close()
    await server.close()
  }
}
const verdict = (phone: Phone) => phone.byId('echo-said').getAttribute('data-verdict')
const isOver = (phone: Phone) =>
  expect(phone.byId('echo-test')).toHaveAttribute('data-step', 'idle', { timeout: 30_000 })

test('five seconds are recorded and played back, and nothing stays open', async () => {
  await withPhone(async (phone) => {
    await phone.openSettings('devices')
    await phone.byId('echo-start').click()
    await expect(phone.byId('echo-test')).toHaveAttribute('data-step', 'recording')
    await expect(phone.byId('echo-test')).toHaveAttribute('data-step', 'playing', { timeout: 15_000 })
    expect(await verdict(phone)).toBe('well')
    await expect(phone.byId('echo-said')).toHaveText('You are heard well.')
    await isOver(phone)
    // E11: main lets nothing be opened once it is over.
    const opened = await phone.page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'opened',
        (error: Error) => error.name,
      ),
    )
    expect(opened).toBe('NotAllowedError')
    // Not offered where there is no relay, and not told either.
    await expect(phone.byId('echo-relay')).toHaveCount(0)
    const asked = await phone.page.evaluate(() => window.shell['relay.test']({}))
    expect(asked).toEqual({ ok: false, code: 'not-ready' })
  })
})

test('the same goes through a relay of my own, and a relay that does not answer is said', async () => {
  // coturn has no port for Windows, and nobody tests one for macOS.
  test.skip(process.platform !== 'linux', 'coturn is tested on Linux')
  await installCoturn()
  const host = ownIp()
  const port = await freePort(host)
  const secret = 'a-secret-of-this-test'
  const coturn = await startLocalCoturn({
    listenIp: host,
    relayIp: host,
    port,
    relayPorts: [53_300, 53_400],
    realm: 'turn.example.org',
    secrets: [secret],
  })
  const username = `${Math.floor(Date.now() / 1000) + 600}:echo`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  await withPhone(async (phone) => {
    const own = { urls: `turn:${host}:${port}?transport=udp`, username, credential }
    expect(await phone.page.evaluate((own) => window.shell['relay.use'](own), own)).toMatchObject({
      ok: true,
    })
    await phone.openSettings('devices')
    await phone.byId('echo-relay').click()
    await expect(phone.byId('echo-test')).toHaveAttribute('data-step', 'recording', { timeout: 15_000 })
    await expect(phone.byId('echo-test')).toHaveAttribute('data-step', 'playing', { timeout: 15_000 })
    expect(await verdict(phone)).toBe('well')
    await isOver(phone)
    await coturn.stop()
    await phone.byId('echo-relay').click()
    await expect(phone.byId('echo-said')).toContainText('The relay did not answer', { timeout: 20_000 })
    await isOver(phone)
  })
  await coturn.stop()
})
