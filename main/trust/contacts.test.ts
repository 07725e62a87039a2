import { expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createContacts, type KeptContacts } from './contacts.ts'

const addressFrom = (fill: number) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey) as Address
const [me, bea, carl] = [addressFrom(1), addressFrom(2), addressFrom(3)] as const

const memoryFile = () => {
  const saved: KeptContacts[] = []
  return {
    saved,
    load: () => Promise.resolve(saved.at(-1) ?? null),
    save: (value: KeptContacts) => Promise.resolve(void saved.push(structuredClone(value))),
    wasSetAside: () => false,
  }
}
const open = async (file = memoryFile()) =>
  createContacts({ file, kept: await file.load(), own: me, nowMs: () => 1_000 })
const form = (changes: object = {}) => ({ address: bea as string, name: 'Bea', server: null, ...changes })

test('a contact is added with its canonical address and server, and is there after a restart', async () => {
  const file = memoryFile()
  const contacts = await open(file)
  const typed = `sp1:${bea.toUpperCase().match(/.{4}/g)!.join(' ')}`
  await contacts.add(form({ address: typed, name: '  Bea ', server: 'wss://calls.example.org/' }))
  const expected = {
    address: bea,
    name: 'Bea',
    server: 'https://calls.example.org',
    addedAtMs: 1_000,
    trust: { state: 'V1' },
  }
  expect(contacts.list()).toEqual([expected])
  expect((await open(file)).list()).toEqual([expected])
  expect(contacts.serverOf(bea)).toBe('https://calls.example.org')
})

test.each([
  ['a typo', { address: bea.replace(/^./, (letter) => (letter === 'a' ? 'b' : 'a')) }, 'bad-address'],
  ['my own address', { address: me }, 'own-address'],
  ['no name', { name: '' }, 'name-invalid'],
  ['a name of 65 letters', { name: 'x'.repeat(65) }, 'name-invalid'],
  ['a name with a new line', { name: 'Bea\nTrusted' }, 'name-invalid'],
  ['a name with a direction mark', { name: 'Bea\u202e' }, 'name-invalid'],
  ['a name of 10 kB', { name: 'x'.repeat(10_240) }, 'name-invalid'],
  ['a server without TLS', { server: 'http://calls.example.org' }, 'server-insecure'],
  ['a server that is none', { server: 'file:///etc' }, 'server-url-invalid'],
])('a contact with %s is refused and nothing is written', async (_, changes, code) => {
  const file = memoryFile()
  const contacts = await open(file)
  await expect(contacts.add(form(changes))).rejects.toMatchObject({ code })
  expect([contacts.list(), file.saved]).toEqual([[], []])
})

test('a name that is markup stays the text that it is', async () => {
  const contacts = await open()
  await contacts.add(form({ name: '<img src=x onerror=alert(1)>' }))
  expect(contacts.nameOf(bea)).toBe('<img src=x onerror=alert(1)>')
})

test('nobody is added twice', async () => {
  const contacts = await open()
  await contacts.add(form())
  await expect(contacts.add(form({ name: 'Other' }))).rejects.toMatchObject({ code: 'already-contact' })
  expect(contacts.nameOf(bea)).toBe('Bea')
})

test('a contact is renamed and removed; a stranger is neither', async () => {
  const contacts = await open()
  await contacts.add(form())
  await contacts.rename(bea, 'Beatrice')
  expect(contacts.nameOf(bea)).toBe('Beatrice')
  await expect(contacts.rename(carl, 'Carl')).rejects.toMatchObject({ code: 'unknown-contact' })
  await contacts.remove(bea)
  await expect(contacts.remove(bea)).rejects.toMatchObject({ code: 'unknown-contact' })
  expect(contacts.list()).toEqual([])
})

test('trust follows what this person did', async () => {
  const contacts = await open()
  expect(contacts.trustOf(bea)).toEqual({ state: 'V0' })
  await contacts.add(form())
  expect(contacts.trustOf(bea)).toEqual({ state: 'V1' })
  await contacts.verified(bea, 'sas')
  expect(contacts.trustOf(bea)).toEqual({ state: 'V2', how: 'sas', atMs: 1_000 })
  await contacts.mismatched(bea)
  expect(contacts.trustOf(bea)).toEqual({ state: 'X', cause: 'mismatch', atMs: 1_000 })
})

test('somebody who is verified but no contact stays verified after a restart', async () => {
  const file = memoryFile()
  await (await open(file)).verified(carl, 'number')
  expect((await open(file)).trustOf(carl)).toEqual({ state: 'V2', how: 'number', atMs: 1_000 })
})

test('removing and adding a contact keeps a mismatch and forgets a verification', async () => {
  const contacts = await open()
  for (const [address, mark] of [
    [bea, 'mismatched'],
    [carl, 'verified'],
  ] as const) {
    await contacts.add(form({ address }))
    await contacts[mark](address, 'sas')
    await contacts.remove(address)
    await contacts.add(form({ address }))
  }
  expect([contacts.trustOf(bea).state, contacts.trustOf(carl).state]).toEqual(['X', 'V1'])
})

test('a verification can be taken back, and what differed cannot be forgotten that way', async () => {
  const contacts = await open()
  await contacts.add(form())
  for (const how of ['sas', 'qr', 'number'] as const) {
    await contacts.verified(bea, how)
    expect(contacts.trustOf(bea)).toEqual({ state: 'V2', how, atMs: 1_000 })
    await contacts.unverified(bea)
    expect(contacts.trustOf(bea)).toEqual({ state: 'V1' })
  }
  await expect(contacts.unverified(bea)).rejects.toMatchObject({ code: 'verify-refused' })
  await contacts.mismatched(bea)
  await expect(contacts.unverified(bea)).rejects.toMatchObject({ code: 'verify-refused' })
  expect(contacts.trustOf(bea).state).toBe('X')
})

test('R3 out of a mismatch leads only what is compared in person', async () => {
  const contacts = await open()
  await contacts.mismatched(bea)
  await expect(contacts.verified(bea, 'sas')).rejects.toMatchObject({ code: 'verify-refused' })
  expect(contacts.trustOf(bea).state).toBe('X')
  await contacts.verified(bea, 'number')
  expect(contacts.trustOf(bea).state).toBe('V2')
  await contacts.mismatched(bea)
  await contacts.verified(bea, 'qr')
  expect(contacts.trustOf(bea)).toMatchObject({ state: 'V2', how: 'qr' })
})

test('nobody who is blocked becomes verified', async () => {
  const file = memoryFile()
  await file.save({ contacts: [], facts: [[bea, { state: 'X', cause: 'blocked', atMs: 1 }]] })
  const contacts = await open(file)
  for (const how of ['sas', 'qr', 'number'] as const)
    await expect(contacts.verified(bea, how)).rejects.toMatchObject({ code: 'verify-refused' })
  expect(contacts.trustOf(bea)).toMatchObject({ state: 'X', cause: 'blocked' })
})

test('a peer is shown under my name for it, and what it calls itself stays apart', async () => {
  const contacts = await open()
  expect(contacts.view(bea, 'Police')).toEqual({
    address: bea,
    name: null,
    claimedName: 'Police',
    trust: { state: 'V0' },
  })
})

test('whoever listens hears every change until it stops listening', async () => {
  const contacts = await open()
  let heard = 0
  const stop = contacts.onChange(() => (heard += 1))
  await contacts.add(form())
  await contacts.verified(bea, 'sas')
  stop()
  await contacts.remove(bea)
  expect(heard).toBe(2)
})
