// Sends a track through a relay and back to this page, as a call would: two links, relay only, encrypted the same way.
// Reaches nobody but the relay.
import type { FrameBaseKeys, IceServer } from '../../contract/link.ts'
import { createFrameLayer } from './frame-layer.ts'
import { createPeerLink } from './peer-link.ts'
import type { PeerLink } from './peer-link.ts'

const patienceMs = 10_000

export interface RelayLoop {
  /** What came back. */
  readonly track: MediaStreamTrack
  close(): void
}

/** Rejects when the relay does not answer within ten seconds, or takes no sound. */
export async function openRelayLoop(
  track: MediaStreamTrack,
  iceServers: readonly IceServer[],
): Promise<RelayLoop> {
  const certificates = await Promise.all([newCertificate(), newCertificate()])
  const keys = [randomKeys(), randomKeys()] as const
  const { promise: arrived, resolve, reject } = Promise.withResolvers<MediaStreamTrack>()
  const fail = (): void => reject(new Error('no way through the relay'))
  const layers = [createFrameLayer({ onFailed: fail }), createFrameLayer({ onFailed: fail })] as const
  const links: PeerLink[] = []
  // Chromium pulls a track out of a connection only for an element that plays it, be it muted.
  const pull = new Audio()
  pull.muted = true
  const close = (): void => {
    pull.srcObject = null
    for (const link of links) link.destroy()
    for (const layer of layers) layer.end()
  }
  const timer = setTimeout(fail, patienceMs)
  try {
    const connected = [false, false]
    let remote: MediaStreamTrack | null = null
    const look = (): void => void (remote && connected.every(Boolean) && resolve(remote))
    for (const side of [0, 1] as const) {
      layers[side].use({
        role: side === 0 ? 'a' : 'b',
        send: copyOf(keys[side]),
        receive: copyOf(keys[1 - side] as FrameBaseKeys),
        padPictures: false,
      })
      const certificate = certificates[side]
      links[side] = createPeerLink({
        initiator: side === 0,
        certificate,
        iceServers,
        // SECURITY: whoever tests a relay is told of a relay that works, and not of a way past it.
        relayOnly: true,
        frames: layers[side],
        onSignal: (signal) => queueMicrotask(() => links[1 - side]?.signal(signal)),
        onFrame: () => undefined,
        onOpen: () => undefined,
        onRemoteTrack(track) {
          if (side !== 1 || track.kind !== 'audio') return
          remote = track
          look()
        },
        onConnection(now) {
          connected[side] = now === 'connected'
          if (now === 'failed') fail()
          look()
        },
        onFailed: fail,
      })
    }
    await links[0]?.setTracks({ audio: track, video: null, screen: null })
    const came = await arrived
    pull.srcObject = new MediaStream([came])
    await pull.play().catch(() => undefined)
    return { track: came, close }
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const newCertificate = (): Promise<RTCCertificate> =>
  RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier)

function randomKeys(): FrameBaseKeys {
  const random = () => crypto.getRandomValues(new Uint8Array(32))
  return { audio: random(), video: random(), screen: random() }
}
/** A layer erases what it was given. */
const copyOf = (keys: FrameBaseKeys): FrameBaseKeys => structuredClone(keys)
