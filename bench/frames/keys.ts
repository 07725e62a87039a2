// Keys for both ends of a measured call. Nobody's secret.
import type { FrameKeys } from '../../contract/link.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const keysOf = (fill: number) => ({ audio: bytes(fill), video: bytes(fill + 1), screen: bytes(fill + 2) })

export const benchKeys = (role: 'a' | 'b'): FrameKeys => ({
  role,
  send: keysOf(role === 'a' ? 1 : 11),
  receive: keysOf(role === 'a' ? 11 : 1),
  padPictures: false,
})
