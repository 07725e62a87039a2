// The two media lines of a call, one for sound and one for pictures, the same from beginning to end. Tracks are
// replaced inside them, so that muting, switching devices and the camera need no new negotiation.
import type { FrameAttach } from './frame-layer.ts'

export interface OutgoingTracks {
  readonly audio: MediaStreamTrack | null
  readonly video: MediaStreamTrack | null
}

/**
 * SECURITY: other codecs have packetizers that parse the payload, or packet sizes that tell more; main refuses
 * them (SP1 section 5).
 */
const allowedCodecs = { audio: ['audio/opus'], video: ['video/vp8', 'video/rtx'] } as const
const kinds = ['audio', 'video'] as const

export function allowCodecs(kind: 'audio' | 'video', transceiver: RTCRtpTransceiver): void {
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
  /** For the other side, as the offer makes them: encrypted before a frame can come. */
  meet(transceiver: RTCRtpTransceiver): void
  /** May be called before there are transceivers. */
  setTracks(tracks: OutgoingTracks): Promise<void>
}

export function createFixedTransceivers(pc: RTCPeerConnection, frames: FrameAttach): FixedTransceivers {
  const fixed: { audio?: RTCRtpTransceiver; video?: RTCRtpTransceiver } = {}
  /** One stream for both, so that the receiver keeps lips and voice together. */
  const stream = new MediaStream()
  let tracks: OutgoingTracks = { audio: null, video: null }

  /** SECURITY: in the tick in which there is a transceiver. One of a kind: more would play and send nothing. */
  function hold(kind: 'audio' | 'video', transceiver: RTCRtpTransceiver): void {
    fixed[kind] ??= transceiver
    if (fixed[kind] !== transceiver) return
    frames.seal(transceiver.sender, kind)
    frames.open(transceiver.receiver, kind)
  }

  function keep(kind: 'audio' | 'video', transceiver: RTCRtpTransceiver): void {
    allowCodecs(kind, transceiver)
    stopAudioLevel(transceiver)
    hold(kind, transceiver)
  }

  async function setTracks(next: OutgoingTracks): Promise<void> {
    tracks = next
    await Promise.all(kinds.map((kind) => fixed[kind]?.sender.replaceTrack(tracks[kind])))
  }

  return {
    add() {
      for (const kind of kinds)
        keep(kind, pc.addTransceiver(kind, { direction: 'sendrecv', streams: [stream] }))
    },
    adopt() {
      for (const transceiver of pc.getTransceivers()) {
        const kind = kindOf(transceiver)
        if (fixed[kind] && fixed[kind] !== transceiver) {
          // More lines than the call has are declined.
          transceiver.direction = 'inactive'
          continue
        }
        transceiver.direction = 'sendrecv'
        transceiver.sender.setStreams(stream)
        keep(kind, transceiver)
      }
      void setTracks(tracks).catch(() => undefined)
    },
    meet: (transceiver) => hold(kindOf(transceiver), transceiver),
    setTracks,
  }
}

const kindOf = (transceiver: RTCRtpTransceiver) => transceiver.receiver.track.kind as 'audio' | 'video'
