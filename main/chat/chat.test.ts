import { expect, test } from 'vitest'
import type { AppMessage } from '../../contract/app-messages.ts'
import type { ChatCommand, ChatView } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { firstSoundMs } from '../call/conversation.ts'
import { createTwoPhones, type TestPhone } from '../call/two-phones.ts'
import { settle } from '../call/virtual-clock.ts'

type Rig = ReturnType<typeof createTwoPhones>
const fileId = `${'A'.repeat(21)}Q`
const file = { id: fileId, name: 'notes.pdf', size: 1000, sha256: 'a'.repeat(64), picture: null }

function idOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
async function talk(): Promise<Rig> {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video: false })
  await rig.clock.advance(100 + firstSoundMs)
  expect(chatOf(rig.alice).channel).toBe('open')
  expect(chatOf(rig.bob).channel).toBe('open')
  return rig
}
function chatOf(phone: TestPhone): ChatView {
  const view = phone.chat.view()
  if (!view) throw new Error('no chat')
  return view
}
type Order = ChatCommand extends infer C ? (C extends { callId: unknown } ? Omit<C, 'callId'> : never) : never
const order = (phone: TestPhone, command: Order) =>
  phone.chat.command({ ...command, callId: idOf(phone) } as ChatCommand)
const textsOf = (phone: TestPhone, from: 'me' | 'peer') =>
  chatOf(phone).lines.flatMap((line) => (line.kind === 'text' && line.from === from ? [line.text] : []))
const filesOf = (phone: TestPhone) =>
  chatOf(phone).lines.flatMap((line) => (line.kind === 'file' ? [[line.file.name, line.state]] : []))
const pushesTo = (phone: TestPhone, name: string) =>
  phone.page.orders.filter((each) => each.name === name).map(({ push }) => push as Record<string, unknown>)

async function reload(rig: Rig, phone: TestPhone): Promise<void> {
  phone.page.die()
  phone.engine.pageGone()
  await settle()
  phone.page.load()
  phone.engine.pageReady()
  await rig.clock.advance(200 + firstSoundMs)
}
/** As if this came over the link from a peer whose app says whatever it likes. */
function hear(phone: TestPhone, message: unknown): void {
  const opened = pushesTo(phone, 'chat.open').at(-1)
  phone.chat.report({
    type: 'heard',
    callId: idOf(phone),
    link: opened?.['link'] as number,
    json: typeof message === 'string' ? message : JSON.stringify(message),
  })
}

test('what one types the other reads, and knows that it arrived', async () => {
  const rig = await talk()
  order(rig.alice, { type: 'text', text: 'hello' })
  expect(chatOf(rig.alice).lines).toMatchObject([{ from: 'me', text: 'hello', arrived: false }])
  await settle(20)
  expect(chatOf(rig.bob).lines).toMatchObject([{ from: 'peer', text: 'hello' }])
  expect(chatOf(rig.alice).lines).toMatchObject([{ from: 'me', text: 'hello', arrived: true }])
})

test('two hundred texts each way arrive once and in order, although both pages reload in between', async () => {
  const rig = await talk()
  const said = { alice: [] as string[], bob: [] as string[] }
  for (let round = 0; round < 10; round++) {
    for (const who of ['alice', 'bob'] as const)
      for (let i = 0; i < 20; i++) {
        const text = `${who} ${round * 20 + i}`
        said[who].push(text)
        order(rig[who], { type: 'text', text })
        if (i % 7 === 3) await settle(3)
      }
    // With what was just said still on its way.
    if (round % 3 === 1) await reload(rig, round % 2 ? rig.alice : rig.bob)
    if (round === 5) {
      rig.alice.page.die()
      rig.alice.engine.pageGone()
      for (let i = 0; i < 3; i++) {
        said.alice.push(`between ${i}`)
        order(rig.alice, { type: 'text', text: `between ${i}` })
      }
      await settle()
      rig.alice.page.load()
      rig.alice.engine.pageReady()
    }
    await rig.clock.advance(16_000)
  }
  await rig.clock.advance(1_000)
  expect(textsOf(rig.bob, 'peer')).toEqual(said.alice)
  expect(textsOf(rig.alice, 'peer')).toEqual(said.bob)
  for (const { lines } of [chatOf(rig.alice), chatOf(rig.bob)])
    expect(lines.filter((line) => line.kind === 'text' && !('arrived' in line && line.arrived))).toEqual([])
})

