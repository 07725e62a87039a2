// Shapes of one WebRTC link as main and page speak of it. Every message carries the call it belongs to;
// a message for another call is dropped.
import * as v from 'valibot'
import { CallId } from './ids.ts'

export const frameKinds = ['audio', 'video', 'screen'] as const
export type FrameKind = (typeof frameKinds)[number]

/** Base keys of one sender, 32 bytes each (SP1 section 7). The page imports them and erases them. */
export type FrameBaseKeys = { readonly [K in FrameKind]: Uint8Array }

/** What the frame layer of one link is made from. SECURITY: new for each link, and of no use after it. */
export interface FrameKeys {
  /** `a` is the caller: it owns the KIDs 16, 17, 18; the callee `b` 24, 25, 26. */
  readonly role: 'a' | 'b'
  readonly send: FrameBaseKeys
  readonly receive: FrameBaseKeys
  /** Pictures leave in few sizes only, see sp1/frame/padding. */
  readonly padPictures: boolean
}

/** A certificate fingerprint as it is signed and compared (SP1 section 4). */
export const Fingerprint = v.pipe(v.string(), v.regex(/^sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/))

export const maxSdpLength = 65_536
export const maxFrameLength = 65_536

export const Candidate = v.strictObject({
  candidate: v.pipe(v.string(), v.maxLength(1024)),
  sdpMid: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  sdpMLineIndex: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16))),
})
export type Candidate = v.InferOutput<typeof Candidate>

/** What the two WebRTC stacks say to each other. Sealed and checked by main in both directions. */
export const LinkSignal = v.variant('type', [
  v.strictObject({
    type: v.picklist(['offer', 'answer']),
    sdp: v.pipe(v.string(), v.maxLength(maxSdpLength)),
  }),
  v.strictObject({
    type: v.literal('candidates'),
    list: v.pipe(v.array(Candidate), v.minLength(1), v.maxLength(40)),
  }),
])
export type LinkSignal = v.InferOutput<typeof LinkSignal>

const cameraProblems = v.picklist(['camera-denied', 'camera-missing', 'camera-busy'])

/** Page: the certificate of this call exists. Answers `link.warm` and `link.prepare`, long before anything is open. */
export const LinkCertified = v.strictObject({ callId: CallId, fingerprint: Fingerprint })
export type LinkCertified = v.InferOutput<typeof LinkCertified>

/** Page: the microphone is open and the certificate exists, or why not. Answers `link.prepare` within 10 s. */
export const LinkPrepared = v.variant('ok', [
  v.strictObject({
    callId: CallId,
    ok: v.literal(true),
    fingerprint: Fingerprint,
    /** Null when the camera is open or was not asked for. */
    cameraProblem: v.nullable(cameraProblems),
  }),
  v.strictObject({
    callId: CallId,
    ok: v.literal(false),
    /** `frames-failed`: the frame layer could not be set up, or its self-test failed; no call is made. */
    code: v.picklist(['mic-denied', 'mic-missing', 'mic-busy', 'link-failed', 'frames-failed']),
  }),
])
export type LinkPrepared = v.InferOutput<typeof LinkPrepared>

export const LinkSignalled = v.strictObject({ callId: CallId, signal: LinkSignal })
export type LinkSignalled = v.InferOutput<typeof LinkSignalled>

/** Page: the transport is secured; these are the certificates it really used. */
export const LinkBind = v.strictObject({ callId: CallId, own: Fingerprint, seen: Fingerprint })
export type LinkBind = v.InferOutput<typeof LinkBind>

/** One text message on the link's data channel, either way. Main makes and reads them. */
export const LinkFrame = v.strictObject({
  callId: CallId,
  data: v.pipe(v.string(), v.maxLength(maxFrameLength)),
})
export type LinkFrame = v.InferOutput<typeof LinkFrame>

const Text = v.nullable(v.pipe(v.string(), v.maxLength(128)))

const Count = v.pipe(v.number(), v.minValue(0))

/** What has gone over the link so far, both ways; energy as RTCInboundRtpStreamStats.totalAudioEnergy. */
export const LinkTraffic = v.strictObject({
  audioPacketsSent: Count,
  audioPacketsReceived: Count,
  audioEnergyReceived: Count,
  framesSent: Count,
  framesDecoded: Count,
})
export type LinkTraffic = v.InferOutput<typeof LinkTraffic>

/** What came of looking for a relay. Nobody's address: a page tells where the relay is, never what it gave. */
export const LinkRelay = v.strictObject({
  /** It gave this side an address. */
  found: v.boolean(),
  /** This side has finished looking. */
  sought: v.boolean(),
  /** Of the relay that this side's packets take now, as Chromium writes it; null when they take none. */
  url: v.nullable(v.pipe(v.string(), v.maxLength(512))),
})
export type LinkRelay = v.InferOutput<typeof LinkRelay>

