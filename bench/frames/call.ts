// One call in one page, with the frame layer or without: two connections, sound and a picture one way.
import type { FrameKeys } from '../../contract/link.ts'
import { createFrameLayer } from '../../renderer/media/frame-layer.ts'
import { clockTrack, watchAges } from './clock-picture.ts'

type Layer = ReturnType<typeof createFrameLayer>

const settleMs = 2_000

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const keysOf = (fill: number) => ({ audio: bytes(fill), video: bytes(fill + 1), screen: bytes(fill + 2) })
const keys = (role: 'a' | 'b'): FrameKeys => ({
  role,
  send: keysOf(role === 'a' ? 1 : 11),
  receive: keysOf(role === 'a' ? 11 : 1),
  padPictures: false,
})

/** Ages of the pictures in milliseconds, after the call has settled. */
export async function measuredCall(layered: boolean, talkMs: number, onSettled: () => Promise<void>): Promise<number[]> {
  const layers: Layer[] = []
  const config = layered ? { encodedInsertableStreams: true } : {}
  const [sender, receiver] = [new RTCPeerConnection(config), new RTCPeerConnection(config)]
  const layerOf = async (role: 'a' | 'b'): Promise<Layer | null> => {
    if (!layered) return null
    const layer = createFrameLayer(keys(role))
    layers.push(layer)
    return layer
  }
  const [sending, receiving] = [await layerOf('a'), await layerOf('b')]
  sender.onicecandidate = ({ candidate }) => void receiver.addIceCandidate(candidate ?? undefined)
  receiver.onicecandidate = ({ candidate }) => void sender.addIceCandidate(candidate ?? undefined)
  const picture = clockTrack()
  const sound = tone()
  const arrived = new Promise<MediaStreamTrack>((resolve) => {
    receiver.ontrack = ({ track, receiver: from }) => {
      receiving?.receive(from, track.kind as 'audio' | 'video')
      if (track.kind === 'video') resolve(track)
    }
  })
  for (const [kind, track] of [
    ['audio', sound.track],
    ['video', picture.track],
  ] as const) {
    const transceiver = sender.addTransceiver(track, { direction: 'sendonly' })
    sending?.send(transceiver.sender, kind)
    const codecs = RTCRtpSender.getCapabilities(kind)?.codecs ?? []
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => /opus|vp8|rtx/i.test(mimeType)))
  }
  await sender.setLocalDescription()
  await receiver.setRemoteDescription(sender.localDescription ?? { type: 'offer' })
  await receiver.setLocalDescription()
  await sender.setRemoteDescription(receiver.localDescription ?? { type: 'answer' })
  const watch = watchAges(await arrived)
  await after(settleMs)
  watch.ages.length = 0
  await onSettled()
  await after(talkMs)
  const ages = [...watch.ages]
  watch.stop()
  picture.stop()
  sound.stop()
  for (const connection of [sender, receiver]) connection.close()
  for (const layer of layers) layer.end()
  return ages
}

function tone(): { readonly track: MediaStreamTrack; stop(): void } {
  const context = new AudioContext()
  const oscillator = new OscillatorNode(context, { frequency: 440 })
  const out = context.createMediaStreamDestination()
  oscillator.connect(out)
  oscillator.start()
  const [track] = out.stream.getAudioTracks()
  if (!track) throw new Error('a context without a track')
  return { track, stop: () => void context.close() }
}

const after = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
