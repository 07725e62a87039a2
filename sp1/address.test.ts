import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { addressOf, groupAddress, parseAddress } from './address.ts'
import { checkIdentityKey } from './ed25519.ts'
import { fromHex } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { rehearsePerson } from './rehearsal.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

const { publicKey } = rehearsePerson('alice').identity
const address = addressOf(publicKey)

describe('an address', () => {
  it('stands for its key in every way a person may write it', () => {
    const groups = groupAddress(address)
    expect(address).toMatch(/^[a-z2-7]{56}$/)
    expect(groups.split(' ')).toHaveLength(14)
    for (const text of [
      address,
      address.toUpperCase(),
      groups,
      `sp1:${address}`,
      `sp1://${address}`,
      `SP1:${groups.replaceAll(' ', '-')}`,
    ]) {
      expect(parseAddress(text)).toEqual(publicKey)
    }
  })

  it.each(vectors.negative.address)('I1 vector %s is accepted: %s', (text, accepted) => {
    if (accepted) expect(parseAddress(String(text))).toHaveLength(32)
    else expectRefusal('bad-address', () => parseAddress(String(text)))
  })

  it('I1 does not survive any single mistyped character', () => {
    for (let index = 0; index < address.length; index++) {
      for (const letter of 'a7q') {
        if (address[index] === letter) continue
        const typo = address.slice(0, index) + letter + address.slice(index + 1)
        expectRefusal('bad-address', () => parseAddress(typo))
      }
    }
  })

  it('refuses what is not an address at all', () => {
    const kelvin = address.replace(/[a-z]/, '\u212a')
    for (const text of [
      '',
      'sp1:',
      address.slice(1),
      `${address}a`,
      `earshot:${address}`,
      `${address.slice(0, 8)}sp1:${address.slice(8)}`,
      `sp1:sp1:${address}`,
      `${address}=`,
      kelvin,
    ]) {
      expectRefusal('bad-address', () => parseAddress(text))
    }
  })
})

describe('an identity key', () => {
  const torsion = fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')

  it.each([
    ['the identity point', '0100000000000000000000000000000000000000000000000000000000000000'],
    ['of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['of order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
    ['of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['not canonical', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['not on the curve', '0200000000000000000000000000000000000000000000000000000000000000'],
    ['too short', '01'],
  ])('I1 is refused if it is %s', (_, key) => {
    expectRefusal('bad-key', () => checkIdentityKey(fromHex(key)))
  })

  it('I1 is refused if a point of small order was added to it', () => {
    const mixed = ed25519.Point.fromBytes(publicKey).add(ed25519.Point.fromBytes(torsion))
    expectRefusal('bad-key', () => checkIdentityKey(mixed.toBytes()))
    expect(checkIdentityKey(publicKey)).toBe(publicKey)
  })
})
