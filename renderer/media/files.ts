// The bytes of files in the chat of a call: what I offered, what is on its way to me, and what has arrived. Which file
// may move is main's to say; this obeys the lines of the chat. All of it is in memory, and gone with the call.
import type { ChatCommand, ChatLine, ChatView } from '../../contract/chat.ts'
import { maxFileBytes, type OfferedFile } from '../../contract/app-messages.ts'
import type { CallId } from '../../contract/ids.ts'
import { pieceBytes } from '../../sp1/chat-content.ts'
import { base64url, fromBase64url, hex } from '../../sp1/encode.ts'
import { isShowable } from './picture.ts'

/** So much of a file is read at a time, and put together at a time. */
const readBytes = 1024 * 1024
const joinBytes = 4 * 1024 * 1024
const idBytes = 16

type FileLine = Extract<ChatLine, { kind: 'file' }>

export interface Files {
  /** Offers a file. `picture`: it was re-encoded. Codes: `file-empty`, `file-too-large`, `file-unreadable`. */
  offer(
    callId: CallId,
    file: Blob,
    name: string,
    picture: OfferedFile['picture'],
  ): Promise<'file-too-large' | 'file-unreadable' | 'file-empty' | null>
  /** The bytes, mine or those that have arrived whole; null while they are not here. */
  blob(id: string): Blob | null
  /** How much of a file has moved, in bytes. */
  moved(id: string): number
  onMoved(listener: (id: string, bytes: number) => void): () => void
  /**
   * Sends this file from here on, over the link that is open: main has found that it may move, also where the line that says so
   * is still on its way to this page.
   */
  send(id: string, from: number): Promise<void>
  /** A piece from the peer. */
  take(fileId: Uint8Array, offset: number, bytes: Uint8Array): void
  linkOpened(callId: CallId): void
  linkLost(): void
  look(chat: ChatView | null): void
}

interface Incoming {
  readonly file: OfferedFile
  joined: Blob
  pieces: Uint8Array<ArrayBuffer>[]
  pending: number
  received: number
  /** All is here and is being looked at. */
  checking: boolean
}

