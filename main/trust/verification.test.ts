import { expect, test } from 'vitest'
import type { TrustView } from '../../contract/call-view.ts'
import type { Address } from '../../contract/ids.ts'
import type { Question } from '../desktop/quit.ts'
import { addressOf, groupAddress } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createVerification } from './verification.ts'

const addressFrom = (fill: number) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey) as Address
const [alice, bob, carl] = [addressFrom(1), addressFrom(2), addressFrom(3)] as const

function phoneOf(own: Address) {
  const marks: string[] = []
  const trust = new Map<Address, TrustView>()
  const blocked = new Set<Address>()
  const person = { agrees: true, asked: [] as Question[], meanwhile: async () => {} }
  const verification = createVerification({
    own,
    contacts: {
      verified: (address, how) => Promise.resolve(void marks.push(`${how} ${address}`)),
      mismatched: (address) => Promise.resolve(void marks.push(`mismatch ${address}`)),
      unblock: (address) => Promise.resolve(void marks.push(`unblock ${address}`)),
      nameOf: (address) => (address === bob ? 'Bob' : null),
      isBlocked: (address) => blocked.has(address),
      trustOf: (address) => trust.get(address) ?? { state: 'V0' },
    },
    async confirm(question) {
      person.asked.push(question)
      await person.meanwhile()
      return person.agrees
    },
    onMismatch: (address) => marks.push(`cut ${address}`),
  })
  return { ...verification, marks, person, trust, blocked }
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
  // What differs is believed at once, and asks nothing.
  expect(phone.person.asked).toHaveLength(1)
})

test('R3 a page alone verifies nobody by number or QR code: without a yes to the system’s question nothing is marked', async () => {
  const phone = phoneOf(alice)
  phone.person.agrees = false
  expect(await phone.compared(bob, true)).toBe(false)
  expect(await phone.scanned(bob, phoneOf(bob).numberWith(alice).code)).toBe(false)
  phone.blocked.add(carl)
  expect(await phone.unblock(carl)).toBe(false)
  expect([phone.person.asked.length, phone.marks]).toEqual([3, []])
  phone.person.agrees = true
  expect(await phone.compared(bob, true)).toBe(true)
  expect(await phone.unblock(carl)).toBe(true)
  expect(phone.marks).toEqual([`number ${bob}`, `unblock ${carl}`])
})

test('R3 the question shows who it is about and the true safety number, whatever the page shows', async () => {
  const phone = phoneOf(alice)
  await phone.compared(bob, true)
  await phone.scanned(carl, phoneOf(carl).numberWith(alice).code)
  for (const [n, other, name] of [
    [0, bob, 'Bob'],
    [1, carl, 'this address'],
  ] as const) {
    const { message, detail } = phone.person.asked[n]!
    expect(message).toContain(name)
    expect(detail.replaceAll('\n', ' ')).toContain(phone.numberWith(other).digits)
    expect(detail).toContain(groupAddress(other))
  }
})

test('R3 what differed before is said when a person is asked to lift it', async () => {
  const phone = phoneOf(alice)
  await phone.compared(bob, true)
  phone.trust.set(bob, { state: 'X', cause: 'mismatch', atMs: 1 })
  await phone.compared(bob, true)
  const [plain, graver] = phone.person.asked
  expect([plain?.message, plain?.detail].join()).not.toContain('before')
  expect(graver?.message).toContain('did not match before')
  expect(graver?.detail).toContain('beside you')
})

test('R3 what is found out while the question stands is not lifted by its answer', async () => {
  const phone = phoneOf(alice)
  phone.person.meanwhile = async () => void phone.trust.set(bob, { state: 'X', cause: 'mismatch', atMs: 1 })
  await expect(phone.compared(bob, true)).rejects.toMatchObject({ code: 'verify-refused' })
  expect(phone.marks).toEqual([])
})

test('a person sees one question at a time, and none about somebody who is blocked', async () => {
  const phone = phoneOf(alice)
  const refused: unknown[] = []
  phone.person.meanwhile = async () => {
    for (const ask of [
      () => phone.compared(bob, true),
      () => phone.scanned(carl, phoneOf(carl).numberWith(alice).code),
      () => phone.unblock(carl),
    ])
      await ask().catch((error: unknown) => refused.push(error))
  }
  phone.blocked.add(carl)
  await phone.compared(bob, true)
  expect(refused).toMatchObject([
    { code: 'question-open' },
    { code: 'verify-refused' },
    { code: 'question-open' },
  ])
  expect(phone.person.asked).toHaveLength(1)
  expect(await phone.unblock(bob)).toBe(true)
  expect(phone.person.asked).toHaveLength(1)
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
