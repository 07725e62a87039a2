// Tries out that what protects sound and pictures holds in this browser: two connections in one page, made-up tracks, and
// the very worker that calls use. Asks for no device. Only drives; what it means is in frame-verdict.
import type { FrameBaseKeys } from '../../contract/link.ts'
import { allowCodecs } from './fixed-transceivers.ts'
import { createFrameLayer, failClosed } from './frame-layer.ts'
import type { FrameLayer } from './frame-layer.ts'
import { testLineNames, testLines, verdictOn } from './frame-verdict.ts'
import type { Flow, Seen, TestLine } from './frame-verdict.ts'
import { createTestTracks } from './test-tracks.ts'

/** `unknown`: the two connections did not come about, as on a computer without a network. */
export type FrameTestResult = 'passed' | 'failed' | 'unknown'

const patienceMs = 8_000
const feedEveryMs = 20

/** Never rejects. */
export async function testFrames(): Promise<FrameTestResult> {
  const first = await tryOutQuietly()
  // A computer that was busy gets a second chance; one that let something through does not.
  const verdict = first === 'open' ? await tryOutQuietly() : first
  if (verdict === 'unconnected') return 'unknown'
  return verdict === 'holds' ? 'passed' : 'failed'
}

const tryOutQuietly = () => tryOutFrames().catch(() => 'open' as const)

/** `config` is for the test of this test. Rejects where there is no WebRTC or no worker. */
export async function tryOutFrames(
  config: object = failClosed,
): Promise<ReturnType<typeof verdictOn> | 'unconnected'> {
  const tracks = createTestTracks()
  const keys = { right: randomKeys(), wrong: randomKeys() }
  const layers = {
    sender: layerOf('a', keys.right),
    right: layerOf('b', keys.right),
    wrong: layerOf('b', keys.wrong),
  }
  const [from, to] = [new RTCPeerConnection(config), new RTCPeerConnection(config)]
  const watched: (() => void)[] = []

  function send(line: TestLine): void {
    const { media, seal } = testLines[line]
    const transceiver = from.addTransceiver(tracks[media], { direction: 'sendonly' })
    allowCodecs(media, transceiver)
    if (seal) layers.sender.seal(transceiver.sender, seal)
  }
  to.ontrack = ({ transceiver, receiver, track }) => {
    const line = testLineNames[to.getTransceivers().indexOf(transceiver)]
    if (!line) return
    const { media, open } = testLines[line]
    if (open) (line === 'wrongKey' ? layers.wrong : layers.right).open(receiver, open)
    if (media === 'video') watched.push(watch(track))
  }

  try {
    testLineNames.forEach(send)
    await connect(from, to)
    const giveUpMs = performance.now() + patienceMs
    while (performance.now() < giveUpMs) {
      tracks.feed()
      await nextFeed()
      const verdict = verdictOn(await look(from, to, layers))
      if (verdict !== 'open') return verdict
    }
    return from.connectionState === 'connected' ? 'open' : 'unconnected'
  } finally {
    tracks.stop()
    for (const stop of watched) stop()
    for (const pc of [from, to]) pc.close()
    for (const layer of Object.values(layers)) layer.end()
  }
}

/** The timers of a hidden window tick once a second; there the questions asked in between are delay enough. */
const nextFeed = (): Promise<unknown> =>
  document.hidden ? Promise.resolve() : new Promise((next) => setTimeout(next, feedEveryMs))

async function connect(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> {
  const { promise: described, resolve } = Promise.withResolvers<null>()
  const tell = (other: RTCPeerConnection, { candidate }: RTCPeerConnectionIceEvent) =>
    void described.then(() => candidate && other.addIceCandidate(candidate)).catch(() => undefined)
  from.onicecandidate = (event) => tell(to, event)
  to.onicecandidate = (event) => tell(from, event)
  await from.setLocalDescription()
  await to.setRemoteDescription(from.localDescription ?? { type: 'offer' })
  await to.setLocalDescription()
  await from.setRemoteDescription(to.localDescription ?? { type: 'answer' })
  resolve(null)
}

async function look(
  from: RTCPeerConnection,
  to: RTCPeerConnection,
  layers: { readonly right: FrameLayer; readonly wrong: FrameLayer },
): Promise<Seen> {
  const [out, into, right, wrong] = await Promise.all([
    from.getStats(),
    to.getStats(),
    layers.right.counts(),
    layers.wrong.counts(),
  ])
  const flowOf = (index: number): Flow => {
    const count = (report: RTCStatsReport, type: string, name: string): number =>
      statsOf(report)
        .filter((stat) => stat['type'] === type && stat['mid'] === String(index))
        .reduce((sum, stat) => sum + Number(stat[name] ?? 0), 0)
    return {
      sent: count(out, 'outbound-rtp', 'packetsSent'),
      received: count(into, 'inbound-rtp', 'packetsReceived'),
      decoded: count(into, 'inbound-rtp', 'framesDecoded'),
    }
  }
  const flows = Object.fromEntries(testLineNames.map((line, index) => [line, flowOf(index)]))
  return { flows: flows as Seen['flows'], right, wrong }
}

const statsOf = (report: RTCStatsReport) => [...report.values()] as Readonly<Record<string, unknown>>[]

function randomKeys(): FrameBaseKeys {
  const random = () => crypto.getRandomValues(new Uint8Array(32))
  return { audio: random(), video: random(), screen: random() }
}

/** Of its own copy of the keys, because a layer erases what it was given. */
function layerOf(role: 'a' | 'b', base: FrameBaseKeys): FrameLayer {
  const unused = randomKeys()
  const copy = structuredClone(base)
  const [send, receive] = role === 'a' ? [copy, unused] : [unused, copy]
  const layer = createFrameLayer({ onFailed: () => undefined })
  layer.use({ role, send, receive, padPictures: false })
  return layer
}

/** Chromium decodes pictures only for somebody who looks, and a window may be hidden. Returns the end of it. */
function watch(track: MediaStreamTrack): () => void {
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()
  async function lookOn(): Promise<void> {
    for (let next = await reader.read(); !next.done; next = await reader.read()) next.value.close()
  }
  void lookOn().catch(() => undefined)
  // To cancel the reader would leave a picture that waits in it to the garbage collector, which complains of that.
  return () => track.stop()
}

/** Chromium's mediacapture-transform; TypeScript's DOM does not know it. */
declare const MediaStreamTrackProcessor: new (options: { readonly track: MediaStreamTrack }) => {
  readonly readable: ReadableStream<VideoFrame>
}
