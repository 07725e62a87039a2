// The three media lines of a call, for sound, camera and screen, the same from beginning to end. Tracks are replaced inside
// them, so that muting, switching devices, the camera and sharing a screen need no new negotiation.
import type { FrameKind } from '../../contract/link.ts'
import { frameKinds } from '../../contract/link.ts'
import type { FrameAttach } from './frame-layer.ts'
import type { Bounds, PictureBounds } from './picture-quality.ts'

export type OutgoingTracks = { readonly [K in FrameKind]: MediaStreamTrack | null }

/**
 * SECURITY: other codecs have packetizers that parse the payload, or packet sizes that tell more; main refuses
 * them (SP1 section 5).
 */
const allowedCodecs = { audio: ['audio/opus'], video: ['video/vp8', 'video/rtx'] } as const
type MediaKind = keyof typeof allowedCodecs
const mediaOf = (kind: FrameKind): MediaKind => (kind === 'audio' ? 'audio' : 'video')

export function allowCodecs(kind: MediaKind, transceiver: RTCRtpTransceiver): void {
  const allowed: readonly string[] = allowedCodecs[kind]
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []
  transceiver.setCodecPreferences(codecs.filter((codec) => allowed.includes(codec.mimeType.toLowerCase())))
}

/** Loudness of each packet, in the clear beside the encrypted sound (RFC 6464, RFC 6465). */
const audioLevel = /hdrext:[cs]src-audio-level$/

/** W3C webrtc-extensions section 5.2; Chromium has it, TypeScript's DOM does not know it yet. */
interface HeaderExtensions {
  getHeaderExtensionsToNegotiate?(): { uri: string; direction: RTCRtpTransceiverDirection }[]
  setHeaderExtensionsToNegotiate?(extensions: readonly { uri: string; direction: string }[]): void
}

/** SECURITY: never negotiated at all; that their lines are gone from the SDP is the second lock (sdp-shape). */
function stopAudioLevel(transceiver: RTCRtpTransceiver & HeaderExtensions): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.() ?? []
  transceiver.setHeaderExtensionsToNegotiate?.(
    extensions.map((one) => (audioLevel.test(one.uri) ? { ...one, direction: 'stopped' } : one)),
  )
}

export interface FixedTransceivers {
  /** For the initiator, before it offers. */
  add(): void
  /** For the other side, between the offer and its answer. Without it the answer would only receive. */
  adopt(): void
  /** For the other side, as the offer makes them: encrypted before a frame can come. What it is for; null for nothing. */
  meet(transceiver: RTCRtpTransceiver): FrameKind | null
  /** What a line is for; null where the call has no use for it. */
  kindOf(transceiver: RTCRtpTransceiver): FrameKind | null
  /** May be called before there are transceivers. Rejects where a screen is given and the peer has no line for one. */
  setTracks(tracks: OutgoingTracks): Promise<void>
  /** How large and how often pictures leave from now on. */
  bound(bounds: Bounds): void
  /** Of the line for screens, as statistics name it; null before there is one. */
  screenMid(): string | null
}

