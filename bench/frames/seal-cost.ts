// What one frame costs to seal and to open, and what the bare cipher of the browser costs for the same bytes.
import type { EncodedFrame } from '../../renderer/media/frame-pipe.ts'
import { createFramePipe } from '../../renderer/media/frame-pipe.ts'
import { benchKeys } from './keys.ts'

/** Microseconds for each frame, one run. */
export interface SealCost {
  readonly sealUs: number
  readonly openUs: number
  /** Encrypting and decrypting the same bytes by `crypto.subtle` alone. */
  readonly bareSealUs: number
  readonly bareOpenUs: number
}

/** `frames` frames of `bytes` bytes of this kind, one after the other, as a worker gets them. */
export async function sealCost(kind: 'audio' | 'video', bytes: number, frames: number): Promise<SealCost> {
  const [sender, receiver] = [await createFramePipe(benchKeys('a')), await createFramePipe(benchKeys('b'))]
  const made: EncodedFrame[] = Array.from({ length: frames }, (_, index) => ({
    data: crypto.getRandomValues(new Uint8Array(bytes)).buffer,
    ...(kind === 'video' ? { type: index === 0 ? ('key' as const) : ('delta' as const) } : {}),
  }))
  const sealUs = await eachUs(made, (frame) => mustPass(sender.pass('send', kind, frame)))
  const openUs = await eachUs(made, (frame) => mustPass(receiver.pass('receive', kind, frame)))

  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const plain = crypto.getRandomValues(new Uint8Array(bytes))
  const ivs = Array.from({ length: frames }, (_, index) => {
    const iv = new Uint8Array(12)
    new DataView(iv.buffer).setUint32(8, index)
    return iv
  })
  const boxes: { readonly iv: Uint8Array<ArrayBuffer>; readonly box: ArrayBuffer }[] = []
  const bareSealUs = await eachUs(ivs, async (iv) => {
    boxes.push({ iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain) })
  })
  const bareOpenUs = await eachUs(boxes, async ({ iv, box }) => {
    await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box)
  })
  return { sealUs, openUs, bareSealUs, bareOpenUs }
}

async function mustPass(passed: Promise<boolean>): Promise<void> {
  if (!(await passed)) throw new Error('a frame was dropped, so that nothing was measured')
}

async function eachUs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  for (const item of items) await work(item)
  return ((performance.now() - startedMs) * 1000) / items.length
}
