// The media half of the page: the link of the call, what is heard, and which devices there are. Obeys main; the
// screens only look at its pictures.
import type { CallId } from '../../contract/ids.ts'
import type { ShellApi, Slice, Views } from '../../contract/ipc.ts'
import { ownIdOf, type BuiltInRingtone, type Ringtone } from '../../contract/ringing.ts'
import type { VoiceProcessing } from '../../contract/settings.ts'
import { createCallDoctor, type CallDoctor } from './call-doctor.ts'
import { createCallSession } from './call-session.ts'
import type { CallSession, SessionTracks } from './call-session.ts'
import { createChatPost } from './chat-post.ts'
import { createDeviceList } from './device-list.ts'
import type { ListedDevices } from './device-list.ts'
import { createFrameLayer } from './frame-layer.ts'
import type { Files } from './files.ts'
import type { FrameLayer, FrameLayerOptions } from './frame-layer.ts'
import { createFrameReadiness } from './frame-readiness.ts'
import { testFrames } from './frame-self-test.ts'
import type { FrameTestResult } from './frame-self-test.ts'
import type { Capture } from './open-track.ts'
import { allProcessing } from './microphone.ts'
import { createPeerLink } from './peer-link.ts'
import type { PeerLink, PeerLinkOptions } from './peer-link.ts'
import { createRing } from './ring.ts'
import type { Ring } from './ring.ts'
import { createRingSounds } from './ring-sounds.ts'
import { openScreen } from './screen.ts'
import type { ScreenCapture } from './screen.ts'
import { createSpeaker } from './speaker.ts'
import type { Speaker } from './speaker.ts'
import { ringFor, toneFor } from './tone-for.ts'
import { createTones } from './tones.ts'
import type { Tones } from './tones.ts'

/** For the screen: pictures only, sound has its own way out. */
export interface MediaStreams {
  readonly local: MediaStream | null
  readonly remote: MediaStream | null
  readonly ownScreen: MediaStream | null
  readonly peerScreen: MediaStream | null
  /** The network is poor, and my pictures leave small. */
  readonly held: boolean
}

export const noStreams: MediaStreams = {
  local: null,
  remote: null,
  ownScreen: null,
  peerScreen: null,
  held: false,
}

export interface CallMedia {
  /** The bytes of files in the chat. */
  readonly files: Files
  /** Told at once and on every change. Returns the end of it. */
  subscribe(listener: (streams: MediaStreams) => void): () => void
}

export interface CallMediaOptions {
  readonly shell: ShellApi
  readonly devices?: Capture & ListedDevices
  readonly displays?: ScreenCapture
  readonly createLink?: (options: PeerLinkOptions) => PeerLink
  readonly createCertificate?: () => Promise<RTCCertificate>
  readonly createFrames?: (options: FrameLayerOptions) => FrameLayer
  readonly tryFrames?: () => Promise<FrameTestResult>
  readonly speaker?: Speaker
  readonly tones?: Tones
  readonly ring?: Ring
  readonly doctor?: CallDoctor
}

/** A new one for each call, so that calls cannot be linked by it. */
const certificateOfACall = (): Promise<RTCCertificate> =>
  RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier)

