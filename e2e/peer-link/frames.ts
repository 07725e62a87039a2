// The frame layer of the two ends, as a test wants it: keys that fit or do not, and ends that leave out what they must not.
import type { FrameBaseKeys, FrameKeys } from '../../contract/link.ts'
import { createFrameLayer } from '../../renderer/media/frame-layer.ts'
import type { FrameLayer } from '../../renderer/media/frame-layer.ts'

/** What is wrong with an end. */
export type Defect =
  /** It expects what another key sealed. */
  | 'wrong-key'
  /** It seals nothing. */
  | 'no-sealing'
  /** It opens nothing. */
  | 'no-opening'
  /** It takes pictures for a screen, under the key of the pictures. */
  | 'swaps-kinds'
  /** It takes itself for the other speaker, under the right keys. */
  | 'swaps-speakers'
  /** Half of what it sends is what it has sent before. */
  | 'repeats'

const baseOf = (byte: number): FrameBaseKeys => ({
  audio: new Uint8Array(32).fill(byte),
  video: new Uint8Array(32).fill(byte + 1),
  screen: new Uint8Array(32).fill(byte + 2),
})

function keysOf(initiator: boolean, defect: Defect | null): FrameKeys {
  const [send, receive] = initiator ? [baseOf(1), baseOf(11)] : [baseOf(11), baseOf(1)]
  const role = initiator === (defect !== 'swaps-speakers') ? 'a' : 'b'
  if (defect === 'wrong-key') return { role, send, receive: baseOf(50), padPictures: false }
  if (defect === 'swaps-kinds')
    return { role, send, receive: { ...receive, screen: receive.video.slice() }, padPictures: false }
  return { role, send, receive, padPictures: false }
}

export function createEndFrames(
  initiator: boolean,
  defect: Defect | null,
  onSound: (flowing: boolean) => void,
): FrameLayer {
  const repeating = () => new Worker(new URL('./repeating-worker.ts', import.meta.url), { type: 'module' })
  const layer = createFrameLayer({
    onSound,
    onFailed: (when) => {
      throw new Error(`the frame worker failed: ${when}`)
    },
    ...(defect === 'repeats' ? { startWorker: repeating } : {}),
  })
  layer.use(keysOf(initiator, defect))
  return {
    ...layer,
    seal(sender, kind) {
      if (defect !== 'no-sealing') layer.seal(sender, kind)
    },
    open(receiver, kind) {
      if (defect === 'swaps-kinds' && kind === 'video') layer.open(receiver, 'screen')
      else if (defect !== 'no-opening') layer.open(receiver, kind)
    },
  }
}
