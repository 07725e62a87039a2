// What becomes of the base keys of a link once nobody needs them.
import type { FrameKeys } from '../../contract/link.ts'

/** SECURITY: zeros, of which no key is made any more (sp1/frame/cipher). Copies elsewhere are not reached. */
export function eraseFrameKeys({ send, receive }: Pick<FrameKeys, 'send' | 'receive'>): void {
  for (const each of [send, receive]) for (const key of Object.values(each)) key.fill(0)
}
