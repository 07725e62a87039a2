// Devices that come and go in a call, on a real sound server: the call goes on with the next one, muted ones stay muted, and
// it says what happened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { loudest } from './hearing.ts'
import { settle } from './pair.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { installPulse, startPulse, type Pulse } from './runtime/pulse.ts'
import { writeTone, writeWav } from './tone.ts'

interface Desk {
  readonly pulse: Pulse
  readonly alice: Phone
  readonly bob: Phone
  /** Files that a microphone can be fed with. */
  readonly tone: string
  readonly rustle: string
  readonly overload: string
}

const test = base.extend<object, { readonly desk: Desk }>({
  desk: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'earshot-desk-'))
      const pulse = await startPulse()
      // Without any there is no call.
      pulse.addMicrophone('spare', 'Spare microphone')
      pulse.setDefault('source', 'spare')
      const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
      const [alice, bob] = await Promise.all([
        startPhone({ name: 'Alice', realSound: true, env: pulse.env }),
        startPhone({ name: 'Bob', toneHz: 660 }),
      ])
      await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
      const second = 48_000
      await use({
        pulse,
        alice,
        bob,
        tone: writeTone(folder, 440),
        // A quiet room: -70 dB, never the same.
        rustle: writeWav(join(folder, 'rustle.wav'), second, () => (Math.random() - 0.5) * 0.001),
        overload: writeWav(join(folder, 'overload.wav'), second, (i) =>
          Math.sign(Math.sin((2 * Math.PI * (200 + 80 * Math.sin(i / 900)) * i) / second)),
        ),
      })
      await closeAll([alice, bob])
      await server.close()
      await pulse.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})
test.skip(process.platform !== 'linux', 'PulseAudio is tested on Linux')
test.beforeAll(installPulse)
test.describe.configure({ mode: 'serial' })

const mine = async (phone: Phone) => (await phone.views()).devices
const media = async (phone: Phone) => {
  const { call } = await phone.views()
  return call.phase === 'idle' ? null : call.media
}
async function choose(phone: Phone, role: 'microphone' | 'speaker', label: string): Promise<void> {
  await phone.openSettings('devices')
  const select = phone.byId(`device-${role}`)
  await expect(select.locator('option', { hasText: label })).toHaveCount(1)
  await select.selectOption({ label })
  await phone.byId('settings-close').click()
}
/** Names are there only while a device may be opened. */
async function look(phone: Phone, role: 'microphone' | 'speaker', ...labels: string[]): Promise<void> {
  await phone.openSettings('devices')
  await phone.byId('device-test').click()
  await expect(phone.byId('mic-level')).toBeVisible()
  const options = phone.byId(`device-${role}`).locator('option')
  for (const label of labels) await expect(options.filter({ hasText: label })).toHaveCount(1)
  await phone.byId('device-test').click()
  await phone.byId('settings-close').click()
}
async function connect({ alice, bob }: Desk): Promise<void> {
  await alice.dial(await bob.address(), 'voice')
  await bob.phase('incoming')
  await bob.byId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
}
const isAudible = ({ bob }: Desk) =>
  expect.poll(() => loudest(bob.page, 500), { timeout: 20_000 }).toBeGreaterThan(0.02)
const plays = (pulse: Pulse, speaker: string) =>
  expect.poll(async () => (await pulse.listen(speaker, 600)).peak, { timeout: 10_000 }).toBeGreaterThan(0.02)
/** What a codec makes of nothing stays far below this. */
const inaudible = 0.001
/** When something became true, in ms from now. Rejects after `patienceMs`. */
async function within(patienceMs: number, holds: () => Promise<boolean> | boolean): Promise<number> {
  const startMs = Date.now()
  while (!(await holds())) {
    if (Date.now() - startMs > patienceMs) throw new Error(`not within ${patienceMs} ms`)
    await new Promise((next) => setTimeout(next, 20))
  }
  return Date.now() - startMs
}

test.beforeEach(async ({ desk }) => {
  await desk.bob.forgive(await desk.alice.address())
})
test.afterEach(async ({ desk }) => {
  for (const phone of [desk.alice, desk.bob]) await settle(phone)
  expect([...desk.alice.problems.splice(0), ...desk.bob.problems.splice(0)]).toEqual([])
})

