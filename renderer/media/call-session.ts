// The media of one call, from what is got ready before it to the closed link. Does what main says and decides nothing:
// main alone knows why.
import type { CallId } from '../../contract/ids.ts'
import type {
  FrameKeys,
  LinkFailed,
  LinkMeasured,
  LinkOpen,
  LinkPrepare,
  LinkPrepared,
  LinkRestart,
  LinkSignal,
  LinkTracks,
} from '../../contract/link.ts'
import type { ShellApi } from '../../contract/ipc.ts'
import type { VoiceProcessing } from '../../contract/settings.ts'
import { openCamera } from './camera.ts'
import type { ChatPost } from './chat-post.ts'
import { ownFingerprint } from './fingerprint.ts'
import { eraseFrameKeys } from './frame-keys.ts'
import type { FrameLayer, FrameLayerOptions } from './frame-layer.ts'
import type { FrameTestResult } from './frame-self-test.ts'
import type { OutgoingTracks } from './fixed-transceivers.ts'
import { hasUdpRelay } from './ice-gathering.ts'
import { lastPacketMs, measureLink, type StatsReport } from './link-stats.ts'
import { createLiveTrack } from './live-track.ts'
import { problemOf } from './media-problem.ts'
import { openMicrophone } from './microphone.ts'
import type { Capture } from './open-track.ts'
import { createOwnSound } from './own-sound.ts'
import type { PeerLink, PeerLinkOptions } from './peer-link.ts'
import { boundsOf, judgePictures, pathSampleOf, startOfPictures } from './picture-quality.ts'
import { createSharedScreen } from './screen.ts'
import { createSoundFlow } from './sound-flow.ts'

const measureEveryMs = 1000
const maxEarlySignals = 80

export interface SessionOptions {
  readonly shell: Pick<
    ShellApi,
    | 'link.certified'
    | 'link.prepared'
    | 'link.signal'
    | 'link.bind'
    | 'link.frame'
    | 'link.measured'
    | 'link.failed'
    | 'link.screen'
  >
  readonly capture: Capture
  /** Opens what a person has just chosen to show; see screen.ts. */
  readonly openScreen: () => Promise<MediaStreamTrack>
  readonly createLink: (options: PeerLinkOptions) => PeerLink
  readonly createFrames: (options: FrameLayerOptions) => FrameLayer
  /** Whether sound and pictures can be encrypted here; settles when that has been tried out. */
  readonly frameTest: () => Promise<FrameTestResult>
  readonly createCertificate: () => Promise<RTCCertificate>
  /** The tracks changed: my picture, and what comes from the peer. */
  readonly onTracks: (tracks: SessionTracks) => void
  /** Devices are gone, or could not be opened. Resolves once main has been told which there are now. */
  readonly onDevices: () => Promise<void>
  /** The microphone was opened, and with `video` the camera: they have names now. */
  readonly onOpened: (video: boolean) => void
  /** Where the chat of the call gets its channel, for each link that is made. */
  readonly chat: Pick<ChatPost, 'attach' | 'detach'>
  /** What is done to the sound of the microphone. */
  readonly voice: () => VoiceProcessing
  readonly dataSaver: () => boolean
  /** The chosen speaker did not take the sound. */
  readonly speakerRefused: () => boolean
  /**
   * What the connection said of itself, about once a second. `lateMs`: how late this computer comes to its work; `udpPossible`: the
   * connection may use UDP, as far as it was told.
   */
  readonly onReport?: (
    report: StatsReport,
    besides: { readonly lateMs: number; readonly udpPossible: boolean },
  ) => void
}

export interface SessionTracks {
  readonly ownVideo: MediaStreamTrack | null
  readonly peerAudio: MediaStreamTrack | null
  readonly peerVideo: MediaStreamTrack | null
  readonly ownScreen: MediaStreamTrack | null
  readonly peerScreen: MediaStreamTrack | null
  /** The network is poor: my pictures leave small, so that my voice gets through. */
  readonly held: boolean
}

const noOutgoing: OutgoingTracks = { audio: null, video: null, screen: null }
const noTracks: SessionTracks = {
  ownVideo: null,
  ownScreen: null,
  peerAudio: null,
  peerVideo: null,
  peerScreen: null,
  held: false,
}

