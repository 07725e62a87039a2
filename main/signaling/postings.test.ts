import { expect, test } from 'vitest'
import type { Ack } from '../../contract/signaling.ts'
import { PRESENCE_PERIOD_MS as periodMs, PRESENCE_SKEW_MS as skewMs } from '../../sp1/presence.ts'
import { createVirtualClock } from '../call/virtual-clock.ts'
import { createPostings } from './postings.ts'

const token = 'A'.repeat(43)

function posting() {
  const clock = createVirtualClock(80_000 * periodMs + periodMs / 2)
  const truth = {
    delivery: null as { hashes: string[]; only: boolean } | null,
    tokens: [] as string[],
  }
  const heard: (readonly string[] | 'lost')[] = []
  const asked: { event: string; payload: unknown; line: number }[] = []
  const answers: Ack[] = []
  const postings = createPostings({
    clock,
    delivery: () => truth.delivery,
    presence: {
      tokens: () => truth.tokens,
      heard: (tokens) => heard.push(tokens),
      lost: () => heard.push('lost'),
    },
  })
  let lines = 0
  const logIn = () => {
    const line = ++lines
    postings.begin(async (event, payload) => {
      asked.push({ event, payload, line })
      return answers.shift() ?? { ok: true }
    })
  }
  const take = () => asked.splice(0).map(({ event, line }) => `${event} ${line}`)
  return { clock, truth, heard, asked, answers, postings, logIn, take }
}

test('somebody without keys or presence tells the server nothing', async () => {
  const { clock, logIn, take, postings } = posting()
  logIn()
  postings.changed()
  await clock.advance(2 * periodMs)
  expect(take()).toEqual([])
})

test('each login is told everything, and a change what changed', async () => {
  const { clock, truth, logIn, take, postings } = posting()
  truth.delivery = { hashes: ['h'], only: false }
  truth.tokens = [token]
  logIn()
  await clock.advance(1)
  expect(take()).toEqual(['delivery.put 1', 'presence.put 1'])
  postings.changed()
  truth.delivery = { hashes: ['h'], only: true }
  postings.changed()
  await clock.advance(1)
  expect(take()).toEqual(['delivery.put 1'])
  postings.end()
  postings.changed()
  logIn()
  await clock.advance(1)
  expect(take()).toEqual(['delivery.put 2', 'presence.put 2'])
})

test('presence that is switched off is withdrawn', async () => {
  const { clock, truth, asked, logIn, postings } = posting()
  truth.tokens = [token]
  logIn()
  truth.tokens = []
  postings.changed()
  await clock.advance(1)
  expect(asked.at(-1)).toMatchObject({ event: 'presence.put', payload: { tokens: [] } })
})

test('tokens are published anew five minutes before a period ends and five minutes after', async () => {
  const { clock, truth, logIn, take } = posting()
  truth.tokens = ['1']
  logIn()
  await clock.advance(1)
  take()
  truth.tokens = ['2']
  await clock.advance(periodMs / 2 - skewMs - 2)
  expect(take()).toEqual([])
  await clock.advance(1)
  expect(take()).toEqual(['presence.put 1'])
  truth.tokens = ['3']
  await clock.advance(2 * skewMs)
  expect(take()).toEqual(['presence.put 1'])
})

test('what the server was too busy for is told again, what it does not know is not', async () => {
  const { clock, truth, answers, logIn, take } = posting()
  truth.delivery = { hashes: ['h'], only: false }
  truth.tokens = [token]
  answers.push({ ok: false, code: 'bad-shape' }, { ok: false, code: 'rate' })
  logIn()
  await clock.advance(1)
  take()
  await clock.advance(60_000)
  expect(take()).toEqual(['presence.put 1'])
})

test('what the server says is heard whole or not at all, and only while connected', () => {
  const { heard, logIn, postings } = posting()
  postings.heard({ tokens: [token] })
  logIn()
  for (const bad of [null, { tokens: ['x'] }, { tokens: token }, { tokens: [token], more: 1 }])
    postings.heard(bad)
  postings.heard({ tokens: [token] })
  postings.end()
  expect(heard).toEqual([[], [token], 'lost'])
})
