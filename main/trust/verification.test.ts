import { expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { safetyNumberWith } from './verification.ts'

const addressFrom = (fill: number) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey) as Address

test('I6 two people see the same twelve groups, and another pair sees others', () => {
  const [alice, bob, carl] = [addressFrom(1), addressFrom(2), addressFrom(3)]
  expect(safetyNumberWith(alice, bob)).toMatch(/^\d{5}( \d{5}){11}$/)
  expect(safetyNumberWith(alice, bob)).toBe(safetyNumberWith(bob, alice))
  expect(safetyNumberWith(alice, carl)).not.toBe(safetyNumberWith(alice, bob))
})

test('what only looks like an address has no safety number', () => {
  expect(() => safetyNumberWith(addressFrom(1), 'a'.repeat(56) as Address)).toThrow('bad-address')
})
