// The screens of a call with its chat. Nobody in here exists.
import type { Page } from '@playwright/test'
import type { OfferedFile } from '../../contract/app-messages.ts'
import type { ChatLine, ChatView, FileState } from '../../contract/chat.ts'
import type { CallView } from '../../contract/call-view.ts'
import type { Views } from '../../contract/ipc.ts'
import { plainPng } from '../chat/pictures.ts'
import { calls, hostileName, peers, ready, sampleNowMs } from './sample-views.ts'
import type { Scene } from './scene.ts'

const call = calls.live(peers.ada)
const chat = (more: Partial<ChatView> = {}): ChatView => ({
  callId: call.callId,
  channel: 'open',
  lines: [],
  peerTyping: false,
  hands: { me: false, peer: false },
  reactions: [],
  ...more,
})

type Body<L> = L extends unknown ? Omit<L, 'id' | 'atMs'> : never
const linesOf = (...bodies: readonly Body<ChatLine>[]): readonly ChatLine[] =>
  bodies.map((body, i) => ({ ...body, id: i + 1, atMs: sampleNowMs - (60 - i) * 20_000 }) as ChatLine)
const text = (from: 'me' | 'peer', words: string, arrived = true): Body<ChatLine> => ({
  kind: 'text',
  from,
  text: words,
  arrived,
})
function file(
  from: 'me' | 'peer',
  name: string,
  state: FileState,
  picture: OfferedFile['picture'] = null,
): Body<ChatLine> {
  const id = `${name.length}${from}${state}`
    .replace(/[^a-z0-9]/gi, '')
    .padEnd(21, 'x')
    .slice(0, 21)
  return {
    kind: 'file',
    from,
    state,
    file: { id: `${id}Q`, name, size: 52_428_800, sha256: 'a'.repeat(64), picture },
  }
}

const said = linesOf(
  text('peer', 'Good evening! Did you get the notes?'),
  text('me', 'Not yet. They are at https://notes.example.org/engine/G?edition=1843#notes, right?'),
  text('peer', `${hostileName}\n<script>alert(1)</script>\n${'endless'.repeat(40)}`),
  text('peer', 'مرحبا، كيف حالك؟'),
  { kind: 'dropped', from: 'peer', why: 'malformed' },
  text('me', '👍🎉', false),
)
const files = linesOf(
  file('peer', 'Note G (final) 2026.pdf', 'offered'),
  file('peer', 'picture.jpg', 'offered', 'image/jpeg'),
  file('me', `${'a very long name '.repeat(7)}.tar.gz`, 'moving'),
  file('peer', 'engine.stl', 'altered'),
  file('peer', 'picture.png', 'unshowable', 'image/png'),
  file('me', 'letter.odt', 'refused'),
  { kind: 'dropped', from: 'peer', why: 'too-many' },
  { kind: 'dropped', from: 'peer', why: 'unreadable' },
)

const views = (more: Partial<ChatView>, during: CallView = call): Views => ({
  ...ready,
  call: during,
  chat: chat(more),
})
const open = (page: Page) => page.getByTestId('chat-toggle').click()

async function sendPicture(page: Page): Promise<void> {
  await open(page)
  await page
    .getByTestId('chat-files')
    .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: plainPng(320, 200) })
  const offered = await page.waitForFunction(() =>
    window.fake.asked
      .map(({ payload }) => payload as { type?: string; file?: OfferedFile })
      .find(({ type }) => type === 'offer'),
  )
  const { file: sent } = (await offered.jsonValue()) as { file: OfferedFile }
  await page.evaluate((view) => window.fake.tell('chat', view), {
    ...chat({ lines: linesOf({ kind: 'file', from: 'me', state: 'done', file: sent }) }),
  })
  await page.getByTestId('chat-picture').waitFor()
}

const over = calls.ended(peers.ada, 'peer-hung-up', { durationMs: 754_000 })

export const chatScenes: readonly Scene[] = [
  { name: 'chat-unread', views: views({ lines: said, hands: { me: true, peer: true } }) },
  { name: 'chat-empty', views: views({}), steps: open },
  { name: 'chat-said', views: views({ lines: said, peerTyping: true }), steps: open },
  { name: 'chat-files', views: views({ lines: files }), steps: open },
  { name: 'chat-picture', views: views({}), steps: sendPicture },
  {
    name: 'chat-interrupted',
    views: views({ lines: said, channel: 'waiting' }, calls.live(peers.ada, { phase: 'reconnecting' })),
    steps: open,
  },
  {
    name: 'chat-problem',
    views: views({}),
    steps: async (page) => {
      await open(page)
      await page.getByTestId('chat-emoji').click()
      await page.getByTestId('chat-field').fill('x'.repeat(4001))
      await page.getByTestId('chat-send').click()
      await page.getByTestId('chat-problem').waitFor()
    },
  },
  {
    name: 'chat-reacting',
    views: views({ reactions: [{ id: 1, from: 'peer', emoji: '👏' }] }),
    steps: (page) => page.getByTestId('react').click(),
  },
  { name: 'chat-after', views: views({ lines: said, channel: 'over' }, over) },
  {
    name: 'chat-after-open',
    views: views({ lines: said, channel: 'over' }, over),
    steps: (page) => page.getByTestId('chat-show').click(),
  },
]
