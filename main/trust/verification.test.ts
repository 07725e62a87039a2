import { expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createVerification } from './verification.ts'

const addressFrom = (fill: number) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey) as Address
const [alice, bob, carl] = [addressFrom(1), addressFrom(2), addressFrom(3)] as const

function phoneOf(own: Address) {
  const marks: string[] = []
  const verification = createVerification({
    own,
    contacts: {
      verified: (address, how) => Promise.resolve(void marks.push(`${how} ${address}`)),
      mismatched: (address) => Promise.resolve(void marks.push(`mismatch ${address}`)),
    },
    onMismatch: (address) => marks.push(`cut ${address}`),
  })
  return { ...verification, marks }
}

test('I6 two people see the same twelve groups, and another pair sees others', () => {
  const [a, b] = [phoneOf(alice), phoneOf(bob)]
  expect(a.numberWith(bob).digits).toMatch(/^\d{5}( \d{5}){11}$/)
  expect(a.numberWith(bob).digits).toBe(b.numberWith(alice).digits)
  expect(a.numberWith(carl).digits).not.toBe(a.numberWith(bob).digits)
})

test('what only looks like an address has no safety number and cannot be compared', async () => {
  const phone = phoneOf(alice)
  const none = 'a'.repeat(56) as Address
  expect(() => phone.numberWith(none)).toThrow('bad-address')
  await expect(phone.compared(none, true)).rejects.toMatchObject({ code: 'bad-address' })
  await expect(phone.compared(alice, true)).rejects.toMatchObject({ code: 'own-address' })
  expect(phone.marks).toEqual([])
})

test('numbers that are the same verify, numbers that differ mark and cut', async () => {
  const phone = phoneOf(alice)
  await phone.compared(bob, true)
  await phone.compared(carl, false)
  expect(phone.marks).toEqual([`number ${bob}`, `mismatch ${carl}`, `cut ${carl}`])
})

test('I6 the code the other person shows me verifies them, on both sides', async () => {
  const [a, b] = [phoneOf(alice), phoneOf(bob)]
  await a.scanned(bob, b.numberWith(alice).code)
  await b.scanned(alice, a.numberWith(bob).code)
  expect([a.marks, b.marks]).toEqual([[`qr ${bob}`], [`qr ${alice}`]])
})

test.each([
  ['something that is no code', 'https://example.org/', 'code-none'],
  ['an address', bob, 'code-none'],
  ['my own code, out of a mirror', phoneOf(alice).numberWith(bob).code, 'code-own'],
  ['my own code for somebody else', phoneOf(alice).numberWith(carl).code, 'code-own'],
  ['what somebody else shows me', phoneOf(carl).numberWith(alice).code, 'code-other-person'],
  ['what somebody else shows them', phoneOf(carl).numberWith(bob).code, 'code-other-person'],
  ['what they show somebody else', phoneOf(bob).numberWith(carl).code, 'code-other-address'],
])('R3 %s verifies nobody and accuses nobody', async (_, text, code) => {
  const phone = phoneOf(alice)
  await expect(phone.scanned(bob, text)).rejects.toMatchObject({ code })
  expect(phone.marks).toEqual([])
})
