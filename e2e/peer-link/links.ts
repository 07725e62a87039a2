// Two ends of a link in a real Chromium, as a test asks them and changes them. Shared by the specs of the link.
import { chromium, expect, test as base, type Page } from '@playwright/test'
import type { IceServer, LinkSignal } from '../../contract/link.ts'
import { chromiumPath } from '../runtime/chromium-binary.ts'
import type { Defect } from './frames.ts'
import type { Probe } from './page.ts'
import { servePage } from './serve-page.ts'

export type Side = 'caller' | 'callee'
type Looked = Awaited<ReturnType<Probe['look']>>

declare global {
  interface Window {
    readonly probe: Probe
  }
}

export interface Links {
  look(side: Side): Promise<Looked>
  send(side: Side, text: string): Promise<boolean>
  signal(side: Side, signal: unknown): Promise<void>
  loseNetwork(side: Side): Promise<void>
  restart(side: Side, urls?: readonly string[]): Promise<void>
  goSilent(side: Side): Promise<void>
  soundAgain(side: Side): Promise<void>
  destroy(side: Side): Promise<void>
  sound(side: Side): ReturnType<Probe['sound']>
  openAndDestroy(times: number): Promise<void>
  relayOnly(): ReturnType<Probe['relayOnly']>
  waitForOffer(iceServers: readonly IceServer[]): Promise<void>
  offerToWaiting(): Promise<LinkSignal>
  iceServers(): Promise<ReturnType<Probe['iceServers']>>
  connections(): Promise<ReturnType<Probe['connections']>>
  packets(side: Side): ReturnType<Probe['packets']>
  switch(side: Side, on: { audio: boolean; video: boolean; screen?: boolean }): Promise<void>
  selfTest(failClosed: boolean): ReturnType<Probe['selfTest']>
}

const overProbe = (page: Page): Links => ({
  look: (side) => page.evaluate((side) => window.probe.look(side), side),
  send: (side, text) => page.evaluate(([side, text]) => window.probe.send(side, text), [side, text] as const),
  signal: (side, signal) =>
    page.evaluate(([side, signal]) => window.probe.signal(side, signal), [side, signal] as const),
  loseNetwork: (side) => page.evaluate((side) => window.probe.loseNetwork(side), side),
  restart: (side, urls = []) =>
    page.evaluate(([side, urls]) => window.probe.restart(side, urls), [side, urls] as const),
  goSilent: (side) => page.evaluate((side) => window.probe.goSilent(side), side),
  soundAgain: (side) => page.evaluate((side) => window.probe.soundAgain(side), side),
  destroy: (side) => page.evaluate((side) => window.probe.destroy(side), side),
  sound: (side) => page.evaluate((side) => window.probe.sound(side), side),
  openAndDestroy: (times) => page.evaluate((times) => window.probe.openAndDestroy(times), times),
  relayOnly: () => page.evaluate(() => window.probe.relayOnly()),
  waitForOffer: (servers) => page.evaluate((servers) => window.probe.waitForOffer(servers), servers),
  offerToWaiting: () => page.evaluate(() => window.probe.offerToWaiting()),
  iceServers: () => page.evaluate(() => window.probe.iceServers()),
  connections: () => page.evaluate(() => window.probe.connections()),
  packets: (side) => page.evaluate((side) => window.probe.packets(side), side),
  switch: (side, on) => page.evaluate(([side, on]) => window.probe.switch(side, on), [side, on] as const),
  selfTest: (failClosed) => page.evaluate((failClosed) => window.probe.selfTest(failClosed), failClosed),
})

/** What is wrong with which end. */
type Defects = { readonly [S in Side]?: Defect }

/**
 * Runs in the page, before anything else: a channel that is open for a second before it looks so, and for two more before it
 * says so, as on a computer that has too much to do.
 */
