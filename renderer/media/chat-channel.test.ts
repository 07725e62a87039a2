// @vitest-environment node
import { expect, test, vi } from 'vitest'
import { createChatChannel, type Channel } from './chat-channel.ts'

/** Two ends of a channel in order; what is sent stays in the buffer until it is let go. */
function createEnds() {
  const linkId = new Uint8Array(16).fill(9)
  const keyOf = (byte: number) => new Uint8Array(32).fill(byte)
  const keys = {
    a: { role: 'a' as const, linkId, send: keyOf(1), receive: keyOf(2) },
    b: { role: 'b' as const, linkId, send: keyOf(2), receive: keyOf(1) },
  }
  const make = (side: 'a' | 'b') => {
    const sent: Uint8Array[] = []
    const listeners = new Map<string, () => void>()
    const channel = {
      readyState: 'open' as RTCDataChannelState,
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
      send(data: Uint8Array) {
        sent.push(data)
        this.bufferedAmount += data.length
      },
    }
    const heard: unknown[] = []
    const chat = createChatChannel({
      channel: channel as unknown as Channel,
      keys: keys[side],
      onMessage: (json) => heard.push(json),
      onPiece: (_id, offset, bytes) => heard.push([offset, bytes.length]),
      onRefused: (code) => heard.push(code),
    })
    return { channel, sent, listeners, heard, chat }
  }
  return { a: make('a'), b: make('b'), keys }
}
const copy = (data: Uint8Array | undefined) => Uint8Array.from(data ?? []).buffer

test('what is said leaves in its order, before pieces of files, and the keys that were given are erased', async () => {
  const { a, b, keys } = createEnds()
  expect([...keys.a.send, ...keys.a.receive].every((byte) => byte === 0)).toBe(true)
  a.chat.say('"one"')
  const given = a.chat.give(new Uint8Array(16), 7, new Uint8Array(100))
  a.chat.say('"two"')
  expect(await given).toBe(true)
  await vi.waitFor(() => expect(a.sent).toHaveLength(3))
  for (const data of a.sent) b.chat.hear(copy(data))
  await vi.waitFor(() => expect(b.heard).toEqual(['"one"', '"two"', [7, 100]]))
})

test('C1 noise, text and what was repeated are refused by name, and what follows is still read', async () => {
  const { a, b } = createEnds()
  a.chat.say('1')
  a.chat.say('2')
  await vi.waitFor(() => expect(a.sent).toHaveLength(2))
  b.chat.hear('a text')
  b.chat.hear(new ArrayBuffer(3))
  b.chat.hear(copy(a.sent[0]))
  b.chat.hear(copy(a.sent[0]))
  const altered = Uint8Array.from(a.sent[1] ?? [])
  altered[20] = (altered[20] ?? 0) ^ 1
  b.chat.hear(copy(altered))
  b.chat.hear(copy(a.sent[1]))
  // My own record, sent back.
  a.chat.hear(copy(a.sent[0]))
  await vi.waitFor(() => expect(b.heard).toEqual(['type', 'size', '1', 'replay', 'aead', '2']))
  await vi.waitFor(() => expect(a.heard).toEqual(['aead']))
})

test('a file waits while more is on its way than is good, goes on when there is room, and ends with the channel', async () => {
  const { a } = createEnds()
  const piece = new Uint8Array(16_384)
  let given = 0
  let last: boolean | null = null
  const sending = (async () => {
    for (let i = 0; i < 200 && last !== false; i++) {
      last = await a.chat.give(new Uint8Array(16), i * 16_384, piece)
      if (last) given += 1
    }
  })()
  await vi.waitFor(() => expect(a.channel.bufferedAmount).toBeGreaterThan(1024 * 1024))
  const full = given
  await new Promise((next) => setTimeout(next, 50))
  expect(given).toBeLessThanOrEqual(full + 1)
  expect(a.channel.bufferedAmountLowThreshold).toBeGreaterThan(0)
  a.channel.bufferedAmount = 0
  a.listeners.get('bufferedamountlow')?.()
  await vi.waitFor(() => expect(a.channel.bufferedAmount).toBeGreaterThan(1024 * 1024))
  a.channel.readyState = 'closed'
  a.listeners.get('close')?.()
  await sending
  expect(last).toBe(false)
  expect(given).toBeLessThan(200)
})

test('after its end nothing leaves and nothing is heard', async () => {
  const { a, b } = createEnds()
  a.chat.say('1')
  await vi.waitFor(() => expect(a.sent).toHaveLength(1))
  a.chat.end()
  b.chat.end()
  a.chat.say('2')
  b.chat.hear(copy(a.sent[0]))
  expect(await a.chat.give(new Uint8Array(16), 0, new Uint8Array(1))).toBe(false)
  await new Promise((next) => setTimeout(next, 20))
  expect(a.sent).toHaveLength(1)
  expect(b.heard).toEqual([])
})
