// The page of the calls that are not Earshot's: one end of such a call, or both where nothing is in between.
import { waveOf } from '../../renderer/media/tone-wave.ts'
import { createBareEnd, type End, type EndParts } from './bare-end.ts'
import { createDemoEnd } from './demo-end.ts'
import { byHand, inOnePage, overServer, type Line, type Signals } from './signals.ts'

export type Kind = 'limit' | 'demo'

const createEnd: Readonly<Record<Kind, (parts: EndParts) => End>> = {
  limit: createBareEnd,
  demo: createDemoEnd,
}

const ringTone = document.createElement('audio')
ringTone.loop = true
ringTone.src = URL.createObjectURL(new Blob([waveOf('chime')], { type: 'audio/wav' }))

/** As the app's, where what comes out is watched. The second one is for the other end in the same page. */
const speakers = ['peer-audio', 'other-audio'].map((id) => {
  const element = document.createElement('audio')
  element.id = id
  element.autoplay = true
  document.body.append(element)
  return element
})

const microphone = navigator.mediaDevices
  .getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
  .then((stream) => stream.getAudioTracks()[0] as MediaStreamTrack)

let line: Line | null = null
const hand = byHand()
let ends: readonly End[] = []

async function endOf(
  kind: Kind,
  signals: Signals,
  config: RTCConfiguration,
  speaker = speakers[0],
): Promise<End> {
  return createEnd[kind]({
    signals,
    config,
    microphone: await microphone,
    onRing: () => void ringTone.play(),
    play(track) {
      if (speaker) speaker.srcObject = track && new MediaStream([track])
    },
  })
}

const callBench = {
  /** Both ends here. */
  async both(kind: Kind, config: RTCConfiguration): Promise<void> {
    const [one, other] = inOnePage()
    ends = [await endOf(kind, one, config), await endOf(kind, other, config, speakers[1])]
  },
  async one(kind: Kind, url: string, config: RTCConfiguration): Promise<void> {
    line ??= overServer(url)
    await line.ready
    ends = [await endOf(kind, line, config)]
  },
  async oneByHand(kind: Kind, config: RTCConfiguration): Promise<void> {
    hand.end()
    ends = [await endOf(kind, hand, config)]
  },
  take: hand.take,
  async restartFor(afterMs: readonly number[]): Promise<void> {
    const startedMs = performance.now()
    for (const ms of afterMs) {
      await new Promise((next) => setTimeout(next, ms - (performance.now() - startedMs)))
      ends[0]?.restart?.()
    }
  },
  /** When it was clicked, ms since the epoch. */
  call(): number {
    const atMs = Date.now()
    ends[0]?.call()
    return atMs
  },
  accept(): number {
    const atMs = Date.now()
    ringTone.pause()
    ends.at(-1)?.accept()
    return atMs
  },
  close(): void {
    ringTone.pause()
    for (const end of ends) end.close()
    ends = []
    line?.end()
  },
}
export type CallBench = typeof callBench

declare global {
  interface Window {
    callBench: CallBench
  }
}
window.callBench = callBench
