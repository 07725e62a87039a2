import { expect, test } from 'vitest'
import { createQuit, type Question } from './quit.ts'

const question = (message: string): Question => ({ message, detail: '' })
const never = () => new Promise<void>(() => undefined)

function leaving(options: {
  questions?: string[]
  answers?: boolean[]
  leave?: () => Promise<void>
  patience?: () => Promise<void>
}) {
  const seen: string[] = []
  const answers = options.answers ?? []
  const quit = createQuit({
    questions: () => (options.questions ?? []).map(question),
    confirm: ({ message }) => {
      seen.push(message)
      return Promise.resolve(answers.shift() ?? false)
    },
    leave: () => {
      seen.push('leave')
      return options.leave?.() ?? Promise.resolve()
    },
    patience: options.patience ?? never,
  })
  return { quit, seen }
}

test('nobody is asked when nobody would notice', async () => {
  const { quit, seen } = leaving({})
  expect(await quit.ask()).toBe(true)
  expect(seen).toEqual(['leave'])
})

test('each question has to be answered with yes', async () => {
  const { quit, seen } = leaving({ questions: ['call', 'guests'], answers: [true, true] })
  expect(await quit.ask()).toBe(true)
  expect(seen).toEqual(['call', 'guests', 'leave'])
})

test('a no leaves everything as it is, and the next wish asks again', async () => {
  const { quit, seen } = leaving({ questions: ['call'], answers: [false, true] })
  expect(await quit.ask()).toBe(false)
  expect(seen).toEqual(['call'])
  expect(await quit.ask()).toBe(true)
})

test('a second wish while the first is open asks nothing more', async () => {
  const { quit, seen } = leaving({ questions: ['call'], answers: [true] })
  expect(await Promise.all([quit.ask(), quit.ask()])).toEqual([true, true])
  expect(seen).toEqual(['call', 'leave'])
})

test.each([
  ['fails', () => Promise.reject(new Error('x')), never],
  ['takes for ever', never, () => Promise.resolve()],
])('a goodbye that %s does not keep the app alive', async (_, leave, patience) => {
  expect(await leaving({ leave, patience }).quit.ask()).toBe(true)
})
