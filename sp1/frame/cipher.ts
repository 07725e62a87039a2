// One SFrame key (RFC 9605 section 4.4): derived from a base key, and used for one frame at a counter it is told. Which
// counter may be used, and which was seen, is not known here.
import { concat, utf8 } from '../encode.ts'
import { Refusal } from '../refusal.ts'
import { encodeHeader, type FrameHeader } from './header.ts'

/** 4 is AES_128_GCM_SHA256_128, 5 is AES_256_GCM_SHA512_128. */
export type FrameSuite = 4 | 5

const parameters = {
  4: { keyBits: 128, hash: 'SHA-256' },
  5: { keyBits: 256, hash: 'SHA-512' },
} as const
const nonceBytes = 12
export const tagBytes = 16

export interface FrameCipher {
  readonly kid: bigint
  /** The header, the ciphertext and the tag. */
  seal(ctr: bigint, plaintext: Uint8Array, metadata: Uint8Array): Promise<Uint8Array>
  /** The plaintext. `frame` begins with `header`; refused as `frame-tag` unless everything in it is the sender's. */
  open(header: FrameHeader, frame: Uint8Array, metadata: Uint8Array): Promise<Uint8Array>
}

/**
 * SECURITY: the key itself never stands in memory that a script can read: WebCrypto derives it, and gives nothing back.
 * The base key is the caller's to erase once this resolves. One of zeros is one that was erased: refused as `frame-key`.
 */
export async function createFrameCipher(
  suite: FrameSuite,
  kid: bigint,
  baseKey: Uint8Array,
  usage: 'encrypt' | 'decrypt',
): Promise<FrameCipher> {
  if (baseKey.length < 16 || baseKey.every((byte) => byte === 0)) throw new Refusal('frame-key')
  const { keyBits, hash } = parameters[suite]
  const base = await crypto.subtle.importKey('raw', baseKey, 'HKDF', false, ['deriveBits', 'deriveKey'])
  // Extract with an empty salt, then expand (RFC 5869): the label is all that differs.
  const expandTo = (info: Uint8Array) => ({ name: 'HKDF', hash, salt: new Uint8Array(), info }) as const
  const key = await crypto.subtle.deriveKey(
    expandTo(keyLabel(suite, kid)),
    base,
    { name: 'AES-GCM', length: keyBits },
    false,
    [usage],
  )
  const salt = new Uint8Array(
    await crypto.subtle.deriveBits(expandTo(saltLabel(suite, kid)), base, nonceBytes * 8),
  )
  const algorithm = (ctr: bigint, header: Uint8Array, metadata: Uint8Array) =>
    ({ name: 'AES-GCM', iv: nonceOf(salt, ctr), additionalData: concat(header, metadata) }) as const

  return {
    kid,
    async seal(ctr, plaintext, metadata) {
      const header = encodeHeader(kid, ctr)
      const sealed = await crypto.subtle.encrypt(algorithm(ctr, header, metadata), key, plaintext)
      return concat(header, new Uint8Array(sealed))
    },
    async open({ ctr, length }, frame, metadata) {
      const header = frame.subarray(0, length)
      try {
        const opened = crypto.subtle.decrypt(algorithm(ctr, header, metadata), key, frame.subarray(length))
        return new Uint8Array(await opened)
      } catch {
        throw new Refusal('frame-tag')
      }
    },
  }
}

export const keyLabel = (suite: FrameSuite, kid: bigint): Uint8Array => labelled('key', suite, kid)
export const saltLabel = (suite: FrameSuite, kid: bigint): Uint8Array => labelled('salt', suite, kid)

/** The salt with the counter, as a big-endian number, XORed into its end. */
export function nonceOf(salt: Uint8Array, ctr: bigint): Uint8Array {
  const nonce = salt.slice()
  const view = new DataView(nonce.buffer)
  view.setBigUint64(nonceBytes - 8, view.getBigUint64(nonceBytes - 8) ^ ctr)
  return nonce
}

function labelled(what: 'key' | 'salt', suite: FrameSuite, kid: bigint): Uint8Array {
  const tail = new DataView(new ArrayBuffer(10))
  tail.setBigUint64(0, kid)
  tail.setUint16(8, suite)
  return concat(utf8(`SFrame 1.0 Secret ${what} `), new Uint8Array(tail.buffer))
}