function opensLate(): void {
  const { prototype } = RTCDataChannel
  const state = Object.getOwnPropertyDescriptor(prototype, 'readyState')!
  const onOpen = Object.getOwnPropertyDescriptor(prototype, 'onopen')!
  const openSince = new WeakMap<RTCDataChannel, number>()
  Object.defineProperty(prototype, 'readyState', {
    ...state,
    get(this: RTCDataChannel) {
      const real = state.get!.call(this) as string
      if (real !== 'open') return real
      const sinceMs = openSince.get(this) ?? performance.now()
      openSince.set(this, sinceMs)
      return performance.now() - sinceMs < 1_000 ? 'connecting' : real
    },
  })
  Object.defineProperty(prototype, 'onopen', {
    ...onOpen,
    set(this: RTCDataChannel, told: (event: Event) => void) {
      onOpen.set!.call(this, (event: Event) => setTimeout(() => told(event), 3_000))
    },
  })
}

/**
 * Runs in the page, before anything else: a channel that the peer has made looks open for three seconds before it is, loses
 * what is sent until then, and whatever asks Chromium's signaling thread is answered after that. So it does, for a moment,
 * where that thread is held up.
 */
function opensEarly(): void {
  const { prototype } = RTCDataChannel
  const send = prototype.send as (this: RTCDataChannel, data: string) => void
  const opensAtMs = new WeakMap<RTCDataChannel, number>()
  const isOpen = (channel: RTCDataChannel) => performance.now() >= (opensAtMs.get(channel) ?? 0)
  Object.assign(prototype, {
    send(this: RTCDataChannel, data: string) {
      if (isOpen(this)) send.call(this, data)
    },
  })
  const setup = Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, 'ondatachannel')!
  Object.defineProperty(RTCPeerConnection.prototype, 'ondatachannel', {
    ...setup,
    set(this: RTCPeerConnection, made: (event: RTCDataChannelEvent) => void) {
      setup.set!.call(this, (event: RTCDataChannelEvent) => {
        opensAtMs.set(event.channel, performance.now() + 3_000)
        const getStats = this.getStats.bind(this)
        this.getStats = async () => {
          while (!isOpen(event.channel)) await new Promise((next) => setTimeout(next, 20))
          return getStats()
        }
        made(event)
      })
    },
  })
}

/** How the channel of the callee or the caller differs from what it says. */
type ChannelQuirk = 'opens-late' | 'opens-early'
const quirks = { 'opens-late': opensLate, 'opens-early': opensEarly }

export const test = base.extend<
  { links: Links; defects: Defects; quirk: ChannelQuirk | null },
  { pageUrl: string }
>({
  pageUrl: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const served = await servePage()
      await use(served.url)
      await served.close()
    },
    { scope: 'worker' },
  ],
  defects: [{}, { option: true }],
  quirk: [null, { option: true }],
  links: async ({ pageUrl, defects, quirk }, use) => {
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: [
        '--no-sandbox',
        '--autoplay-policy=no-user-gesture-required',
        // As in the app, whose microphone is open before there is a link: addresses are not hidden behind names.
        '--disable-features=WebRtcHideLocalIpsWithMdns',
      ],
    })
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    if (quirk) await page.addInitScript(quirks[quirk])
    await page.goto(`${pageUrl}?${new URLSearchParams(defects).toString()}`)
    await page.waitForFunction(() => 'probe' in window)
    await use(overProbe(page))
    await browser.close()
    expect(problems).toEqual([])
  },
})

export const sides: readonly Side[] = ['caller', 'callee']
export const descriptionsIn = (signals: readonly LinkSignal[]): string[] =>
  signals.flatMap((signal) => (signal.type === 'candidates' ? [] : signal.sdp))
export const descriptionOf = ({ signals }: Looked): string => descriptionsIn(signals)[0] ?? ''

export async function open(links: Links): Promise<void> {
  for (const side of sides) {
    await expect.poll(async () => (await links.look(side)).fingerprints).not.toBeNull()
  }
}
