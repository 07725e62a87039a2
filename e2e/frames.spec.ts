// The encryption of sound and pictures in a real Chromium: that it carries everything, and that nothing passes where an end
// has another key, encrypts or decrypts nothing, repeats frames, or takes one kind or speaker for another.
import { expect } from '@playwright/test'
import { descriptionsIn, open, sides, test, type Links, type Side } from './peer-link/links.ts'

const framesOf = async (links: Links, side: Side) => (await links.look(side)).measured!.frames
/** So many frames that an end would long have shown what it must not. */
const many = 60

test('what is sealed at one end is what is opened at the other, both ways and in both kinds', async ({
  links,
}) => {
  await open(links)
  for (const side of sides) {
    await expect.poll(async () => (await framesOf(links, side)).worker.opened.audio).toBeGreaterThan(many)
    await expect.poll(async () => (await framesOf(links, side)).worker.opened.video).toBeGreaterThan(20)
    const { worker, transport } = await framesOf(links, side)
    expect(worker.refused).toEqual({ audio: 0, video: 0, screen: 0 })
    expect(worker.sealed.screen).toBe(0)
    // Nothing flows that the worker has not had in its hands.
    expect(transport.audioPacketsSent).toBeGreaterThan(0)
    expect(transport.audioPacketsSent).toBeLessThanOrEqual(worker.sealed.audio)
    expect(transport.videoFramesSent).toBeLessThanOrEqual(worker.sealed.video)
    expect(transport.audioFramesPlayed).toBeGreaterThan(0)
    expect(transport.audioFramesPlayed).toBeLessThanOrEqual(worker.opened.audio)
    expect(transport.videoFramesDecoded).toBeLessThanOrEqual(worker.opened.video)
  }
})

test('a mute and a camera that goes off and on again change nothing of the encryption', async ({ links }) => {
  await open(links)
  const worker = async (side: Side) => (await framesOf(links, side)).worker
  await expect.poll(async () => (await worker('callee')).opened.video).toBeGreaterThan(10)
  await links.switch('caller', { audio: false, video: false })
  // A muted microphone sends encoded silence.
  const muted = (await worker('callee')).opened.audio
  await expect.poll(async () => (await worker('callee')).opened.audio).toBeGreaterThan(muted + 20)
  const dark = (await worker('callee')).opened.video
  await links.switch('caller', { audio: true, video: true })
  await expect.poll(async () => (await worker('callee')).opened.video).toBeGreaterThan(dark + 10)
  const { opened, refused } = await worker('callee')
  expect(opened.audio).toBeGreaterThan(muted)
  expect(refused).toEqual({ audio: 0, video: 0, screen: 0 })
})

const withScreen = { audio: true, video: true, screen: true }

test('D4 F7 a screen begins and ends beside the camera with a key of its own, and with no new description', async ({
  links,
}) => {
  await open(links)
  const frames = (side: Side) => framesOf(links, side)
  await expect.poll(async () => (await frames('callee')).worker.opened.video).toBeGreaterThan(10)
  for (const side of sides) await links.switch(side, withScreen)
  for (const side of sides) {
    await expect.poll(async () => (await frames(side)).worker.opened.screen).toBeGreaterThan(20)
    await expect.poll(async () => (await frames(side)).transport.screenFramesDecoded).toBeGreaterThan(20)
    const camera = (await frames(side)).worker.opened.video
    await expect.poll(async () => (await frames(side)).worker.opened.video).toBeGreaterThan(camera + 10)
    const { worker, transport } = await frames(side)
    expect(worker.refused).toEqual({ audio: 0, video: 0, screen: 0 })
    // Each counted by itself: one that went round the worker would not hide behind the other.
    expect(transport.screenFramesSent).toBeGreaterThan(0)
    expect(transport.screenFramesSent).toBeLessThanOrEqual(worker.sealed.screen)
    expect(transport.screenFramesDecoded).toBeLessThanOrEqual(worker.opened.screen)
    expect(transport.videoFramesSent).toBeLessThanOrEqual(worker.sealed.video)
    expect(transport.videoFramesDecoded).toBeLessThanOrEqual(worker.opened.video)
  }
  await links.switch('caller', { audio: true, video: true })
  const before = (await frames('caller')).worker.sealed
  await expect
    .poll(async () => (await frames('caller')).worker.sealed.video)
    .toBeGreaterThan(before.video + 20)
  expect((await frames('caller')).worker.sealed.screen - before.screen).toBeLessThan(5)
  for (const side of sides) expect(descriptionsIn((await links.look(side)).signals)).toHaveLength(1)
})

test('a link that looked for another path goes on with its keys and counters', async ({ links }) => {
  await open(links)
  const worker = async (side: Side) => (await framesOf(links, side)).worker
  for (const side of sides)
    await expect.poll(async () => (await worker(side)).opened.audio).toBeGreaterThan(20)
  for (const side of [...sides].reverse()) await links.restart(side)
  await expect.poll(async () => descriptionsIn((await links.look('callee')).signals).length).toBe(2)
  for (const side of sides) {
    const before = (await worker(side)).opened
    await expect.poll(async () => (await worker(side)).opened.audio).toBeGreaterThan(before.audio + 20)
    await expect.poll(async () => (await worker(side)).opened.video).toBeGreaterThan(before.video + 10)
    expect((await worker(side)).refused).toEqual({ audio: 0, video: 0, screen: 0 })
  }
})

