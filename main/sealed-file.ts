// A JSON file encrypted under a key derived from the identity. Owns the format and what happens when the file
// cannot be read; does not know what it keeps.
import { gcm } from '@noble/ciphers/aes.js'
import { expand } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as v from 'valibot'
import { base64url, concat, fromBase64url, fromUtf8, utf8 } from '../sp1/encode.ts'
import type { Rng } from '../sp1/encode.ts'
import { readPrivately, setAside, writePrivately } from './private-file.ts'

export interface SealedFile<T> {
  /** The kept value, or null when there is none yet. An unreadable file is moved aside first and gives null too. */
  load(): Promise<T | null>
  /**
   * Resolves when this value, or one that was saved after it, is on the disk. Of those that come while the disk is busy
   * only the last is written: a crowd of callers must not fill the memory with files that are waiting.
   */
  save(value: T): Promise<void>
  /** An unreadable file was moved aside by `load`. */
  wasSetAside(): boolean
}

/** What only the file's owner may do with it. */
export interface OwnedFile<T> extends SealedFile<T> {
  /** The kept value, or null when there is none that this key opens. Moves nothing. */
  peek(): Promise<T | null>
  /** From now on `save` writes nothing. Resolves when the disk is no longer busy with this file. */
  close(): Promise<void>
}

export interface SealedFileOptions<T> {
  readonly path: string
  /** Words after "SP1 " in the derivation of the key: one label for each file. */
  readonly label: string
  /** The 32-byte seed of the identity. */
  readonly seed: Uint8Array
  readonly schema: v.GenericSchema<unknown, T>
  readonly rng: Rng
  readonly nowMs: () => number
}

const NONCE_BYTES = 12
const Envelope = v.strictObject({ v: v.literal(1), box: v.string() })

/**
 * `{v:1, box}`, box = base64url(nonce || AES-256-GCM(JSON)), key = HKDF-Expand(seed, "SP1 <label>", 32).
 *
 * SECURITY: the nonce is random for every save. With 96 bits and one key a file, a person would have to save a
 * file some four billion times before a repetition becomes likely.
 */
export function createSealedFile<T>(options: SealedFileOptions<T>): OwnedFile<T> {
  const { path, schema, rng, nowMs } = options
  const key = expand(sha256, options.seed, utf8(`SP1 ${options.label}`), 32)
  let aside = false
  let closed = false
  let writing: Promise<void> = Promise.resolve()
  /** The value whose turn has not come, and the promise of all who saved since the last turn. */
  let next: { value: T; written: Promise<void> } | null = null

  const open = (text: string): T => {
    const { box } = v.parse(Envelope, JSON.parse(text))
    const bytes = fromBase64url(box)
    const plain = gcm(key, bytes.slice(0, NONCE_BYTES)).decrypt(bytes.slice(NONCE_BYTES))
    return v.parse(schema, JSON.parse(fromUtf8(plain)))
  }

  const seal = (value: T): string => {
    const nonce = rng(NONCE_BYTES)
    const box = concat(nonce, gcm(key, nonce).encrypt(utf8(JSON.stringify(value))))
    return JSON.stringify({ v: 1, box: base64url(box) })
  }

  return {
    async load() {
      const text = await readPrivately(path)
      if (text === null) return null
      try {
        return open(text)
      } catch {
        await setAside(path, nowMs())
        aside = true
        return null
      }
    },
    async peek() {
      const text = await readPrivately(path)
      try {
        return text === null ? null : open(text)
      } catch {
        return null
      }
    },
    save(value) {
      if (closed) return Promise.resolve()
      if (next) {
        next.value = value
        return next.written
      }
      const turn = { value, written: writing }
      const write = () => {
        next = null
        return writePrivately(path, seal(turn.value))
      }
      turn.written = writing.then(write, write)
      writing = turn.written
      next = turn
      return turn.written
    },
    close() {
      closed = true
      return writing.catch(() => undefined)
    },
    wasSetAside: () => aside,
  }
}
