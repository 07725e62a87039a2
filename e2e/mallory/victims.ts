// Alice and Bob at a server in an attacker's hands, set up once for all tests of a worker and watched from inside their
// pages; and what a test expects to see of them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test as base } from '@playwright/test'
import type { CallView, EndReason } from '../../contract/call-view.ts'
import type { CallId } from '../../contract/ids.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import type { PrekeyBundle } from '../../sp1/prekey.ts'
import { startEvilServer, type EvilServer } from '../evil-server/evil-server.ts'
import { startMallory, type Mallory, type MalloryOptions } from '../mallory.ts'
import { closeAll, startPhone, type Phone } from '../phone.ts'
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
  readonly mallory: (options?: Omit<MalloryOptions, 'serverUrl'>) => Promise<Mallory>
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
      await closeAll(phones)
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
    evil.refuse(null)
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

/** Bob answers a call of Alice's, and it is a good one: one code, and sound that leaves both. */
export async function talk({ alice, bob }: Victims): Promise<{ readonly callId: CallId }> {
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  const [a, b] = await Promise.all([alice.phone.phase('talking'), bob.phone.phase('talking')])
  expect(a.callId).toBe(b.callId)
  expect(a.sas.digits).toEqual(b.sas.digits)
  expect([a.facts.bound, b.facts.bound]).toEqual([true, true])
  // Also shows that the measurement of packets is not blind.
  for (const { media } of [alice, bob]) {
    await expect.poll(async () => (await media.seen()).packetsSent).toBeGreaterThan(0)
    await expect.poll(async () => (await media.seen()).energySent).toBeGreaterThan(0)
  }
  return { callId: a.callId }
}

/** The same, and Alice ends it. */
export async function expectTalk(victims: Victims): Promise<void> {
  await talk(victims)
  await order(victims.alice.phone, 'hang-up')
  await expectEnd(victims.bob.phone, 'peer-hung-up')
}

export async function expectNoMedia({ alice, bob }: Victims): Promise<void> {
  for (const { phone, media } of [alice, bob]) {
    const { packetsSent, phases } = await media.seen()
    expect(packetsSent, `${phone.name} sent nothing`).toBe(0)
    expect(phases, `phases of ${phone.name}`).not.toContain('talking')
  }
}

/** A link stood for a moment: nothing but silence went over it. */
export async function expectSilence({ alice, bob }: Victims): Promise<void> {
  for (const { phone, media } of [alice, bob]) {
    const { energySent, phases } = await media.seen()
    expect(energySent, `${phone.name} was not heard`).toBe(0)
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
  await takePicture(phone, detail ?? reason)
}

const taken = new Set<string>()

/** A warning as its screen shows it, in both themes: `EARSHOT_PICTURES=docs/pictures npm run e2e -- evil`. */
export async function takePicture({ page }: Phone, warning: string): Promise<void> {
  const folder = process.env['EARSHOT_PICTURES']
  if (!folder || taken.has(warning)) return
  taken.add(warning)
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(folder, `warning-${warning}-${colorScheme}.png`) })
  }
}

export async function expectEnd(
  phone: Phone,
  reason: EndReason,
  detail: string | null = null,
): Promise<void> {
  expect(await phone.phase('ended')).toMatchObject({ reason, detail })
}

export const callOf = async (phone: Phone): Promise<CallView> => (await phone.views()).call
