// What is heard of a ring, on which output, to the last sample: Bob's app plays into a sound server whose outputs are
// recorded, and Alice calls.
import { writeFileSync } from 'node:fs'
import { expect, test as base } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { installPulse, startPulse, type Pulse } from './runtime/pulse.ts'
import { recordSink, type SinkRecording } from './runtime/sink-recording.ts'
import { writeTone } from './tone.ts'

interface House {
  readonly alice: Phone
  readonly bob: Phone
  readonly pulse: Pulse
  readonly speakers: Readonly<Record<Output, ReturnType<Pulse['addSpeaker']>>>
}
/** The phone is the system's default. */
const outputs = ['phone', 'box', 'desk'] as const
type Output = (typeof outputs)[number]
const labels = { phone: 'Phone', box: 'Box', desk: 'Desk' } as const
/** Well above what dithering would leave, well below the softest of the tones. */
const audible = 500

const test = base.extend<{ house: House }, { opened: House }>({
  opened: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const pulse = await startPulse()
      const speakers = {
        phone: pulse.addSpeaker('phone', labels.phone),
        box: pulse.addSpeaker('box', labels.box),
        desk: pulse.addSpeaker('desk', labels.desk),
      }
      pulse.addMicrophone('microphone', 'Microphone')
      pulse.setDefault('sink', 'phone')
      const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
      const [alice, bob] = await Promise.all([
        startPhone({ name: 'Alice', toneHz: 440 }),
        startPhone({ name: 'Bob', realSound: true, env: pulse.env }),
      ])
      await Promise.all([alice.setUp({ url: server.url }), bob.setUp({ url: server.url })])
      await bob.addContact(await alice.address(), 'Alice')
      await ringOn(bob, 'box', 'desk')
      await use({ alice, bob, pulse, speakers })
      await closeAll([alice, bob])
      await server.close()
      await pulse.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  house: async ({ opened }, use) => {
    await use(opened)
    const { alice, bob } = opened
    for (const phone of [alice, bob]) expect(phone.problems.splice(0)).toEqual([])
  },
})
test.skip(process.platform !== 'linux', 'PulseAudio is tested on Linux')
test.beforeAll(installPulse)

async function inSettings(phone: Phone, work: () => Promise<void>): Promise<void> {
  await phone.openSettings('ringing')
  await work()
  await phone.byId('settings-close').click()
}
/** Names are known once a device test was on. */
async function ringOn(phone: Phone, ...names: readonly Output[]): Promise<void> {
  await phone.openSettings('devices')
  await phone.byId('device-test').click()
  await expect
    .poll(async () => (await phone.views()).devices.available.map(({ label }) => label))
    .toEqual(expect.arrayContaining(names.map((name) => labels[name])))
  await phone.byId('device-test').click()
  await phone.byId('settings-ringing').click()
  for (const name of names) {
    await phone.byId('ring-sound-settings').getByLabel(labels[name], { exact: true }).check()
  }
  await expect
    .poll(async () => (await phone.views()).devices.ring.filter((one) => one.deviceId !== null).length)
    .toBe(names.length)
  await phone.byId('settings-close').click()
}

async function be(phone: Phone, availability: 'available' | 'do-not-disturb'): Promise<void> {
  await phone.clickTray(`presence:${availability}`)
  await expect
    .poll(async () => (await phone.views()).ringing.hush)
    .toBe(availability === 'available' ? null : availability)
}

type Heard = Readonly<Record<Output, SinkRecording>>
async function listenTo(pulse: Pulse, work: (heard: Heard) => Promise<void>): Promise<void> {
  const recordings = await Promise.all(outputs.map((output) => recordSink(pulse, output)))
  try {
    await work(Object.fromEntries(outputs.map((output, i) => [output, recordings[i]])) as Heard)
  } finally {
    await Promise.all(recordings.map((recording) => recording.stop()))
  }
}
const isHeard = (recording: SinkRecording, fromMs = 0) =>
  expect.poll(() => recording.peak(fromMs), { message: 'it is heard' }).toBeGreaterThan(audible)
