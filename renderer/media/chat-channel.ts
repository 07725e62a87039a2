// One end of the chat channel of one bound link: seals what leaves, opens what arrives, and says when there is room for
// more. Knows no files, and of messages only that they are JSON.
import type { ChatKeys, ChatReport } from '../../contract/chat.ts'
import { readContent, writeMessage, writePiece } from '../../sp1/chat-content.ts'
import { createChatOpener, createChatSealer } from '../../sp1/chat.ts'
import { Refusal } from '../../sp1/refusal.ts'

/** The same at both ends, so that nobody has to announce it; above what Chromium numbers by itself. */
export const chatChannelId = 16
/**
 * As much as waits in the browser while a file leaves. Too little and the link runs dry between two turns of the page; too
 * much, and a text typed meanwhile waits behind it.
 */
const fullBytes = 1024 * 1024
const lowBytes = 256 * 1024

export type ChatRefusal = Extract<ChatReport, { type: 'refused' }>['code']
const reported: ReadonlySet<string> = new Set<ChatRefusal>([
  'size',
  'type',
  'pad',
  'json',
  'replay',
  'gap',
  'aead',
  'state',
])

export interface ChatChannel {
  /** In the order in which they are said. */
  say(json: string): void
  /**
   * Resolves once it has left for the browser: false when it did not, because the channel has closed. Waits while more is
   * on its way than is good.
   */
  give(fileId: Uint8Array, offset: number, bytes: Uint8Array): Promise<boolean>
  /** What the peer's end sends. Never throws, whatever it is. */
  hear(data: unknown): void
  /** Erases the keys. */
  end(): void
}

/** The part of an RTCDataChannel that is used here. */
export type Channel = Pick<
  RTCDataChannel,
  'readyState' | 'bufferedAmount' | 'bufferedAmountLowThreshold' | 'addEventListener'
> & { send(data: Uint8Array<ArrayBuffer>): void }

export function createChatChannel(parts: {
  readonly channel: Channel
  /** Taken over and erased. */
  readonly keys: ChatKeys
  readonly onMessage: (json: string) => void
  readonly onPiece: (fileId: Uint8Array, offset: number, bytes: Uint8Array) => void
  readonly onRefused: (code: ChatRefusal) => void
}): ChatChannel {
  const { channel, keys } = parts
  const { role, linkId } = keys
  const sealer = createChatSealer({ chatKey: keys.send, linkId, sender: role })
  const opener = createChatOpener({ chatKey: keys.receive, linkId, sender: role === 'a' ? 'b' : 'a' })
  for (const key of [keys.send, keys.receive]) key.fill(0)
  let ended = false
  const waiting: (() => void)[] = []

  channel.bufferedAmountLowThreshold = lowBytes
  const wake = () => {
    for (const go of waiting.splice(0)) go()
  }
  channel.addEventListener('bufferedamountlow', wake)
  channel.addEventListener('close', wake)

  const isOpen = () => !ended && channel.readyState === 'open'
  async function room(): Promise<void> {
    while (isOpen() && channel.bufferedAmount > fullBytes) await new Promise<void>((go) => waiting.push(go))
  }

  async function send(plaintext: Uint8Array): Promise<boolean> {
    try {
      const record = await sealer.seal(plaintext)
      if (!isOpen()) return false
      channel.send(record as Uint8Array<ArrayBuffer>)
      return true
    } catch {
      // It has closed, or was ended meanwhile. What did not leave is said again over the next link.
      return false
    }
  }

  function take(plaintext: Uint8Array): void {
    const content = readContent(plaintext)
    if (content.kind === 'message') parts.onMessage(content.json)
    else parts.onPiece(content.fileId, content.offset, content.bytes)
  }

  return {
    say: (json) => void send(writeMessage(json)),
    async give(fileId, offset, bytes) {
      await room()
      return isOpen() && send(writePiece(fileId, offset, bytes))
    },
    hear(data) {
      if (ended) return
      if (!(data instanceof ArrayBuffer)) return parts.onRefused('type')
      void opener.open(new Uint8Array(data)).then(
        (plaintext) => !ended && guarded(() => take(plaintext)),
        (error: unknown) => !ended && refused(error),
      )
    },
    end() {
      if (ended) return
      ended = true
      sealer.end()
      opener.end()
      wake()
    },
  }

  function guarded(read: () => void): void {
    try {
      read()
    } catch (error) {
      refused(error)
    }
  }
  function refused(error: unknown): void {
    if (!(error instanceof Refusal)) throw error
    parts.onRefused(reported.has(error.code) ? (error.code as ChatRefusal) : 'type')
  }
}
