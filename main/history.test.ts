import { expect, test } from 'vitest'
import type { Address } from '../contract/ids.ts'
import * as v from 'valibot'
import { KeptHistory, createHistory, unseenMissed } from './history.ts'

const alice = 'a'.repeat(56) as Address
const memoryFile = () => {
  const saved: KeptHistory[] = []
  return {
    saved,
    load: () => Promise.resolve(saved.at(-1) ?? null),
    save: (value: KeptHistory) => Promise.resolve(void saved.push(value)),
    wasSetAside: () => false,
  }
}
const call = (changes: Partial<KeptHistory[number]> = {}) => ({
  address: alice,
  direction: 'in' as const,
  outcome: 'talked' as const,
  video: false,
  atMs: 1,
  durationMs: 2,
  ...changes,
})
const nobody = () => null

test('the newest call stands first, with the name that the contacts have now', async () => {
  const history = createHistory({ file: memoryFile(), kept: null })
  await history.record(call({ atMs: 1 }))
  await history.record(call({ atMs: 2 }))
  expect(history.view(() => 'Alice').map(({ atMs, name }) => [atMs, name])).toEqual([
    [2, 'Alice'],
    [1, 'Alice'],
  ])
})

test('what was saved is the history after a restart', async () => {
  const file = memoryFile()
  const history = createHistory({ file, kept: null })
  await history.record(call())
  expect(createHistory({ file, kept: await file.load() }).view(nobody)).toEqual(history.view(nobody))
})

test('with what words a call was declined is kept, and old files that know of none are read', async () => {
  const file = memoryFile()
  const history = createHistory({ file, kept: null })
  await history.record(call({ outcome: 'declined', note: 'Later' }))
  await history.record(call())
  const kept = v.parse(KeptHistory, await file.load())
  expect(
    createHistory({ file, kept })
      .view(nobody)
      .map(({ note }) => note),
  ).toEqual([undefined, 'Later'])
})

test('only missed calls wait to be seen, and seeing them is saved once', async () => {
  const file = memoryFile()
  const history = createHistory({ file, kept: null })
  await history.record(call({ outcome: 'missed' }))
  await history.record(call())
  expect(unseenMissed(history.view(nobody))).toBe(1)
  await history.seen()
  await history.seen()
  expect(unseenMissed(history.view(nobody))).toBe(0)
  expect(file.saved).toHaveLength(3)
})

test('R25 one call and all calls can be erased from the file', async () => {
  const file = memoryFile()
  const history = createHistory({ file, kept: null })
  await history.record(call({ atMs: 1 }))
  await history.record(call({ atMs: 2 }))
  await history.remove(history.view(nobody)[0]!.id)
  expect(file.saved.at(-1)?.map(({ atMs }) => atMs)).toEqual([1])
  await history.clear()
  expect(file.saved.at(-1)).toEqual([])
})

test('of more than 500 calls the oldest are forgotten', async () => {
  const kept = Array.from({ length: 500 }, (_, index) => ({ ...call(), id: `${index}`, seen: true }))
  const history = createHistory({ file: memoryFile(), kept })
  await history.record(call({ atMs: 9 }))
  const entries = history.view(nobody)
  expect([entries.length, entries[0]!.atMs, entries.at(-1)!.id]).toEqual([500, 9, '498'])
})