/** Lets so much sound pass by. */
async function listenOn(recording: SinkRecording, ms: number): Promise<void> {
  const untilMs = recording.lengthMs() + ms
  await expect.poll(() => recording.lengthMs()).toBeGreaterThan(untilMs)
}
async function hangUp({ alice, bob }: House): Promise<void> {
  await alice.byId('hang-up').click()
  await bob.phase('ended')
}
async function dismiss({ alice, bob }: House): Promise<void> {
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])
  await Promise.all([alice.phase('idle'), bob.phase('idle')])
}
const call = async ({ alice, bob }: House) => {
  await alice.dial(await bob.address(), 'voice')
  return bob.phase('incoming')
}

test('a call rings on every chosen output and on no other, and is silent within a second of its end', async ({
  house,
}) => {
  await listenTo(house.pulse, async ({ phone, box, desk }) => {
    await call(house)
    await isHeard(box)
    await isHeard(desk)
    await listenOn(box, 1_000)
    const pressedMs = box.lengthMs()
    await hangUp(house)
    await listenOn(box, 4_000)
    for (const output of [box, desk]) {
      // What was on its way to a person's ear when the other one hung up, and the way of the message.
      console.log(`silent ${Math.round(output.lastSoundMs() - pressedMs)} ms after the caller gave up`)
      expect(output.lastSoundMs() - pressedMs).toBeLessThan(1_000)
      expect(output.peak(pressedMs + 1_000)).toBe(0)
    }
    expect(phone.peak(0)).toBe(0)
  })
  await dismiss(house)
})

for (const end of ['decline', 'silence', 'answer'] as const) {
  test(`${end} ends the ring within a second`, async ({ house }) => {
    const { alice, bob, pulse } = house
    await listenTo(pulse, async ({ box, desk }) => {
      await call(house)
      await isHeard(box)
      const alert = await bob.alert()
      await expect(alert.getByTestId(end)).toBeEnabled()
      const pressedMs = box.lengthMs()
      await alert.getByTestId(end).click()
      await listenOn(box, 3_500)
      for (const output of [box, desk]) {
        expect(output.lastSoundMs() - pressedMs).toBeLessThan(1_000)
        expect(output.lastSoundMs()).toBeGreaterThan(0)
      }
    })
    if (end !== 'decline') await alice.byId('hang-up').click()
    await Promise.all([alice.phase('ended'), bob.phase('ended')])
    await dismiss(house)
  })
}

test('do not disturb is silent to the last sample, no window comes forward, and the call was missed', async ({
  house,
}) => {
  const { bob, pulse } = house
  await be(bob, 'do-not-disturb')
  await expect(bob.byId('hush')).toBeVisible()
  await listenTo(pulse, async (heard) => {
    // The last tone of the call before may still be on its way.
    await listenOn(heard.phone, 1_000)
    const silentFromMs = heard.phone.lengthMs() - 300
    expect(await call(house)).toMatchObject({ silenced: true, peer: { name: 'Alice' } })
    await expect(bob.byId('silent')).toBeVisible()
    await listenOn(heard.box, 3_000)
    expect(await bob.alerts()).toBe(0)
    await hangUp(house)
    await listenOn(heard.box, 1_000)
    for (const output of outputs) expect(heard[output].peak(silentFromMs), output).toBe(0)
  })
  await dismiss(house)
  expect((await bob.views()).history[0]).toMatchObject({ outcome: 'missed', name: 'Alice', seen: false })
  await be(bob, 'available')
})

