// What messages do to the state of a chat: how one leaves, and how a line of a file goes from one state to the next.
// Predicates and small steps that the machine and the handlers share.
import type { AppMessage } from '../../contract/app-messages.ts'
import { appMessages } from '../../contract/app-messages.ts'
import type { ChatLine, FileState } from '../../contract/chat.ts'
import type { ChatEffect, ChatState, ChatStep } from './chat-state.ts'

export const stay = (state: ChatState): ChatStep => ({ state, effects: [] })
export const go = (state: ChatState, ...effects: ChatEffect[]): ChatStep => ({ state, effects })

/** Says one message: a kept one is numbered and waits for its acknowledgement, a passing one leaves now or never. */
export function say(state: ChatState, message: AppMessage): ChatStep {
  const isOpen = state.phase === 'open'
  if (appMessages[message.t].way === 'passing')
    return go(state, ...(isOpen ? [{ do: 'send' as const, message }] : []))
  const n = state.said + 1
  const next = { ...state, said: n, unacked: [...state.unacked, { n, message }] }
  return go(next, ...(isOpen ? [{ do: 'send' as const, message: { n, ...message } }] : []))
}

export type FileLine = Extract<ChatLine, { kind: 'file' }>
const isFile = (line: ChatLine): line is FileLine => line.kind === 'file'

export const filesOf = (state: ChatState): readonly FileLine[] => state.lines.filter(isFile)
export const fileOf = (state: ChatState, id: string): FileLine | undefined =>
  filesOf(state).find(({ file }) => file.id === id)

/** Files that may still move. */
export const isLive = ({ state }: FileLine): boolean => state === 'offered' || state === 'moving'

export const withFile = (state: ChatState, id: string, to: FileState): ChatState => ({
  ...state,
  lines: state.lines.map((line) => (isFile(line) && line.file.id === id ? { ...line, state: to } : line)),
})
