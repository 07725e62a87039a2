// The keys of one link as they are used: a sender's key counts every frame it seals, a receiver's remembers every frame it
// opened (SP1 section 7). Knows no media and no base key but the one it is made from.
import { Refusal } from '../refusal.ts'
import { createFrameCipher, tagBytes, type FrameCipher, type FrameSuite } from './cipher.ts'
import { parseHeader } from './header.ts'
import { createReplayWindow } from './replay-window.ts'

/** How many frames one key seals at most: long before AES-GCM's own limit for a key. */
export const maxFrames = 2 ** 32

export interface SendKey {
  /** Refused as `frame-limit` when the key has sealed all that it may. */
  seal(plaintext: Uint8Array, metadata: Uint8Array): Promise<Uint8Array>
}

export interface ReceiveKey {
  /**
   * The plaintext. Refused as `frame-header`, as `frame-kid` (another sender or kind), `frame-size`, `frame-tag` (not
   * authentic), or `frame-replay` (seen, or too old to know).
   */
  open(frame: Uint8Array, metadata: Uint8Array): Promise<Uint8Array>
}

export interface SendKeys {
  /**
   * SECURITY (F6): refused as `frame-key` the second time for a KID: a key made again would count from zero again, and
   * two frames under one nonce give away both.
   */
  create(kid: bigint, baseKey: Uint8Array): Promise<SendKey>
}

/** One for the life of whoever sends: as long as the base keys may be used. */
export function createSendKeys(suite: FrameSuite = 5): SendKeys {
  const made = new Set<bigint>()
  return {
    async create(kid, baseKey) {
      if (made.has(kid)) throw new Refusal('frame-key')
      made.add(kid)
      return createSendKey(await createFrameCipher(suite, kid, baseKey, 'encrypt'))
    },
  }
}

/** Counts from zero. `limit` is for tests. */
export function createSendKey(cipher: FrameCipher, limit = maxFrames): SendKey {
  let next = 0
  return {
    async seal(plaintext, metadata) {
      if (next >= limit) throw new Refusal('frame-limit')
      // SECURITY: taken before anything is awaited, so that two frames on their way never share a counter.
      const ctr = BigInt(next++)
      return cipher.seal(ctr, plaintext, metadata)
    },
  }
}

export async function createReceiveKey(
  kid: bigint,
  baseKey: Uint8Array,
  suite: FrameSuite = 5,
): Promise<ReceiveKey> {
  const cipher = await createFrameCipher(suite, kid, baseKey, 'decrypt')
  const window = createReplayWindow()
  return {
    async open(frame, metadata) {
      const header = parseHeader(frame)
      if (header.kid !== kid) throw new Refusal('frame-kid')
      if (frame.length < header.length + tagBytes) throw new Refusal('frame-size')
      if (!window.isFresh(header.ctr)) throw new Refusal('frame-replay')
      const plaintext = await cipher.open(header, frame, metadata)
      // The same frame may have been on its way twice.
      if (!window.isFresh(header.ctr)) throw new Refusal('frame-replay')
      window.mark(header.ctr)
      return plaintext
    },
  }
}
