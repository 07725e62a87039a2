// Two ends of one link in one page, each with its own tone and its own moving picture, and what arrives at each.
import type { IceServer, LinkSignal } from '../../contract/link.ts'
import { measureLink } from '../../renderer/media/link-stats.ts'
import { createPeerLink } from '../../renderer/media/peer-link.ts'
import type { LinkConnection, PeerLink } from '../../renderer/media/peer-link.ts'
import type { FrameLayer } from '../../renderer/media/frame-layer.ts'
import { tryOutFrames } from '../../renderer/media/frame-self-test.ts'
import { createEndFrames } from './frames.ts'
import type { Defect } from './frames.ts'

interface Sources {
  readonly audio: MediaStreamTrack
  readonly video: MediaStreamTrack
  readonly screen: MediaStreamTrack
}

interface End {
  readonly link: PeerLink
  readonly frameLayer: FrameLayer
  readonly sources: Sources
  readonly signals: LinkSignal[]
  readonly frames: string[]
  readonly remote: MediaStreamTrack[]
  /** That the peer's sound has stopped, and comes again. */
  readonly sounds: boolean[]
  connection: LinkConnection
  fingerprints: { own: string; seen: string } | null
  failed: boolean
}

/** Pulsed, because a steady tone is taken for noise; a picture that changes, because a still one sends nothing. */
function sources(hz: number): Sources {
  const context = new AudioContext()
  const oscillator = new OscillatorNode(context, { frequency: hz })
  const gain = new GainNode(context, { gain: 0 })
  const out = context.createMediaStreamDestination()
  oscillator.connect(gain).connect(out)
  oscillator.start()
  const [canvas, screen] = [pictures(320, 240), pictures(1280, 720)]
  let tick = 0
  setInterval(() => {
    gain.gain.value = Math.floor(tick / 5) % 2 === 0 ? 0.5 : 0
    tick++
    canvas.paint(tick * 17)
    screen.paint(tick * 5)
  }, 50)
  return {
    audio: out.stream.getAudioTracks()[0]!,
    video: canvas.track,
    screen: screen.track,
  }
}

function pictures(width: number, height: number) {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const brush = canvas.getContext('2d')!
  return {
    track: canvas.captureStream(20).getVideoTracks()[0]!,
    paint(hue: number): void {
      brush.fillStyle = `hsl(${hue % 360} 80% 50%)`
      brush.fillRect(0, 0, width, height)
    },
  }
}

const generate = (): Promise<RTCCertificate> =>
  RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier)

async function createEnd(
  initiator: boolean,
  hz: number,
  other: () => PeerLink,
  defect: Defect | null,
): Promise<End> {
  const sounds: boolean[] = []
  const frameLayer = createEndFrames(initiator, defect, (flowing) => sounds.push(flowing))
  const signals: LinkSignal[] = []
  const frames: string[] = []
  const remote: MediaStreamTrack[] = []
  const link = createPeerLink({
    initiator,
    certificate: await generate(),
    iceServers: [],
    relayOnly: false,
    frames: frameLayer,
    onSignal(signal) {
      signals.push(signal)
      // As between two processes: a copy, and not at once.
      queueMicrotask(() => other().signal(structuredClone(signal)))
    },
    onFrame: (text) => frames.push(text),
    onOpen: (fingerprints) => (end.fingerprints = fingerprints),
    onRemoteTrack: (track) => remote.push(track),
    onConnection: (connection) => (end.connection = connection),
    onFailed: () => (end.failed = true),
  })
  const own = sources(hz)
  const end: End = {
    link,
    frameLayer,
    sources: own,
    signals,
    frames,
    remote,
    sounds,
    connection: 'connecting',
    fingerprints: null,
    failed: false,
  }
  await link.setTracks({ ...own, screen: null })
  // Chromium decodes sound and pictures only for somebody who plays them; muted is not played.
  const element = document.createElement('video')
  element.autoplay = true
  const stream = new MediaStream()
  element.srcObject = stream
  document.body.append(element)
  setInterval(() => {
    for (const track of remote) stream.addTrack(track)
  }, 50)
  return end
}

