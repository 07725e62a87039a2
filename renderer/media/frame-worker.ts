// The worker of one link: where WebRTC hands over every encoded frame, and gets it back encrypted or decrypted. Only
// connects; what happens to a frame is in frame-pipe.
import { eraseFrameKeys } from './frame-keys.ts'
import { createFramePipe } from './frame-pipe.ts'
import type { EncodedFrame, FramePipe } from './frame-pipe.ts'
import { createLateWatch } from './late-watch.ts'
import { createSoundWatch, lookEveryMs } from './sound-watch.ts'
import type { FromFrameWorker, ToFrameWorker, TransformOptions } from './frame-worker-messages.ts'

/** W3C webrtc-encoded-transform section 4; TypeScript's DOM knows the page's side of it only. */
interface Transformer {
  readonly readable: ReadableStream<EncodedFrame>
  readonly writable: WritableStream<EncodedFrame>
  readonly options: TransformOptions
}
interface WorkerScope {
  onrtctransform: ((event: { readonly transformer: Transformer }) => void) | null
  onmessage: ((event: { readonly data: ToFrameWorker }) => void) | null
  postMessage(message: FromFrameWorker): void
}
const scope = globalThis as unknown as WorkerScope

const sound = createSoundWatch(
  (flowing) => scope.postMessage({ type: 'sound', flowing }),
  () => performance.now(),
)
// Here, because a page that is hidden has its timers slowed down, and a worker has not.
const late = createLateWatch(lookEveryMs, () => performance.now())
setInterval(() => {
  sound.look()
  late.look()
}, lookEveryMs)

const { promise: pipe, resolve: usePipe } = Promise.withResolvers<FramePipe>()

async function importKeys({ keys }: Extract<ToFrameWorker, { type: 'keys' }>): Promise<void> {
  try {
    usePipe(await createFramePipe(keys))
    scope.postMessage({ type: 'ready' })
  } catch {
    // The pipe never comes: every frame waits for it, and none leaves.
    scope.postMessage({ type: 'failed' })
  } finally {
    eraseFrameKeys(keys)
  }
}

scope.onmessage = ({ data }) => {
  if (data.type === 'keys') void importKeys(data)
  else
    void pipe.then((made) =>
      scope.postMessage({ type: 'counts', counts: made.counts(), lateMs: late.take() }),
    )
}

scope.onrtctransform = ({ transformer: { readable, writable, options } }) => {
  const transform = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      if (options.direction === 'receive' && options.kind === 'audio') sound.heard()
      const made = await pipe
      if (await made.pass(options.direction, options.kind, frame)) controller.enqueue(frame)
    },
  })
  // Ends with the connection.
  readable
    .pipeThrough(transform)
    .pipeTo(writable)
    .catch(() => undefined)
}
