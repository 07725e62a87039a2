// What each message of the peer does: one pure handler for each kind in contract/app-messages. To add a kind: a schema
// there, a handler here. A handler for a message that does not fit the moment returns the same state.
import type { AppMessageName, AppMessageOf } from '../../contract/app-messages.ts'
import { cleanFileName } from './file-name.ts'
import type { ChatState, ChatStep } from './chat-state.ts'
import { withLine } from './chat-state.ts'
import { fileOf, filesOf, go, isLive, stay, withFile } from './chat-step.ts'

type Handler<N extends AppMessageName> = (
  state: ChatState,
  message: AppMessageOf<N>,
  nowMs: number,
) => ChatStep

/** Somebody who types says so every three seconds. */
const typingMs = 6_000
export const reactionMs = 4_000
const maxReactions = 12
/** Of one side, that wait for an answer or move. */
export const maxLiveFiles = 20

export const handlers: { readonly [N in AppMessageName]: Handler<N> } = {
  text: (state, { text }, nowMs) =>
    go(withLine({ ...state, typingUntilMs: null }, 'peer', { kind: 'text', text, arrived: true }, nowMs)),

  typing: (state, { on }, nowMs) => go({ ...state, typingUntilMs: on ? nowMs + typingMs : null }),

  reaction: (state, { emoji }, nowMs) => go(withReaction(state, 'peer', emoji, nowMs)),

  hand: (state, { raised }) => go({ ...state, hands: { ...state.hands, peer: raised } }),

  'file-offer'(state, { file }, nowMs) {
    // SECURITY: an id belongs to the file it first stood for, whoever offered that.
    if (fileOf(state, file.id)) return stay(state)
    if (filesOf(state).filter((line) => line.from === 'peer' && isLive(line)).length >= maxLiveFiles)
      return go(withLine(state, 'peer', { kind: 'dropped', why: 'too-many' }, nowMs))
    const named = { ...file, name: cleanFileName(file.name) }
    return go(withLine(state, 'peer', { kind: 'file', file: named, state: 'offered' }, nowMs))
  },

  'file-answer'(state, { id, accepted }) {
    const line = fileOf(state, id)
    if (line?.from !== 'me' || line.state !== 'offered') return stay(state)
    return go(withFile(state, id, accepted ? 'moving' : 'refused'))
  },

  'file-want'(state, { id, from }) {
    const line = fileOf(state, id)
    if (line?.from !== 'me' || line.state !== 'moving' || from > line.file.size) return stay(state)
    return go(state, { do: 'give', id, from })
  },

  'file-stop'(state, { id, why }) {
    const line = fileOf(state, id)
    if (!line || !isLive(line)) return stay(state)
    return go(withFile(state, id, why === 'gone' ? 'gone' : 'cancelled-by-peer'))
  },

  'file-done'(state, { id, whole }) {
    const line = fileOf(state, id)
    if (line?.from !== 'me' || line.state !== 'moving') return stay(state)
    // A picture that is no picture there is thrown away as one that was altered is; what helps is not to send it again.
    return go(withFile(state, id, whole ? 'done' : line.file.picture ? 'unshowable' : 'altered'))
  },
}

export function withReaction(
  state: ChatState,
  from: 'me' | 'peer',
  emoji: AppMessageOf<'reaction'>['emoji'],
  nowMs: number,
): ChatState {
  const id = state.lastLine + 1
  const shown = { id, from, emoji, untilMs: nowMs + reactionMs }
  return { ...state, lastLine: id, reactions: [...state.reactions, shown].slice(-maxReactions) }
}