export function createFiles(parts: {
  readonly order: (command: ChatCommand) => void
  /** One piece over the link; false when there is none. */
  readonly give: (fileId: Uint8Array, offset: number, bytes: Uint8Array) => Promise<boolean>
  readonly showable?: (blob: Blob, type: string) => Promise<boolean>
}): Files {
  const { order, showable = isShowable } = parts
  let callId: CallId | null = null
  const kept = new Map<string, Blob>()
  const incoming = new Map<string, Incoming>()
  const listeners = new Set<(id: string, bytes: number) => void>()
  const moved = new Map<string, number>()
  /** What is being sent, by a number that a later wish replaces. */
  const sending = new Map<string, number>()
  let turns = 0
  let open = false

  function tell(id: string, bytes: number): void {
    moved.set(id, bytes)
    for (const listener of listeners) listener(id, bytes)
  }

  function forgetAll(): void {
    for (const each of [kept, incoming, moved, sending]) each.clear()
  }

  function want(id: string): void {
    const file = incoming.get(id)
    if (callId && open && file && !file.checking) order({ type: 'want', callId, id, from: file.received })
  }

  function receive(file: OfferedFile): void {
    const type = file.picture ?? 'application/octet-stream'
    const joined = new Blob([], { type })
    const begun = { file, joined, pieces: [], pending: 0, received: 0, checking: false }
    incoming.set(file.id, begun)
    if (file.size === 0) void check(begun)
    else want(file.id)
  }

  function join(to: Incoming): void {
    to.joined = new Blob([to.joined, ...to.pieces], { type: to.joined.type })
    to.pieces = []
    to.pending = 0
  }

  async function check(to: Incoming): Promise<void> {
    to.checking = true
    join(to)
    const { id, sha256, picture } = to.file
    const belongsTo = callId
    const result =
      (await hashOf(to.joined)) !== sha256
        ? 'altered'
        : picture && !(await showable(to.joined, picture))
          ? 'unshowable'
          : 'whole'
    if (belongsTo === null || belongsTo !== callId || incoming.get(id) !== to) return
    incoming.delete(id)
    if (result === 'whole') kept.set(id, to.joined)
    order({ type: 'done', callId: belongsTo, id, result })
  }

  function lookAt({ from, file, state }: FileLine): void {
    const { id } = file
    if (state === 'moving' && from === 'peer' && !incoming.has(id) && !kept.has(id)) return receive(file)
    if (state === 'moving' || state === 'offered') {
      // Another page had it: a reload takes what was in memory along.
      if (from === 'me' && !kept.has(id) && callId) order({ type: 'stop', callId, id, why: 'gone' })
      return
    }
    sending.delete(id)
    if (state !== 'done') {
      incoming.delete(id)
      if (from === 'peer') kept.delete(id)
    }
  }

  return {
    async offer(to, blob, name, picture) {
      if (blob.size === 0) return 'file-empty'
      if (blob.size > maxFileBytes) return 'file-too-large'
      const sha256 = await hashOf(blob)
      if (sha256 === null) return 'file-unreadable'
      if (callId !== null && callId !== to) return 'file-unreadable'
      const id = base64url(crypto.getRandomValues(new Uint8Array(idBytes)))
      kept.set(id, blob)
      order({ type: 'offer', callId: to, file: { id, name, size: blob.size, sha256, picture } })
      return null
    },
    blob: (id) => kept.get(id) ?? null,
    moved: (id) => moved.get(id) ?? 0,
    onMoved(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async send(id, from) {
      const blob = kept.get(id)
      if (!blob) return
      const turn = ++turns
      sending.set(id, turn)
      const fileId = fromBase64url(id, idBytes)
      const isMine = () => sending.get(id) === turn
      for (let at = from; at < blob.size && isMine(); at += readBytes) {
        const slice = blob.slice(at, at + readBytes)
        const read = await slice.arrayBuffer().catch(() => null)
        if (!isMine()) return
        if (read === null) {
          // The file has changed on the disk, or is gone.
          if (callId) order({ type: 'stop', callId, id, why: 'gone' })
          return
        }
        const bytes = new Uint8Array(read)
        for (let piece = 0; piece < bytes.length; piece += pieceBytes) {
          const left = await parts.give(fileId, at + piece, bytes.subarray(piece, piece + pieceBytes))
          if (!left || !isMine()) return
        }
        tell(id, at + bytes.length)
      }
    },
    take(fileId, offset, bytes) {
      const id = base64url(fileId)
      const to = incoming.get(id)
      // SECURITY: bytes that nobody accepted, from another place than the next, or beyond what was offered are nowhere kept.
      if (!to || to.checking || offset !== to.received || to.received + bytes.length > to.file.size) return
      to.pieces.push(bytes as Uint8Array<ArrayBuffer>)
      to.pending += bytes.length
      to.received += bytes.length
      if (to.pending >= joinBytes) join(to)
      const isWhole = to.received === to.file.size
      if (isWhole || to.received % readBytes < bytes.length) tell(id, to.received)
      if (isWhole) void check(to)
    },
    linkOpened() {
      open = true
      for (const id of incoming.keys()) want(id)
    },
    linkLost() {
      open = false
      sending.clear()
    },
    look(chat) {
      if (chat === null) {
        callId = null
        return forgetAll()
      }
      if (chat.callId !== callId) {
        if (callId !== null) forgetAll()
        callId = chat.callId
      }
      const lines = chat.lines.filter((line) => line.kind === 'file')
      lines.forEach(lookAt)
    },
  }
}

/** SHA-256 as hex; null when it cannot be read. */
async function hashOf(blob: Blob): Promise<string | null> {
  try {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())))
  } catch {
    return null
  }
}
