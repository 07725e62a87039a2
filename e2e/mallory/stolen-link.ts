// The page of a victim whose WebRTC stack is told by Mallory, and not by the peer, whom to connect to. Stands for a flaw
// in everything that protects the descriptions; the page's own code, and what main knows of it, stay as they are.
import type { Page } from '@playwright/test'

export interface StolenLink {
  /** What the victim's stack says of itself, with its candidates, once it has said it. */
  description(): Promise<string>
  /** What it takes for the peer's word. */
  answer(sdp: string): Promise<void>
}

interface InPage {
  readonly description: Promise<string>
  answer(sdp: string): void
}

declare global {
  interface Window {
    stolen: InPage
  }
}

/** The next link of this page is Mallory's. Only connections that a call makes are meant: they bring a certificate. */
export async function stealLink(page: Page): Promise<StolenLink> {
  await page.evaluate(() => {
    const described = Promise.withResolvers<string>()
    const answered = Promise.withResolvers<string>()
    window.stolen = { description: described.promise, answer: answered.resolve }
    const Native = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      readonly #isStolen: boolean
      constructor(config?: RTCConfiguration) {
        super(config)
        this.#isStolen = !!config?.certificates?.length
        if (!this.#isStolen) return
        window.RTCPeerConnection = Native
        this.addEventListener('icegatheringstatechange', () => {
          if (this.iceGatheringState === 'complete') described.resolve(this.localDescription?.sdp ?? '')
        })
      }
      override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        if (!this.#isStolen) return super.setRemoteDescription(description)
        return super.setRemoteDescription({ type: description.type, sdp: await answered.promise })
      }
      override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        if (!this.#isStolen) await super.addIceCandidate(candidate)
      }
    }
  })
  return {
    description: () => page.evaluate(() => window.stolen.description),
    answer: (sdp) => page.evaluate((sdp) => window.stolen.answer(sdp), sdp),
  }
}

/**
 * From now on this page's links carry sound and pictures without the frame layer: its transforms are dropped on the way
 * to the stack, which is told not to wait for any. Everything else of the page believes that they are there.
 */
export async function removeFrameLayer(page: Page): Promise<void> {
  await page.evaluate(() => {
    const Native = window.RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      constructor(config?: RTCConfiguration) {
        super({ ...config, encodedInsertableStreams: false } as RTCConfiguration)
      }
    }
    for (const { prototype } of [RTCRtpSender, RTCRtpReceiver])
      Object.defineProperty(prototype, 'transform', {
        get: () => null,
        set: () => undefined,
        configurable: true,
      })
  })
}
