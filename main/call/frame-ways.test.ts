import { expect, test } from 'vitest'
import type { Envelope3 } from '../../sp1/envelope.ts'
import { createFrameWays } from './frame-ways.ts'

const frame = (s: number): Envelope3 => ({ k: 3, s, box: 'AAAA' })

function ways() {
  const link: number[] = []
  const server: number[] = []
  let bound = false
  const made = createFrameWays({
    isBound: () => bound,
    byLink: (data) => void link.push((JSON.parse(data) as Envelope3).s),
    byServer: ({ s }) => void server.push(s),
  })
  return {
    made,
    link,
    server,
    bind() {
      bound = true
      return made.linkBound()
    },
    lose() {
      bound = false
      made.linkLost()
    },
  }
}

test('what went by the server goes by the bound link once more, when that is asked for and not before', () => {
  const { made, link, server, bind } = ways()
  made.send(frame(0))
  made.send(frame(1))
  const repeat = bind()
  made.send(frame(2))
  expect(server).toEqual([0, 1])
  expect(link).toEqual([2])
  repeat()
  expect(link).toEqual([2, 0, 1])
})

test('a link that is lost before it was asked for takes nothing with it', () => {
  const { made, link, server, bind, lose } = ways()
  made.send(frame(0))
  bind()
  made.send(frame(1))
  lose()
  expect(server).toEqual([0, 1])
  made.repeat()
  expect(server).toEqual([0, 1, 0, 1])
  const repeat = bind()
  link.length = 0
  repeat()
  expect(link).toEqual([0, 1])
})

test('what a bound link has carried is not said again over the next one', () => {
  const { made, link, bind, lose } = ways()
  made.send(frame(0))
  bind()()
  lose()
  link.length = 0
  bind()()
  expect(link).toEqual([])
})

test('a goodbye takes what is owed along, so that no gap holds it back', () => {
  for (const last of ['sendLast', 'sendBothWays'] as const) {
    const { made, link, bind } = ways()
    made.send(frame(0))
    const repeat = bind()
    made[last](frame(1))
    expect(link).toEqual([0, 1])
    repeat()
    expect(link).toEqual([0, 1])
  }
})

test('what is owed over a link that carries nothing just now is kept for the server', () => {
  const { made, link, server, bind } = ways()
  made.send(frame(0))
  const repeat = bind()
  made.setFlowing(false)
  repeat()
  expect(link).toEqual([0])
  made.repeat()
  expect(server).toEqual([0, 0])
})
