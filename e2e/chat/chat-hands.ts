// What the chat specs do with two phones in a call: talk, write, send files, throw the link away, and look.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ChatCommand, ChatLine, ChatView } from '../../contract/chat.ts'
import { expect } from '../pair.ts'
import type { Phone } from '../phone.ts'

export async function talk(caller: Phone, callee: Phone): Promise<void> {
  await caller.dial(await callee.address(), 'voice')
  await (await callee.alert()).getByTestId('answer').click()
  await Promise.all([caller.phase('talking'), callee.phase('talking')])
  await Promise.all([isOpen(caller), isOpen(callee)])
}

export async function chatOf(phone: Phone): Promise<ChatView> {
  const { chat } = await phone.views()
  if (!chat) throw new Error(`${phone.name} has no chat`)
  return chat
}
export const isOpen = (phone: Phone) =>
  expect.poll(async () => (await phone.views()).chat?.channel, { timeout: 30_000 }).toBe('open')

type Order = ChatCommand extends infer C ? (C extends { callId: unknown } ? Omit<C, 'callId'> : never) : never

/** As the page orders it, one after the other. */
export async function order(phone: Phone, ...orders: readonly Order[]): Promise<void> {
  const { callId } = await chatOf(phone)
  const codes = await phone.page.evaluate(
    async (commands) => {
      const refused: string[] = []
      for (const command of commands) {
        const answer = await window.shell['chat.command'](command as never)
        if (!answer.ok) refused.push(answer.code)
      }
      return refused
    },
    orders.map((each) => ({ ...each, callId })),
  )
  expect(codes).toEqual([])
}

export const textsOf = async (phone: Phone, from: ChatLine['from']): Promise<readonly string[]> =>
  (await chatOf(phone)).lines.flatMap((line) =>
    line.kind === 'text' && line.from === from ? [line.text] : [],
  )
type FileLine = Extract<ChatLine, { kind: 'file' }>
export const filesOf = async (phone: Phone): Promise<readonly FileLine[]> =>
  (await chatOf(phone)).lines.filter((line) => line.kind === 'file')
export const fileState = async (phone: Phone, index = 0) => (await filesOf(phone)).at(index)?.state

/** The computer woke up: the same link is described anew (ICE restart). */
export const restartLink = (phone: Phone) =>
  phone.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'))

/** The link breaks for good in a page that lives: another one with other keys takes its place. */
export async function renewLink(phone: Phone): Promise<void> {
  const { callId } = await chatOf(phone)
  await phone.page.evaluate((callId) => window.shell['link.failed']({ callId, code: 'link-failed' }), callId)
}
export async function reload(phone: Phone): Promise<void> {
  const window = await phone.app.browserWindow(phone.page)
  await window.evaluate((w: Electron.BrowserWindow) => w.webContents.reload())
  await phone.byId('hang-up').waitFor()
}

export async function openChat(phone: Phone): Promise<void> {
  if (!(await phone.byId('chat-panel').isVisible())) await phone.byId('chat-toggle').click()
  await phone.byId('chat-panel').waitFor()
}

/** Where the person saves what they are asked about from now on. */
export const savesTo = (phone: Phone, path: string) =>
  phone.app.evaluate(({ dialog }, path) => {
    const asked: string[] = []
    Object.assign(globalThis, { __suggested: asked })
    dialog.showSaveDialog = (async (options: Electron.SaveDialogOptions) => {
      asked.push(options.defaultPath ?? '')
      return { canceled: false, filePath: path }
    }) as never
  }, path)
export const suggestedNames = (phone: Phone) =>
  phone.app.evaluate(() => (globalThis as unknown as { __suggested: string[] }).__suggested)

export const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
