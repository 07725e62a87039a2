import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import * as v from 'valibot'
import type { Address } from '../../contract/ids.ts'
import { base64url } from '../../sp1/encode.ts'
import { KeptContactKeys, createContactKeys } from './contact-keys.ts'

const [bea, carl] = ['b', 'c'].map((letter) => letter.repeat(56)) as [Address, Address]
let drawn = 0
const rng = (length: number) => new Uint8Array(length).fill(++drawn)
const key = (fill: number, length = 16) => new Uint8Array(length).fill(fill)
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64url')

function open(kept: KeptContactKeys | null = null) {
  let changes = 0
  const keys = createContactKeys({ kept, rng, onChange: () => (changes += 1) })
  return { keys, changes: () => changes }
}

test('the server is given hashes of my key and never the key', () => {
  const { keys } = open()
  expect(keys.inUse()).toBe(false)
  const given = keys.giveTo(bea)
  expect(keys.inUse()).toBe(true)
  expect(keys.hashes()).toEqual([hashOf(given)])
})

test('after a rotation the older key is still named, second, and a third time it is gone', () => {
  const { keys } = open()
  const first = keys.giveTo(bea)
  keys.rotate()
  const second = keys.giveTo(bea)
  expect(second).not.toEqual(first)
  expect(keys.hashes()).toEqual([hashOf(second), hashOf(first)])
  keys.rotate()
  expect(keys.hashes()).toEqual([hashOf(keys.giveTo(bea)), hashOf(second)])
})

test('a key that nobody has heard is not rotated', () => {
  const { keys } = open()
  const before = keys.hashes()
  keys.rotate()
  expect(keys.hashes()).toEqual(before)
})

test('that a contact keeps my key is known once it says so, and no more after a rotation', () => {
  const { keys } = open()
  expect(keys.areKeptBy([])).toBe(true)
  keys.giveTo(bea)
  expect(keys.areKeptBy([bea])).toBe(false)
  keys.keptBy(bea)
  expect([keys.areKeptBy([bea]), keys.areKeptBy([bea, carl])]).toEqual([true, false])
  keys.rotate()
  expect(keys.areKeptBy([bea])).toBe(false)
})

test('a contact that keeps a key from before a block in the same call does not keep the new one', () => {
  const { keys } = open()
  keys.giveTo(bea)
  keys.rotate()
  keys.keptBy(bea)
  keys.keptBy(carl)
  expect([keys.areKeptBy([bea]), keys.areKeptBy([carl])]).toEqual([false, false])
})

test('the newest pair key wins, and nothing is shared with somebody who is forgotten', () => {
  const { keys } = open()
  keys.learnPair(bea, key(1, 32))
  keys.learnTheirs(bea, key(2))
  keys.learnPair(carl, key(3, 32))
  keys.learnPair(bea, key(4, 32))
  expect(keys.pairs().map(({ address, pair }) => [address, pair[0]])).toEqual([
    [carl, 3],
    [bea, 4],
  ])
  expect(keys.theirs(bea)).toBe(base64url(key(2)))
  keys.forget(bea)
  expect([keys.theirs(bea), keys.pairs().length]).toEqual([null, 1])
})

test('everything is there after a restart, and what did not change is not written', () => {
  const { keys, changes } = open()
  keys.giveTo(bea)
  keys.giveTo(bea)
  keys.keptBy(bea)
  keys.keptBy(bea)
  keys.learnTheirs(bea, key(2))
  keys.learnPair(bea, key(4, 32))
  expect(changes()).toBe(4)
  const again = open(v.parse(KeptContactKeys, JSON.parse(JSON.stringify(keys.kept())))).keys
  expect(again.kept()).toEqual(keys.kept())
  expect(again.areKeptBy([bea])).toBe(true)
  expect(again.paddingKey()).toEqual(keys.paddingKey())
})
