// Alice and Bob at a server in an attacker's hands, set up once for all tests of a worker and watched from inside their
// pages; and what a test expects to see of them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test as base } from '@playwright/test'
import type { CallView, EndReason } from '../../contract/call-view.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import type { PrekeyBundle } from '../../sp1/prekey.ts'
import { startEvilServer, type EvilServer } from '../evil-server/evil-server.ts'
import { startMallory, type Mallory } from '../mallory.ts'
import { startPhone, type Phone } from '../phone.ts'
import { watchMedia, type MediaWatch } from './media-watch.ts'

interface Watched {
  readonly phone: Phone
  readonly media: MediaWatch
}

export interface Victims {
  readonly alice: Watched
  readonly bob: Watched
  readonly evil: EvilServer
  /** What the server hands out as anybody's prekey; null for the genuine one. */
  serve(bundle: PrekeyBundle | null): void
}

interface EachTest {
  readonly victims: Victims
  /** Starts Mallory at the victims' server; gone after the test. */
  readonly mallory: (options?: { readonly swapsCertificates: boolean }) => Promise<Mallory>
}

export const test = base.extend<EachTest, { readonly everybody: Victims }>({
  everybody: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      let served: PrekeyBundle | null = null
      const evil = await startEvilServer({ prekey: (_address, genuine) => served ?? genuine })
      const phones = await Promise.all([
        startPhone({ name: 'Alice', toneHz: 440 }),
        startPhone({ name: 'Bob', toneHz: 660 }),
      ])
      const [alice, bob] = await Promise.all(
        phones.map(async (phone) => {
          await phone.setUp(evil)
          return { phone, media: await watchMedia(phone) }
        }),
      )
      if (!alice || !bob) throw new Error('there are two phones')
      await use({ alice, bob, evil, serve: (bundle) => (served = bundle) })
      await Promise.all(phones.map((phone) => phone.close()))
      await evil.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  victims: async ({ everybody }, use) => {
    const { alice, bob, evil } = everybody
    await alice.phone.forgive(await bob.phone.address())
    await bob.phone.forgive(await alice.phone.address())
    await Promise.all([alice.media.begin(), bob.media.begin()])
    await use(everybody)
    evil.attack(({ env }) => env)
    everybody.serve(null)
    for (const { phone } of [alice, bob]) await settle(phone)
    expect([...alice.phone.problems.splice(0), ...bob.phone.problems.splice(0)]).toEqual([])
  },
  mallory: async ({ everybody }, use) => {
    const started: Mallory[] = []
    await use(async (options) => {
      const mallory = await startMallory({ serverUrl: everybody.evil.url, ...options })
      started.push(mallory)
      return mallory
    })
    for (const mallory of started) await mallory.close()
  },
})

export async function order(phone: Phone, type: 'hang-up' | 'dismiss' | 'answer'): Promise<void> {
  const { call } = await phone.views()
  if (call.phase === 'idle') return
  const { callId } = call
  const command: CallCommand = type === 'answer' ? { type, callId, video: false } : { type, callId }
  await phone.page.evaluate((command) => window.shell['call.command'](command), command)
}

export async function settle(phone: Phone): Promise<void> {
  const { call } = await phone.views()
  if (call.phase !== 'idle' && call.phase !== 'ended') await order(phone, 'hang-up')
  if (call.phase !== 'idle') await phone.phase('ended')
  await order(phone, 'dismiss')
  await phone.phase('idle')
}

export async function expectNoMedia({ alice, bob }: Victims): Promise<void> {
  for (const { phone, media } of [alice, bob]) {
    const { packetsSent, phases } = await media.seen()
    expect(packetsSent, `${phone.name} sent nothing`).toBe(0)
    expect(phases, `phases of ${phone.name}`).not.toContain('talking')
  }
}

export async function expectRedScreen(
  phone: Phone,
  reason: 'altered' | 'sas-mismatch',
  detail: string | null,
) {
  expect(await phone.phase('ended')).toMatchObject({ reason, detail })
  await expect(phone.byId('end-reason')).toHaveAttribute('data-reason', reason)
  await expect(phone.byId('end-reason')).toBeVisible()
  if (detail) await expect(phone.byId('end-detail')).toContainText(detail)
  await takePicture(phone, `${reason}-${detail ?? phone.name.toLowerCase()}`)
}

async function takePicture(phone: Phone, name: string): Promise<void> {
  const folder = process.env['EARSHOT_PICTURES']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await phone.page.screenshot({ path: join(folder, `${name}.png`) })
}

export async function expectEnd(
  phone: Phone,
  reason: EndReason,
  detail: string | null = null,
): Promise<void> {
  expect(await phone.phase('ended')).toMatchObject({ reason, detail })
}

export const callOf = async (phone: Phone): Promise<CallView> => (await phone.views()).call