/** The connections as they are made, to see what a link does not show. */
const connections: RTCPeerConnection[] = []
const Native = RTCPeerConnection
window.RTCPeerConnection = class extends Native {
  constructor(config?: RTCConfiguration) {
    super(config)
    connections.push(this)
  }
}

const ends: { caller?: End; callee?: End } = {}
/** `?caller=wrong-key&callee=…`: what is wrong with which end. */
const asked = new URLSearchParams(location.search)
const defectOf = (side: Side) => asked.get(side) as Defect | null
ends.callee = await createEnd(false, 660, () => ends.caller!.link, defectOf('callee'))
ends.caller = await createEnd(true, 440, () => ends.callee!.link, defectOf('caller'))
type Side = keyof typeof ends
const order: readonly Side[] = ['callee', 'caller']
const connectionOf = (side: Side): RTCPeerConnection => connections[order.indexOf(side)]!

/** Where no sound and no picture is to cross. */
const noFrames = { seal: () => undefined, open: () => undefined }

/** A link without media, opened and destroyed by both ends. */
async function openAndDestroy(): Promise<void> {
  const links: PeerLink[] = []
  const opened = [true, false].map(async (initiator, own) => {
    const certificate = await generate()
    return new Promise<void>((done) => {
      links[own] = createPeerLink({
        initiator,
        certificate,
        iceServers: [],
        relayOnly: false,
        frames: noFrames,
        onSignal: (signal) => links[1 - own]?.signal(signal),
        onFrame: () => undefined,
        onOpen: () => done(),
        onRemoteTrack: () => undefined,
        onConnection: () => undefined,
        onFailed: () => undefined,
      })
    })
  })
  await Promise.all(opened)
  for (const link of links) link.destroy()
}

let waiting: PeerLink | null = null
let found = (_signal: LinkSignal): void => undefined
const unheard = {
  relayOnly: true,
  frames: noFrames,
  onSignal: (signal: LinkSignal) => signal.type === 'candidates' && found(signal),
  onFrame: () => undefined,
  onOpen: () => undefined,
  onRemoteTrack: () => undefined,
  onConnection: () => undefined,
  onFailed: () => undefined,
}

