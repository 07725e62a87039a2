// The records of the chat channel (SP1 section 9): one AES-256-GCM key for each, out of a chain that only goes forward.
// Over WebCrypto, because a page seals whole files. Knows nothing of what the records hold.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, label, lp, u64be, utf8 } from './encode.ts'
import type { Role } from './key-schedule.ts'
import { Refusal } from './refusal.ts'

/** What stands around the plaintext of a record: its number and the tag. */
export const chatOverheadBytes = 8 + 16
/** The largest plaintext of a record. */
export const maxChatPlaintextBytes = 64 * 1024

/** One direction of the chat of one link. */
export interface ChatChainParts {
  /** `chat a` or `chat b` of the link, 32 bytes. Copied; the caller erases its own. */
  readonly chatKey: Uint8Array
  /** The 16 bytes that name the link. */
  readonly linkId: Uint8Array
  readonly sender: Role
}

export interface ChatSealer {
  /** `u64be(i) || box`, i counting from 0. One after the other: the next waits for the one before. */
  seal(plaintext: Uint8Array): Promise<Uint8Array>
  /** Erases the chain; later records are refused as `state`. */
  end(): void
}

export interface ChatOpener {
  /**
   * The plaintext of the next record. Refused as `replay` for a number that was opened before, `gap` for one that is not
   * next, `aead` unless the sender sealed it at this place, `size` for what can be no record. SECURITY: what is refused
   * moves nothing: the record that belongs there still opens.
   */
  open(record: Uint8Array): Promise<Uint8Array>
  end(): void
}

export function createChatSealer(parts: ChatChainParts): ChatSealer {
  const chain = createChain(parts)
  const inTurn = createTurn()
  return {
    seal: (plaintext) =>
      inTurn(async () => {
        if (plaintext.length > maxChatPlaintextBytes) throw new Refusal('size')
        const number = chain.number()
        const key = await chain.key('encrypt')
        const sealed = await crypto.subtle.encrypt(chain.algorithm(), key, plaintext)
        chain.step()
        return concat(u64be(number), new Uint8Array(sealed))
      }),
    end: chain.end,
  }
}

export function createChatOpener(parts: ChatChainParts): ChatOpener {
  const chain = createChain(parts)
  const inTurn = createTurn()
  return {
    open: (record) =>
      inTurn(async () => {
        const size = record.length - chatOverheadBytes
        if (size < 0 || size > maxChatPlaintextBytes) throw new Refusal('size')
        const number = new DataView(record.buffer, record.byteOffset).getBigUint64(0)
        const next = BigInt(chain.number())
        if (number !== next) throw new Refusal(number < next ? 'replay' : 'gap')
        const key = await chain.key('decrypt')
        const opened = await crypto.subtle
          .decrypt(chain.algorithm(), key, record.subarray(8))
          .catch(() => Promise.reject(new Refusal('aead')))
        chain.step()
        return new Uint8Array(opened)
      }),
    end: chain.end,
  }
}

/** ck0 = chat key; mk = HMAC(ck, 0x01), ck' = HMAC(ck, 0x02). The nonce is zero: each key is used for one record. */
function createChain({ chatKey, linkId, sender }: ChatChainParts) {
  // SECURITY: zeros are a key that was erased.
  if (chatKey.length !== 32 || chatKey.every((byte) => byte === 0)) throw new Refusal('state')
  let chainKey: Uint8Array | null = chatKey.slice()
  let number = 0
  const place = concat(label('chat'), lp(linkId), utf8(sender))

  const link = (): Uint8Array => {
    if (chainKey === null) throw new Refusal('state')
    return chainKey
  }
  return {
    number() {
      link()
      return number
    },
    algorithm: () =>
      ({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData: concat(place, u64be(number)) }) as const,
    async key(usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
      const messageKey = hmac(sha256, link(), Uint8Array.of(1))
      const imported = crypto.subtle.importKey('raw', messageKey, 'AES-GCM', false, [usage])
      return imported.finally(() => messageKey.fill(0))
    },
    step() {
      const before = link()
      chainKey = hmac(sha256, before, Uint8Array.of(2))
      before.fill(0)
      number += 1
    },
    end() {
      chainKey?.fill(0)
      chainKey = null
    },
  }
}

/** Runs one piece of work after the other, in the order in which they were given. */
function createTurn() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work)
    last = mine
    return mine
  }
}
