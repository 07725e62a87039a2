// A screen is shared between two running apps: chosen outside the page of the call, shown, switched, stopped, by both at once.
import type { Page } from '@playwright/test'
import { hear } from './hearing.ts'
import { expect, test, type Pair } from './pair.ts'
import { startPhone, type Phone } from './phone.ts'

async function talk({ alice, bob }: Pair, media: 'voice' | 'video' = 'voice'): Promise<void> {
  await alice.dial(await bob.address(), media)
  const alert = await bob.alert()
  await alert.getByTestId(media === 'video' ? 'answer-video' : 'answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
}
async function hangUp({ alice, bob }: Pair): Promise<void> {
  await alice.byId('hang-up').click()
  await bob.phase('ended')
}

const sharingOf = async (phone: Phone) => {
  const { call } = await phone.views()
  return call.phase === 'talking' || call.phase === 'reconnecting' ? call.media.sharing : null
}
const pickersOf = (phone: Phone) =>
  phone.app.windows().filter((window) => window.url().includes('picker.html'))
async function pickerOf(phone: Phone): Promise<Page> {
  await expect.poll(() => pickersOf(phone).length).toBe(1)
  const [picker] = pickersOf(phone)
  await picker!.getByTestId('picker-source').first().waitFor()
  return picker!
}

async function share(phone: Phone, kind: 'screens' | 'windows' = 'screens'): Promise<void> {
  await phone.byId('share').click()
  const picker = await pickerOf(phone)
  await picker.getByTestId(`picker-${kind}`).click()
  await picker.getByTestId('picker-source').first().check()
  // The window may be gone before the click has returned.
  await picker
    .getByTestId('picker-share')
    .click()
    .catch(() => undefined)
  await expect.poll(async () => (await sharingOf(phone))?.own).toBe('on')
}

/** Pictures that have moved on the screen of this phone within the last moments. */
const plays = (phone: Phone, id: string) =>
  phone.byId(id).evaluate(async (video: HTMLVideoElement) => {
    const before = video.getVideoPlaybackQuality().totalVideoFrames
    await new Promise((next) => setTimeout(next, 1_000))
    return video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > before
  })
const framesOf = async (phone: Phone) => (await phone.phase('talking')).facts.frames

/** How much of the edges of its screen a phone has framed: the bars in sight, by their sizes. */
const frameOf = (phone: Phone) =>
  phone.app.evaluate(({ BaseWindow, BrowserWindow, screen }) => {
    const pages = BrowserWindow.getAllWindows().map(({ id }) => id)
    const { width, height } = screen.getPrimaryDisplay().bounds
    return BaseWindow.getAllWindows()
      .filter((window) => window.isVisible() && !pages.includes(window.id))
      .map((window) => window.getBounds())
      .filter((bar) => bar.width === width || bar.height === height - 8).length
  })

test('F8 a screen is chosen in a window of its own, seen by the other side, encrypted as a screen, and stopped', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(pair)
  await share(alice)
  expect(pickersOf(alice)).toHaveLength(0)
  await expect(alice.byId('sharing-bar')).toContainText('Entire screen')
  expect(await frameOf(alice)).toBe(4)
  expect(await frameOf(bob)).toBe(0)
  await expect(bob.byId('remote-screen')).toBeVisible()
  await expect.poll(() => plays(bob, 'remote-screen')).toBe(true)
  // As a screen and as nothing else, and no frame of it past the worker.
  await expect.poll(async () => (await framesOf(bob))?.worker.opened.screen ?? 0).toBeGreaterThan(10)
  await expect.poll(async () => (await framesOf(alice))?.transport.screenFramesSent ?? 0).toBeGreaterThan(10)
  const [sent, seen] = [await framesOf(alice), await framesOf(bob)]
  expect(sent!.worker.sealed.video).toBe(0)
  expect(sent!.transport).toMatchObject({ videoFramesSent: 0 })
  expect(sent!.transport.screenFramesSent).toBeLessThanOrEqual(sent!.worker.sealed.screen)
  expect(seen!.worker.refused).toEqual({ audio: 0, video: 0, screen: 0 })
  expect(seen!.transport.videoFramesDecoded).toBe(0)
  expect(seen!.transport.screenFramesDecoded).toBeGreaterThan(0)
  expect(seen!.transport.screenFramesDecoded).toBeLessThanOrEqual(seen!.worker.opened.screen)

  await alice.byId('stop-sharing').click()
  await expect.poll(() => sharingOf(alice)).toMatchObject({ own: 'off', problem: null })
  await expect.poll(() => sharingOf(bob)).toMatchObject({ peer: false })
  await expect(bob.byId('remote-screen')).toHaveCount(0)
  await expect(alice.byId('sharing-bar')).toHaveCount(0)
  expect(await frameOf(alice)).toBe(0)
  await hangUp(pair)
})