export interface CallSession {
  readonly callId: CallId
  /** False once it has been told to prepare, and when its worker has died. */
  isWarm(): boolean
  /** Opens the microphone, and the camera for a video call, and answers with `link.prepared`. */
  prepare(order: LinkPrepare): void
  /** Makes the connection, in the place of one that was made before. */
  open(order: LinkOpen): void
  /** Both sides have agreed: what the connection encrypts with. */
  keys(keys: FrameKeys): void
  /** Looks for another path, or only notes the relays for it where the peer is to begin. */
  restart(order: LinkRestart): void
  signal(signal: LinkSignal): void
  frame(text: string): void
  tracks(order: LinkTracks): void
  /** `voice` answers something else. */
  voiceChanged(): void
  close(): void
}

/**
 * Begins at once with what opens no device and reaches nobody: starts the worker, makes the certificate, and tells its
 * fingerprint with `link.certified`.
 */
export function createCallSession(callId: CallId, options: SessionOptions): CallSession {
  const { shell, capture } = options
  let closed = false
  let warm = true
  let keyed = false
  let link: PeerLink | null = null
  let early: LinkSignal[] = []
  let connection: LinkMeasured['connection'] = 'connecting'
  const peerSound = createSoundFlow()
  let timer: ReturnType<typeof setInterval> | undefined
  let peerAudio: MediaStreamTrack | null = null
  let peerVideo: MediaStreamTrack | null = null
  let peerScreen: MediaStreamTrack | null = null
  let pictures = startOfPictures
  /**
   * SECURITY: nothing of the peer is played before main says so, nor after it has taken that back. Its sound is attached
   * before, disabled, because a speaker takes its time to start.
   */
  let hear = false
  /**
   * SECURITY: not a packet of sound or pictures leaves before main says so. Silence that came before a voice would also hold it back: whoever hears
   * it first gathers a few packets of it.
   */
  let talks = false

  let micOn = false
  const ownSound = createOwnSound({ capture })
  const microphone = createLiveTrack((deviceId) => openMicrophone(capture, deviceId, options.voice()), {
    changed: sendTracks,
    gone: options.onDevices,
    lost: (problem) => fail(`mic-${problem}`),
  })
  const camera = createLiveTrack((deviceId) => openCamera(capture, deviceId), {
    changed: sendTracks,
    gone: options.onDevices,
    lost: (problem) => fail(`camera-${problem}`),
  })

  const screen = createSharedScreen(options.openScreen, {
    changed: sendTracks,
    told(state) {
      if (!closed) void shell['link.screen']({ callId, state })
    },
  })

  function fail(code: LinkFailed['code']): void {
    if (!closed) void shell['link.failed']({ callId, code })
  }
  function sendTracks(): void {
    if (closed) return
    const tracks = { audio: microphone.track(), video: camera.track(), screen: screen.track() }
    link?.setTracks(talks ? tracks : noOutgoing).catch(() => fail('link-failed'))
    if (peerAudio) peerAudio.enabled = hear
    tellTracks()
  }
  function tellTracks(): void {
    options.onTracks({
      ownVideo: camera.track(),
      ownScreen: screen.track(),
      peerAudio,
      peerVideo: hear ? peerVideo : null,
      peerScreen: hear ? peerScreen : null,
      held: pictures.level !== 'full',
    })
  }

  let frames = startFrames()
  /** Null where there can be none, undefined while it is made. */
  let certificate: RTCCertificate | null | undefined
  const certified = options
    .createCertificate()
    .catch(() => null)
    .then((made) => {
      certificate = made
      if (made && !closed) void shell['link.certified']({ callId, fingerprint: ownFingerprint(made) })
    })

  async function prepare(order: LinkPrepare): Promise<LinkPrepared> {
    try {
      await microphone.open(order.microphoneId)
    } catch (error) {
      return { callId, ok: false, code: `mic-${problemOf(error)}` }
    }
    // After the microphone: with its permission Chromium names addresses, and the trial depends on less.
    const frameTest = await options.frameTest()
    if (frameTest !== 'passed')
      return { callId, ok: false, code: frameTest === 'failed' ? 'frames-failed' : 'link-failed' }
    // A call without a picture is still a call.
    const cameraProblem = await (order.video ? camera.open(order.cameraId) : Promise.resolve()).then(
      () => null,
      (error: unknown) => `camera-${problemOf(error)}` as const,
    )
    await certified
    if (!certificate) return { callId, ok: false, code: 'link-failed' }
    return { callId, ok: true, fingerprint: ownFingerprint(certificate), cameraProblem }
  }

  async function measure(): Promise<void> {
    const gathering = link?.gathering() ?? 'new'
    const report = await link?.stats()
    const worker = await frames?.counts()
    if (!report || !worker || closed) return
    adapt(report)
    const mid = link?.screenMid() ?? null
    const now = peerSound.judge(connection, lastPacketMs(report))
    const sound = {
      microphone: ownSound.look(microphone.track(), micOn),
      speakerRefused: options.speakerRefused(),
    }
    void shell['link.measured']({ callId, ...measureLink(report, now, gathering, worker, mid), sound })
    options.onReport?.(report, { lateMs: frames?.lateMs() ?? 0, udpPossible })
  }

  function adapt(report: RTCStatsReport): void {
    const before = pictures
    pictures = judgePictures(pictures, pathSampleOf(report), performance.now())
    link?.bound(boundsOf(pictures.level, options.dataSaver()))
    if (before.level !== pictures.level) tellTracks()
  }

  function startFrames(): FrameLayer | null {
    try {
      return options.createFrames({
        onFailed(when) {
          frames = null
          fail(when === 'setup' ? 'frames-failed' : 'link-failed')
        },
        onSound(flowing) {
          peerSound.changed(flowing)
          void measure()
        },
      })
    } catch {
      return null
    }
  }

  let udpPossible = true
  /** The latest that was ordered. */
  let ordered: LinkOpen | null = null

  function open(order: LinkOpen): void {
    if (closed || keyed) return
    ordered = order
    link?.destroy()
    link = null
    if (certificate !== undefined) connect(order)
    else void certified.then(() => ordered === order && connect(order))
  }

  function connect({ initiator, iceServers, relayOnly }: LinkOpen): void {
    if (closed) return
    if (!certificate) return fail('link-failed')
    if (!frames) return fail('frames-failed')
    udpPossible = !relayOnly || hasUdpRelay(iceServers)
    link = options.createLink({
      initiator,
      certificate,
      iceServers,
      relayOnly,
      frames,
      onChat: (channel) => options.chat.attach(callId, channel),
      onSignal: (signal) => void shell['link.signal']({ callId, signal }),
      onFrame: (data) => void shell['link.frame']({ callId, data }),
      onOpen: (fingerprints) => void shell['link.bind']({ callId, ...fingerprints }),
      onRemoteTrack(track, kind) {
        if (kind === 'audio') peerAudio = track
        else if (kind === 'video') peerVideo = track
        else peerScreen = track
        sendTracks()
      },
      onConnection(now) {
        connection = now
        // A link that comes about says so by its proof; measuring takes time that it needs.
        if (talks || now === 'failed') void measure()
      },
      onFailed: () => fail('link-failed'),
    })
    sendTracks()
    for (const signal of early) link.signal(signal)
    early = []
  }

  function keys(given: FrameKeys): void {
    if (closed || keyed || !frames) {
      eraseFrameKeys(given)
      return keyed ? undefined : fail('frames-failed')
    }
    keyed = true
    frames.use(given)
    timer = setInterval(() => void measure(), measureEveryMs)
  }

  function close(): void {
    closed = true
    clearInterval(timer)
    ownSound.close()
    microphone.close()
    camera.close()
    screen.set(false)
    options.chat.detach(callId)
    link?.destroy()
    link = null
    frames?.end()
    options.onTracks(noTracks)
  }

  return {
    callId,
    isWarm: () => warm && frames !== null,
    prepare(order) {
      warm = false
      void prepare(order).then((prepared) => {
        if (closed) return
        if (prepared.ok) options.onOpened(order.video)
        else {
          close()
          void options.onDevices()
        }
        void shell['link.prepared'](prepared)
      })
    },
    open,
    keys,
    restart: ({ iceServers }) => link?.restart(iceServers),
    signal(signal) {
      if (link) link.signal(signal)
      else if (early.length < maxEarlySignals) early.push(signal)
    },
    frame: (text) => void link?.send(text),
    tracks({ micOn: isOn, cameraOn, screenOn, microphoneId, cameraId, hear: now }) {
      micOn = isOn
      if (!micOn) ownSound.close()
      microphone.set(micOn, microphoneId)
      if (hear !== now || !talks) {
        hear = now
        talks = true
        sendTracks()
        // From the first picture on; otherwise with the first measurement.
        if (cameraOn || screenOn) link?.bound(boundsOf(pictures.level, options.dataSaver()))
      }
      // A camera that is off is closed, so that its light is off as well.
      if (cameraOn) camera.set(true, cameraId)
      else camera.drop()
      screen.set(screenOn)
    },
    // Chromium says yes to other constraints of a live track and changes nothing (measured), so that it is opened again.
    voiceChanged: microphone.again,
    close() {
      if (!closed) close()
    },
  }
}
