// What the plaintext of a chat record holds (SP1 section 9): a message of the app as JSON, or a piece of a file. The first
// byte says which.
import { concat, fromUtf8, pad, u64be, unpad, utf8 } from './encode.ts'
import { Refusal } from './refusal.ts'

const MESSAGE = 1
const PIECE = 2
const FILE_ID_BYTES = 16
const PIECE_HEAD_BYTES = 1 + FILE_ID_BYTES + 8
/** Messages leave in steps of this size: how long a text is, is not told to whoever counts bytes. */
const MESSAGE_QUANTUM = 256

/** Of a file in one record. */
export const pieceBytes = 16 * 1024
/** Of a message as UTF-8. */
export const maxMessageBytes = 32 * 1024

export type ChatContent =
  | { readonly kind: 'message'; readonly json: string }
  | {
      readonly kind: 'piece'
      readonly fileId: Uint8Array
      readonly offset: number
      readonly bytes: Uint8Array
    }

/** `0x01 || pad256(json)`. Refused as `size` when it is too long. */
export function writeMessage(json: string): Uint8Array {
  const bytes = utf8(json)
  if (bytes.length > maxMessageBytes) throw new Refusal('size')
  return concat(Uint8Array.of(MESSAGE), pad(bytes, MESSAGE_QUANTUM))
}

/** `0x02 || file id (16) || u64be(offset) || bytes`, at most `pieceBytes` of them. */
export function writePiece(fileId: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  if (fileId.length !== FILE_ID_BYTES || bytes.length === 0 || bytes.length > pieceBytes)
    throw new Refusal('size')
  return concat(Uint8Array.of(PIECE), fileId, u64be(offset), bytes)
}

/** Refused as `type` for another kind, `size` for what is too long or empty, `pad` and `json` for a bad message. */
export function readContent(plaintext: Uint8Array): ChatContent {
  const [kind] = plaintext
  if (kind === MESSAGE) {
    const padded = plaintext.subarray(1)
    if (padded.length > maxMessageBytes + MESSAGE_QUANTUM) throw new Refusal('size')
    const bytes = unpad(padded, MESSAGE_QUANTUM)
    if (bytes.length > maxMessageBytes) throw new Refusal('size')
    return { kind: 'message', json: fromUtf8(bytes) }
  }
  if (kind !== PIECE) throw new Refusal('type')
  const bytes = plaintext.subarray(PIECE_HEAD_BYTES)
  if (bytes.length === 0 || bytes.length > pieceBytes) throw new Refusal('size')
  const offset = new DataView(plaintext.buffer, plaintext.byteOffset).getBigUint64(1 + FILE_ID_BYTES)
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refusal('size')
  return {
    kind: 'piece',
    fileId: plaintext.slice(1, 1 + FILE_ID_BYTES),
    offset: Number(offset),
    bytes,
  }
}