test('a microphone that is unplugged in a call gives way to the next wish, stays muted if it was, and comes back', async ({
  desk,
}) => {
  const { pulse, alice, tone } = desk
  let headset = pulse.addMicrophone('headset', 'USB headset')
  const table = pulse.addMicrophone('table', 'Table microphone')
  table.feed(tone)
  headset.feed(tone)
  await look(alice, 'microphone', 'Table microphone', 'USB headset')
  await choose(alice, 'microphone', 'Table microphone')
  await choose(alice, 'microphone', 'USB headset')
  await connect(desk)
  await expect.poll(async () => (await mine(alice)).chosen.microphone.label).toBe('USB headset')
  await isAudible(desk)
  expect(pulse.users('source', 'headset')).toBeGreaterThan(0)

  headset.unplug()
  const goneMs = await within(20_000, () => pulse.users('source', 'table') > 0)
  await expect(alice.byId('device-notes')).toContainText(
    'USB headset was unplugged. You are heard through Table microphone.',
  )
  await isAudible(desk)

  await alice.byId('mute').click()
  await expect.poll(async () => (await media(alice))?.micOn).toBe(false)
  await expect.poll(() => loudest(desk.bob.page, 200)).toBeLessThan(inaudible)
  const heardWhileMuted = loudest(desk.bob.page, 8_000)
  headset = pulse.addMicrophone('headset', 'USB headset')
  headset.feed(tone)
  const backMs = await within(20_000, () => pulse.users('source', 'headset') > 0)
  await expect(alice.byId('device-notes')).toContainText('You are heard through USB headset now.')
  await expect.poll(() => pulse.users('source', 'table')).toBe(0)
  headset.unplug()
  const mutedMs = await within(20_000, () => pulse.users('source', 'table') > 0)
  // Nobody is told off for a mute of one's own once there is a device again, and none that is opened meanwhile lets
  // anything out.
  await expect.poll(() => media(alice)).toMatchObject({ micOn: false, microphoneProblem: null })
  expect(await heardWhileMuted).toBeLessThan(inaudible)
  await alice.byId('mute').click()
  await isAudible(desk)
  console.log(`unplugged: ${goneMs} ms, plugged in again: ${backMs} ms, unplugged while muted: ${mutedMs} ms`)
})

test('a speaker that is unplugged in a call gives way to the next', async ({ desk }) => {
  const { pulse, alice } = desk
  const headphones = pulse.addSpeaker('headphones', 'Headphones')
  pulse.addSpeaker('monitors', 'Studio monitors')
  pulse.addSpeaker('hall', 'Hall speaker')
  pulse.setDefault('sink', 'hall')
  await look(alice, 'speaker', 'Studio monitors', 'Headphones')
  await choose(alice, 'speaker', 'Studio monitors')
  await choose(alice, 'speaker', 'Headphones')
  await connect(desk)
  await within(20_000, () => pulse.users('sink', 'headphones') === 1)
  await plays(pulse, 'headphones')
  headphones.unplug()
  const goneMs = await within(20_000, () => pulse.users('sink', 'monitors') === 1)
  await plays(pulse, 'monitors')
  await expect(alice.byId('device-notes')).toContainText(
    'Headphones was unplugged. You hear the other person through Studio monitors.',
  )
  // PulseAudio moves the stream of a dead device to its default; nothing may go on being heard there.
  await expect.poll(async () => (await pulse.listen('hall', 500)).peak, { timeout: 20_000 }).toBe(0)
  console.log(`speaker unplugged: ${goneMs} ms`)
})

test('a microphone that the system mutes, that is silent or overloaded is noticed and said; a quiet room is not', async ({
  desk,
}) => {
  const { pulse, alice, rustle, overload } = desk
  const table = pulse.addMicrophone('study', 'Study microphone')
  const stop = table.feed(rustle)
  await look(alice, 'microphone', 'Study microphone')
  await choose(alice, 'microphone', 'Study microphone')
  await connect(desk)
  await within(20_000, () => pulse.users('source', 'study') > 0)
  const problem = async () => (await media(alice))?.microphoneProblem ?? null
  const notes = alice.byId('device-notes')
  // Long enough for three verdicts.
  const until = Date.now() + 6_000
  while (Date.now() < until) expect(await problem()).toBeNull()

  stop()
  const silentMs = await within(20_000, async () => (await problem()) === 'silent')
  await expect(notes).toContainText('Nothing comes from your microphone.')
  const again = table.feed(rustle)
  await within(20_000, async () => (await problem()) === null)

  table.mute(true)
  const mutedMs = await within(20_000, async () => (await problem()) === 'muted')
  await expect(notes).toContainText("muted in the system's sound settings")
  table.mute(false)
  await within(20_000, async () => (await problem()) === null)
  again()

  await alice.byId('mute').click()
  await expect.poll(async () => (await media(alice))?.micOn).toBe(false)
  const quietUntil = Date.now() + 4_000
  while (Date.now() < quietUntil) expect(await problem()).toBeNull()
  await alice.byId('mute').click()
  table.feed(overload)
  const clippedMs = await within(20_000, async () => (await problem()) === 'clipped')
  console.log(`silent: ${silentMs} ms, muted by the system: ${mutedMs} ms, overloaded: ${clippedMs} ms`)
})
