import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { base64url } from '../../sp1/encode.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createVault, type Keyring } from './vault.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-'))
  file = join(folder, 'identity.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const rng = (length: number) => new Uint8Array(randomBytes(length))
const PASSPHRASE = 'correct horse'

/** A keyring as Electron offers it. Its key is the name, so that two of them cannot read each other. */
function keyringOf(backend: ReturnType<Keyring['getSelectedStorageBackend']>, rotated = false) {
  const mask = (bytes: Uint8Array) =>
    Buffer.from(bytes.map((byte, index) => byte ^ (backend.charCodeAt(index % backend.length) | 0x80)))
  const counts = { encrypted: 0 }
  const keyring: Keyring = {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text) => {
      counts.encrypted += 1
      return Promise.resolve(mask(Buffer.from(text)))
    },
    decryptStringAsync: (box) => {
      const result = mask(box).toString('utf8')
      if (!/^[\w-]+$/.test(result)) return Promise.reject(new Error('cannot decrypt'))
      return Promise.resolve({ result, shouldReEncrypt: rotated })
    },
  }
  return { keyring, counts }
}
const open = async (keyring: Keyring) => {
  const vault = createVault({ folder, keyring, rng })
  await vault.open()
  return vault
}

// The names of the backends exist on Linux only; elsewhere the system always has a keyring.
describe.runIf(process.platform === 'linux')('with a keyring', () => {
  const { keyring } = keyringOf('gnome_libsecret')

  test('an identity is made once and is the same after a restart', async () => {
    const vault = await open(keyring)
    expect([vault.stage(), vault.passphraseNeeded(), vault.identity()]).toEqual(['first-run', false, null])
    await vault.create(null)
    expect(vault.stage()).toBe('ready')

    const again = await open(keyring)
    expect(again.stage()).toBe('ready')
    expect(again.identity()).toEqual(vault.identity())
    expect(again.identity()?.address).toMatch(/^[a-z2-7]{56}$/)
  })

  test('E17 the file names the keyring and does not hold the seed', async () => {
    const vault = await open(keyring)
    await vault.create(null)
    const text = await readFile(file, 'utf8')
    expect(JSON.parse(text)).toMatchObject({ v: 1, wrap: 'none', backend: 'gnome_libsecret' })
    const seed = vault.identity()!.seed
    for (const form of [
      base64url(seed),
      Buffer.from(seed).toString('base64'),
      Buffer.from(seed).toString('hex'),
    ]) {
      expect(text).not.toContain(form)
    }
  })

  test('a second identity is refused and the first stays', async () => {
    const vault = await open(keyring)
    await vault.create(null)
    const before = await readFile(file, 'utf8')
    await expect(vault.create(null)).rejects.toMatchObject({ code: 'identity-exists' })
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  test('a passphrase may be asked for on top of the keyring', async () => {
    await (await open(keyring)).create(PASSPHRASE)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      wrap: 'passphrase',
      backend: 'gnome_libsecret',
    })
    const vault = await open(keyring)
    expect(vault.stage()).toBe('locked')
    await vault.unlock(PASSPHRASE)
    expect(vault.stage()).toBe('ready')
  })

  test('a rotated key of the keyring makes the file be sealed anew', async () => {
    const first = await open(keyring)
    await first.create(null)
    const rotated = keyringOf('gnome_libsecret', true)
    const second = await open(rotated.keyring)
    expect(second.identity()).toEqual(first.identity())
    expect(rotated.counts.encrypted).toBe(1)
    expect((await open(keyring)).identity()).toEqual(first.identity())
  })

  test('E17 after a change of the keyring the identity is broken, not lost', async () => {
    const vault = await open(keyring)
    await vault.create(null)
    const before = await readFile(file, 'utf8')

    const other = await open(keyringOf('kwallet6').keyring)
    expect(other.stage()).toBe('broken')
    await expect(other.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
    await expect(other.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await open(keyring)).identity()).toEqual(vault.identity())
  })
})

const keyrings: [string, Keyring][] = [
  [
    'unavailable',
    { ...keyringOf('basic_text').keyring, isAsyncEncryptionAvailable: () => Promise.resolve(false) },
  ],
  [
    'failing',
    { ...keyringOf('kwallet').keyring, isAsyncEncryptionAvailable: () => Promise.reject(new Error('x')) },
  ],
]
if (process.platform === 'linux') keyrings.push(['basic_text', keyringOf('basic_text').keyring])

