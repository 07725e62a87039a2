import { describe, expect, it } from 'vitest'
import { base32 } from './base32.ts'
import { concat, fromHex } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { parseSafetyCode, safetyCode } from './safety-code.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

const [own, peer] = [fromHex(vectors.cases[0]!.pkA), fromHex(vectors.cases[0]!.pkB)]
const code = safetyCode(own, peer)

describe('the code that is shown and scanned', () => {
  it('I6 says whose it is and whom it is for, in this order', () => {
    expect(code).toMatch(/^SP1V1:[A-Z2-7]{103}$/)
    expect(parseSafetyCode(code)).toEqual({ shownBy: own, shownTo: peer })
    expect(safetyCode(peer, own)).not.toBe(code)
  })
  it('is read in small letters as well', () => {
    const small = `SP1V1:${code.slice(6).toLowerCase()}`
    expect(parseSafetyCode(small)).toEqual({ shownBy: own, shownTo: peer })
  })
  it.each([
    ['nothing', ''],
    ['a web address', 'https://example.org/'],
    ['a link of the app', `earshot:${'a'.repeat(56)}`],
    ['another version', code.replace('SP1V1', 'SP1V2')],
    ['a small prefix', code.replace('SP1V1', 'sp1v1')],
    ['text before it', ` ${code}`],
    ['text after it', `${code}\n`],
    ['a letter too few', code.slice(0, -1)],
    ['a letter too many', `${code}A`],
    ['mixed letters', code.replace(/[A-Z](?=[^A-Z]*$)/, (letter) => letter.toLowerCase())],
    ['padding', `${code.slice(0, -1)}=`],
    ['a Kelvin sign', code.replace(/.$/, '\u212a')],
    ['bits left over', code.replace(/.$/, 'B')],
  ])('refuses %s', (_, text) => {
    expect(text).not.toBe(code)
    expectRefusal('noncanonical', () => parseSafetyCode(text))
  })
  it('I1 refuses keys that are fit for no identity, on either side', () => {
    const smallOrder = Uint8Array.of(1, ...new Uint8Array(31))
    for (const pair of [
      [smallOrder, peer],
      [own, smallOrder],
    ] as const) {
      expectRefusal('bad-key', () => safetyCode(pair[0], pair[1]))
      const forged = `SP1V1:${base32(concat(pair[0], pair[1])).toUpperCase()}`
      expectRefusal('bad-key', () => parseSafetyCode(forged))
    }
  })
})