test('a message of the server is never a chat: nothing of it crosses the server', async () => {
  const rig = await talk()
  const before = rig.network.sent.length
  order(rig.alice, { type: 'text', text: 'only for you' })
  order(rig.alice, { type: 'reaction', emoji: '👍' })
  await settle(20)
  expect(textsOf(rig.bob, 'peer')).toEqual(['only for you'])
  expect(rig.network.sent.length).toBe(before)
})

test('typing, reactions and hands are seen, and the first two pass by themselves', async () => {
  const rig = await talk()
  order(rig.alice, { type: 'typing', on: true })
  order(rig.alice, { type: 'reaction', emoji: '🎉' })
  order(rig.alice, { type: 'hand', raised: true })
  await settle(20)
  expect(chatOf(rig.bob)).toMatchObject({ peerTyping: true, hands: { peer: true, me: false } })
  expect(chatOf(rig.bob).reactions).toMatchObject([{ from: 'peer', emoji: '🎉' }])
  await rig.clock.advance(10_000)
  expect(chatOf(rig.bob)).toMatchObject({ peerTyping: false, reactions: [], hands: { peer: true } })
  await reload(rig, rig.bob)
  order(rig.alice, { type: 'hand', raised: false })
  await settle(20)
  expect(chatOf(rig.bob).hands.peer).toBe(false)
})

test('a file is offered, accepted, given from where the receiver stands, and done at both', async () => {
  const rig = await talk()
  order(rig.alice, { type: 'offer', file })
  await settle(20)
  expect(filesOf(rig.bob)).toEqual([['notes.pdf', 'offered']])
  // Nothing is given before it was accepted.
  hear(rig.alice, { t: 'file-want', id: fileId, from: 0 })
  expect(pushesTo(rig.alice, 'chat.wanted')).toEqual([])
  order(rig.bob, { type: 'answer', id: fileId, accepted: true })
  order(rig.bob, { type: 'want', id: fileId, from: 0 })
  await settle(20)
  expect(pushesTo(rig.alice, 'chat.wanted')).toMatchObject([{ id: fileId, from: 0 }])
  await reload(rig, rig.alice)
  order(rig.bob, { type: 'want', id: fileId, from: 600 })
  await settle(20)
  expect(pushesTo(rig.alice, 'chat.wanted').at(-1)).toMatchObject({ id: fileId, from: 600 })
  expect(() => rig.bob.chat.arrived(idOf(rig.bob), fileId)).toThrow('no-call')
  order(rig.bob, { type: 'done', id: fileId, result: 'whole' })
  await settle(20)
  expect(filesOf(rig.alice)).toEqual([['notes.pdf', 'done']])
  expect(rig.bob.chat.arrived(idOf(rig.bob), fileId)).toMatchObject({ name: 'notes.pdf' })
  // Over is over.
  order(rig.alice, { type: 'stop', id: fileId, why: 'cancelled' })
  expect(filesOf(rig.alice)).toEqual([['notes.pdf', 'done']])
})

