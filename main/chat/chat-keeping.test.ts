import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChatLine, ChatView } from '../../contract/chat.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { CallId } from '../../contract/ids.ts'
import { createChatKeeping } from './chat-keeping.ts'
import { createChatLinks } from './chat-links.ts'

const callId = 'A'.repeat(22) as CallId
const id = `${'A'.repeat(21)}Q`
const file = { id, name: 'notes.pdf', size: 10, sha256: 'a'.repeat(64), picture: null }
const at = new Date(2026, 10, 20, 9, 5).getTime()
const lines: ChatLine[] = [
  { id: 1, from: 'me', atMs: at, kind: 'text', text: 'one\n[09:06] Bea: two', arrived: true },
  { id: 2, from: 'peer', atMs: at, kind: 'file', file, state: 'done' },
  { id: 3, from: 'peer', atMs: at, kind: 'dropped', why: 'malformed' },
]
const view: ChatView = {
  callId,
  channel: 'over',
  lines,
  peerTyping: false,
  hands: { me: false, peer: false },
  reactions: [],
}

let folder: string
let path: string | null
const suggested: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-keeping-'))
  path = join(folder, 'kept')
  suggested.length = 0
})
afterEach(() => rmSync(folder, { recursive: true }))

function keepingOf(arrives = true) {
  const ask = async (name: string) => {
    suggested.push(name)
    return path
  }
  return createChatKeeping({
    chat: () => ({
      view: () => view,
      arrived() {
        if (!arrives) throw new PhoneError('no-call')
        return file
      },
    }),
    dialogs: { fileToWrite: ask, chatToWrite: ask },
    peerName: () => 'Bea',
    nowMs: () => at,
  })
}
const bytes = (n: number) => new Uint8Array(n).fill(n)

test('a file has its name once all of it is written, and only its owner can read it', async () => {
  const keeping = keepingOf()
  const saving = await keeping.save(callId, id)
  if (saving === null) throw new Error('not asked')
  await keeping.write(saving, bytes(6))
  expect(readdirSync(folder)).toEqual([`kept.${saving}.part`])
  await keeping.write(saving, bytes(4))
  await keeping.saved(saving, true)
  expect(readdirSync(folder)).toEqual(['kept'])
  expect([...readFileSync(join(folder, 'kept'))]).toEqual([...bytes(6), ...bytes(4)])
  expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o600)
  expect(suggested).toEqual(['notes.pdf'])
})

test.each([
  ['the page is gone', (k: ReturnType<typeof keepingOf>) => k.pageGone()],
  ['the page gives up', (k: ReturnType<typeof keepingOf>, n: number) => k.saved(n, false)],
  ['there was less than was announced', (k: ReturnType<typeof keepingOf>, n: number) => k.saved(n, true)],
])('nothing is left of it when %s', async (_, end) => {
  const keeping = keepingOf()
  const saving = await keeping.save(callId, id)
  await keeping.write(saving ?? 0, bytes(6))
  await end(keeping, saving ?? 0)
  await expect.poll(() => readdirSync(folder)).toEqual([])
  await expect(keeping.write(saving ?? 0, bytes(1))).rejects.toThrow('not-ready')
})

test('SECURITY: a page writes no more than was announced, under no name of its own, and nothing that did not arrive', async () => {
  const keeping = keepingOf()
  await expect(keeping.write(7, bytes(1))).rejects.toThrow('not-ready')
  const saving = await keeping.save(callId, id)
  await expect(keeping.write(saving ?? 0, bytes(11))).rejects.toThrow('not-ready')
  await expect(keepingOf(false).save(callId, id)).rejects.toThrow('no-call')
})

test('a person can think better of it, and a folder that cannot be written to is told', async () => {
  path = null
  expect(await keepingOf().save(callId, id)).toBeNull()
  expect(await keepingOf().keep(callId)).toBe(false)
  path = join(folder, 'missing', 'kept')
  await expect(keepingOf().save(callId, id)).rejects.toThrow('file-write-failed')
  await expect(keepingOf().keep(callId)).rejects.toThrow('file-write-failed')
  expect(readdirSync(folder)).toEqual([])
})

test('a chat is kept as text in which nobody can speak for somebody else', async () => {
  writeFileSync(join(folder, 'kept'), 'older')
  expect(await keepingOf().keep(callId)).toBe(true)
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe(
    '2026-11-20, Bea\n\n[09:05] Me: one\n    [09:06] Bea: two\n[09:05] Bea: file “notes.pdf”\n',
  )
  expect(suggested).toEqual(['Earshot chat 2026-11-20'])
})

test('an address opens only where it leads to what was shown, and only after a yes', async () => {
  const asked: string[] = []
  const opened: string[] = []
  let yes = false
  const links = createChatLinks({
    confirm: async ({ detail }) => {
      asked.push(detail)
      return yes
    },
    openExternal: async (url) => void opened.push(url),
  })
  expect(await links.open('https://exämple.org/a')).toBe(false)
  yes = true
  expect(await links.open('https://exämple.org/a')).toBe(true)
  expect(asked).toEqual(Array(2).fill('https://xn--exmple-cua.org/a'))
  expect(opened).toEqual(['https://xn--exmple-cua.org/a'])
  for (const bad of [
    'http://example.org',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://a@b.example',
    'x',
  ])
    await expect(links.open(bad)).rejects.toThrow('bad-link')
})