test('both share at once, and talk, and each ends by itself', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  await share(alice)
  await share(bob, 'windows')
  for (const phone of [alice, bob]) {
    await expect(phone.byId('remote-screen')).toBeVisible()
    await expect(phone.byId('own-screen')).toBeVisible()
    await expect.poll(() => plays(phone, 'remote-screen')).toBe(true)
  }
  await expect.poll(async () => (await hear(alice.page, 660, 440)).windows).toBeGreaterThanOrEqual(3)
  await expect.poll(async () => (await hear(bob.page, 440, 660)).windows).toBeGreaterThanOrEqual(3)
  await bob.clickTray('stop-sharing')
  await expect.poll(() => sharingOf(bob)).toMatchObject({ own: 'off', peer: true })
  await expect.poll(() => sharingOf(alice)).toMatchObject({ own: 'on', peer: false })
  await expect.poll(() => plays(bob, 'remote-screen')).toBe(true)
  // Another thing is shown by stopping and choosing again.
  await alice.page.keyboard.press('Control+Shift+S')
  await expect.poll(() => sharingOf(alice)).toMatchObject({ own: 'off' })
  await share(alice, 'windows')
  await expect.poll(() => plays(bob, 'remote-screen')).toBe(true)
  await hangUp(pair)
})

test('E12 whoever cancels shares nothing and waits for nothing, however it is cancelled', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(pair)
  const cancels: ((picker: Page) => Promise<unknown>)[] = [
    (picker) => picker.getByTestId('picker-cancel').click(),
    (picker) => picker.keyboard.press('Escape'),
    (picker) => picker.close(),
    () => alice.byId('share').click(),
    () => alice.clickTray('stop-sharing'),
  ]
  for (const cancel of cancels) {
    await alice.byId('share').click()
    const picker = await pickerOf(alice)
    // Nothing is chosen at first: Enter shares nothing.
    await picker.keyboard.press('Enter')
    expect(await sharingOf(alice)).toMatchObject({ own: 'choosing' })
    await cancel(picker).catch(() => undefined)
    await expect.poll(() => sharingOf(alice)).toMatchObject({ own: 'off', problem: null })
    await expect.poll(() => pickersOf(alice).length).toBe(0)
  }
  expect((await framesOf(alice))?.worker.sealed.screen).toBe(0)
  // And then it can still be shared.
  await share(alice)
  await expect(bob.byId('remote-screen')).toBeVisible()
  await hangUp(pair)
})

test('E10 a page is given no screen that no person has chosen, and sees nothing of what there is', async ({
  pair,
}) => {
  const { alice } = pair
  await talk(pair)
  const tries = await alice.page.evaluate(async () => {
    const capture = () =>
      navigator.mediaDevices.getDisplayMedia({ video: true }).then(
        () => 'given',
        (error: DOMException) => error.name,
      )
    return {
      capture: await capture(),
      sources: await window.shell['screen.sources']({}),
      choose: await window.shell['screen.choose']({ id: 'screen:0:0' }),
    }
  })
  expect(['NotAllowedError', 'InvalidStateError']).toContain(tries.capture)
  expect(tries.sources).toEqual({ ok: false, code: 'forbidden' })
  expect(tries.choose).toEqual({ ok: false, code: 'forbidden' })
  // With a gesture, too: one that meant something else.
  await alice.page.evaluate(() => {
    document.addEventListener(
      'click',
      () =>
        void navigator.mediaDevices.getDisplayMedia({ video: true }).then(
          () => Object.assign(window, { tried: 'given' }),
          (error: DOMException) => Object.assign(window, { tried: error.name }),
        ),
      { once: true },
    )
  })
  await alice.page.locator('h1').first().click()
  await expect
    .poll(() => alice.page.evaluate(() => (window as unknown as { tried?: string }).tried))
    .toBe('NotAllowedError')
  await hangUp(pair)
})

