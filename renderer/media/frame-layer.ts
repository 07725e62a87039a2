// The encryption of everything one link sends and receives (SP1 section 7), as the page sees it: a worker that gets the
// keys, and the senders and receivers it is put into. Knows no call.
import type { FrameCounts, FrameKeys, FrameKind } from '../../contract/link.ts'
import { eraseFrameKeys } from './frame-keys.ts'
import type { FrameDirection } from './frame-pipe.ts'
import { startFrameWorker } from './frame-worker-source.ts'
import type { FromFrameWorker, ToFrameWorker, TransformOptions } from './frame-worker-messages.ts'

/** In the tick in which there is a transceiver; later, and frames have left or come without it. */
export interface FrameAttach {
  /** What leaves through it is encrypted. Once for each sender; the second time does nothing. */
  seal(sender: RTCRtpSender, kind: FrameKind): void
  /** What arrives through it is this kind from the peer, or dropped. Once for each receiver. */
  open(receiver: RTCRtpReceiver, kind: FrameKind): void
}

export interface FrameLayer extends FrameAttach {
  /** Takes the keys over: their bytes are zeros once the worker has them. Once; until then every frame waits. */
  use(keys: FrameKeys): void
  /** What the worker has done by now, asked for now; the last that is known once it has ended. */
  counts(): Promise<FrameCounts>
  /** How late the worker came to its work at worst, between the last two answers; milliseconds. */
  lateMs(): number
  end(): void
}

export interface FrameLayerOptions {
  /** `setup`: there are no keys in the worker. `lost`: it died later. Nothing more leaves, nothing more is heard. */
  readonly onFailed: (when: 'setup' | 'lost') => void
  /** The peer's sound has stopped coming, or comes again. */
  readonly onSound?: (flowing: boolean) => void
  readonly startWorker?: () => Worker
  readonly createTransform?: (worker: Worker, options: TransformOptions) => RTCRtpScriptTransform
}

/** SECURITY: without it Chromium lets frames pass where a transform is missing or came late (w3c/webrtc-encoded-transform#314). */
export const failClosed = { encodedInsertableStreams: true } as const

const noCounts: FrameCounts = {
  sealed: { audio: 0, video: 0, screen: 0 },
  opened: { audio: 0, video: 0, screen: 0 },
  refused: { audio: 0, video: 0, screen: 0 },
  repeated: 0,
}

/** Its worker starts at once, so that nobody waits for it once there are keys. Throws where there are no workers. */
export function createFrameLayer({
  onFailed,
  onSound = () => undefined,
  startWorker = startFrameWorker,
  createTransform = (worker, options) => new RTCRtpScriptTransform(worker, options),
}: FrameLayerOptions): FrameLayer {
  const attached = new WeakSet<RTCRtpSender | RTCRtpReceiver>()
  let last = noCounts
  let lateMs = 0
  const asking: ((counts: FrameCounts) => void)[] = []
  let keys: FrameKeys | null = null
  let ready = false
  let ended = false

  function end(): void {
    if (ended) return
    ended = true
    if (keys) eraseFrameKeys(keys)
    worker.terminate()
    for (const answer of asking.splice(0)) answer(last)
  }
  function fail(): void {
    if (ended) return
    end()
    onFailed(ready ? 'lost' : 'setup')
  }

  const worker = startWorker()
  const say = (message: ToFrameWorker): void => worker.postMessage(message)
  worker.addEventListener('error', fail)
  worker.addEventListener('messageerror', fail)
  worker.addEventListener('message', ({ data }: MessageEvent<FromFrameWorker>) => {
    if (ended) return
    if (data.type === 'failed') return fail()
    if (data.type === 'ready') {
      ready = true
      return keys ? eraseFrameKeys(keys) : undefined
    }
    if (data.type === 'sound') return onSound(data.flowing)
    last = data.counts
    lateMs = data.lateMs
    asking.shift()?.(last)
  })

  function attach(end: RTCRtpSender | RTCRtpReceiver, direction: FrameDirection, kind: FrameKind): void {
    if (ended || attached.has(end)) return
    attached.add(end)
    end.transform = createTransform(worker, { direction, kind })
  }

  return {
    use(given) {
      if (ended || keys) return eraseFrameKeys(given)
      keys = given
      say({ type: 'keys', keys })
    },
    seal: (sender, kind) => attach(sender, 'send', kind),
    open: (receiver, kind) => attach(receiver, 'receive', kind),
    counts() {
      if (ended) return Promise.resolve(last)
      return new Promise((answer) => {
        asking.push(answer)
        say({ type: 'count' })
      })
    },
    lateMs: () => lateMs,
    end,
  }
}
