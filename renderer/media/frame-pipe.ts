// What happens to one encoded frame of sound or picture on its way out and in: sealed or opened, counted, and dropped
// where anything is wrong. Knows no worker and no WebRTC object but the frame.
import type { FrameCounts, FrameKeys, FrameKind } from '../../contract/link.ts'
import { frameKinds } from '../../contract/link.ts'
import { concat } from '../../sp1/encode.ts'
import { createReceiveKey, createSendKeys } from '../../sp1/frame/key.ts'
import type { ReceiveKey, SendKey } from '../../sp1/frame/key.ts'
import { kidOf } from '../../sp1/frame/kid.ts'
import { padPicture, unpadPicture } from '../../sp1/frame/padding.ts'
import { Refusal } from '../../sp1/refusal.ts'

/** What is used of RTCEncodedAudioFrame and RTCEncodedVideoFrame; only pictures have a type. */
export interface EncodedFrame {
  data: ArrayBuffer
  readonly type?: 'empty' | 'key' | 'delta' | undefined
}

export type FrameDirection = 'send' | 'receive'

export interface FramePipe {
  /**
   * Changes the frame in place and says whether it may go on. Never rejects.
   * SECURITY: false is the answer to everything that is not exactly right; no frame goes on as it came.
   */
  pass(direction: FrameDirection, kind: FrameKind, frame: EncodedFrame): Promise<boolean>
  counts(): FrameCounts
}

/** Rejects where WebCrypto does not give the keys. The base keys are the caller's to erase once this settles. */
export async function createFramePipe({ role, send, receive, padPictures }: FrameKeys): Promise<FramePipe> {
  const sendKeys = createSendKeys()
  const peer = role === 'a' ? 'b' : 'a'
  const sending = await eachKind((kind): Promise<SendKey> => sendKeys.create(kidOf(role, kind), send[kind]))
  // SECURITY (F7): one KID for each kind: what another sender sealed, or for another kind, is dropped.
  const receiving = await eachKind((kind): Promise<ReceiveKey> =>
    createReceiveKey(kidOf(peer, kind), receive[kind]),
  )
  const none = () => ({ audio: 0, video: 0, screen: 0 })
  const counts = { sealed: none(), opened: none(), refused: none(), repeated: 0 }

  async function seal(kind: FrameKind, frame: EncodedFrame): Promise<void> {
    const { clear, rest } = split(kind, frame)
    const plaintext = kind === 'audio' ? rest : padPicture(rest, padPictures)
    frame.data = bufferOf(clear, await sending[kind].seal(plaintext, clear))
    counts.sealed[kind]++
  }

  async function open(kind: FrameKind, frame: EncodedFrame): Promise<void> {
    const { clear, rest } = split(kind, frame)
    const plaintext = await receiving[kind].open(rest, clear)
    frame.data = bufferOf(clear, kind === 'audio' ? plaintext : unpadPicture(plaintext))
    counts.opened[kind]++
  }

  return {
    async pass(direction, kind, frame) {
      try {
        await (direction === 'send' ? seal(kind, frame) : open(kind, frame))
        return true
      } catch (error) {
        if (direction === 'send') return false
        if (error instanceof Refusal && error.code === 'frame-replay') counts.repeated++
        else counts.refused[kind]++
        return false
      }
    },
    counts: () => structuredClone(counts),
  }
}

/**
 * What WebRTC reads of a frame stays readable and is authenticated: of a VP8 picture its payload header, with the bit that
 * marks a key frame and, in one, the dimensions (RFC 7741 section 4.3).
 */
function clearLength(kind: FrameKind, type: EncodedFrame['type']): number {
  if (kind === 'audio') return 0
  return type === 'key' ? 10 : 3
}

function split(kind: FrameKind, { data, type }: EncodedFrame) {
  const bytes = new Uint8Array(data)
  const length = clearLength(kind, type)
  if (bytes.length < length) throw new Refusal('frame-size')
  return { clear: bytes.subarray(0, length), rest: bytes.subarray(length) }
}

const bufferOf = (clear: Uint8Array, rest: Uint8Array): ArrayBuffer =>
  concat(clear, rest).buffer as ArrayBuffer

async function eachKind<T>(make: (kind: FrameKind) => Promise<T>): Promise<Record<FrameKind, T>> {
  const made = await Promise.all(frameKinds.map(async (kind) => [kind, await make(kind)] as const))
  return Object.fromEntries(made) as Record<FrameKind, T>
}
