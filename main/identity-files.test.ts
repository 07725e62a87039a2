import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PhoneError } from '../contract/errors.ts'
import { identityFiles, replaceIdentity, settleFiles } from './identity-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const place = () => ({
  folder,
  rng: (length: number) => new Uint8Array(randomBytes(length)),
  nowMs: () => 1_700_000_000_000,
})
const mine = new Uint8Array(32).fill(1)
const next = new Uint8Array(32).fill(2)
const nobody = { contacts: [], facts: [], blocked: [] }
const known = {
  contacts: [
    {
      address: 'b'.repeat(56) as never,
      name: 'Bea',
      server: null,
      addedAtMs: 1,
      tone: null,
      favourite: false,
    },
  ],
  facts: [],
  blocked: [],
}
const prekeys = [{ body: 'b', sig: 's', seed: 'x' }]

async function filled() {
  const files = identityFiles(place(), mine)
  await files.contacts.save(known)
  await files.prekeys.save(prekeys)
}
const vault = (replace: () => Promise<void>) => ({ replace })
const withNext = (replace: () => Promise<void>) =>
  replaceIdentity({
    ...place(),
    vault: vault(replace),
    seed: next,
    passphrase: null,
    kept: { contacts: nobody },
  })

test('after a replacement the new seed opens what was handed over, and what is of the old one is kept aside', async () => {
  await filled()
  await withNext(async () => undefined)
  expect(await identityFiles(place(), next).contacts.peek()).toEqual(nobody)
  expect(await readdir(folder)).toEqual([
    'contacts.json',
    'contacts.json.replaced-1700000000000',
    'prekeys.json.replaced-1700000000000',
  ])
})

test('what the same seed still opens stays where it is', async () => {
  await filled()
  const kept = { contacts: nobody }
  const replace = async () => undefined
  await replaceIdentity({ ...place(), vault: vault(replace), seed: mine, passphrase: null, kept })
  expect(await identityFiles(place(), mine).prekeys.peek()).toEqual(prekeys)
})

test('a vault that refuses leaves every file as it was', async () => {
  await filled()
  const refusal = withNext(() => Promise.reject(new PhoneError('vault-write-failed')))
  await expect(refusal).rejects.toMatchObject({ code: 'vault-write-failed' })
  expect(await identityFiles(place(), mine).contacts.peek()).toEqual(known)
  expect((await readdir(folder)).filter((name) => !name.includes('replaced'))).toEqual([
    'contacts.json',
    'prekeys.json',
  ])
})

test('an app that dies after the identity changed finishes at its next start', async () => {
  await filled()
  // The vault has written, and then the power goes.
  await identityFiles(place(), next, '.next').contacts.save(nobody)
  await settleFiles(place(), next)
  expect(await identityFiles(place(), next).contacts.peek()).toEqual(nobody)
  expect(await readdir(folder)).toEqual(['contacts.json', 'prekeys.json'])
})

test('an app that dies before that is what it was', async () => {
  await filled()
  await identityFiles(place(), next, '.next').contacts.save(nobody)
  await settleFiles(place(), mine)
  expect(await identityFiles(place(), mine).contacts.peek()).toEqual(known)
  expect(await readdir(folder)).toEqual(['contacts.json', 'prekeys.json'])
})

test('a file that was closed is not written again, and what was on its way is there', async () => {
  const { contacts } = identityFiles(place(), mine)
  const saved = contacts.save(known)
  await contacts.close()
  await saved
  await rm(join(folder, 'contacts.json'))
  await contacts.save(known)
  expect(await readdir(folder)).toEqual([])
})
