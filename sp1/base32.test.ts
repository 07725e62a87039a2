import { describe, expect, it } from 'vitest'
import { base32, fromBase32 } from './base32.ts'
import { utf8 } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'

/** RFC 4648 section 10, in small letters and without the padding. */
const vectors = [
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
] as const

describe('base32', () => {
  it.each(vectors)('writes and reads %j as RFC 4648 does', (plain, text) => {
    expect(base32(utf8(plain))).toBe(text)
    expect(fromBase32(text)).toEqual(utf8(plain))
  })
  it.each(['a', 'aaa', 'aaaaaa'])(
    'refuses %j, a length that no bytes have, though nothing but zeros is left over',
    (text) => {
      expectRefusal('noncanonical', () => fromBase32(text))
    },
  )
  it.each(['MY', 'm', 'mz=', 'm y', 'm1', 'mzx', 'mz', '8', 'AAAAAAAA', '1aaaaaaa', 'aaaaaaa1', 'aaa\naaaa'])(
    'refuses %j',
    (text) => {
      expectRefusal('noncanonical', () => fromBase32(text))
    },
  )
})
