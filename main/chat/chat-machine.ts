// The chat as a pure function: what happens next, and what is to be sent for it. Knows no clock, no page, no keys.
// A remote can never make it throw; a message that does not fit the moment returns the same state.
import type { AppMessage } from '../../contract/app-messages.ts'
import { assertNever } from '../../contract/errors.ts'
import type { ChatCommand, ChatDropReason, ChatView } from '../../contract/chat.ts'
import { handlers, withReaction } from './app-handlers.ts'
import { withLine, type ChatEvent, type ChatState, type ChatStep } from './chat-state.ts'
import { fileOf, filesOf, go, isLive, say, stay, withFile } from './chat-step.ts'

export function reduceChat(state: ChatState, event: ChatEvent, nowMs: number): ChatStep {
  if (state.over) return event.type === 'moment/passed' ? passed(state, nowMs) : stay(state)
  switch (event.type) {
    case 'link/bound':
      return go({ ...state, phase: 'bound' })
    case 'link/opened':
      if (state.phase !== 'bound') return stay(state)
      return go({ ...state, phase: 'greeting' }, { do: 'send', message: { t: 'resume', got: state.heard } })
    case 'link/lost':
      return state.phase === 'none'
        ? stay(state)
        : go({ ...state, phase: 'none', typingUntilMs: null, wants: [] })
    case 'peer/resumed':
      return state.phase === 'greeting' ? resumed(acked(state, event.got)) : stay(state)
    case 'peer/acked':
      return state.phase === 'open' ? go(acked(state, event.got)) : stay(state)
    case 'peer/said':
      return heard(state, event, nowMs)
    case 'peer/refused':
      return go(withDropped(state, event.why, nowMs))
    case 'user/ordered':
      return ordered(state, event.command, nowMs)
    case 'call/ended':
      return go(ended(state))
    case 'moment/passed':
      return passed(state, nowMs)
    default:
      return assertNever(event)
  }
}

/** Everything that the peer has not got, in order. */
const resumed = (state: ChatState): ChatStep =>
  go(
    { ...state, phase: 'open', wants: [] },
    ...state.unacked.map(({ n, message }) => ({ do: 'send' as const, message: { n, ...message } })),
    ...state.wants.map((message) => ({ do: 'send' as const, message })),
  )

function acked(state: ChatState, got: number): ChatState {
  const unacked = state.unacked.filter(({ n }) => n > got)
  if (unacked.length === state.unacked.length) return state
  const waiting = unacked.filter(({ message }) => message.t === 'text').length
  let texts = 0
  // My texts in the order in which they were said: the latest are those that wait.
  const lines = state.lines
    .toReversed()
    .map((line) => {
      if (line.kind !== 'text' || line.from !== 'me') return line
      texts += 1
      const arrived = texts > waiting
      return line.arrived === arrived ? line : { ...line, arrived }
    })
    .toReversed()
  return { ...state, unacked, lines }
}

function heard(state: ChatState, event: Extract<ChatEvent, { type: 'peer/said' }>, nowMs: number): ChatStep {
  // Whoever has not greeted yet has nothing to say.
  if (state.phase !== 'open') return stay(state)
  const { n, message, excess } = event
  if (n === undefined) return excess ? stay(state) : handled(state, message, nowMs)
  const ack = { do: 'send' as const, message: { t: 'ack' as const, got: Math.max(n, state.heard) } }
  // Said again over a new link, because its acknowledgement was lost.
  if (n <= state.heard) return go(state, ack)
  const next = { ...state, heard: n }
  if (excess) return go(withDropped(next, 'too-many', nowMs), ack)
  const step = handled(next, message, nowMs)
  return go(step.state, ...step.effects, ack)
}

const handled = (state: ChatState, message: AppMessage, nowMs: number): ChatStep =>
  (handlers[message.t] as (state: ChatState, message: AppMessage, nowMs: number) => ChatStep)(
    state,
    message,
    nowMs,
  )

