// The frame worker of the app with an attacker behind it: every second frame that leaves is the one before once more.
import '../../renderer/media/frame-worker.ts'

interface Frame {
  data: ArrayBuffer
}
interface TransformEvent {
  readonly transformer: {
    readonly readable: ReadableStream<Frame>
    readonly writable: WritableStream<Frame>
    readonly options: { readonly direction: 'send' | 'receive' }
  }
}
const scope = globalThis as unknown as { onrtctransform: (event: TransformEvent) => void }
const asInTheApp = scope.onrtctransform

scope.onrtctransform = (event) => {
  const { readable, writable, options } = event.transformer
  if (options.direction === 'receive') return asInTheApp(event)
  let before: ArrayBuffer | null = null
  const repeat = new TransformStream<Frame, Frame>({
    transform(frame, controller) {
      if (before) frame.data = before
      before = before ? null : frame.data.slice(0)
      controller.enqueue(frame)
    },
  })
  repeat.readable.pipeTo(writable).catch(() => undefined)
  asInTheApp({ transformer: { readable, writable: repeat.writable, options } })
}
