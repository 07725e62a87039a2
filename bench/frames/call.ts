// One call in one page, with the frame layer or without: two connections, sound and a picture one way.
import { createFrameLayer, failClosed, type FrameLayer } from '../../renderer/media/frame-layer.ts'
import { clockTrack, watchAges } from './clock-picture.ts'
import { benchKeys } from './keys.ts'

const settleMs = 2_000

/** Ages of the pictures in milliseconds, after the call has settled. */
export async function measuredCall(
  layered: boolean,
  talkMs: number,
  onSettled: () => Promise<void>,
): Promise<number[]> {
  const config = layered ? failClosed : {}
  const [sender, receiver] = [new RTCPeerConnection(config), new RTCPeerConnection(config)]
  const sending = layered ? layerOf('a') : null
  const receiving = layered ? layerOf('b') : null
  sender.onicecandidate = ({ candidate }) => void receiver.addIceCandidate(candidate ?? undefined)
  receiver.onicecandidate = ({ candidate }) => void sender.addIceCandidate(candidate ?? undefined)
  const picture = clockTrack()
  const sound = tone()
  const arrived = new Promise<MediaStreamTrack>((resolve) => {
    receiver.ontrack = ({ track, receiver: from }) => {
      receiving?.open(from, track.kind as 'audio' | 'video')
      if (track.kind === 'video') resolve(track)
    }
  })
  for (const [kind, track] of [
    ['audio', sound.track],
    ['video', picture.track],
  ] as const) {
    const transceiver = sender.addTransceiver(track, { direction: 'sendonly' })
    sending?.seal(transceiver.sender, kind)
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
  const opened = await receiving?.counts()
  sending?.end()
  receiving?.end()
  if (opened && (opened.opened.video === 0 || opened.opened.audio === 0))
    throw new Error('the layer opened nothing, so that nothing was measured')
  return ages
}

function layerOf(role: 'a' | 'b'): FrameLayer {
  const layer = createFrameLayer({
    onFailed(when) {
      throw new Error(`the frame layer failed: ${when}`)
    },
  })
  layer.use(benchKeys(role))
  return layer
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
