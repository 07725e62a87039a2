// @vitest-environment node
import { createHash, randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { ChatCommand, ChatLine, ChatView, FileState } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { base64url } from '../../sp1/encode.ts'
import { createFiles, type Files } from './files.ts'

const callId = 'A'.repeat(22) as CallId
const fileId = Uint8Array.from({ length: 16 }, (_, i) => i)
const id = base64url(fileId)
const bytes = new Uint8Array(randomBytes(300_000))
const sha256 = createHash('sha256').update(bytes).digest('hex')

function viewOf(
  from: 'me' | 'peer',
  state: FileState,
  more: { id?: string; picture?: 'image/png'; sha256?: string } = {},
): ChatView {
  const file = { id, name: 'a', size: bytes.length, sha256, picture: null, ...more }
  const line: ChatLine = { kind: 'file', id: 1, from, atMs: 0, file, state }
  return {
    callId,
    channel: 'open',
    lines: [line],
    peerTyping: false,
    hands: { me: false, peer: false },
    reactions: [],
  }
}
function filesWith(give: Parameters<typeof createFiles>[0]['give'] = async () => true, showable = true) {
  const orders: ChatCommand[] = []
  const files = createFiles({
    order: (command) => orders.push(command),
    give,
    showable: async () => showable,
  })
  return { files, orders }
}
function pieces(files: Files, from: number, to: number): void {
  for (let at = from; at < to; at += 16_384)
    files.take(fileId, at, bytes.slice(at, Math.min(to, at + 16_384)))
}

test('what was accepted is asked for, put together, compared with its hash and kept', async () => {
  const { files, orders } = filesWith()
  files.linkOpened(callId)
  files.look(viewOf('peer', 'offered'))
  files.take(fileId, 0, bytes.slice(0, 100))
  expect(orders).toEqual([])
  files.look(viewOf('peer', 'moving'))
  expect(orders).toEqual([{ type: 'want', callId, id, from: 0 }])
  pieces(files, 0, bytes.length)
  await vi.waitFor(() => expect(orders).toHaveLength(2))
  expect(orders[1]).toEqual({ type: 'done', callId, id, result: 'whole' })
  const kept = files.blob(id)
  expect(new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes)
  expect(files.moved(id)).toBe(bytes.length)
  files.look(null)
  expect(files.blob(id)).toBeNull()
})

test('over another link it goes on where it was', async () => {
  const { files, orders } = filesWith()
  files.linkOpened(callId)
  files.look(viewOf('peer', 'moving'))
  pieces(files, 0, 163_840)
  files.linkLost()
  files.linkOpened(callId)
  expect(orders.at(-1)).toEqual({ type: 'want', callId, id, from: 163_840 })
  pieces(files, 163_840, bytes.length)
  await vi.waitFor(() => expect(orders.at(-1)).toMatchObject({ type: 'done', result: 'whole' }))
})

test.each([
  [
    'of another file',
    (files: Files) =>
      files.take(
        fileId.map((byte) => byte ^ 1),
        0,
        bytes.slice(0, 9),
      ),
  ],
  ['from another place', (files: Files) => files.take(fileId, 5, bytes.slice(5, 9))],
  ['said twice', (files: Files) => files.take(fileId, 0, bytes.slice(0, 16_384))],
  ['beyond its end', (files: Files) => files.take(fileId, 16_384, new Uint8Array(300_000))],
])('bytes %s change nothing', async (_, disturb) => {
  const { files, orders } = filesWith()
  files.linkOpened(callId)
  files.look(viewOf('peer', 'moving'))
  pieces(files, 0, 16_384)
  disturb(files)
  pieces(files, 16_384, bytes.length)
  await vi.waitFor(() => expect(orders.at(-1)).toMatchObject({ type: 'done', result: 'whole' }))
})

test.each([
  ['with another hash', viewOf('peer', 'moving', { sha256: '0'.repeat(64) }), true, 'altered'],
  ['that is no picture', viewOf('peer', 'moving', { picture: 'image/png' }), false, 'unshowable'],
] as const)('a file %s is not kept', async (_, view, showable, result) => {
  const { files, orders } = filesWith(undefined, showable)
  files.linkOpened(callId)
  files.look(view)
  pieces(files, 0, bytes.length)
  await vi.waitFor(() => expect(orders.at(-1)).toMatchObject({ type: 'done', result }))
  expect(files.blob(id)).toBeNull()
})

test('what I offered is sent from where it is wanted, also before the line says so, and a later wish replaces an earlier one', async () => {
  const given: number[] = []
  let hold: (() => void) | null = null
  const { files, orders } = filesWith(async (_id, offset) => {
    given.push(offset)
    if (given.length === 3) await new Promise<void>((go) => (hold = go))
    return true
  })
  expect(await files.offer(callId, new Blob([bytes]), 'a', null)).toBeNull()
  const [offer] = orders
  if (offer?.type !== 'offer') throw new Error('nothing was offered')
  expect(offer.file).toMatchObject({ size: bytes.length, sha256, name: 'a' })
  const mine = { id: offer.file.id }
  files.look(viewOf('me', 'offered', mine))
  // Main has said that it may move; its view of that comes a moment later.
  const first = files.send(mine.id, 0)
  files.look(viewOf('me', 'offered', mine))
  files.look(viewOf('me', 'moving', mine))
  await vi.waitFor(() => expect(hold).not.toBeNull())
  const second = files.send(mine.id, 200_000)
  hold!()
  await Promise.all([first, second])
  expect(given.slice(0, 3)).toEqual([0, 16_384, 32_768])
  expect(given.slice(3)[0]).toBe(200_000)
  expect(given.filter((at) => at < 200_000)).toHaveLength(3)
  expect(orders).toHaveLength(1)
})

test('a window that was reloaded has lost what it offered, and says so', () => {
  const { files, orders } = filesWith()
  files.look(viewOf('me', 'moving'))
  expect(orders).toEqual([{ type: 'stop', callId, id, why: 'gone' }])
})

test('nothing is offered of a file that is empty or too large', async () => {
  const { files, orders } = filesWith()
  expect(await files.offer(callId, new Blob([]), 'a', null)).toBe('file-empty')
  const huge = { size: 300 * 1024 * 1024 } as Blob
  expect(await files.offer(callId, huge, 'a', null)).toBe('file-too-large')
  expect(orders).toEqual([])
})