test('a call that ends takes the picker and the screen with it', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(pair)
  await share(bob)
  await alice.byId('share').click()
  await pickerOf(alice)
  await hangUp(pair)
  await expect.poll(() => pickersOf(alice).length).toBe(0)
  await expect.poll(() => sharingOf(bob)).toBeNull()
})

test('after the page crashed and the call came back, no screen is shared until it is chosen again', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(pair)
  await share(alice)
  await alice.page.reload()
  await expect.poll(async () => (await alice.phase('talking')).media.sharing.own).toBe('off')
  await expect.poll(() => sharingOf(alice)).toMatchObject({ problem: 'screen-gone' })
  await expect.poll(() => sharingOf(bob)).toMatchObject({ peer: false })
  await expect(alice.byId('share-notes')).toContainText('You can share again')
  await share(alice)
  await expect.poll(() => plays(bob, 'remote-screen')).toBe(true)
  await hangUp(pair)
})

test.describe('where the system picks', () => {
  const environment = { XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0' }

  /** How often the system's dialog came, and what its next answers are. */
  const dialogOf = (phone: Phone) => ({
    answers: (how: 'picks' | 'cancels' | 'hangs') =>
      phone.app.evaluate(({ desktopCapturer }, how) => {
        const known = globalThis as unknown as { __asked?: number; __get?: typeof desktopCapturer.getSources }
        known.__get ??= desktopCapturer.getSources
        known.__asked = 0
        desktopCapturer.getSources = async (options) => {
          known.__asked!++
          if (how === 'cancels') return []
          if (how === 'hangs') return new Promise(() => undefined)
          return known.__get!.call(desktopCapturer, options)
        }
      }, how),
    asked: () => phone.app.evaluate(() => (globalThis as unknown as { __asked: number }).__asked),
  })

  test('there is one dialog and no window of ours, and cancelling it never hangs', async ({ pair }) => {
    const wanda = await startPhone({ name: 'Wanda', toneHz: 880, env: environment })
    try {
      await wanda.setUp({ url: pair.serverUrl })
      await wanda.dial(await pair.alice.address(), 'voice')
      await (await pair.alice.alert()).getByTestId('answer').click()
      await Promise.all([wanda.phase('talking'), pair.alice.phase('talking')])
      const dialog = dialogOf(wanda)

      await dialog.answers('cancels')
      await wanda.byId('share').click()
      await expect.poll(dialog.asked).toBe(1)
      await expect.poll(() => sharingOf(wanda)).toMatchObject({ own: 'off', problem: null })

      await dialog.answers('hangs')
      await wanda.byId('share').click()
      await expect.poll(dialog.asked).toBe(1)
      expect(await sharingOf(wanda)).toMatchObject({ own: 'starting' })
      await wanda.byId('share').click()
      await expect.poll(() => sharingOf(wanda)).toMatchObject({ own: 'off' })

      await dialog.answers('picks')
      await wanda.byId('share').click()
      await expect.poll(async () => (await sharingOf(wanda))?.own).toBe('on')
      expect(await dialog.asked()).toBe(1)
      expect(pickersOf(wanda)).toHaveLength(0)
      await expect(wanda.byId('sharing-bar')).toContainText('your screen')
      await expect.poll(() => plays(pair.alice, 'remote-screen')).toBe(true)
      await wanda.byId('hang-up').click()
      await pair.alice.phase('ended')
      expect(wanda.problems).toEqual([])
    } finally {
      await wanda.close()
    }
  })
})