/** Nothing of what the caller sends is heard or seen by the callee, although `arrives` says it is there. */
async function expectNothingPlayed(links: Links): Promise<void> {
  const { measured } = await links.look('callee')
  expect(measured!.traffic.framesDecoded).toBe(0)
  expect(measured!.traffic.audioEnergyReceived).toBe(0)
  expect(measured!.frames.transport.audioFramesPlayed).toBe(0)
  // The other way nothing is amiss, so that the measurement is not blind.
  const other = async () => (await links.look('caller')).measured!.traffic
  await expect.poll(async () => (await other()).framesDecoded).toBeGreaterThan(20)
  await expect.poll(async () => (await other()).audioEnergyReceived).toBeGreaterThan(0.005)
  const { measured: later } = await links.look('callee')
  expect(later!.traffic.framesDecoded).toBe(0)
  expect(later!.traffic.audioEnergyReceived).toBe(0)
}

test.describe('an end with another key', () => {
  test.use({ defects: { callee: 'wrong-key' } })
  test('F2 decodes nothing of what arrives', async ({ links }) => {
    await open(links)
    const refused = async () => (await framesOf(links, 'callee')).worker.refused
    await expect.poll(async () => (await refused()).audio).toBeGreaterThan(many)
    await expect.poll(async () => (await refused()).video).toBeGreaterThan(2)
    expect((await framesOf(links, 'callee')).worker.opened).toEqual({ audio: 0, video: 0, screen: 0 })
    await expectNothingPlayed(links)
  })
})

test.describe('an end that encrypts nothing', () => {
  test.use({ defects: { caller: 'no-sealing' } })
  test('F3 sends not one packet', async ({ links }) => {
    await open(links)
    // What the other end sends meanwhile.
    await expect.poll(async () => (await links.packets('callee')).sent).toBeGreaterThan(many)
    await links.switch('caller', withScreen)
    await links.switch('callee', withScreen)
    await expect
      .poll(async () => (await framesOf(links, 'callee')).transport.screenFramesSent)
      .toBeGreaterThan(10)
    expect((await links.packets('caller')).sent).toBe(0)
    expect((await links.packets('callee')).received).toBe(0)
    await expectNothingPlayed(links)
  })
})

test.describe('an end that decrypts nothing', () => {
  test.use({ defects: { callee: 'no-opening' } })
  test('F4 never plays what arrives', async ({ links }) => {
    await open(links)
    await links.switch('caller', withScreen)
    await expect.poll(async () => (await framesOf(links, 'caller')).worker.sealed.screen).toBeGreaterThan(10)
    await expect.poll(async () => (await links.packets('callee')).received).toBeGreaterThan(many)
    await expectNothingPlayed(links)
  })
})

test.describe('an end that sends frames again', () => {
  test.use({ defects: { caller: 'repeats' } })
  test('F5 is heard, each frame once', async ({ links }) => {
    await open(links)
    const worker = async () => (await framesOf(links, 'callee')).worker
    await expect.poll(async () => (await worker()).repeated).toBeGreaterThan(many)
    const { opened, refused } = await worker()
    expect(opened.audio).toBeGreaterThan(20)
    expect(refused).toEqual({ audio: 0, video: 0, screen: 0 })
    expect((await links.look('callee')).measured!.traffic.audioEnergyReceived).toBeGreaterThan(0)
  })
})

test.describe('an end that takes pictures for a screen', () => {
  test.use({ defects: { callee: 'swaps-kinds' } })
  test('F7 is shown none, though it has their key', async ({ links }) => {
    await open(links)
    const worker = async () => (await framesOf(links, 'callee')).worker
    await expect.poll(async () => (await worker()).refused.screen).toBeGreaterThan(2)
    await expect.poll(async () => (await worker()).opened.audio).toBeGreaterThan(20)
    expect((await worker()).opened).toMatchObject({ video: 0, screen: 0 })
    expect((await links.look('callee')).measured!.traffic.framesDecoded).toBe(0)
  })
})

test.describe('an end that expects the other speaker', () => {
  test.use({ defects: { callee: 'swaps-speakers' } })
  test('F7 hears and sees nobody, though it has the key', async ({ links }) => {
    await open(links)
    const worker = async () => (await framesOf(links, 'callee')).worker
    await expect.poll(async () => (await worker()).refused.audio).toBeGreaterThan(many)
    expect((await worker()).opened).toEqual({ audio: 0, video: 0, screen: 0 })
    const { traffic } = (await links.look('callee')).measured!
    expect({ frames: traffic.framesDecoded, energy: traffic.audioEnergyReceived }).toEqual({
      frames: 0,
      energy: 0,
    })
  })
})

test('the self-test passes where frames are held back, and fails where the browser lets them through', async ({
  links,
}) => {
  const good = await links.selfTest(true)
  expect(good.verdict).toBe('holds')
  test.info().annotations.push({ type: 'self-test', description: `${Math.round(good.tookMs)} ms` })
  expect((await links.selfTest(false)).verdict).toBe('breached')
})