/** One line for as much as comes in a row. */
function withDropped(state: ChatState, why: ChatDropReason, nowMs: number): ChatState {
  const last = state.lines.at(-1)
  if (last?.kind === 'dropped' && last.why === why) return state
  return withLine(state, 'peer', { kind: 'dropped', why }, nowMs)
}

function ordered(state: ChatState, command: ChatCommand, nowMs: number): ChatStep {
  switch (command.type) {
    case 'text': {
      const { text } = command
      return say(withLine(state, 'me', { kind: 'text', text, arrived: false }, nowMs), { t: 'text', text })
    }
    case 'typing':
      return say(state, { t: 'typing', on: command.on })
    case 'reaction': {
      if (state.phase !== 'open') return stay(state)
      const { emoji } = command
      return say(withReaction(state, 'me', emoji, nowMs), { t: 'reaction', emoji })
    }
    case 'hand': {
      const { raised } = command
      if (state.hands.me === raised) return stay(state)
      return say({ ...state, hands: { ...state.hands, me: raised } }, { t: 'hand', raised })
    }
    case 'offer': {
      const { file } = command
      if (fileOf(state, file.id)) return stay(state)
      return say(withLine(state, 'me', { kind: 'file', file, state: 'offered' }, nowMs), {
        t: 'file-offer',
        file,
      })
    }
    case 'answer': {
      const { id, accepted } = command
      const line = fileOf(state, id)
      if (line?.from !== 'peer' || line.state !== 'offered') return stay(state)
      return say(withFile(state, id, accepted ? 'moving' : 'refused'), { t: 'file-answer', id, accepted })
    }
    case 'stop': {
      const { id, why } = command
      const line = fileOf(state, id)
      if (!line || !isLive(line)) return stay(state)
      return say(withFile(state, id, why === 'gone' ? 'gone' : 'cancelled-by-me'), {
        t: 'file-stop',
        id,
        why,
      })
    }
    case 'want': {
      const line = fileOf(state, command.id)
      if (line?.from !== 'peer' || line.state !== 'moving') return stay(state)
      const want = { t: 'file-want', id: command.id, from: command.from } as const
      if (state.phase === 'greeting') return go({ ...state, wants: [...state.wants, want] })
      return say(state, want)
    }
    case 'done': {
      const { id, result } = command
      const line = fileOf(state, id)
      if (line?.from !== 'peer' || line.state !== 'moving') return stay(state)
      const whole = result === 'whole'
      return say(withFile(state, id, whole ? 'done' : result), { t: 'file-done', id, whole })
    }
    default:
      return assertNever(command)
  }
}

function ended(state: ChatState): ChatState {
  const gone = filesOf(state).filter(isLive)
  const lines = gone.reduce((so, { file }) => withFile(so, file.id, 'gone'), state)
  return {
    ...lines,
    phase: 'none',
    over: true,
    typingUntilMs: null,
    hands: { me: false, peer: false },
    reactions: [],
  }
}

function passed(state: ChatState, nowMs: number): ChatStep {
  const reactions = state.reactions.filter(({ untilMs }) => untilMs > nowMs)
  const typingUntilMs =
    state.typingUntilMs !== null && state.typingUntilMs > nowMs ? state.typingUntilMs : null
  const same = reactions.length === state.reactions.length && typingUntilMs === state.typingUntilMs
  return same ? stay(state) : go({ ...state, reactions, typingUntilMs })
}

/** When something of it is over by itself; null for never. */
export function nextMomentMs({ typingUntilMs, reactions }: ChatState): number | null {
  const moments = [
    ...reactions.map(({ untilMs }) => untilMs),
    ...(typingUntilMs === null ? [] : [typingUntilMs]),
  ]
  return moments.length > 0 ? Math.min(...moments) : null
}

export const chatViewOf = (state: ChatState): ChatView => ({
  callId: state.callId,
  channel: state.over ? 'over' : state.phase === 'open' ? 'open' : 'waiting',
  lines: state.lines,
  peerTyping: state.typingUntilMs !== null,
  hands: state.hands,
  reactions: state.reactions.map(({ id, from, emoji }) => ({ id, from, emoji })),
})