test('a favourite who is let through rings while nobody is to disturb', async ({ house }) => {
  const { bob, pulse } = house
  await bob.byId('contact-row').filter({ hasText: 'Alice' }).click()
  await bob.byId('contact-favourite').click()
  await inSettings(bob, () => bob.byId('favourites-through').check())
  await be(bob, 'do-not-disturb')
  await expect.poll(async () => (await bob.views()).settings.favouritesThrough).toBe(true)
  await listenTo(pulse, async ({ phone, box, desk }) => {
    expect(await call(house)).toMatchObject({ silenced: false })
    await isHeard(box)
    await isHeard(desk)
    // A favourite no more: what is asked for while it rings holds for this ring as well.
    await inSettingsOfMain(bob, { favouritesThrough: false })
    await bob.phase('incoming')
    const saidMs = box.lengthMs()
    await listenOn(box, 4_000)
    for (const output of [box, desk]) expect(output.peak(saidMs + 1_000)).toBe(0)
    expect(phone.peak(0)).toBe(0)
    await hangUp(house)
  })
  await dismiss(house)
  await be(bob, 'available')
})

/** As the page asks for it, while the call has the screen. */
const inSettingsOfMain = (phone: Phone, change: { favouritesThrough: boolean }) =>
  phone.page.evaluate((wanted) => window.shell['settings.change'](wanted), change)

test('a rehearsal rings as a call would, for a moment or until it is stopped, and says why a call would not', async ({
  house,
}) => {
  const { bob, pulse } = house
  await bob.openSettings('ringing')
  await listenTo(pulse, async ({ phone, box, desk }) => {
    const pressedMs = box.lengthMs()
    await bob.byId('ring-rehearse').click()
    await expect(bob.byId('ring-rehearse')).toHaveText('Stop ringing')
    await expect(bob.byId('ring-rehearse')).toHaveText('Ring for a moment')
    await listenOn(box, 1_500)
    const lengths = [box, desk].map((output) => output.lastSoundMs() - pressedMs)
    for (const length of lengths) expect(length).toBeGreaterThan(1_000)
    for (const length of lengths) expect(length).toBeLessThan(5_000)
    expect(phone.peak(0)).toBe(0)
  })
  await bob.byId('be-do-not-disturb').check()
  await expect(bob.byId('ring-silent-now')).toContainText('do not disturb is on')
  await bob.byId('be-available').check()
  await expect(bob.byId('ring-silent-now')).toBeHidden()
  await bob.byId('settings-close').click()
})

test('a sound file of my own rings once it was found to play, and is removed again', async ({
  house,
}, info) => {
  const { bob, pulse } = house
  const choose = (path: string) =>
    bob.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] })
    }, path)
  const lie = info.outputPath('lie.mp3')
  writeFileSync(lie, Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), Buffer.alloc(4_000, 7)]))
  const sound = writeTone(info.outputPath('sounds'), 1_000)

  await bob.openSettings('ringing')
  await choose(lie)
  await bob.byId('ring-add').click()
  await expect(bob.byId('ring-problem')).toContainText('cannot be read or played')
  expect((await bob.views()).ringing.own).toEqual([])
  await choose(sound)
  await bob.byId('ring-add').click()
  await expect(bob.byId('own-ringtone')).toContainText('tone-1000')
  await bob.byId('settings-close').click()

  await listenTo(pulse, async ({ box, desk }) => {
    const ringing = await call(house)
    expect(ringing.tone).toMatch(/^own:/)
    await isHeard(box)
    await isHeard(desk)
    await hangUp(house)
  })
  await dismiss(house)

  await inSettings(bob, async () => {
    await bob.byId('own-remove').click()
    await expect(bob.byId('own-ringtone')).toBeHidden()
  })
  await listenTo(pulse, async ({ box }) => {
    expect((await call(house)).tone).toBe('chime')
    await isHeard(box)
    await hangUp(house)
  })
  await dismiss(house)
})

test('an output that is pulled out in mid-ring leaves the others ringing, and without any the default rings', async ({
  house,
}) => {
  const { pulse, speakers } = house
  await listenTo(pulse, async ({ phone, desk }) => {
    await call(house)
    await isHeard(desk)
    expect(phone.peak(0)).toBe(0)
    speakers.box.unplug()
    await isHeard(desk, desk.lengthMs() + 1_000)
    speakers.desk.unplug()
    await isHeard(phone)
    await hangUp(house)
  })
  await dismiss(house)
})