const FrameCounts = v.strictObject({
  /** Frames that the worker encrypted and handed on, per kind, since the link opened. */
  sealed: v.strictObject({ audio: Count, video: Count, screen: Count }),
  /** Frames that were authentic and handed to the decoder. */
  opened: v.strictObject({ audio: Count, video: Count, screen: Count }),
  /** Frames of the peer that were dropped: not authentic, of another kind or owner, malformed. Not the repeats. */
  refused: v.strictObject({ audio: Count, video: Count, screen: Count }),
  /** The same frame again, dropped: normal at the start of a stream (SP1 section 7). */
  repeated: Count,
})
export type FrameCounts = v.InferOutput<typeof FrameCounts>

/** What the transport says left and arrived, to be compared with what the worker did. */
const FrameTransport = v.strictObject({
  audioPacketsSent: Count,
  audioFramesPlayed: Count,
  videoFramesSent: Count,
  videoFramesDecoded: Count,
  screenFramesSent: Count,
  screenFramesDecoded: Count,
})
export const LinkFrames = v.strictObject({ worker: FrameCounts, transport: FrameTransport })
export type LinkFrames = v.InferOutput<typeof LinkFrames>

export const microphoneVerdicts = ['none', 'muted', 'silent', 'clipped'] as const
/** What keeps me from being heard well, though I have not muted myself: no device, the system's mute, zeros, overload. */
export type MicrophoneVerdict = (typeof microphoneVerdicts)[number]

/** Of this computer's own devices. */
const OwnSound = v.strictObject({
  /** Null when there is nothing to say. */
  microphone: v.nullable(v.picklist(microphoneVerdicts)),
  /** The chosen speaker did not take the sound, so that it goes to the system's default. */
  speakerRefused: v.boolean(),
})

/** Page, once a second and on every change of the connection: what the live transport says of itself. */
export const LinkMeasured = v.strictObject({
  callId: CallId,
  /** `stalled`: the transport has noticed nothing yet, but for a moment no sound has come, not even encoded silence. */
  connection: v.picklist(['connecting', 'connected', 'stalled', 'interrupted', 'failed']),
  own: v.nullable(Fingerprint),
  seen: v.nullable(Fingerprint),
  dtlsVersion: Text,
  dtlsCipher: Text,
  srtpCipher: Text,
  path: v.nullable(v.picklist(['direct', 'relay'])),
  relay: LinkRelay,
  traffic: LinkTraffic,
  frames: LinkFrames,
  sound: v.optional(OwnSound),
})
export type LinkMeasured = v.InferOutput<typeof LinkMeasured>

/** Page: the link is beyond repair, or a track of mine died. */
export const LinkFailed = v.strictObject({
  callId: CallId,
  code: v.picklist([
    'link-failed',
    'frames-failed',
    'mic-missing',
    'mic-busy',
    'mic-denied',
    'camera-missing',
    'camera-busy',
    'camera-denied',
  ]),
})
export type LinkFailed = v.InferOutput<typeof LinkFailed>

/** Page: what became of the screen that `link.tracks` lets it share. `ended`: what was shown is gone. */
export const LinkScreen = v.strictObject({
  callId: CallId,
  state: v.picklist(['on', 'cancelled', 'failed', 'ended']),
})
export type LinkScreen = v.InferOutput<typeof LinkScreen>

/** Main: this call may be made or answered. Get ready what needs no device and no network, so that nobody waits for it then. */
export interface LinkWarm {
  readonly callId: CallId
}

/** Main: open the microphone (and camera), make a certificate for this call. Tracks stay disabled. */
export interface LinkPrepare {
  readonly callId: CallId
  readonly video: boolean
  readonly microphoneId: string | null
  readonly cameraId: string | null
}

export interface IceServer {
  readonly urls: readonly string[]
  readonly username?: string
  readonly credential?: string
}

/**
 * Main: make the connection of this call, so that nobody waits for it once both sides have agreed. What it says of itself
 * stays with main until then. Once more: another one in its place.
 */
export interface LinkOpen {
  readonly callId: CallId
  readonly initiator: boolean
  /** Always given, even when empty: simple-peer's default is third-party STUN. */
  readonly iceServers: readonly IceServer[]
  readonly relayOnly: boolean
}

/** Main: both sides agreed and both fingerprints are signed; this is what the link that was opened encrypts with. */
export interface LinkKeys {
  readonly callId: CallId
  readonly frames: FrameKeys
}

/** Main: the path is gone or a better one may be there. Whoever offered begins (SP1 section 5); certificates stay. */
export interface LinkRestart {
  readonly callId: CallId
  readonly iceServers: readonly IceServer[]
}

/** Main: what may leave this computer now, and through which devices. The page obeys; it never opens more. */
export interface LinkTracks {
  readonly callId: CallId
  readonly micOn: boolean
  readonly cameraOn: boolean
  /** The page opens a screen once when this begins, and closes it when it ends. */
  readonly screenOn: boolean
  /** False: what arrives cannot be verified; the page mutes its output and shows no pictures. */
  readonly hear: boolean
  readonly microphoneId: string | null
  readonly cameraId: string | null
}

export interface LinkClose {
  readonly callId: CallId
}