test.each([
  ['refuses', 'bob', { type: 'answer', id: fileId, accepted: false }, 'refused', 'refused'],
  [
    'cancels before',
    'bob',
    { type: 'stop', id: fileId, why: 'cancelled' },
    'cancelled-by-peer',
    'cancelled-by-me',
  ],
  [
    'takes it back',
    'alice',
    { type: 'stop', id: fileId, why: 'cancelled' },
    'cancelled-by-me',
    'cancelled-by-peer',
  ],
  ['has it no more', 'alice', { type: 'stop', id: fileId, why: 'gone' }, 'gone', 'gone'],
] as const)('a file that somebody %s is over at both ends', async (_, who, command, atAlice, atBob) => {
  const rig = await talk()
  order(rig.alice, { type: 'offer', file })
  await settle(20)
  order(rig[who], command)
  await settle(20)
  expect([filesOf(rig.alice), filesOf(rig.bob)]).toEqual([[['notes.pdf', atAlice]], [['notes.pdf', atBob]]])
})

test('the end of the call is the end of the chat, and putting the call away erases it', async () => {
  const rig = await talk()
  order(rig.alice, { type: 'text', text: 'bye' })
  order(rig.alice, { type: 'offer', file })
  await settle(20)
  rig.alice.engine.command({ type: 'hang-up', callId: idOf(rig.alice) })
  await rig.clock.advance(100)
  for (const phone of [rig.alice, rig.bob]) {
    expect(chatOf(phone)).toMatchObject({ channel: 'over', lines: [{ text: 'bye' }, { state: 'gone' }] })
    expect(() => order(phone, { type: 'text', text: 'too late' })).toThrow('no-call')
    phone.engine.command({ type: 'dismiss', callId: idOf(phone) })
    expect(phone.chat.view()).toBeNull()
  }
})

test.each<[string, unknown]>([
  ['no JSON', '{"t":'],
  ['an unknown kind', { n: 1, t: 'run' }],
  ['a name of every object', { n: 1, t: 'constructor' }],
  ['a field too many', { n: 1, t: 'text', text: 'x', html: '<b>' }],
  ['a text of a megabyte', { n: 1, t: 'text', text: 'x'.repeat(1_000_000) }],
  ['an empty text', { n: 1, t: 'text', text: ' \n ' }],
  ['control characters', { n: 1, t: 'text', text: 'a\u0007b' }],
  ['a kept message without its number', { t: 'text', text: 'x' }],
  ['another emoji than the few', { t: 'reaction', emoji: '<b>' }],
  ['a file of a terabyte', { n: 1, t: 'file-offer', file: { ...file, size: 2 ** 40 } }],
  ['a picture of 40 MB', { n: 1, t: 'file-offer', file: { ...file, size: 40e6, picture: 'image/png' } }],
  ['a picture of a wrong kind', { n: 1, t: 'file-offer', file: { ...file, picture: 'image/svg+xml' } }],
])('%s of a peer is refused in one line, counted, and the chat goes on', async (_, message) => {
  const rig = await talk()
  hear(rig.bob, message)
  hear(rig.bob, message)
  expect(chatOf(rig.bob).lines).toMatchObject([{ kind: 'dropped', why: 'malformed' }])
  expect(rig.bob.refusals).toEqual(['type', 'type'])
  order(rig.alice, { type: 'text', text: 'still here' })
  await settle(20)
  expect(textsOf(rig.bob, 'peer')).toEqual(['still here'])
  expect(rig.bob.view().phase).toBe('talking')
})

test('a peer that says too much is cut short in one line, and heard again a minute later', async () => {
  const rig = await talk()
  for (let n = 1; n <= 700; n++) hear(rig.bob, { n, t: 'text', text: `flood ${n}` })
  expect(textsOf(rig.bob, 'peer')).toHaveLength(600)
  expect(chatOf(rig.bob).lines.at(-1)).toMatchObject({ kind: 'dropped', why: 'too-many' })
  expect(chatOf(rig.bob).lines).toHaveLength(601)
  await rig.clock.advance(61_000)
  hear(rig.bob, { n: 701, t: 'text', text: 'calmer' })
  expect(textsOf(rig.bob, 'peer').at(-1)).toBe('calmer')
})

