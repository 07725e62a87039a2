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
import { startPhone, type Phone } from './phone.ts'
import { hasPulse, startPulse, type Pulse } from './runtime/pulse.ts'
import { writeTone } from './tone.ts'

interface Desk {
  readonly pulse: Pulse
  readonly alice: Phone
  readonly bob: Phone
  /** Files that a microphone can be fed with. */
  readonly tone: string
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
      await use({
        pulse,
        alice,
        bob,
        tone: writeTone(folder, 440),
      })
      await Promise.all([alice.close(), bob.close()])
      await server.close()
      await pulse.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})
test.skip(!hasPulse(), 'there is no PulseAudio here')
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
async function look(phone: Phone): Promise<void> {
  await phone.openSettings('devices')
  await phone.byId('device-test').click()
  await expect(phone.byId('mic-level')).toBeVisible()
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
  const problems = [...desk.alice.problems.splice(0), ...desk.bob.problems.splice(0)]
  // Chromium's remark on the trial of the encryption, whose pictures no screen takes.
  expect(problems.filter((text) => !text.includes('VideoFrame was garbage collected'))).toEqual([])
})

test('a microphone that is unplugged in a call gives way to the next wish, stays muted if it was, and comes back', async ({
  desk,
}) => {
  const { pulse, alice, tone } = desk
  let headset = pulse.addMicrophone('headset', 'USB headset')
  const table = pulse.addMicrophone('table', 'Table microphone')
  table.feed(tone)
  headset.feed(tone)
  await look(alice)
  await choose(alice, 'microphone', 'Table microphone')
  await choose(alice, 'microphone', 'USB headset')
  await connect(desk)
  await expect.poll(async () => (await mine(alice)).chosen.microphone.label).toBe('USB headset')
  await isAudible(desk)
  expect(pulse.users('source', 'headset')).toBe(1)

  headset.unplug()
  const goneMs = await within(20_000, () => pulse.users('source', 'table') === 1)
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
  const backMs = await within(20_000, () => pulse.users('source', 'headset') === 1)
  await expect(alice.byId('device-notes')).toContainText('You are heard through USB headset now.')
  await expect.poll(() => pulse.users('source', 'table')).toBe(0)
  headset.unplug()
  const mutedMs = await within(20_000, () => pulse.users('source', 'table') === 1)
  // Nobody is told off for a mute of one's own, and no device that is opened meanwhile lets anything out.
  expect(await media(alice)).toMatchObject({ micOn: false, microphoneProblem: null })
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
  await look(alice)
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
  console.log(`speaker unplugged: ${goneMs} ms`)
})
