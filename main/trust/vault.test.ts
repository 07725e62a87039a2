import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { base64url } from '../../sp1/encode.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { keyringOf, noKeyring } from '../test-keyring.ts'
import type { Keyring } from './keyring.ts'
import { createVault } from './vault.ts'

// Every passphrase costs half a second, and more on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-'))
  file = join(folder, 'identity.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const rng = (length: number) => new Uint8Array(randomBytes(length))
const nowMs = () => 1_700_000_000_000
const check = () => []
const PASSPHRASE = 'correct horse'

const open = async (keyring: Keyring, check: () => readonly string[] = () => []) => {
  const vault = createVault({ folder, keyring, rng, nowMs, check })
  await vault.open()
  return vault
}

const scrambled: Keyring = {
  ...keyringOf('gnome_libsecret').keyring,
  decryptStringAsync: () => Promise.reject(new Error('cannot decrypt')),
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

  test('E17 a keyring that comes back opens the identity when the person tries again', async () => {
    const first = await open(keyring)
    await first.create(null)
    let there = false
    const vault = await open({ ...keyring, isAsyncEncryptionAvailable: () => Promise.resolve(there) })
    expect(vault.stage()).toBe('keyring-changed')
    there = true
    await vault.open()
    expect([vault.stage(), vault.identity()]).toEqual(['ready', first.identity()])
  })

  test('E17 another keyring that does open the box is recorded in its place', async () => {
    const first = await open(keyring)
    await first.create(null)
    const moved: Keyring = {
      ...keyringOf('kwallet6').keyring,
      decryptStringAsync: (box) =>
        keyring.decryptStringAsync(box).catch(() => keyringOf('kwallet6').keyring.decryptStringAsync(box)),
    }
    const vault = await open(moved)
    expect([vault.stage(), vault.lock().recorded]).toEqual(['ready', 'kwallet6'])
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ backend: 'kwallet6' })
    expect((await open(keyringOf('kwallet6').keyring)).identity()).toEqual(first.identity())
  })

  test('a passphrase is set, changed and removed, and the identity stays', async () => {
    const first = await open(keyring)
    await first.create(null)
    const { seed } = first.identity()!
    const kept = Uint8Array.from(seed)
    await first.changePassphrase(null, PASSPHRASE)
    expect(first.lock().passphrase).toBe(true)

    const second = await open(keyring)
    expect([second.stage(), second.lock().passphrase]).toEqual(['locked', true])
    await second.unlock(PASSPHRASE)
    await second.changePassphrase(PASSPHRASE, 'another horse')

    const third = await open(keyring)
    await expect(third.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase-wrong' })
    await third.unlock('another horse')
    await third.changePassphrase('another horse', null)

    const last = await open(keyring)
    expect([last.stage(), last.lock().passphrase, last.identity()?.seed]).toEqual(['ready', false, kept])
    expect(await readdir(folder)).toEqual(['identity.json'])
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
    const rotated = keyringOf('gnome_libsecret', { rotated: true })
    const second = await open(rotated.keyring)
    expect(second.identity()).toEqual(first.identity())
    expect(rotated.counts.encrypted).toBe(1)
    expect((await open(keyring)).identity()).toEqual(first.identity())
  })

  test.each([
    ['another keyring', keyringOf('kwallet6').keyring, 'kwallet6'],
    ['Chromium’s own password', keyringOf('basic_text').keyring, null],
    ['none at all', noKeyring, null],
    ['the same one with another key', scrambled, 'gnome_libsecret'],
  ] as const)('E17 where there is %s the identity is said to be out of reach, not lost', async (...given) => {
    const [, offered, name] = given
    const vault = await open(keyring)
    await vault.create(null)
    const before = await readFile(file, 'utf8')

    const other = await open(offered)
    expect(other.stage()).toBe('keyring-changed')
    expect(other.lock()).toEqual({
      passphrase: false,
      keyring: name,
      recorded: 'gnome_libsecret',
      passwordStore: 'gnome-libsecret',
    })
    await expect(other.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
    await expect(other.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await open(keyring)).identity()).toEqual(vault.identity())
  })
})

