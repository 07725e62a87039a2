// The chat of one call: what was said, what has not arrived yet, and what may happen to it. Shapes only.
import type { AppMessage, AppMessageOf, Reaction, WireMessage } from '../../contract/app-messages.ts'
import type { ChatCommand, ChatDropReason, ChatLine } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'

/** A kept message that the peer has not acknowledged. */
export interface Unacked {
  readonly n: number
  readonly message: AppMessage
}

/**
 * `none`: no link, or one that is not bound. `bound`: the page has its keys. `greeting`: my resume has left. `open`: the
 * peer has said how far it had heard me, and was told the rest.
 */
export type ChannelPhase = 'none' | 'bound' | 'greeting' | 'open'

export interface ChatState {
  readonly callId: CallId
  readonly phase: ChannelPhase
  /** The call has ended: nothing is added any more. */
  readonly over: boolean
  readonly lines: readonly ChatLine[]
  readonly lastLine: number
  /** Number of my latest kept message, and those of them that have not arrived. */
  readonly said: number
  readonly unacked: readonly Unacked[]
  /** Number of the peer's latest kept message that is in here. */
  readonly heard: number
  /** A peer that stops in the middle of a word does not type for ever. */
  readonly typingUntilMs: number | null
  readonly hands: { readonly me: boolean; readonly peer: boolean }
  /** From where the page wants files, until the peer has greeted. */
  readonly wants: readonly AppMessageOf<'file-want'>[]
  readonly reactions: readonly {
    readonly id: number
    readonly from: 'me' | 'peer'
    readonly emoji: Reaction
    readonly untilMs: number
  }[]
}

/** Facts, in the past tense, named by who speaks. */
export type ChatEvent =
  | { readonly type: 'link/bound' }
  | { readonly type: 'link/opened' }
  | { readonly type: 'link/lost' }
  | { readonly type: 'peer/resumed'; readonly got: number }
  | { readonly type: 'peer/acked'; readonly got: number }
  /** `n`: of a kept one. `excess`: beyond what an honest app says in a minute. */
  | {
      readonly type: 'peer/said'
      readonly message: AppMessage
      readonly n?: number
      readonly excess: boolean
    }
  | { readonly type: 'peer/refused'; readonly why: ChatDropReason }
  | { readonly type: 'user/ordered'; readonly command: ChatCommand }
  | { readonly type: 'call/ended' }
  /** Some time has passed. */
  | { readonly type: 'moment/passed' }

export type ChatEffect =
  | { readonly do: 'send'; readonly message: WireMessage }
  | { readonly do: 'give'; readonly id: string; readonly from: number }

export interface ChatStep {
  readonly state: ChatState
  readonly effects: readonly ChatEffect[]
}

export const newChat = (callId: CallId): ChatState => ({
  callId,
  phase: 'none',
  over: false,
  lines: [],
  lastLine: 0,
  said: 0,
  unacked: [],
  heard: 0,
  typingUntilMs: null,
  hands: { me: false, peer: false },
  wants: [],
  reactions: [],
})

type Body<L> = L extends unknown ? Omit<L, 'id' | 'from' | 'atMs'> : never

/** Of a call that nobody ends: what is older goes, so that no peer fills this computer with words. */
const maxLines = 2000
const maxCharacters = 400_000

export function withLine(
  state: ChatState,
  from: 'me' | 'peer',
  body: Body<ChatLine>,
  nowMs: number,
): ChatState {
  const id = state.lastLine + 1
  const lines = [...state.lines, { ...body, id, from, atMs: nowMs } as ChatLine]
  return { ...state, lastLine: id, lines: withoutExcess(lines) }
}

function withoutExcess(lines: readonly ChatLine[]): readonly ChatLine[] {
  let characters = 0
  let first = lines.length
  while (first > 0 && lines.length - first < maxLines) {
    const line = lines[first - 1]
    characters += line?.kind === 'text' ? line.text.length : 300
    if (characters > maxCharacters && first < lines.length) break
    first -= 1
  }
  return first === 0 ? lines : lines.slice(first)
}
