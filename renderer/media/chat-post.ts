// The chat of the call as the page carries it: the channel of the link that is open, its keys from main, main's messages out
// and the peer's to main, and files beside. Decides nothing about what is said.
import type { ChatOpen, ChatView } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import type { ShellApi } from '../../contract/ipc.ts'
import { createChatChannel, type ChatChannel } from './chat-channel.ts'
import { createFiles, type Files } from './files.ts'

/** What the peer may say before main has given me the keys: it greets, and waits for my greeting. */
const maxEarly = 4

export interface ChatPost {
  /** There is another link, with this channel of its own. What belongs to the one before is over. */
  attach(callId: CallId, channel: RTCDataChannel): void
  /** The link is gone. */
  detach(callId: CallId): void
  look(chat: ChatView | null): void
  readonly files: Files
}

interface Attached {
  readonly callId: CallId
  readonly channel: RTCDataChannel
  readonly early: unknown[]
  chat: ChatChannel | null
}

export type ChatShell = Pick<ShellApi, 'chat.command' | 'chat.report' | 'on'>

export function createChatPost(shell: ChatShell): ChatPost {
  let attached: Attached | null = null
  let link: { readonly callId: CallId; readonly number: number } | null = null
  const report = shell['chat.report']
  const files = createFiles({
    order: (command) => void shell['chat.command'](command),
    give: async (fileId, offset, bytes) => (await attached?.chat?.give(fileId, offset, bytes)) ?? false,
  })

  function drop(): void {
    attached?.chat?.end()
    attached = null
    link = null
    files.linkLost()
  }

  function open({ callId, link: number, keys }: ChatOpen): void {
    const mine = attached
    if (mine?.callId !== callId || mine.chat) {
      for (const key of [keys.send, keys.receive]) key.fill(0)
      return
    }
    link = { callId, number }
    const about = { callId, link: number }
    const chat = createChatChannel({
      channel: mine.channel,
      keys,
      onMessage: (json) => void report({ type: 'heard', ...about, json }),
      onPiece: files.take,
      onRefused: (code) => void report({ type: 'refused', ...about, code }),
    })
    mine.chat = chat
    const begin = () => {
      void report({ type: 'opened', ...about })
      for (const data of mine.early.splice(0)) chat.hear(data)
      files.linkOpened(callId)
    }
    if (mine.channel.readyState === 'open') begin()
    else mine.channel.addEventListener('open', begin, { once: true })
  }

  shell.on['chat.open'](open)
  shell.on['chat.send'](({ callId, link: number, json }) => {
    if (link?.callId === callId && link.number === number) attached?.chat?.say(json)
  })
  shell.on['chat.wanted'](({ callId, id, from }) => {
    if (link?.callId === callId) void files.send(id, from)
  })

  return {
    attach(callId, channel) {
      drop()
      const mine: Attached = { callId, channel, early: [], chat: null }
      attached = mine
      channel.binaryType = 'arraybuffer'
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (mine !== attached) return
        if (mine.chat && channel.readyState === 'open' && mine.early.length === 0) mine.chat.hear(data)
        // SECURITY: of what comes before the link is bound little is kept, and nothing read.
        else if (mine.early.length < maxEarly) mine.early.push(data)
      })
    },
    detach(callId) {
      if (attached?.callId === callId) drop()
    },
    look: files.look,
    files,
  }
}
