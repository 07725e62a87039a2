import { expect, test, vi } from 'vitest'
import type { ChatKeys } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { createChatSealer } from '../../sp1/chat.ts'
import { writeMessage } from '../../sp1/chat-content.ts'
import { createChatPost, type ChatShell } from './chat-post.ts'

const callId = 'A'.repeat(22) as CallId
const linkId = new Uint8Array(16)
const keys = (): ChatKeys => ({
  role: 'b',
  linkId,
  send: new Uint8Array(32).fill(2),
  receive: new Uint8Array(32).fill(1),
})

class FakeChannel extends EventTarget {
  binaryType = 'blob'
  readyState = 'connecting'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  readonly sent: Uint8Array[] = []
  send(data: Uint8Array): void {
    this.sent.push(data)
  }
  opens(): void {
    this.readyState = 'open'
    this.dispatchEvent(new Event('open'))
  }
  hears(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

function start() {
  const told: unknown[] = []
  const listeners = new Map<string, (push: never) => void>()
  const on = new Proxy({}, { get: (_, name: string) => (listener: never) => listeners.set(name, listener) })
  const answer = async (payload: unknown) => {
    told.push(payload)
    return { ok: true, value: null }
  }
  const shell = { 'chat.command': answer, 'chat.report': answer, on } as unknown as ChatShell
  const post = createChatPost(shell)
  const push = (name: string, value: unknown) => listeners.get(name)?.(value as never)
  const attach = () => {
    const channel = new FakeChannel()
    post.attach(callId, channel as unknown as RTCDataChannel)
    return channel
  }
  return { post, told, push, attach }
}
async function recordsOf(...jsons: string[]): Promise<ArrayBuffer[]> {
  const sealer = createChatSealer({ chatKey: new Uint8Array(32).fill(1), linkId, sender: 'a' })
  const records = await Promise.all(jsons.map((json) => sealer.seal(writeMessage(json))))
  return records.map((record) => Uint8Array.from(record).buffer)
}

test('nothing is said or told before main has given the keys of the bound link, and a little of what came is kept', async () => {
  const { told, push, attach } = start()
  const channel = attach()
  channel.opens()
  const records = await recordsOf('"resume"', '"a"')
  for (const record of records) channel.hears(record)
  push('chat.send', { callId, link: 1, json: '"early"' })
  await new Promise((next) => setTimeout(next, 20))
  expect([told, channel.sent]).toEqual([[], []])
  const given = keys()
  push('chat.open', { callId, link: 1, keys: given })
  expect([...given.send, ...given.receive].every((byte) => byte === 0)).toBe(true)
  await vi.waitFor(() => expect(told).toHaveLength(3))
  expect(told).toEqual([
    { type: 'opened', callId, link: 1 },
    { type: 'heard', callId, link: 1, json: '"resume"' },
    { type: 'heard', callId, link: 1, json: '"a"' },
  ])
  push('chat.send', { callId, link: 1, json: '"now"' })
  await vi.waitFor(() => expect(channel.sent).toHaveLength(1))
})

test('what belongs to the link before is neither sent nor heard over the next one', async () => {
  const { told, push, attach } = start()
  const before = attach()
  before.opens()
  push('chat.open', { callId, link: 1, keys: keys() })
  const after = attach()
  push('chat.send', { callId, link: 1, json: '"old"' })
  const [record] = await recordsOf('"old"')
  before.hears(record)
  push('chat.open', { callId, link: 2, keys: keys() })
  after.opens()
  push('chat.send', { callId, link: 1, json: '"old"' })
  push('chat.send', { callId, link: 2, json: '"new"' })
  await vi.waitFor(() => expect(after.sent).toHaveLength(1))
  await new Promise((next) => setTimeout(next, 20))
  expect(before.sent).toEqual([])
  expect(after.sent).toHaveLength(1)
  expect(told).toEqual([
    { type: 'opened', callId, link: 1 },
    { type: 'opened', callId, link: 2 },
  ])
})

test('keys for a call that has no link here are erased at once', () => {
  const { push } = start()
  const given = keys()
  push('chat.open', { callId, link: 1, keys: given })
  expect([...given.send, ...given.receive].every((byte) => byte === 0)).toBe(true)
})

test('noise is reported by its kind', async () => {
  const { told, push, attach } = start()
  const channel = attach()
  channel.opens()
  push('chat.open', { callId, link: 1, keys: keys() })
  channel.hears('text')
  await vi.waitFor(() => expect(told).toContainEqual({ type: 'refused', callId, link: 1, code: 'type' }))
})
