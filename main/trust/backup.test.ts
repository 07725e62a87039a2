import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { base64url, fromBase64url, utf8 } from '../../sp1/encode.ts'
import { readBackup, sealBackup, type Backup } from './backup.ts'
import { sealUnderPassphrase } from './passphrase-box.ts'

// Every passphrase costs half a second, and more on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const rng = (length: number) => new Uint8Array(randomBytes(length))
const PASSPHRASE = 'a backup passphrase'
const bea = 'b'.repeat(56) as Backup['contacts']['contacts'][number]['address']
const backup: Backup = {
  madeAtMs: 1_700_000_000_000,
  seed: new Uint8Array(32).fill(7),
  name: 'Ada Lovelace',
  server: { kind: 'none' },
  contacts: {
    contacts: [{ address: bea, name: 'Beatrice', server: null, addedAtMs: 5, tone: null, favourite: true }],
    facts: [[bea, { state: 'V2', how: 'sas', atMs: 6 }]],
    blocked: [[bea, 7]],
  },
}
const made = sealBackup(backup, PASSPHRASE, rng)

test('what was backed up comes back whole', async () => {
  expect(await readBackup(await made).open(PASSPHRASE)).toEqual(backup)
})

test('I5 the file shows nothing of what is in it', async () => {
  const text = await made
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['earshot', 'v', 'box'])
  const box = Buffer.from(fromBase64url((JSON.parse(text) as { box: string }).box))
  for (const secret of ['Ada', 'Beatrice', bea, base64url(backup.seed), Buffer.from(backup.seed)]) {
    expect(box.includes(secret)).toBe(false)
    expect(text.includes(secret.toString())).toBe(false)
  }
})

test('I5 with another passphrase, or changed by one letter, it does not open', async () => {
  const text = await made
  await expect(readBackup(text).open('a backup passphrasf')).rejects.toMatchObject({
    code: 'backup-passphrase',
  })
  const at = text.length - 40
  const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
  await expect(readBackup(changed).open(PASSPHRASE)).rejects.toMatchObject({ code: 'backup-passphrase' })
})

test('a passphrase that is too short makes no backup', async () => {
  await expect(sealBackup(backup, 'short', rng)).rejects.toMatchObject({ code: 'passphrase-short' })
})

test.each([
  ['empty', ''],
  ['a picture', '\u0089PNG'],
  ['another JSON file', '{"v":1,"box":"AAAA"}'],
  ['a backup with an entry too many', '{"earshot":"backup","v":1,"box":"AAAA","more":1}'],
  ['a backup whose box is no base64', '{"earshot":"backup","v":1,"box":"A A"}'],
  ['a list', '["earshot"]'],
])('a file that is %s is no backup', (_, text) => {
  expect(() => readBackup(text)).toThrow('backup-unreadable')
})

test('a backup of a later version says so before anybody types a passphrase', () => {
  expect(() => readBackup('{"earshot":"backup","v":2,"kdf":"argon2"}')).toThrow('backup-newer')
})

const sealed = async (content: unknown, purpose = 'earshot backup 1') => {
  const box = await sealUnderPassphrase(utf8(JSON.stringify(content)), PASSPHRASE, rng, utf8(purpose))
  return JSON.stringify({ earshot: 'backup', v: 1, box: base64url(box) })
}
const content = { ...backup, seed: base64url(backup.seed) }

test.each([
  ['an entry too many', { ...content, more: 1 }],
  ['a seed that is too short', { ...content, seed: base64url(new Uint8Array(31)) }],
  ['a name that turns the text around', { ...content, name: 'Ada\u202E' }],
  ['contacts of another shape', { ...content, contacts: [] }],
])('content with %s is refused, whoever sealed it', async (_, wrong) => {
  const file = await sealed(wrong)
  await expect(readBackup(file).open(PASSPHRASE)).rejects.toMatchObject({ code: 'backup-unreadable' })
})

test('a box that was sealed for another purpose is no backup', async () => {
  const file = await sealed(content, '')
  await expect(readBackup(file).open(PASSPHRASE)).rejects.toMatchObject({ code: 'backup-passphrase' })
})