describe.each(keyrings)('with a keyring that is %s', (_, keyring) => {
  test('I4 an identity without a passphrase is refused and nothing is written', async () => {
    const vault = await open(keyring)
    expect(vault.passphraseNeeded()).toBe(true)
    await expect(vault.create(null)).rejects.toMatchObject({ code: 'passphrase-required' })
    await expect(vault.create('1234567')).rejects.toMatchObject({ code: 'passphrase-short' })
    expect(await readdir(folder)).toEqual([])
    expect(vault.stage()).toBe('first-run')
  })

  test('I5 the identity opens with its passphrase and with no other', async () => {
    const first = await open(keyring)
    await first.create(PASSPHRASE)
    const vault = await open(keyring)
    expect([vault.stage(), vault.identity()]).toEqual(['locked', null])
    await expect(vault.unlock('correct horsf')).rejects.toMatchObject({ code: 'passphrase-wrong' })
    expect([vault.stage(), vault.identity()]).toEqual(['locked', null])
    await vault.unlock(PASSPHRASE)
    expect(vault.identity()).toEqual(first.identity())
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
  })
})

const none = { ...keyringOf('kwallet').keyring, isAsyncEncryptionAvailable: () => Promise.resolve(false) }

test('two requests at once make one identity', async () => {
  const vault = await open(none)
  const [first, second] = await Promise.allSettled([vault.create(PASSPHRASE), vault.create(PASSPHRASE)])
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
  const again = await open(none)
  await again.unlock(PASSPHRASE)
  expect(again.identity()).toEqual(vault.identity())
})

test('a passphrase is the same passphrase however its letters are composed', async () => {
  const first = await open(none)
  await first.create('schlüsselbund')
  const vault = await open(none)
  await vault.unlock('schlu\u0308sselbund')
  expect(vault.identity()).toEqual(first.identity())
})

test.runIf(process.platform !== 'win32')('I5 E19 the file is readable by its owner only', async () => {
  await (await open(none)).create(PASSPHRASE)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a bare seed that somebody put into the folder is nobody', async () => {
  const seed = rng(32)
  const pk = base64url(identityFromSeed(seed).publicKey)
  const planted = JSON.stringify({ v: 1, pk, wrap: 'none', backend: 'none', box: base64url(seed) })
  await writeFile(file, planted)
  const vault = await open(keyringOf('gnome_libsecret').keyring)
  expect([vault.stage(), vault.identity()]).toEqual(['broken', null])
  expect(await readFile(file, 'utf8')).toBe(planted)
})

test.each([
  ['empty', () => ''],
  ['cut short', (text: string) => text.slice(0, -9)],
  ['of a later version', (text: string) => text.replace('"v":1', '"v":2')],
  ['without a box', (text: string) => text.replace(/,"box":"[^"]*"/, '')],
])('E18 an identity file that is %s is broken and is never written over', async (_, damage) => {
  await (await open(none)).create(PASSPHRASE)
  const damaged = damage(await readFile(file, 'utf8'))
  await writeFile(file, damaged)
  const vault = await open(none)
  expect(vault.stage()).toBe('broken')
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
  expect(await readFile(file, 'utf8')).toBe(damaged)
  expect(await readdir(folder)).toEqual(['identity.json'])
})

test('a box that belongs to another identity is refused after unlocking', async () => {
  await (await open(none)).create(PASSPHRASE)
  const mine = JSON.parse(await readFile(file, 'utf8')) as { pk: string }
  await rm(file)
  await (await open(none)).create(PASSPHRASE)
  const theirs = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...theirs, pk: mine.pk }))
  const vault = await open(none)
  await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault-unreadable' })
  expect([vault.stage(), vault.identity()]).toEqual(['locked', null])
})

test('a folder that cannot be written is said so, and no identity is pretended', async () => {
  const vault = createVault({ folder: join(folder, 'missing'), keyring: none, rng })
  await vault.open()
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'vault-write-failed' })
  expect([vault.stage(), vault.identity()]).toEqual(['first-run', null])
})