test('a peer fills no memory: offers, old lines and accepted bytes have an end', async () => {
  const rig = await talk()
  const id = (i: number) => `${String(i).padStart(21, 'B')}Q`
  const offer = (n: number, size: number): AppMessage & { n: number } => ({
    n,
    t: 'file-offer',
    file: { ...file, id: id(n), size },
  })
  for (let n = 1; n <= 20; n++) hear(rig.bob, offer(n, 200 * 1024 * 1024))
  order(rig.bob, { type: 'answer', id: id(1), accepted: true })
  order(rig.bob, { type: 'answer', id: id(2), accepted: true })
  expect(() => order(rig.bob, { type: 'answer', id: id(3), accepted: true })).toThrow('chat-full')
  await rig.clock.advance(61_000)
  hear(rig.bob, offer(21, 10))
  expect(filesOf(rig.bob)).toHaveLength(20)
  expect(chatOf(rig.bob).lines.at(-1)).toMatchObject({ kind: 'dropped', why: 'too-many' })
  for (let n = 30; n < 300; n++) hear(rig.bob, { n, t: 'text', text: 'x'.repeat(4000) })
  expect(JSON.stringify(chatOf(rig.bob)).length).toBeLessThan(500_000)
})

test('an offer with a name to mislead is shown and kept under a plain one, and an id stands for one file', async () => {
  const rig = await talk()
  hear(rig.bob, { n: 1, t: 'file-offer', file: { ...file, name: '../../\u202Egpj.exe' } })
  hear(rig.bob, { n: 2, t: 'file-offer', file: { ...file, name: 'another.pdf' } })
  expect(filesOf(rig.bob)).toEqual([['_.._gpj.exe', 'offered']])
})

test('what a page says of a link before, of another call or beside the bound link is dropped', async () => {
  const rig = await talk()
  const callId = idOf(rig.bob)
  const json = JSON.stringify({ n: 1, t: 'text', text: 'ghost' })
  rig.bob.chat.report({ type: 'heard', callId, link: 2, json })
  rig.bob.chat.report({ type: 'heard', callId: 'B'.repeat(22) as CallId, link: 1, json })
  await reload(rig, rig.bob)
  rig.bob.chat.report({ type: 'heard', callId, link: 1, json })
  expect(chatOf(rig.bob).lines).toEqual([])
})

test('SECURITY: keys of the chat go to the page only over a bound link, once for each, and main erases its own', async () => {
  const rig = createTwoPhones()
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await settle()
  expect(pushesTo(rig.alice, 'chat.open')).toEqual([])
  rig.bob.engine.command({ type: 'answer', callId: idOf(rig.bob), video: false })
  await rig.clock.advance(100)
  expect(pushesTo(rig.bob, 'chat.open')).toEqual([])
  await rig.clock.advance(firstSoundMs)
  await reload(rig, rig.alice)
  const keys = [rig.alice, rig.bob].map((phone) =>
    pushesTo(phone, 'chat.open').map(({ keys }) => keys as { send: Uint8Array; receive: Uint8Array }),
  )
  const [alices = [], bobs = []] = keys
  expect(alices).toHaveLength(2)
  expect(bobs).toHaveLength(2)
  expect(alices[1]?.send).toEqual(bobs[1]?.receive)
  expect(bobs[1]?.send).toEqual(alices[1]?.receive)
  const all = [alices[0]?.send, alices[0]?.receive, alices[1]?.send, alices[1]?.receive].map(String)
  expect(new Set(all).size).toBe(4)
})

test('one cannot say more than the other would hear, and what waits for a link has an end', async () => {
  const rig = await talk()
  for (let i = 0; i < 600; i++) {
    order(rig.alice, { type: 'text', text: `${i}` })
    if (i % 50 === 0) await settle(10)
  }
  expect(() => order(rig.alice, { type: 'text', text: 'more' })).toThrow('chat-too-fast')
  await settle(50)
  expect(textsOf(rig.bob, 'peer')).toHaveLength(600)
  expect(chatOf(rig.bob).lines.some(({ kind }) => kind === 'dropped')).toBe(false)
})