const keyrings: [string, Keyring][] = [
  ['unavailable', noKeyring],
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

test('two requests at once make one identity', async () => {
  const vault = await open(noKeyring)
  const [first, second] = await Promise.allSettled([vault.create(PASSPHRASE), vault.create(PASSPHRASE)])
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
  const again = await open(noKeyring)
  await again.unlock(PASSPHRASE)
  expect(again.identity()).toEqual(vault.identity())
})

test('a passphrase is the same passphrase however its letters are composed', async () => {
  const first = await open(noKeyring)
  await first.create('schlüsselbund')
  const vault = await open(noKeyring)
  await vault.unlock('schlu\u0308sselbund')
  expect(vault.identity()).toEqual(first.identity())
})

test.runIf(process.platform !== 'win32')('I5 E19 the file is readable by its owner only', async () => {
  await (await open(noKeyring)).create(PASSPHRASE)
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
  await (await open(noKeyring)).create(PASSPHRASE)
  const damaged = damage(await readFile(file, 'utf8'))
  await writeFile(file, damaged)
  const vault = await open(noKeyring)
  expect(vault.stage()).toBe('broken')
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
  expect(await readFile(file, 'utf8')).toBe(damaged)
  expect(await readdir(folder)).toEqual(['identity.json'])
})

test('a box that belongs to another identity is refused after unlocking', async () => {
  await (await open(noKeyring)).create(PASSPHRASE)
  const mine = JSON.parse(await readFile(file, 'utf8')) as { pk: string }
  await rm(file)
  await (await open(noKeyring)).create(PASSPHRASE)
  const theirs = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...theirs, pk: mine.pk }))
  const vault = await open(noKeyring)
  await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault-unreadable' })
  expect([vault.stage(), vault.identity()]).toEqual(['locked', null])
})

test('a folder that cannot be written is said so, and no identity is pretended', async () => {
  const vault = createVault({ folder: join(folder, 'missing'), keyring: noKeyring, rng, nowMs, check })
  await vault.open()
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'vault-write-failed' })
  expect([vault.stage(), vault.identity()]).toEqual(['first-run', null])
})