const probe = {
  async look(side: Side) {
    const { link, frameLayer, signals, frames, connection, fingerprints, failed, remote, sounds } =
      ends[side]!
    const dropped = link.droppedSignals()
    const gathering = link.gathering()
    const report = await link.stats()
    const worker = await frameLayer.counts()
    return {
      signals,
      frames,
      connection,
      fingerprints,
      failed,
      dropped,
      sounds,
      remoteKinds: remote.map((track) => track.kind),
      measured: report && measureLink(report, connection, gathering, worker, link.screenMid()),
    }
  },
  send: (side: Side, text: string): boolean => ends[side]!.link.send(text),
  signal: (side: Side, signal: unknown): void => ends[side]!.link.signal(signal as LinkSignal),
  /** As if the path had been lost for good, some 15 seconds after a cable was pulled. */
  loseNetwork(side: Side): void {
    const pc = connectionOf(side)
    Object.defineProperty(pc, 'connectionState', { value: 'failed', configurable: true })
    pc.dispatchEvent(new Event('connectionstatechange'))
    Reflect.deleteProperty(pc, 'connectionState')
  },
  /** As a call does it: switched off in the track, and with a camera that is closed and opened again. */
  async switch(
    side: Side,
    on: { readonly audio: boolean; readonly video: boolean; readonly screen?: boolean },
  ): Promise<void> {
    const { link, sources } = ends[side]!
    sources.audio.enabled = on.audio
    await link.setTracks({
      audio: sources.audio,
      video: on.video ? sources.video : null,
      screen: on.screen ? sources.screen : null,
    })
  },
  /** RTP packets that left and came, of sound and pictures. */
  async packets(side: Side) {
    const stats = [...((await ends[side]!.link.stats())?.values() ?? [])] as Readonly<
      Record<string, unknown>
    >[]
    const count = (type: string, name: string): number =>
      stats.filter((stat) => stat['type'] === type).reduce((sum, stat) => sum + Number(stat[name] ?? 0), 0)
    return {
      sent: count('outbound-rtp', 'packetsSent'),
      encoded: count('outbound-rtp', 'framesEncoded'),
      received: count('inbound-rtp', 'packetsReceived'),
    }
  },
  async selfTest(failClosed: boolean) {
    const startMs = performance.now()
    const verdict = await (failClosed ? tryOutFrames() : tryOutFrames({}))
    return { verdict, tookMs: performance.now() - startMs }
  },
  restart: (side: Side, urls: readonly string[]): void =>
    ends[side]!.link.restart(urls.length ? [{ urls }] : []),
  /** Nothing of its sound leaves any more, not even silence, as if the path were dead. */
  async goSilent(side: Side): Promise<void> {
    const { link, sources } = ends[side]!
    await link.setTracks({ ...sources, audio: null, screen: null })
  },
  async soundAgain(side: Side): Promise<void> {
    const { link, sources } = ends[side]!
    await link.setTracks({ ...sources, screen: null })
  },
  destroy: (side: Side): void => ends[side]!.link.destroy(),
  /** Of the sound that leaves: what has been sent so far, and what each packet says beside it. */
  async sound(side: Side) {
    const pc = connectionOf(side)
    const [sender] = pc.getSenders().filter(({ track }) => track?.kind === 'audio')
    const stats = [...(await pc.getStats()).values()] as (RTCOutboundRtpStreamStats & { kind: string })[]
    const sent = stats.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'audio')
    return {
      bytes: sent?.bytesSent ?? 0,
      packets: sent?.packetsSent ?? 0,
      extensions: sender!.getParameters().headerExtensions.map(({ uri }) => uri),
    }
  },
  async openAndDestroy(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await openAndDestroy()
  },
  /** All that a link says which may use relays only and has none. */
  async relayOnly(): Promise<LinkSignal[]> {
    const signals: LinkSignal[] = []
    const link = createPeerLink({
      ...unheard,
      initiator: true,
      certificate: await generate(),
      iceServers: [],
      onSignal: (signal) => signals.push(signal),
    })
    const pc = connections.at(-1)!
    await new Promise<void>((done) => {
      pc.addEventListener('icegatheringstatechange', () => {
        if (pc.iceGatheringState === 'complete') done()
      })
    })
    link.destroy()
    return signals
  },
  /** A link that may use this relay only and waits for an offer: it has been asked for one allocation. */
  async waitForOffer(iceServers: readonly IceServer[]): Promise<void> {
    waiting = createPeerLink({ ...unheard, initiator: false, certificate: await generate(), iceServers })
  },
  /** What it has to say of its addresses once it is offered something. */
  async offerToWaiting(): Promise<LinkSignal> {
    const { promise, resolve } = Promise.withResolvers<LinkSignal>()
    found = resolve
    const offering = createPeerLink({
      ...unheard,
      initiator: true,
      certificate: await generate(),
      iceServers: [],
      onSignal: (signal) => signal.type === 'offer' && waiting?.signal(signal),
    })
    const signal = await promise
    for (const link of [offering, waiting]) link?.destroy()
    return signal
  },
  iceServers: () => connections.flatMap((pc) => pc.getConfiguration().iceServers ?? []),
  connections: () => ({
    made: connections.length,
    open: connections.filter((pc) => pc.signalingState !== 'closed').length,
  }),
}
export type Probe = typeof probe

Object.assign(window, { probe })
