// What runs in Mallory's page: one RTCPeerConnection for each victim, and the track of one sent on to the other. She has
// agreed on frame keys with each of them, and uses the product's own frame layer; Node is told of everything.
import type { FrameKeys, FrameKind, LinkSignal } from '../../contract/link.ts'
import { createFrameLayer, failClosed, type FrameLayer } from '../../renderer/media/frame-layer.ts'

/** How Node hears of a leg; exposed to the page under this name. */
export type Said =
  | { readonly what: 'signal'; readonly signal: LinkSignal }
  | { readonly what: 'frame'; readonly text: string }
  /** The data channel is open. `seen` is the peer's certificate in DER, from the transport. */
  | { readonly what: 'open'; readonly own: string; readonly seen: readonly number[] }

/** As they are carried into a page: lists of bytes. */
type PlainBaseKeys = { readonly [K in FrameKind]: readonly number[] }
export interface PlainFrameKeys {
  readonly role: FrameKeys['role']
  readonly send: PlainBaseKeys
  readonly receive: PlainBaseKeys
}

export interface LegPage {
  /** Gives the SHA-256 digits of the certificate that is to be signed. With `swap` the link then uses another one. */
  prepare(leg: string, swap: boolean): Promise<string>
  open(leg: string, initiator: boolean, keys: PlainFrameKeys): Promise<void>
  signal(leg: string, signal: LinkSignal): Promise<void>
  frame(leg: string, text: string): void
  close(leg: string): void
}

declare global {
  interface Window {
    mallory: LegPage
    said(leg: string, said: Said): Promise<void>
  }
}

function installLegs(): void {
  interface Leg {
    readonly certificate: RTCCertificate
    readonly heard: Map<string, MediaStreamTrack>
    pc: RTCPeerConnection | null
    frames: FrameLayer | null
    channel: RTCDataChannel | null
    early: RTCIceCandidateInit[]
  }
  const legs = new Map<string, Leg>()
  const codecs: Readonly<Record<string, readonly string[]>> = {
    audio: ['audio/opus'],
    video: ['video/vp8', 'video/rtx'],
  }
  const generate = () =>
    RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier)
  const digits = (certificate: RTCCertificate): string =>
    certificate.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')?.value ?? ''

  /** Voice and camera. The second line of pictures is the screen, which nobody shares here. */
  const linesOf = (pc: RTCPeerConnection | null): RTCRtpTransceiver[] => {
    const all = pc?.getTransceivers() ?? []
    const kindOf = ({ receiver }: RTCRtpTransceiver) => receiver.track.kind
    return all.filter((line) => all.find((other) => kindOf(other) === kindOf(line)) === line)
  }

  /** Everything that one victim sends goes out to the other one. */
  function forward(): void {
    for (const [name, { pc }] of legs) {
      const [, other] = [...legs].find(([otherName]) => otherName !== name) ?? []
      for (const { sender, receiver } of linesOf(pc))
        void sender.replaceTrack(other?.heard.get(receiver.track.kind) ?? null)
    }
  }

  /** Chromium decodes only what is played. */
  function play(track: MediaStreamTrack): void {
    const element = document.createElement('audio')
    element.autoplay = true
    element.srcObject = new MediaStream([track])
    document.body.append(element)
  }

  function listen(name: string, leg: Leg, channel: RTCDataChannel): void {
    leg.channel = channel
    channel.onopen = () => {
      const [der] = leg.pc?.sctp?.transport.getRemoteCertificates() ?? []
      const seen = der ? [...new Uint8Array(der)] : []
      void window.said(name, { what: 'open', own: digits(leg.certificate), seen })
    }
    channel.onmessage = ({ data }) => void window.said(name, { what: 'frame', text: String(data) })
  }

  function encrypt(leg: Leg, { sender, receiver }: RTCRtpTransceiver): void {
    const kind = receiver.track.kind as 'audio' | 'video'
    leg.frames?.seal(sender, kind)
    leg.frames?.open(receiver, kind)
  }

  async function describe(name: string, pc: RTCPeerConnection, type: 'offer' | 'answer'): Promise<void> {
    for (const transceiver of pc.getTransceivers()) {
      const { kind } = transceiver.receiver.track
      transceiver.direction = 'sendrecv'
      transceiver.setCodecPreferences(
        (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter(({ mimeType }) =>
          codecs[kind]?.includes(mimeType.toLowerCase()),
        ),
      )
    }
    await pc.setLocalDescription()
    await window.said(name, { what: 'signal', signal: { type, sdp: pc.localDescription?.sdp ?? '' } })
  }

  window.mallory = {
    async prepare(name, swap) {
      const signed = await generate()
      const certificate = swap ? await generate() : signed
      legs.set(name, { certificate, heard: new Map(), pc: null, frames: null, channel: null, early: [] })
      return digits(signed)
    },
    async open(name, initiator, keys) {
      const leg = legs.get(name)
      if (!leg) return
      const pc = new RTCPeerConnection({
        certificates: [leg.certificate],
        bundlePolicy: 'max-bundle',
        ...failClosed,
      })
      leg.pc = pc
      leg.frames = createFrameLayer({ onFailed: () => undefined })
      leg.frames.use(keysFrom(keys))
      pc.onicecandidate = ({ candidate }) => {
        if (!candidate?.candidate) return
        const { sdpMid, sdpMLineIndex } = candidate
        const list = [{ candidate: candidate.candidate, sdpMid, sdpMLineIndex }]
        void window.said(name, { what: 'signal', signal: { type: 'candidates', list } })
      }
      pc.ontrack = ({ track, transceiver }) => {
        if (!linesOf(pc).includes(transceiver)) return
        encrypt(leg, transceiver)
        leg.heard.set(track.kind, track)
        if (track.kind === 'audio') play(track)
        forward()
      }
      pc.ondatachannel = ({ channel }) => listen(name, leg, channel)
      if (!initiator) return
      for (const kind of ['audio', 'video']) encrypt(leg, pc.addTransceiver(kind, { direction: 'sendrecv' }))
      listen(name, leg, pc.createDataChannel('link'))
      await describe(name, pc, 'offer')
    },
    async signal(name, signal) {
      const leg = legs.get(name)
      if (!leg?.pc) return
      if (signal.type === 'candidates') {
        if (!leg.pc.remoteDescription) leg.early.push(...signal.list)
        else for (const candidate of signal.list) await leg.pc.addIceCandidate(candidate)
        return
      }
      await leg.pc.setRemoteDescription(signal)
      for (const candidate of leg.early.splice(0)) await leg.pc.addIceCandidate(candidate)
      if (signal.type === 'offer') await describe(name, leg.pc, 'answer')
      forward()
    },
    frame(name, text) {
      const { channel } = legs.get(name) ?? {}
      // A victim who has hung up is gone before the goodbye.
      if (channel?.readyState === 'open') channel.send(text)
    },
    close(name) {
      legs.get(name)?.pc?.close()
      legs.get(name)?.frames?.end()
      legs.delete(name)
    },
  }
}

const baseFrom = ({ audio, video, screen }: PlainBaseKeys) => ({
  audio: Uint8Array.from(audio),
  video: Uint8Array.from(video),
  screen: Uint8Array.from(screen),
})
const keysFrom = ({ role, send, receive }: PlainFrameKeys): FrameKeys => ({
  role,
  send: baseFrom(send),
  receive: baseFrom(receive),
  padPictures: false,
})

installLegs()