export function createFixedTransceivers(pc: RTCPeerConnection, frames: FrameAttach): FixedTransceivers {
  const fixed: { [K in FrameKind]?: RTCRtpTransceiver } = {}
  /** One for voice and camera, so that the receiver keeps lips and voice together, and one for the screen, which waits for neither. */
  const person = new MediaStream()
  const streamOf = { audio: person, video: person, screen: new MediaStream() }
  let tracks: OutgoingTracks = { audio: null, video: null, screen: null }
  let adopted = false

  /** The first line of sound is the voice, the first of pictures the camera, the second the screen. */
  function kindOf(transceiver: RTCRtpTransceiver): FrameKind | null {
    const known = frameKinds.find((kind) => fixed[kind] === transceiver)
    if (known) return known
    const media = transceiver.receiver.track.kind
    const place = pc
      .getTransceivers()
      .filter(({ receiver }) => receiver.track.kind === media)
      .indexOf(transceiver)
    return frameKinds.filter((kind) => mediaOf(kind) === media)[place] ?? null
  }

  /** SECURITY: in the tick in which there is a transceiver. One of a kind: more would play and send nothing. */
  function hold(transceiver: RTCRtpTransceiver, kind = kindOf(transceiver)): FrameKind | null {
    if (kind === null) return null
    fixed[kind] ??= transceiver
    if (fixed[kind] !== transceiver) return null
    frames.seal(transceiver.sender, kind)
    frames.open(transceiver.receiver, kind)
    return kind
  }

  function keep(transceiver: RTCRtpTransceiver, kind: FrameKind): void {
    allowCodecs(mediaOf(kind), transceiver)
    stopAudioLevel(transceiver)
    hold(transceiver, kind)
  }

  /** What each line was given last; undefined where that failed, and it is not known what it has. */
  const given: Record<FrameKind, MediaStreamTrack | null | undefined> = {
    audio: null,
    video: null,
    screen: null,
  }
  /** Not for nothing: Chromium's threads wait for each other over it, just when a call comes about. */
  async function replace(kind: FrameKind): Promise<void> {
    const sender = fixed[kind]?.sender
    if (!sender || given[kind] === tracks[kind]) return
    given[kind] = tracks[kind]
    try {
      await sender.replaceTrack(tracks[kind])
    } catch (error) {
      given[kind] = undefined
      throw error
    }
  }
  async function setTracks(next: OutgoingTracks): Promise<void> {
    tracks = next
    if (adopted && tracks.screen && !fixed.screen) throw new DOMException('no line', 'NotSupportedError')
    await Promise.all(frameKinds.map(replace))
  }

  const applied: { video?: PictureBounds; screen?: PictureBounds } = {}
  let turn: Promise<void> = Promise.resolve()
  /** In turn: Chromium takes the parameters that it gave out last and no others. */
  async function applyTo(kind: 'video' | 'screen', bounds: PictureBounds): Promise<void> {
    const sender = fixed[kind]?.sender
    if (!sender || applied[kind] === bounds) return
    const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters()
    const [encoding] = parameters.encodings
    // Before the first description there is nothing to change.
    if (!encoding) return
    Object.assign(encoding, bounds)
    parameters.degradationPreference = kind === 'video' ? 'maintain-framerate' : 'maintain-resolution'
    await sender.setParameters(parameters)
    applied[kind] = bounds
  }

  let isVoiceFirst = false
  /** Where there is not enough for all, the voice gets its part first. */
  async function putVoiceFirst(): Promise<void> {
    const sender = fixed.audio?.sender
    const parameters = sender?.getParameters()
    if (isVoiceFirst || !parameters?.encodings[0]) return
    parameters.encodings[0].priority = 'high'
    await sender?.setParameters(parameters)
    isVoiceFirst = true
  }

  return {
    add() {
      for (const kind of frameKinds)
        keep(pc.addTransceiver(mediaOf(kind), { direction: 'sendrecv', streams: [streamOf[kind]] }), kind)
    },
    adopt() {
      adopted = true
      for (const transceiver of pc.getTransceivers()) {
        const kind = kindOf(transceiver)
        if (kind === null || (fixed[kind] && fixed[kind] !== transceiver)) {
          // More lines than the call has are declined.
          transceiver.direction = 'inactive'
          continue
        }
        transceiver.direction = 'sendrecv'
        transceiver.sender.setStreams(streamOf[kind])
        keep(transceiver, kind)
      }
      void setTracks(tracks).catch(() => undefined)
    },
    meet: (transceiver) => hold(transceiver),
    kindOf,
    setTracks,
    bound(bounds) {
      turn = turn
        .then(putVoiceFirst)
        .then(() => applyTo('video', bounds.video))
        .then(() => applyTo('screen', bounds.screen))
        // A sender that has no parameters yet, or no more: the next second asks again.
        .catch(() => undefined)
    },
    screenMid: () => fixed.screen?.mid ?? null,
  }
}
