import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createContacts, KeptContacts, mergeContacts, recognised } from './contacts.ts'

const addressFrom = (fill: number) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey) as Address
const [me, bea, carl] = [addressFrom(1), addressFrom(2), addressFrom(3)] as const

let drawn = 0
const rng = (length: number) => new Uint8Array(length).fill(++drawn)

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
  createContacts({ file, kept: await file.load(), own: me, nowMs: () => 1_000, rng })
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
    tone: null,
    favourite: false,
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

test('a crowd of strangers for whom somebody vouches makes only the oldest say it again', async () => {
  const contacts = await open()
  await contacts.add(form())
  const crowd = Array.from({ length: 150 }, (_, n) => `${n}`.padEnd(56, 'a') as Address)
  for (const each of crowd) contacts.vouched(each, [bea])
  expect(crowd.filter((each) => contacts.vouchedFor(each) === 'Bea')).toEqual(crowd.slice(50))
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
  const contacts = await open()
  await contacts.block(bea)
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
    clash: null,
    vouchedFor: null,
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

test('a stranger who calls itself like a contact is not taken for it', async () => {
  const contacts = await open()
  await contacts.add(form())
  expect(contacts.view(carl, 'BEA').clash).toBe('Bea')
  expect(contacts.view(carl, 'Carl').clash).toBeNull()
  expect(contacts.view(carl, null).clash).toBeNull()
  expect(contacts.view(bea, 'Bea').clash).toBeNull()
})

test('a new key that a contact’s old key vouches for is offered, and used only when a person says so', async () => {
  const file = memoryFile()
  const contacts = await open(file)
  await contacts.add(form({ server: 'https://calls.example.org' }))
  await contacts.verified(bea, 'sas')
  contacts.vouched(carl, [me, bea])
  expect(contacts.view(carl, 'Bea')).toMatchObject({ clash: null, vouchedFor: 'Bea', trust: { state: 'V0' } })
  expect(contacts.trustOf(bea).state).toBe('V2')

  await contacts.succeed(carl)
  const after = { address: carl, name: 'Bea', server: 'https://calls.example.org', trust: { state: 'V1' } }
  expect(contacts.list()).toMatchObject([after])
  expect((await open(file)).list()).toMatchObject([after])
  // The old key is a stranger's again, and a stranger who claims the name clashes with it.
  expect(contacts.view(bea, 'Bea')).toMatchObject({ name: null, clash: 'Bea', trust: { state: 'V0' } })
  await expect(contacts.succeed(carl)).rejects.toMatchObject({ code: 'unknown-contact' })
})

test('nobody follows a key whose code was different, nor one that is no contact’s', async () => {
  const contacts = await open()
  contacts.vouched(carl, [bea])
  expect(contacts.vouchedFor(carl)).toBeNull()
  await contacts.add(form())
  contacts.vouched(carl, [bea])
  await contacts.mismatched(bea)
  expect(contacts.vouchedFor(carl)).toBeNull()
  await expect(contacts.succeed(carl)).rejects.toMatchObject({ code: 'unknown-contact' })
})

test('a link of a new key says whose contact it would replace, and replaces nobody', async () => {
  const contacts = await open()
  await contacts.add(form())
  const link = { address: carl, name: 'B.', server: null }
  expect(recognised({ ...link, was: [bea] }, contacts)).toEqual({ ...link, replaces: 'Bea' })
  expect(recognised({ ...link, was: [] }, contacts)).toEqual({ ...link, replaces: null })
  expect(recognised({ ...link, was: [bea] }, null)).toEqual({ ...link, replaces: null })
  expect(contacts.nameOf(bea)).toBe('Bea')
})

test('whoever is blocked is refused, contact or not, is listed, and is so after a restart', async () => {
  const file = memoryFile()
  const contacts = await open(file)
  await contacts.add(form())
  await contacts.block(bea)
  await contacts.block(carl)
  await contacts.block(carl)
  const again = await open(file)
  expect(again.blocked()).toEqual([
    { address: bea, name: 'Bea', atMs: 1_000 },
    { address: carl, name: null, atMs: 1_000 },
  ])
  expect([again.trustOf(bea), again.isBlocked(carl)]).toEqual([
    { state: 'X', cause: 'blocked', atMs: 1_000 },
    true,
  ])
})

test('unblocking brings back what was known before', async () => {
  const contacts = await open()
  await contacts.add(form())
  await contacts.verified(bea, 'sas')
  await contacts.block(bea)
  await contacts.unblock(bea)
  await contacts.unblock(bea)
  expect([contacts.trustOf(bea).state, contacts.blocked()]).toEqual(['V2', []])
})

test('a mismatch stays through block, unblock and removal', async () => {
  const contacts = await open()
  await contacts.add(form())
  await contacts.mismatched(bea)
  await contacts.block(bea)
  expect(contacts.trustOf(bea)).toMatchObject({ state: 'X', cause: 'mismatch' })
  await contacts.remove(bea)
  await contacts.unblock(bea)
  expect(contacts.trustOf(bea)).toMatchObject({ state: 'X', cause: 'mismatch' })
})

test('nobody blocks themselves, or what is no address', async () => {
  const contacts = await open()
  await expect(contacts.block(me)).rejects.toMatchObject({ code: 'own-address' })
  await expect(contacts.block('a'.repeat(56) as Address)).rejects.toMatchObject({ code: 'bad-address' })
  expect(contacts.blocked()).toEqual([])
})

test('blocking and removing end what was shared, and blocking gives the others a new key', async () => {
  const contacts = await open()
  const pair = new Uint8Array(32)
  for (const address of [bea, carl]) {
    await contacts.add(form({ address }))
    contacts.keys.learnPair(address, pair)
    contacts.keys.learnTheirs(address, pair.slice(16))
  }
  const before = contacts.keys.giveTo(carl)
  await contacts.remove(bea)
  expect(contacts.keys.pairs().map(({ address }) => address)).toEqual([carl])
  expect(contacts.keys.giveTo(carl)).toEqual(before)
  expect(contacts.keys.theirs(bea)).toBeNull()
  await contacts.block(carl)
  expect(contacts.keys.pairs()).toEqual([])
  // Unblocked, I am let in there as before.
  expect(contacts.keys.theirs(carl)).not.toBeNull()
  expect(contacts.keys.giveTo(carl)).not.toEqual(before)
})

test('a file from before there were blocks and keys is read as it is', async () => {
  const file = memoryFile()
  const old = { contacts: [], facts: [] }
  const contacts = createContacts({
    file,
    kept: v.parse(KeptContacts, old),
    own: me,
    nowMs: () => 1_000,
    rng,
  })
  expect([contacts.blocked(), contacts.keys.inUse()]).toEqual([[], false])
})

test('a new key that was found out itself is nobody’s successor', async () => {
  const contacts = await open()
  await contacts.add(form())
  await contacts.mismatched(carl)
  contacts.vouched(carl, [bea])
  expect(contacts.vouchedFor(carl)).toBeNull()
  await contacts.unblock(carl)
  await expect(contacts.succeed(carl)).rejects.toMatchObject({ code: 'unknown-contact' })
})

test('of two memories the later fact holds, but a code read aloud undoes no mismatch', () => {
  const memory = (fact: KeptContacts['facts'][number][1]): KeptContacts => ({
    contacts: [],
    facts: [[bea, fact]],
    blocked: [],
  })
  const mismatch = memory({ state: 'X', cause: 'mismatch', atMs: 1 })
  const spoken = memory({ state: 'V2', how: 'sas', atMs: 2 })
  const inPerson = memory({ state: 'V2', how: 'qr', atMs: 2 })
  for (const [mine, theirs] of [
    [mismatch, spoken],
    [spoken, mismatch],
  ] as const)
    expect(mergeContacts(mine, theirs).facts).toEqual(mismatch.facts)
  expect(mergeContacts(mismatch, inPerson).facts).toEqual(inPerson.facts)
  expect(mergeContacts(inPerson, mismatch).facts).toEqual(inPerson.facts)
})

test('whoever is blocked in either memory shares nothing, and no key comes out of a backup', async () => {
  const contacts = await open()
  for (const address of [bea, carl]) {
    await contacts.add(form({ address }))
    contacts.keys.learnPair(address, new Uint8Array(32).fill(1))
  }
  const mine = contacts.kept()
  const nobody: KeptContacts = { contacts: [], facts: [], blocked: [] }
  const merged = mergeContacts(mine, { ...nobody, blocked: [[bea, 5]] })
  expect(merged.blocked).toEqual([[bea, 5]])
  expect(merged.keys?.shared.map(([address]) => address)).toEqual([carl])
  expect(mergeContacts(nobody, mine).keys).toBeUndefined()
})

test('a contact keeps its tone and its mark over a restart and a new name', async () => {
  const file = memoryFile()
  const contacts = await open(file)
  await contacts.add(form())
  await contacts.setTone(bea, 'harp')
  await contacts.setFavourite(bea, true)
  await contacts.rename(bea, 'Beatrice')
  const again = await open(file)
  expect([again.toneOf(bea), again.isFavourite(bea)]).toEqual(['harp', true])
  expect(again.list()).toMatchObject([{ name: 'Beatrice', tone: 'harp', favourite: true }])
  await again.setTone(bea, null)
  await again.setFavourite(bea, false)
  expect([again.toneOf(bea), again.isFavourite(bea)]).toEqual([null, false])
})

test('whoever is no contact has no tone and no mark, and gets none', async () => {
  const contacts = await open()
  expect([contacts.toneOf(carl), contacts.isFavourite(carl)]).toEqual([null, false])
  await expect(contacts.setTone(carl, 'harp')).rejects.toMatchObject({ code: 'unknown-contact' })
  await expect(contacts.setFavourite(carl, true)).rejects.toMatchObject({ code: 'unknown-contact' })
})

test('contacts from before there were tones and marks are read, without either', () => {
  const kept = { contacts: [{ address: bea, name: 'Bea', server: null, addedAtMs: 1 }], facts: [] }
  expect(v.parse(KeptContacts, kept).contacts).toMatchObject([{ tone: null, favourite: false }])
})