export function createCallMedia({
  shell,
  devices = navigator.mediaDevices,
  displays = navigator.mediaDevices,
  createLink = createPeerLink,
  createCertificate = certificateOfACall,
  createFrames = createFrameLayer,
  tryFrames = testFrames,
  speaker = createSpeaker(document),
  tones = createTones(document),
  ring = createRing(document, createRingSounds(shell)),
  doctor = createCallDoctor({ shell, changed: () => undefined }),
}: CallMediaOptions): CallMedia {
  const listeners = new Set<(streams: MediaStreams) => void>()
  let streams = noStreams
  let heard: MediaStreamTrack | null = null
  let voice = allProcessing
  let stopWatching = (): void => undefined
  let session: CallSession | null = null
  const chat = createChatPost(shell)
  const deviceList = createDeviceList(shell, devices)
  const readiness = createFrameReadiness({
    test: tryFrames,
    report: (passed) => shell['frames.tested']({ passed }),
  })

  function showTracks(tracks: SessionTracks): void {
    const { peerAudio } = tracks
    streams = {
      local: streamOf(tracks.ownVideo, streams.local),
      remote: streamOf(tracks.peerVideo, streams.remote),
      ownScreen: streamOf(tracks.ownScreen, streams.ownScreen),
      peerScreen: streamOf(tracks.peerScreen, streams.peerScreen),
      held: tracks.held,
    }
    if (peerAudio !== heard) {
      heard = peerAudio
      speaker.play(peerAudio)
    }
    for (const listener of listeners) listener(streams)
  }

  /** The call that a push belongs to, if it is still the one that is on. */
  const sessionOf = (callId: CallId): CallSession | null => (session?.callId === callId ? session : null)

  function begin(callId: CallId): CallSession {
    endSession()
    session = createCallSession(callId, {
      shell,
      capture: devices,
      openScreen: () => openScreen(displays),
      createLink,
      createFrames,
      frameTest: readiness.result,
      createCertificate,
      onTracks: showTracks,
      onDevices: deviceList.report,
      onOpened: deviceList.opened,
      chat,
      voice: () => voice,
      dataSaver: () => seen.settings?.dataSaver ?? false,
      speakerRefused: speaker.isRefused,
      onReport: doctor.look,
    })
    doctor.begin()
    return session
  }
  function endSession(): void {
    const closing = session
    session = null
    stopWatching()
    closing?.close()
    doctor.end()
  }
  shell.on['link.warm'](({ callId }) => {
    begin(callId)
    // Outside a call devices have no names, and what is known of them must not be lost.
    if (seen.call?.phase === 'incoming') stopWatching = deviceList.watch()
  })
  shell.on['link.prepare']((order) => {
    const warm = sessionOf(order.callId)
    const prepared = warm?.isWarm() ? warm : begin(order.callId)
    stopWatching()
    stopWatching = deviceList.watch()
    prepared.prepare(order)
  })
  shell.on['link.keys'](({ callId, frames }) => sessionOf(callId)?.keys(frames))
  shell.on['link.open']((order) => sessionOf(order.callId)?.open(order))
  shell.on['link.restart']((order) => sessionOf(order.callId)?.restart(order))
  shell.on['link.signal'](({ callId, signal }) => sessionOf(callId)?.signal(signal))
  shell.on['link.frame'](({ callId, data }) => sessionOf(callId)?.frame(data))
  shell.on['link.tracks']((order) => sessionOf(order.callId)?.tracks(order))
  shell.on['link.close'](({ callId }) => {
    if (sessionOf(callId)) endSession()
  })

  const seen: Partial<Views> = {}
  function look<S extends Slice>(slice: S, value: Views[S]): void {
    Object.assign(seen, { [slice]: value })
    if (slice === 'app' && seen.app) readiness.look(seen.app)
    if (slice === 'devices' && seen.devices) {
      const { deviceId } = seen.devices.chosen.speaker
      speaker.use(deviceId)
      tones.use(deviceId)
    }
    const nowVoice = seen.settings?.voice
    if (nowVoice && !isSameVoice(nowVoice, voice)) {
      voice = nowVoice
      session?.voiceChanged()
    }
    // Where and how loud first: what rings must not begin elsewhere.
    if (seen.devices && seen.settings) {
      ring.use(ringOutputOf(seen.devices, seen.settings))
      // Not in a call, nor while one comes about: that has better things to do.
      if (seen.call?.phase === 'idle' || seen.call?.phase === 'ended')
        ring.expect(builtInOf(seen.settings.ringTone))
    }
    if (seen.call && seen.ringing && seen.devices && seen.settings) {
      ring.play(ringFor(seen.call, seen.ringing))
      // A rehearsal comes before a call: its devices are listed while they may be.
      if (slice === 'ringing' && seen.ringing.rehearsal !== null) void deviceList.report()
    }
    if (slice === 'chat') chat.look(seen.chat ?? null)
    if (slice === 'call' && seen.call) {
      tones.play(toneFor(seen.call))
      doctor.callIs(seen.call)
    }
  }
  shell.on.view(({ slice, value }) => look(slice, value as Views[Slice]))
  void shell.snapshot({}).then((answer) => {
    if (!answer.ok) return
    // A push that came first is not older.
    for (const slice of ['app', 'settings', 'devices', 'ringing', 'call', 'chat'] as const) {
      if (!(slice in seen)) look(slice, answer.value[slice])
    }
  })
  void deviceList.report()

  return {
    files: chat.files,
    subscribe(listener) {
      listeners.add(listener)
      listener(streams)
      return () => listeners.delete(listener)
    },
  }
}

const ringOutputOf = (devices: Views['devices'], settings: Views['settings']) => ({
  deviceIds: devices.ring.flatMap(({ deviceId }) => deviceId ?? []),
  volume: settings.ringVolume,
})

/** A person's own may be large, and main is asked for it. */
const builtInOf = (tone: Ringtone): BuiltInRingtone | null =>
  ownIdOf(tone) === null ? (tone as BuiltInRingtone) : null

const isSameVoice = (one: VoiceProcessing, other: VoiceProcessing): boolean =>
  one.echoCancellation === other.echoCancellation &&
  one.noiseSuppression === other.noiseSuppression &&
  one.autoGainControl === other.autoGainControl

/** The same stream for the same track: a screen that is given a new one starts its picture again. */
function streamOf(track: MediaStreamTrack | null, known: MediaStream | null): MediaStream | null {
  if (!track) return null
  return known?.getTracks()[0] === track ? known : new MediaStream([track])
}
