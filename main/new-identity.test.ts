import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addressOf } from '../sp1/address.ts'
import { openSuccessions } from '../sp1/succession.ts'
import { parseLink } from './desktop/deep-link.ts'
import {
  LOCK,
  bea,
  carl,
  computer,
  expectEverything,
  keyring,
  nowMs,
  settings,
  somebody,
  type Computer,
} from './test-computer.ts'
import { createContacts, recognised, type KeptContacts } from './trust/contacts.ts'
import type { Keyring } from './trust/keyring.ts'
import { createVault } from './trust/vault.ts'
import { createReaders } from './view-readers.ts'

// Every passphrase costs half a second, and more on a machine that has other things to do.
vi.setConfig({ testTimeout: 90_000 })

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'new-identity-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const keyOf = (one: Computer) => one.vault.identity()!.publicKey
const identityView = (one: Computer) =>
  createReaders({ settings, phone: one.phone } as unknown as Parameters<typeof createReaders>[0]).identity()

test('a new identity has another address, knows everything but what was shared, and leads back to the old one', async () => {
  const one = await somebody(root)
  const before = keyOf(one)
  const oldSeed = one.vault.identity()!.seed
  expect(identityView(one)?.successorLink).toBeNull()
  await one.phone().reach.use({ urls: 'turn:relay.example.org', username: 'me', credential: 'secret' })
  expect(await one.safekeeping.renew(null)).toBe(true)
  const after = keyOf(one)
  expect(after).not.toEqual(before)
  expect(one.happened).toEqual([`open ${addressOf(before)}`, 'left', `open ${addressOf(after)}`])
  expectEverything(one)
  expect(one.phone().contacts.keys.pairs()).toEqual([])
  expect(openSuccessions(after, one.phone().successions)).toEqual([before])
  expect(oldSeed).toEqual(new Uint8Array(32))

  const again = await computer(one.folder)
  expect(keyOf(again)).toEqual(after)
  expectEverything(again)
  expect(again.phone().reach.ownRelay()?.credential).toBe('secret')
  expect(openSuccessions(after, again.phone().successions)).toEqual([before])
  // Nothing of the old identity is left, least of all its prekeys.
  expect((await readdir(one.folder)).sort()).toEqual([
    'contacts.json',
    'history.json',
    'identity.json',
    'reach.json',
    'successions.json',
    'warnings.json',
  ])
})

test('each new identity leads back through those before it, as far as a chain may go', async () => {
  const one = await somebody(root)
  const keys = [keyOf(one)]
  for (let round = 0; round < 5; round += 1) {
    await one.safekeeping.renew(null)
    keys.unshift(keyOf(one))
  }
  const [newest, ...olds] = keys
  expect(openSuccessions(newest!, one.phone().successions)).toEqual(olds.slice(0, 4))
  expectEverything(one)
})

test('the link for those who have the old address replaces the right contact, and the other names no old key', async () => {
  const one = await somebody(root)
  const before = one.phone().address
  await one.safekeeping.renew(null)
  const { link, successorLink, address } = identityView(one)!
  expect(link).not.toContain('was=')
  expect(parseLink(link).was).toEqual([])

  const saved: KeptContacts[] = []
  const theirs = createContacts({
    file: { save: async (value) => void saved.push(value), load: async () => null, wasSetAside: () => false },
    kept: null,
    own: bea,
    nowMs,
    rng: (length) => new Uint8Array(randomBytes(length)),
  })
  await theirs.add({ address: before, name: 'My Ada', server: null })
  await theirs.add({ address: carl, name: 'Carl', server: null })
  await theirs.verified(before, 'number')
  expect(recognised(parseLink(successorLink!), theirs)).toMatchObject({ address, replaces: 'My Ada' })
  await theirs.succeed(address)
  expect(theirs.list()).toMatchObject([{ name: 'Carl' }, { name: 'My Ada', address, trust: { state: 'V1' } }])
})

test('a backup of a new identity brings to another computer what leads back to the old one', async () => {
  const one = await somebody(root)
  const before = keyOf(one)
  await one.safekeeping.renew(null)
  one.person.file = join(root, 'mine.earshot-backup')
  await one.safekeeping.saveBackup(null, 'the backup passphrase')
  const two = await computer(join(root, 'other'))
  two.person.file = one.person.file
  await two.safekeeping.chooseBackup()
  await two.safekeeping.readBackup('the backup passphrase')
  await two.safekeeping.restoreBackup(null)
  expect(openSuccessions(keyOf(one), two.phone().successions)).toEqual([before])
})

