// What a person can do with the pictures of a call, and how they are sent.
import { expect, test, type Pair } from './pair.ts'
import type { Phone } from './phone.ts'

async function talk({ alice, bob }: Pair): Promise<void> {
  await alice.dial(await bob.address(), 'video')
  await (await bob.alert()).getByTestId('answer-video').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  for (const phone of [alice, bob]) await expect(phone.byId('remote-video')).toBeVisible()
}
async function hangUp({ alice, bob }: Pair): Promise<void> {
  await alice.byId('hang-up').click()
  await bob.phase('ended')
}

const widthOf = (phone: Phone, id: string) =>
  phone.byId(id).evaluate((video: HTMLVideoElement) => video.videoWidth)

test('the camera goes off and on in a call without a new description, and the other side follows', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(pair)
  const before = (await alice.phase('talking')).facts
  await alice.byId('camera').click()
  await expect(bob.byId('remote-video')).toHaveCount(0)
  await expect(alice.byId('self-video')).toHaveCount(0)
  await alice.byId('camera').click()
  await expect(bob.byId('remote-video')).toBeVisible()
  await expect.poll(() => widthOf(bob, 'remote-video')).toBeGreaterThan(0)
  const after = (await alice.phase('talking')).facts
  expect({ own: after.own, seen: after.seen }).toEqual({ own: before.own, seen: before.seen })
  await hangUp(pair)
})

test('my own camera is a mirror to me alone, until I do not want that', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  const scaleOf = (phone: Phone, id: string) =>
    phone.byId(id).evaluate((video: HTMLVideoElement) => getComputedStyle(video).scale)
  expect(await scaleOf(alice, 'self-video')).toBe('-1 1')
  expect(await scaleOf(bob, 'remote-video')).toBe('none')
  await alice.byId('call-settings-toggle').click()
  await alice.byId('mirror-own').uncheck()
  await expect.poll(() => scaleOf(alice, 'self-video')).toBe('none')
  await alice.byId('mirror-own').check()
  await alice.byId('call-settings-toggle').click()
  await hangUp(pair)
})

test('the picture fills its place or fits into it, and has the whole screen by a key and by a button', async ({
  pair,
}) => {
  const { alice } = pair
  await talk(pair)
  const fitOf = () =>
    alice.byId('remote-video').evaluate((video: HTMLVideoElement) => getComputedStyle(video).objectFit)
  expect(await fitOf()).toBe('contain')
  await alice.byId('picture-fill').click()
  expect(await fitOf()).toBe('cover')
  const isFull = () =>
    alice.page.evaluate(() => document.fullscreenElement?.contains(document.querySelector('video')) ?? false)
  await alice.page.keyboard.press('f')
  await expect.poll(isFull).toBe(true)
  for (const id of ['mute', 'hang-up', 'trust-line']) await expect(alice.byId(id)).toBeInViewport()
  await expect(alice.byId('details-toggle')).toBeHidden()
  await alice.page.keyboard.press('f')
  await expect.poll(isFull).toBe(false)
  await alice.byId('picture-full-screen').click()
  await expect.poll(isFull).toBe(true)
  // A picture that ends leaves nobody before an empty screen.
  await pair.bob.byId('camera').click()
  await expect.poll(isFull).toBe(false)
  await hangUp(pair)
})

test('the picture has a small window of its own, which goes with the picture', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  await expect.poll(() => widthOf(alice, 'remote-video')).toBeGreaterThan(0)
  const isOut = () => alice.page.evaluate(() => document.pictureInPictureElement !== null)
  await alice.byId('picture-pop-out').click()
  await expect.poll(isOut).toBe(true)
  await expect(alice.byId('picture-pop-out')).toHaveAttribute('aria-pressed', 'true')
  await alice.byId('picture-pop-out').click()
  await expect.poll(isOut).toBe(false)
  await alice.byId('picture-pop-out').click()
  await expect.poll(isOut).toBe(true)
  await bob.byId('camera').click()
  await expect.poll(isOut).toBe(false)
  await hangUp(pair)
})

test('the data saver has pictures leave smaller at once, and the voice as it was', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  // Chromium finds out by and by how much the way can carry.
  const patient = { timeout: 40_000 }
  await expect.poll(() => widthOf(bob, 'remote-video'), patient).toBeGreaterThanOrEqual(640)
  const full = await widthOf(bob, 'remote-video')
  await alice.byId('call-settings-toggle').click()
  await alice.byId('data-saver').check()
  await expect.poll(() => widthOf(bob, 'remote-video'), patient).toBeLessThanOrEqual(full / 2)
  await alice.byId('data-saver').uncheck()
  await alice.byId('call-settings-toggle').click()
  await expect.poll(() => widthOf(bob, 'remote-video'), patient).toBeGreaterThan(full / 2)
  await hangUp(pair)
})
