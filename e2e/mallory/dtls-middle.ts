// Mallory between two links: one DTLS session with each victim, under certificates of Mallory's own, and what comes over
// one data channel sent on over the other. Keeps what the media stack makes of the packets that arrive.
import { chromium, type Page } from '@playwright/test'
import { chromiumPath } from '../runtime/chromium-binary.ts'

export type Victim = 'caller' | 'callee'

export interface Harvest {
  readonly dtls: string
  readonly audioPackets: number
  readonly videoPackets: number
  /** Pictures that the decoder made of them. Of random bytes behind a genuine VP8 header it makes one now and then, of noise. */
  readonly framesDecoded: number
  /** Those of them that look like what Chromium's fake camera shows. */
  readonly picturesRecognised: number
}

export interface DtlsMiddle {
  /** Where what was heard of the caller, and of the callee, is played: `#caller` and `#callee`. */
  readonly page: Page
  /** Mallory's answer to what the caller's stack offers. */
  answerTo(offer: string): Promise<string>
  /** Mallory's offer to the callee. */
  offer(): Promise<string>
  /** What the callee's stack answers. */
  take(answer: string): Promise<void>
  harvest(victim: Victim): Promise<Harvest>
  close(): Promise<void>
}

interface Legs {
  answerTo(offer: string): Promise<string>
  offer(): Promise<string>
  take(answer: string): Promise<void>
  harvest(victim: Victim): Promise<Harvest>
}

declare global {
  interface Window {
    middle: Legs
  }
}

export async function startDtlsMiddle(): Promise<DtlsMiddle> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  })
  const page = await browser.newPage()
  await page.evaluate(installMiddle)
  return {
    page,
    answerTo: (offer) => page.evaluate((offer) => window.middle.answerTo(offer), offer),
    offer: () => page.evaluate(() => window.middle.offer()),
    take: (answer) => page.evaluate((answer) => window.middle.take(answer), answer),
    harvest: (victim) => page.evaluate((victim) => window.middle.harvest(victim), victim),
    close: () => browser.close(),
  }
}

/** Stands alone: its text is carried into the page. */
function installMiddle(): void {
  const pcs = new Map<Victim, RTCPeerConnection>()
  const channels = new Map<Victim, RTCDataChannel>()
  /** For a channel that is not open yet. */
  const waiting = new Map<Victim, string[]>()
  const otherOf = (victim: Victim): Victim => (victim === 'caller' ? 'callee' : 'caller')

  function listen(victim: Victim, channel: RTCDataChannel): void {
    channel.onopen = () => {
      channels.set(victim, channel)
      for (const text of waiting.get(victim) ?? []) channel.send(text)
    }
    channel.onmessage = ({ data }) => {
      const to = otherOf(victim)
      const other = channels.get(to)
      if (other?.readyState === 'open') other.send(String(data))
      else waiting.set(to, [...(waiting.get(to) ?? []), String(data)])
    }
  }

  const recognised = new Map<Victim, number>()

  /** The fake camera's pictures are green nearly everywhere, and noise is not. */
  function look(victim: Victim, video: HTMLVideoElement): void {
    const [width, height] = [32, 24]
    const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
    video.requestVideoFrameCallback(function next() {
      canvas.drawImage(video, 0, 0, width, height)
      const { data } = canvas.getImageData(0, 0, width, height)
      let green = 0
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 1]! > 40 + Math.max(data[i]!, data[i + 2]!)) green++
      if (green > (width * height) / 2) recognised.set(victim, (recognised.get(victim) ?? 0) + 1)
      video.requestVideoFrameCallback(next)
    })
  }

  /** Chromium decodes only what is played. */
  function play(victim: Victim, track: MediaStreamTrack): void {
    const known = document.querySelector<HTMLMediaElement>(`${track.kind}.${victim}`)
    const element = known ?? document.createElement(track.kind as 'audio' | 'video')
    element.className = victim
    if (track.kind === 'audio') element.id = victim
    element.autoplay = true
    if (element instanceof HTMLVideoElement && !known) {
      element.muted = true
      look(victim, element)
    }
    element.srcObject = new MediaStream([track])
    document.body.append(element)
  }

  function connect(victim: Victim): RTCPeerConnection {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    pcs.set(victim, pc)
    pc.ontrack = ({ track, transceiver }) => {
      const first = pc.getTransceivers().find(({ receiver }) => receiver.track.kind === track.kind)
      // The second line of pictures is the screen, which nobody shares here.
      if (transceiver === first) play(victim, track)
    }
    pc.ondatachannel = ({ channel }) => listen(victim, channel)
    return pc
  }

  async function describe(pc: RTCPeerConnection): Promise<string> {
    const codecs: Readonly<Record<string, readonly string[]>> = {
      audio: ['audio/opus'],
      video: ['video/vp8', 'video/rtx'],
    }
    for (const transceiver of pc.getTransceivers()) {
      const { kind } = transceiver.receiver.track
      transceiver.direction = 'sendrecv'
      transceiver.setCodecPreferences(
        (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter(({ mimeType }) =>
          codecs[kind]?.includes(mimeType.toLowerCase()),
        ),
      )
    }
    const gathered = new Promise<void>((done) => {
      pc.onicegatheringstatechange = () => {
        if (pc.iceGatheringState === 'complete') done()
      }
    })
    await pc.setLocalDescription()
    await gathered
    return pc.localDescription?.sdp ?? ''
  }

  window.middle = {
    async answerTo(sdp) {
      const pc = connect('caller')
      await pc.setRemoteDescription({ type: 'offer', sdp })
      return describe(pc)
    },
    async offer() {
      const pc = connect('callee')
      for (const kind of ['audio', 'video']) pc.addTransceiver(kind, { direction: 'sendrecv' })
      listen('callee', pc.createDataChannel('link'))
      return describe(pc)
    },
    async take(sdp) {
      await pcs.get('callee')?.setRemoteDescription({ type: 'answer', sdp })
    },
    async harvest(victim) {
      const stats = [...((await pcs.get(victim)?.getStats()) ?? new Map()).values()] as Record<
        string,
        never
      >[]
      const inbound = (kind: string, member: string): number =>
        stats
          .filter(({ type, kind: of }) => type === 'inbound-rtp' && of === kind)
          .reduce((sum, stat) => sum + Number(stat[member] ?? 0), 0)
      return {
        dtls: String(stats.find(({ type }) => type === 'transport')?.['dtlsState']),
        audioPackets: inbound('audio', 'packetsReceived'),
        videoPackets: inbound('video', 'packetsReceived'),
        framesDecoded: inbound('video', 'framesDecoded'),
        picturesRecognised: recognised.get(victim) ?? 0,
      }
    },
  }
}