test.each([
  ['no passphrase', null],
  ['a wrong one', 'wrong horse'],
])('I5 with %s the lock is neither changed nor removed, whoever asks', async (_, present) => {
  const vault = await open(noKeyring)
  await vault.create(PASSPHRASE)
  const before = await readFile(file, 'utf8')
  await expect(vault.changePassphrase(present, 'another horse')).rejects.toMatchObject({
    code: 'passphrase-wrong',
  })
  await expect(vault.changePassphrase(present, null)).rejects.toMatchObject({ code: 'passphrase-wrong' })
  await expect(vault.authorize(present)).rejects.toMatchObject({ code: 'passphrase-wrong' })
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('I4 the passphrase cannot go or become short where it is all there is', async () => {
  const vault = await open(noKeyring)
  await vault.create(PASSPHRASE)
  const before = await readFile(file, 'utf8')
  await expect(vault.changePassphrase(PASSPHRASE, null)).rejects.toMatchObject({
    code: 'passphrase-required',
  })
  await expect(vault.changePassphrase(PASSPHRASE, 'short')).rejects.toMatchObject({
    code: 'passphrase-short',
  })
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('a locked vault does nothing but unlock', async () => {
  await (await open(noKeyring)).create(PASSPHRASE)
  const vault = await open(noKeyring)
  await expect(vault.changePassphrase(PASSPHRASE, 'another horse')).rejects.toMatchObject({
    code: 'not-ready',
  })
  await expect(vault.authorize(PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
})

test('E18 before the file has been looked at nothing is made that would take its place', async () => {
  await (await open(noKeyring)).create(PASSPHRASE)
  const before = await readFile(file, 'utf8')
  const vault = createVault({ folder, keyring: noKeyring, rng, nowMs, check })
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
  await expect(vault.replace(rng(32), PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('another identity takes the place of one, and the file of the old one is kept beside it', async () => {
  const vault = await open(noKeyring)
  await vault.create(PASSPHRASE)
  const before = await readFile(file, 'utf8')
  const seed = rng(32)
  await vault.replace(seed, 'another horse')
  expect(vault.identity()).toMatchObject(identityFromSeed(seed))
  expect(await readFile(`${file}.replaced-1700000000000`, 'utf8')).toBe(before)
  const again = await open(noKeyring)
  await again.unlock('another horse')
  expect(again.identity()?.seed).toEqual(seed)
})

describe('I5 no copy of the key stays under an older lock', () => {
  const { keyring } = keyringOf('gnome_libsecret')
  const copiesOf = async (pk: string) => {
    const held: string[] = []
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8')
      if (name !== 'identity.json' && text.includes(pk)) held.push(name)
    }
    return held
  }

  test('when a passphrase is set or changed, while what belongs to others, or to nobody, stays', async () => {
    const vault = await open(keyring)
    await vault.create(null)
    const other = base64url(vault.identity()!.publicKey)
    const seed = rng(32)
    await vault.replace(seed, null)
    const mine = base64url(vault.identity()!.publicKey)
    const bare = await readFile(file, 'utf8')
    // A restore over the same key, and a write that a power cut ended.
    await writeFile(`${file}.replaced-1600000000000`, bare)
    await writeFile(`${file}.0a1b2c3d4e5f.tmp`, bare)
    await writeFile(`${file}.replaced-1500000000000`, '{"pk":')
    expect((await copiesOf(mine)).length).toBe(2)

    await vault.changePassphrase(null, PASSPHRASE)
    expect(await copiesOf(mine)).toEqual([])
    expect(await copiesOf(other)).toEqual(['identity.json.replaced-1700000000000'])
    expect(await readdir(folder)).toContain('identity.json.replaced-1500000000000')
    const again = await open(keyring)
    expect(again.stage()).toBe('locked')
    await again.unlock(PASSPHRASE)
    expect(again.identity()?.seed).toEqual(seed)

    const first = await readFile(file, 'utf8')
    await writeFile(`${file}.replaced-1600000000000`, first)
    await again.changePassphrase(PASSPHRASE, 'another horse')
    expect(await copiesOf(mine)).toEqual([])
  })

  test('when the same key comes back under a passphrase', async () => {
    const vault = await open(keyring)
    const seed = rng(32)
    await vault.create(null)
    await vault.replace(seed, null)
    await vault.replace(seed, PASSPHRASE)
    expect(await copiesOf(base64url(vault.identity()!.publicKey))).toEqual([])
  })

  test('and a lock that is refused removes nothing', async () => {
    const vault = await open(keyring)
    await vault.create(null)
    await writeFile(`${file}.replaced-1600000000000`, await readFile(file, 'utf8'))
    await expect(vault.changePassphrase(null, 'short')).rejects.toMatchObject({ code: 'passphrase-short' })
    await vault.changePassphrase(null, PASSPHRASE)
    await writeFile(`${file}.replaced-1600000000000`, await readFile(file, 'utf8'))
    await expect(vault.changePassphrase('wrong horse', null)).rejects.toMatchObject({
      code: 'passphrase-wrong',
    })
    expect(await readdir(folder)).toContain('identity.json.replaced-1600000000000')
  })
})

test('a replacement that cannot be written leaves the identity as it is', async () => {
  const vault = await open(noKeyring)
  await vault.create(PASSPHRASE)
  const mine = vault.identity()
  await rename(folder, `${folder}-away`)
  await expect(vault.replace(rng(32), PASSPHRASE)).rejects.toMatchObject({ code: 'vault-write-failed' })
  await rename(`${folder}-away`, folder)
  expect(vault.identity()).toEqual(mine)
  await expect(vault.replace(rng(32), null)).rejects.toMatchObject({ code: 'passphrase-required' })
  expect(await readdir(folder)).toEqual(['identity.json'])
})

test('with arithmetic that fails its self-test nothing is opened and nothing is made', async () => {
  await (await open(noKeyring)).create(PASSPHRASE)
  const before = await readFile(file, 'utf8')
  const vault = await open(noKeyring, () => ['x-wing'])
  expect([vault.stage(), vault.isUnsound(), vault.identity()]).toEqual(['broken', true, null])
  await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
  await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'identity-exists' })
  await expect(vault.replace(rng(32), PASSPHRASE)).rejects.toMatchObject({ code: 'not-ready' })
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('what is forgotten is erased from memory', async () => {
  const vault = await open(noKeyring)
  await vault.create(PASSPHRASE)
  const { seed } = vault.identity()!
  await vault.forget()
  expect(seed).toEqual(new Uint8Array(32))
  expect([vault.stage(), vault.identity(), vault.lock().passphrase]).toEqual(['opening', null, false])
})