test('I5 without the passphrase, or without a yes to the system’s question, nothing happens', async () => {
  const one = await somebody(root, LOCK)
  const { address } = one.phone()
  for (const present of [null, 'a wrong passphrase'])
    await expect(one.safekeeping.renew(present)).rejects.toMatchObject({ code: 'passphrase-wrong' })
  expect(one.person.asked).toBe(0)
  one.person.agrees = false
  expect(await one.safekeeping.renew(LOCK)).toBe(false)
  expect([one.person.asked, one.happened]).toEqual([1, [`open ${address}`]])
  expect((await readdir(one.folder)).filter((name) => name.includes('replaced'))).toEqual([])
})

test('I5 a new identity is under the lock of the old one', async () => {
  const one = await somebody(root, LOCK)
  await one.safekeeping.renew(LOCK)
  const again = await computer(one.folder)
  expect(again.vault.stage()).toBe('locked')
  await again.vault.unlock(LOCK)
  await again.open()
  expect(keyOf(again)).toEqual(keyOf(one))
  expectEverything(again)
})

test('while a person is asked, no page opens the phone again, changes the lock or asks a second time', async () => {
  const one = await somebody(root)
  const refused: unknown[] = []
  one.person.meanwhile = async () => {
    for (const ask of [
      () => one.safekeeping.retry(),
      () => one.safekeeping.changePassphrase(null, LOCK),
      () => one.safekeeping.renew(null),
      () => one.safekeeping.erase(),
    ])
      await ask().catch((error: unknown) => refused.push(error))
  }
  expect(await one.safekeeping.renew(null)).toBe(true)
  expect(refused).toMatchObject(Array(4).fill({ code: 'question-open' }))
  expect([one.person.asked, one.vault.lock().passphrase]).toEqual([1, false])
  await one.safekeeping.changePassphrase(null, LOCK)
  expect(one.vault.lock().passphrase).toBe(true)
})

test('when the new key cannot be kept, the old identity is open again with all it had, and goes on keeping it', async () => {
  let full = false
  const sealing: Keyring = {
    ...keyring,
    encryptStringAsync: (text) =>
      full ? Promise.reject(new Error('disk full')) : keyring.encryptStringAsync(text),
  }
  const one = await somebody(root, null, { keyring: sealing })
  const { address } = one.phone()
  full = true
  await expect(one.safekeeping.renew(null)).rejects.toMatchObject({ code: 'vault-write-failed' })
  expect(one.happened).toEqual([`open ${address}`, 'left', `open ${address}`])
  expectEverything(one)
  expect(one.phone().contacts.keys.pairs()).toHaveLength(1)
  await one.phone().contacts.rename(bea, 'B.')
  expect((await readdir(one.folder)).filter((name) => name.endsWith('.next'))).toEqual([])
  const again = await computer(one.folder)
  expect(again.phone().address).toBe(address)
  expect(again.phone().contacts.nameOf(bea)).toBe('B.')
  expect(again.phone().successions).toEqual([])
})

test('a power cut at any step leaves the old identity or the new one, with everything', async () => {
  const cuts: string[] = []
  let watching = false
  const onStep = () => {
    if (!watching) return
    const cut = join(root, `cut-${cuts.length}`)
    cpSync(join(root, 'mine'), cut, { recursive: true })
    cuts.push(cut)
  }
  const one = await somebody(root, null, { onStep })
  const before = one.phone().address
  watching = true
  await one.safekeeping.renew(null)
  watching = false
  const after = one.phone().address

  // What follows the change of the identity file are renames: each of them may be the last.
  const changed: string[] = []
  for (const cut of cuts) if ((await computerAt(cut)) === after) changed.push(cut)
  const latest = changed[0]!
  const waiting = (await namesWaiting(latest)).length
  expect(waiting).toBe(4)
  for (let done = 1; done <= waiting; done += 1) {
    const cut = join(root, `renamed-${done}`)
    cpSync(latest, cut, { recursive: true })
    for (const name of (await namesWaiting(cut)).slice(0, done))
      await rename(join(cut, name), join(cut, name.replace('.next', '')))
    cuts.push(cut)
  }

  const found = new Set<string>()
  for (const cut of cuts) {
    const woken = await computer(cut)
    found.add(woken.phone().address)
    expectEverything(woken, cut)
    const isNew = woken.phone().address === after
    expect(woken.phone().successions, cut).toHaveLength(isNew ? 1 : 0)
    expect(await namesWaiting(cut), cut).toEqual([])
  }
  expect(found).toEqual(new Set([before, after]))
  expect(cuts.length).toBeGreaterThan(8)
})

/** Whose identity file is in a folder, without touching the other files. */
async function computerAt(folder: string): Promise<string> {
  const vault = createVault({
    folder,
    keyring,
    rng: (length) => new Uint8Array(randomBytes(length)),
    nowMs,
    check: () => [],
  })
  await vault.open()
  return vault.identity()!.address
}
const namesWaiting = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith('.next')).sort()
