// The page in which the chat channel is measured: two connections in one page, a file from one to the other, over a bare
// channel or over Earshot's.
import type { ChatCommand, ChatView } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { chatChannelId, createChatChannel, type ChatChannel } from '../../renderer/media/chat-channel.ts'
import { createFiles } from '../../renderer/media/files.ts'

const pieceBytes = 16 * 1024
const callId = 'AAAAAAAAAAAAAAAAAAAAAA' as CallId

interface Ends {
  readonly sender: RTCDataChannel
  readonly receiver: RTCDataChannel
  close(): void
}

async function connect(): Promise<Ends> {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()]
  one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined)
  other.onicecandidate = ({ candidate }) => void one.addIceCandidate(candidate ?? undefined)
  const [sender, receiver] = [one, other].map((connection) => {
    const channel = connection.createDataChannel('chat', { negotiated: true, id: chatChannelId })
    channel.binaryType = 'arraybuffer'
    return channel
  }) as [RTCDataChannel, RTCDataChannel]
  const open = Promise.all(
    [sender, receiver].map((channel) => new Promise((resolve) => (channel.onopen = resolve))),
  )
  await one.setLocalDescription()
  await other.setRemoteDescription(one.localDescription ?? { type: 'offer' })
  await other.setLocalDescription()
  await one.setRemoteDescription(other.localDescription ?? { type: 'answer' })
  await open
  return {
    sender,
    receiver,
    close() {
      one.close()
      other.close()
    },
  }
}

const mebibytesPerSecond = (bytes: number, ms: number): number => bytes / 1024 / 1024 / (ms / 1000)

/** What the browser's channel can do with messages of this size: nothing is sealed, kept or compared. */
async function bare(bytes: number): Promise<number> {
  const { sender, receiver, close } = await connect()
  sender.bufferedAmountLowThreshold = 256 * 1024
  const piece = new Uint8Array(pieceBytes)
  let received = 0
  const arrived = new Promise<void>((resolve) => {
    receiver.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      received += data.byteLength
      if (received >= bytes) resolve()
    }
  })
  const begun = performance.now()
  for (let sent = 0; sent < bytes; sent += pieceBytes) {
    if (sender.bufferedAmount > 1024 * 1024)
      await new Promise((go) => sender.addEventListener('bufferedamountlow', go, { once: true }))
    sender.send(piece)
  }
  await arrived
  const rate = mebibytesPerSecond(bytes, performance.now() - begun)
  close()
  return rate
}

/**
 * The same through the parts of the app: read from a file, sealed piece by piece, opened, put together and compared with its
 * hash. Meanwhile a text is sent every now and then: how long each was on its way, in ms.
 */
async function earshot(bytes: number): Promise<{ readonly rate: number; readonly textMs: number[] }> {
  const { sender, receiver, close } = await connect()
  const keys = (byte: number) => new Uint8Array(32).fill(byte)
  const linkId = new Uint8Array(16)
  const textMs: number[] = []
  let done = (): void => undefined
  const whole = new Promise<void>((resolve) => (done = resolve))
  const offered: Extract<ChatCommand, { type: 'offer' }>[] = []
  const sending: { chat: ChatChannel | null } = { chat: null }
  const sendingFiles = createFiles({
    order: (command) => command.type === 'offer' && offered.push(command),
    give: async (...piece) => (await sending.chat?.give(...piece)) ?? false,
  })
  const receivingFiles = createFiles({
    order(command) {
      if (command.type !== 'done') return
      if (command.result !== 'whole') throw new Error(`the file is ${command.result}`)
      done()
    },
    give: async () => false,
  })
  const end = (channel: RTCDataChannel, role: 'a' | 'b'): ChatChannel => {
    const [send, receive] = role === 'a' ? [keys(1), keys(2)] : [keys(2), keys(1)]
    const chat = createChatChannel({
      channel: channel as Parameters<typeof createChatChannel>[0]['channel'],
      keys: { role, linkId, send, receive },
      onMessage: (json) => textMs.push(performance.now() - Number(json)),
      onPiece: receivingFiles.take,
      onRefused(code) {
        throw new Error(`refused as ${code}`)
      },
    })
    channel.onmessage = ({ data }) => chat.hear(data)
    return chat
  }
  sending.chat = end(sender, 'a')
  const receiving = end(receiver, 'b')

  const file = new Blob([new Uint8Array(bytes)])
  await sendingFiles.offer(callId, file, 'bench', null)
  const [offer] = offered
  if (!offer) throw new Error('nothing was offered')
  const viewFrom = (from: 'me' | 'peer'): ChatView => ({
    callId,
    channel: 'open',
    lines: [{ kind: 'file', id: 1, from, atMs: 0, state: 'moving', file: offer.file }],
    peerTyping: false,
    hands: { me: false, peer: false },
    reactions: [],
  })
  sendingFiles.look(viewFrom('me'))
  receivingFiles.look(viewFrom('peer'))
  const talking = setInterval(() => sending.chat?.say(String(performance.now())), 100)
  const begun = performance.now()
  await Promise.all([sendingFiles.send(offer.file.id, 0), whole])
  const rate = mebibytesPerSecond(bytes, performance.now() - begun)
  clearInterval(talking)
  sending.chat.end()
  receiving.end()
  close()
  return { rate, textMs }
}

const chatBench = { bare, earshot }
export type ChatBench = typeof chatBench

declare global {
  interface Window {
    chatBench: ChatBench
  }
}
window.chatBench = chatBench
