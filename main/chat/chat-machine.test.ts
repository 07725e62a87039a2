// The chat machine alone: two of them back to back over links that are cut at any moment, and one that hears anything.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  appMessages,
  readWireMessage,
  type AppMessage,
  type WireMessage,
} from '../../contract/app-messages.ts'
import type { ChatCommand } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { chatViewOf, reduceChat } from './chat-machine.ts'
import { newChat, type ChatEvent, type ChatState } from './chat-state.ts'

const callId = 'A'.repeat(22) as CallId
const id = `${'A'.repeat(21)}Q`
const file = { id, name: 'a', size: 9, sha256: 'a'.repeat(64), picture: null }

/** Two machines, and what is on its way between them: in order, until the link is cut. */
function createPair() {
  const states: [ChatState, ChatState] = [newChat(callId), newChat(callId)]
  let air: { readonly to: 0 | 1; readonly json: string }[] = []
  function tell(who: 0 | 1, event: ChatEvent): void {
    const step = reduceChat(states[who], event, 0)
    states[who] = step.state
    for (const effect of step.effects)
      if (effect.do === 'send') air.push({ to: who === 0 ? 1 : 0, json: JSON.stringify(effect.message) })
  }
  const take = (to: 0 | 1, message: WireMessage): void => {
    if (message.t === 'resume') return tell(to, { type: 'peer/resumed', got: message.got })
    if (message.t === 'ack') return tell(to, { type: 'peer/acked', got: message.got })
    const { n, ...said } = message
    tell(to, { type: 'peer/said', message: said, excess: false, ...(n === undefined ? {} : { n }) })
  }
  return {
    states,
    tell,
    /** What left first for this side arrives. */
    deliver(to: 0 | 1): boolean {
      const at = air.findIndex((each) => each.to === to)
      const [each] = at < 0 ? [] : air.splice(at, 1)
      const message = each && readWireMessage(each.json)
      if (message) take(to, message)
      return each !== undefined
    },
    /** Both ends hear of it, and what is on its way is lost. */
    relink(): void {
      air = []
      for (const who of [0, 1] as const) {
        tell(who, { type: 'link/lost' })
        tell(who, { type: 'link/bound' })
      }
      for (const who of [0, 1] as const) tell(who, { type: 'link/opened' })
    },
  }
}
const textsOf = (state: ChatState, from: 'me' | 'peer') =>
  state.lines.flatMap((line) => (line.kind === 'text' && line.from === from ? [line.text] : []))

test('whatever is said and whenever the link is cut, each text arrives once and in order', () => {
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('say' as const), who: fc.constantFrom(0 as const, 1 as const) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        who: fc.constantFrom(0 as const, 1 as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('relink' as const), who: fc.constant(0 as const) }) },
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
      const pair = createPair()
      let count = 0
      for (const { do: what, who } of acts) {
        if (what === 'relink') pair.relink()
        else if (what === 'deliver') pair.deliver(who)
        else {
          const text = `${count++}`
          pair.tell(who, { type: 'user/ordered', command: { type: 'text', callId, text } })
        }
      }
      pair.relink()
      while (pair.deliver(0) || pair.deliver(1)) {
        // Until nothing is on its way.
      }
      const [one, other] = pair.states
      expect(textsOf(other, 'peer')).toEqual(textsOf(one, 'me'))
      expect(textsOf(one, 'peer')).toEqual(textsOf(other, 'me'))
      for (const state of [one, other]) {
        expect(state.unacked).toEqual([])
        expect(state.lines.every((line) => line.kind !== 'text' || line.arrived)).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

const samples: readonly AppMessage[] = [
  { t: 'text', text: 'x' },
  { t: 'typing', on: true },
  { t: 'reaction', emoji: '👍' },
  { t: 'hand', raised: true },
  { t: 'file-offer', file },
  { t: 'file-answer', id, accepted: true },
  { t: 'file-want', id, from: 3 },
  { t: 'file-stop', id, why: 'cancelled' },
  { t: 'file-done', id, whole: true },
]
const commands: readonly ChatCommand[] = [
  { type: 'text', callId, text: 'x' },
  { type: 'offer', callId, file },
  { type: 'answer', callId, id, accepted: true },
  { type: 'stop', callId, id, why: 'gone' },
  { type: 'want', callId, id, from: 0 },
  { type: 'done', callId, id, result: 'whole' },
]

test('there is a sample of every message', () => {
  expect(samples.map(({ t }) => t).toSorted()).toEqual(Object.keys(appMessages).toSorted())
})

test('nothing that is heard, in any order, makes it throw, gives a file that nobody accepted, or says more than it heard', () => {
  const event: fc.Arbitrary<ChatEvent> = fc.oneof(
    fc.constantFrom<ChatEvent>(
      { type: 'link/bound' },
      { type: 'link/opened' },
      { type: 'link/lost' },
      { type: 'peer/resumed', got: 7 },
      { type: 'peer/acked', got: 2 ** 31 },
      { type: 'peer/refused', why: 'malformed' },
      { type: 'moment/passed' },
    ),
    fc
      .tuple(fc.constantFrom(...samples), fc.nat(9), fc.boolean())
      .map(([message, n, excess]) => ({ type: 'peer/said', message, n, excess }) as const),
    fc.constantFrom(...commands).map((command) => ({ type: 'user/ordered', command }) as const),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let state = newChat(callId)
      for (const [at, each] of events.entries()) {
        const before = state.lines.find((line) => line.kind === 'file' && line.from === 'me')
        const step = reduceChat(state, each, at)
        for (const effect of step.effects)
          if (effect.do === 'give') expect(before).toMatchObject({ state: 'moving' })
        state = step.state
        expect(chatViewOf(state).lines).toBe(state.lines)
      }
      const over = reduceChat(state, { type: 'call/ended' }, 99).state
      for (const each of events) expect(reduceChat(over, each, 100).state.lines).toBe(over.lines)
    }),
    { numRuns: 300 },
  )
})
