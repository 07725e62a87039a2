// What the packets of a call tell those who cannot open them: nothing about what is said, nor whether anybody speaks.
import { expect, test, type Pair } from './pair.ts'

interface SizeWatch {
  /** Of the sound that leaves: bytes with their headers, and packets, so far. */
  sent(): Promise<{ readonly bytes: number; readonly packets: number }>
  /** Every description that the stack made, was told to use, or was told of the peer. */
  readonly descriptions: string[]
}

declare global {
  interface Window {
    sizeWatch: SizeWatch
  }
}

/** Before the call: looks at the connection that the page makes for it. */
async function watch({ page }: Pair['alice']): Promise<void> {
  await page.evaluate(() => {
    const descriptions: string[] = []
    const links: RTCPeerConnection[] = []
    const Native = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      constructor(config?: RTCConfiguration) {
        super(config)
        if (config?.certificates?.length) links.push(this)
      }
      override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
        descriptions.push(description?.sdp ?? '')
        await super.setLocalDescription(description)
        descriptions.push(this.localDescription?.sdp ?? '')
      }
      override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        descriptions.push(description.sdp ?? '')
        await super.setRemoteDescription(description)
      }
    }
    window.sizeWatch = {
      descriptions,
      async sent() {
        const stats = [
          ...((await links.at(-1)?.getStats()) ?? new Map()).values(),
        ] as (RTCOutboundRtpStreamStats & {
          headerBytesSent?: number
        })[]
        const sound = stats.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'audio')
        return {
          bytes: (sound?.bytesSent ?? 0) + (sound?.headerBytesSent ?? 0),
          packets: sound?.packetsSent ?? 0,
        }
      },
    }
  })
}

const sent = ({ page }: Pair['alice']) => page.evaluate(() => window.sizeWatch.sent())

/** The mean size of each handful of packets that leaves within this time. */
async function sizesOver(
  phone: Pair['alice'],
  ms: number,
  halfway: () => Promise<unknown>,
): Promise<number[]> {
  const sizes: number[] = []
  const beganMs = Date.now()
  let told = false
  let before = await sent(phone)
  while (Date.now() - beganMs < ms) {
    if (!told && Date.now() - beganMs > ms / 2) {
      told = true
      await halfway()
    }
    await expect
      .poll(async () => (await sent(phone)).packets, { intervals: [110] })
      .toBeGreaterThan(before.packets)
    const now = await sent(phone)
    sizes.push((now.bytes - before.bytes) / (now.packets - before.packets))
    before = now
  }
  return sizes
}

test('C8 all packets of sound are of one size for ten seconds, spoken or muted; C9 none says how loud it is', async ({
  pair,
}) => {
  test.slow()
  const { alice, bob } = pair
  await Promise.all([watch(alice), watch(bob)])
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  // The count in the header of an encrypted frame needs one byte more from the 256th frame on, whatever is in it.
  await expect.poll(async () => (await sent(alice)).packets, { timeout: 30_000 }).toBeGreaterThan(300)
  const sizes = await sizesOver(alice, 10_000, async () => {
    await alice.byId('mute').click()
    await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
  })
  expect(sizes.length).toBeGreaterThan(20)
  expect([...new Set(sizes)], JSON.stringify(sizes)).toHaveLength(1)

  for (const { page } of [alice, bob]) {
    const descriptions = await page.evaluate(() => window.sizeWatch.descriptions)
    const ofSound = descriptions.filter((sdp) => sdp.includes('m=audio'))
    expect(ofSound.length).toBeGreaterThanOrEqual(3)
    expect(ofSound.filter((sdp) => sdp.includes('audio-level'))).toEqual([])
    for (const sdp of ofSound) expect(sdp).toMatch(/a=fmtp:\d+ .*cbr=1/)
  }
  await alice.byId('hang-up').click()
  await bob.phase('ended')
})
