// The chat of the call that is on: runs its machine, gives the page the keys of each link, and counts what is too much.
// Lasts until the call is put away or another one has a link, and is written nowhere.
import {
  appMessages,
  readWireMessage,
  type AppMessageName,
  type WireMessage,
} from '../../contract/app-messages.ts'
import type { CallView } from '../../contract/call-view.ts'
import type { ChatCommand, ChatDropReason, ChatKeys, ChatReport, ChatView } from '../../contract/chat.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { CallId } from '../../contract/ids.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import type { Push } from '../../contract/ipc.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import { createRateLimit, type RateLimit } from '../call/rate-limit.ts'
import type { Clock } from '../clock.ts'
import { createListeners } from '../listeners.ts'
import { chatViewOf, nextMomentMs, reduceChat } from './chat-machine.ts'
import { newChat, type ChatEffect, type ChatEvent, type ChatState } from './chat-state.ts'
import { fileOf, filesOf, isLive, type FileLine } from './chat-step.ts'
import { maxLiveFiles } from './app-handlers.ts'

/** My own messages that may wait for a link. */
const maxUnacked = 500
/** Of accepted files of one call together: they are in memory until the call is put away. */
export const maxAcceptedBytes = 512 * 1024 * 1024
/** Views are made of all lines: one for all that comes in a burst. */
const viewRestMs = 30

export interface Chat {
  view(): ChatView | null
  onChange(listener: () => void): () => void
  /** The link of this call is bound. Takes the keys over and erases them. */
  bound(callId: CallId, keys: ChatKeys): void
  /** The link of this call is gone. */
  lost(callId: CallId): void
  /** What is on now: with the end of a call its chat is over, and gone once the call is put away. */
  follow(call: CallView): void
  report(report: ChatReport): void
  /** Codes: `no-call`, `chat-too-fast`, `chat-full`. */
  command(command: ChatCommand): void
  /** A file that arrived whole, to be saved. Code: `no-call` when there is none of this id. */
  arrived(callId: CallId, id: string): FileLine['file']
}

type ChatPush = Extract<PushName, `chat.${string}`>

export function createChat(parts: {
  readonly clock: Clock
  readonly send: <N extends ChatPush>(name: N, push: Push<N>) => void
  /** Foreign input that was dropped. */
  readonly count: (code: RefusalCode) => void
}): Chat {
  const { clock, send } = parts
  const listeners = createListeners()
  let state: ChatState | null = null
  let links = 0
  let limits = newLimits()
  let cancelMoment = (): void => undefined
  let telling = false

  function newLimits() {
    const of = () =>
      Object.fromEntries(
        Object.entries(appMessages).map(([name, { perMinute }]) => [name, createRateLimit(perMinute, clock)]),
      ) as Record<AppMessageName, RateLimit>
    return { mine: of(), peers: of() }
  }

  function emit(event: ChatEvent): void {
    if (!state) return
    const step = reduceChat(state, event, clock.now())
    const changed = step.state !== state
    state = step.state
    for (const effect of step.effects) carryOut(state.callId, effect)
    if (changed) tell()
  }

  function carryOut(callId: CallId, effect: ChatEffect): void {
    if (effect.do === 'send') send('chat.send', { callId, link: links, json: JSON.stringify(effect.message) })
    else send('chat.wanted', { callId, id: effect.id, from: effect.from })
  }

  function tell(): void {
    keepMoment()
    if (telling) return
    telling = true
    clock.after(viewRestMs, () => {
      telling = false
      listeners.tell()
    })
  }

  function keepMoment(): void {
    cancelMoment()
    cancelMoment = () => undefined
    const due = state && nextMomentMs(state)
    if (due !== null)
      cancelMoment = clock.after(Math.max(0, due - clock.now()) + 1, () => emit({ type: 'moment/passed' }))
  }

  function put(next: ChatState | null): void {
    if (next === state) return
    state = next
    links = 0
    limits = newLimits()
    tell()
  }

  function take(message: WireMessage): void {
    if (message.t === 'resume') return emit({ type: 'peer/resumed', got: message.got })
    if (message.t === 'ack') return emit({ type: 'peer/acked', got: message.got })
    const { n, ...said } = message
    const excess = !isWithin(limits.peers[said.t])
    if (excess) parts.count('rate')
    emit({ type: 'peer/said', message: said, excess, ...(n === undefined ? {} : { n }) })
  }

  function refuse(code: RefusalCode, why: ChatDropReason): void {
    parts.count(code)
    emit({ type: 'peer/refused', why })
  }

  function order(command: ChatCommand, now: ChatState): void {
    const spent = sentBy(command)
    if (spent && !isWithin(limits.mine[spent])) {
      // Nobody asked for it with a press.
      if (spent === 'typing' || spent === 'file-want') return
      throw new PhoneError('chat-too-fast')
    }
    if (isFull(command, now)) throw new PhoneError('chat-full')
    emit({ type: 'user/ordered', command })
  }

  return {
    view: () => state && chatViewOf(state),
    onChange: listeners.onChange,
    bound(callId, keys) {
      if (state?.callId !== callId) put(newChat(callId))
      links += 1
      emit({ type: 'link/bound' })
      send('chat.open', { callId, link: links, keys })
      // The page has its own copy by now: what is sent to it is cloned before `send` returns.
      for (const key of [keys.send, keys.receive]) key.fill(0)
    },
    lost(callId) {
      if (state?.callId === callId) emit({ type: 'link/lost' })
    },
    follow(call) {
      if (!state) return
      if (call.phase === 'idle' || call.callId !== state.callId) return put(null)
      if (call.phase === 'ended' && !state.over) emit({ type: 'call/ended' })
    },
    report(report) {
      // SECURITY: what the page says of a link before is dropped: what did not arrive there is said again over this one.
      if (!state || report.callId !== state.callId || report.link !== links) return
      if (report.type === 'opened') return emit({ type: 'link/opened' })
      if (report.type === 'refused') return refuse(report.code, 'unreadable')
      const message = readWireMessage(report.json)
      if (message) take(message)
      else refuse('type', 'malformed')
    },
    command(command) {
      if (!state || command.callId !== state.callId || state.over) throw new PhoneError('no-call')
      order(command, state)
    },
    arrived(callId, id) {
      const line = state?.callId === callId ? fileOf(state, id) : undefined
      if (line?.from !== 'peer' || line.state !== 'done') throw new PhoneError('no-call')
      return line.file
    },
  }
}

function isWithin(limit: RateLimit): boolean {
  try {
    limit.count()
    return true
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return false
  }
}

/** What an order sends, as far as that is limited. */
function sentBy({ type }: ChatCommand): AppMessageName | null {
  if (type === 'text' || type === 'typing' || type === 'reaction' || type === 'hand') return type
  return type === 'offer' ? 'file-offer' : type === 'want' ? 'file-want' : null
}

function isFull(command: ChatCommand, state: ChatState): boolean {
  if (command.type === 'text' || command.type === 'offer' || command.type === 'hand') {
    if (state.unacked.length >= maxUnacked) return true
  }
  if (command.type === 'offer')
    return filesOf(state).filter((line) => line.from === 'me' && isLive(line)).length >= maxLiveFiles
  if (command.type !== 'answer' || !command.accepted) return false
  const accepted = filesOf(state).filter(
    (line) => line.from === 'peer' && (line.state === 'moving' || line.state === 'done'),
  )
  const size = fileOf(state, command.id)?.file.size ?? 0
  return accepted.reduce((sum, { file }) => sum + file.size, size) > maxAcceptedBytes
}
