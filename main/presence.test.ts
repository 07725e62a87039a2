import { expect, test } from 'vitest'
import type { Address } from '../contract/ids.ts'
import { PRESENCE_PERIOD_MS as periodMs } from '../sp1/presence.ts'
import { createPresence } from './presence.ts'
import { createContactKeys } from './trust/contact-keys.ts'

const [bea, carl] = ['b', 'c'].map((letter) => letter.repeat(56)) as [Address, Address]
const key = (fill: number) => new Uint8Array(32).fill(fill)
let drawn = 100
const rng = (length: number) => new Uint8Array(length).fill(++drawn)

function person(pairs: readonly (readonly [Address, Uint8Array])[]) {
  const state = { on: true, nowMs: 80_000 * periodMs + periodMs / 2, refused: new Set<Address>() }
  const keys = createContactKeys({ kept: null, rng, onChange: () => {} })
  for (const [address, pair] of pairs) keys.learnPair(address, pair)
  const presence = createPresence({
    isOn: () => state.on,
    keys,
    sharesWith: (address) => !state.refused.has(address),
    nowMs: () => state.nowMs,
  })
  return { state, keys, presence }
}
/** What the server would say to `mine` of those who publish `others`. */
const common = (mine: readonly string[], ...others: (readonly string[])[]) =>
  mine.filter((token) => others.flat().includes(token))

test('two who share a pair key see each other; somebody who shares none is not known', () => {
  const mine = person([[bea, key(1)]])
  const theirs = person([[carl, key(1)]])
  mine.presence.heard(common(mine.presence.tokens(), theirs.presence.tokens()))
  expect([mine.presence.isOnline(bea), mine.presence.isOnline(carl)]).toEqual([true, null])
})

test('S9 a person with another key, or with presence off, is not seen', () => {
  const mine = person([[bea, key(1)]])
  const other = person([[carl, key(2)]])
  mine.presence.heard(common(mine.presence.tokens(), other.presence.tokens()))
  expect(mine.presence.isOnline(bea)).toBe(false)
  const off = person([[carl, key(1)]])
  off.state.on = false
  expect(off.presence.tokens()).toEqual([])
})

test('nothing is known while I am off or without a connection', () => {
  const mine = person([[bea, key(1)]])
  expect(mine.presence.isOnline(bea)).toBeNull()
  mine.presence.heard([])
  expect(mine.presence.isOnline(bea)).toBe(false)
  mine.presence.heard(mine.presence.tokens())
  expect(mine.presence.isOnline(bea)).toBe(true)
  let told = 0
  mine.presence.onChange(() => (told += 1))
  mine.state.on = false
  mine.presence.switched()
  expect([mine.presence.isOnline(bea), told]).toEqual([null, 1])
  mine.state.on = true
  mine.presence.switched()
  expect(mine.presence.isOnline(bea)).toBe(true)
  mine.presence.lost()
  expect(mine.presence.isOnline(bea)).toBeNull()
})

test('tokens that are none of mine show nobody, and padding neither', () => {
  const mine = person([[bea, key(1)]])
  const before = mine.presence.tokens()
  mine.keys.forget(bea)
  const padding = common(mine.presence.tokens(), before)
  mine.keys.learnPair(bea, key(1))
  mine.presence.heard(['A'.repeat(43), ...padding])
  expect(mine.presence.isOnline(bea)).toBe(false)
})

test('somebody I refuse is neither shown nor given a token', () => {
  const mine = person([[bea, key(1)]])
  const theirs = person([[carl, key(1)]])
  mine.state.refused.add(bea)
  expect(common(mine.presence.tokens(), theirs.presence.tokens())).toEqual([])
  mine.presence.heard(theirs.presence.tokens())
  expect(mine.presence.isOnline(bea)).toBeNull()
})

test('S9 no more than 256 tokens are published, at the edge of a period too', () => {
  const crowd = Array.from(
    { length: 300 },
    (_, n) => [String(n).padEnd(56, 'a') as Address, key(n & 255)] as const,
  )
  const mine = person(crowd)
  expect(mine.presence.tokens()).toHaveLength(128)
  mine.state.nowMs = 80_000 * periodMs
  expect(mine.presence.tokens()).toHaveLength(256)
})

test('a server that says the same without end is heard once', () => {
  const mine = person([[bea, key(1)]])
  let told = 0
  mine.presence.onChange(() => (told += 1))
  for (let n = 0; n < 50; n++) mine.presence.heard(mine.presence.tokens())
  expect(told).toBe(1)
})
