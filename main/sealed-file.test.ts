import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSealedFile } from './sealed-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const seed = new Uint8Array(32).fill(7)
const rng = (length: number) => new Uint8Array(randomBytes(length))
const sealed = (changes: { seed?: Uint8Array; label?: string } = {}) =>
  createSealedFile({
    path: join(folder, 'contacts.json'),
    label: changes.label ?? 'contacts',
    seed: changes.seed ?? seed,
    schema: v.strictObject({ names: v.array(v.string()) }),
    rng,
    nowMs: () => 1_700_000_000_000,
  })

test('a saved value comes back and the file does not show it', async () => {
  await sealed().save({ names: ['Beatrice'] })
  expect(await readFile(join(folder, 'contacts.json'), 'utf8')).not.toContain('Beatrice')
  expect(await sealed().load()).toEqual({ names: ['Beatrice'] })
})

test('there is nothing before the first save', async () => {
  const file = sealed()
  expect(await file.load()).toBeNull()
  expect(file.wasSetAside()).toBe(false)
})

test.runIf(process.platform !== 'win32')(
  'E19 the file is readable by its owner only, however loose the umask',
  async () => {
    const before = process.umask(0)
    try {
      await sealed().save({ names: [] })
    } finally {
      process.umask(before)
    }
    expect((await stat(join(folder, 'contacts.json'))).mode & 0o777).toBe(0o600)
  },
)

test('saves that overlap are written in order and leave no temporary file', async () => {
  const file = sealed()
  await Promise.all(Array.from({ length: 20 }, (_, index) => file.save({ names: [`${index}`] })))
  expect(await sealed().load()).toEqual({ names: ['19'] })
  expect(await readdir(folder)).toEqual(['contacts.json'])
})

test('of many saves while the disk is busy only the last is sealed and written', async () => {
  let nonces = 0
  const file = createSealedFile({
    path: join(folder, 'contacts.json'),
    label: 'contacts',
    seed,
    schema: v.array(v.number()),
    rng: (length) => {
      nonces += 1
      return rng(length)
    },
    nowMs: () => 1_700_000_000_000,
  })
  await Promise.all(Array.from({ length: 50 }, (_, index) => file.save([index])))
  expect(nonces).toBe(1)
  expect(await file.load()).toEqual([49])
  await file.save([50])
  expect(await file.load()).toEqual([50])
})

test('the same value is never sealed to the same bytes', async () => {
  await sealed().save({ names: ['a'] })
  const first = await readFile(join(folder, 'contacts.json'), 'utf8')
  await sealed().save({ names: ['a'] })
  expect(await readFile(join(folder, 'contacts.json'), 'utf8')).not.toBe(first)
})

const flipped = (text: string) => {
  const at = text.length - 10
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

test.each([
  ['cut short', (text: string) => text.slice(0, -20)],
  ['changed by one letter', flipped],
  ['empty', () => ''],
  ['not JSON', () => 'hello'],
  ['of a later version', (text: string) => text.replace('"v":1', '"v":2')],
])('E18 a file that is %s is moved aside whole, and the next save makes a new one', async (_, damage) => {
  await sealed().save({ names: ['a'] })
  const path = join(folder, 'contacts.json')
  const damaged = damage(await readFile(path, 'utf8'))
  await writeFile(path, damaged)

  const file = sealed()
  expect(await file.load()).toBeNull()
  expect(file.wasSetAside()).toBe(true)
  expect(await readFile(`${path}.broken-1700000000000`, 'utf8')).toBe(damaged)
  await file.save({ names: ['b'] })
  expect(await sealed().load()).toEqual({ names: ['b'] })
})

test.each([
  ['another identity', { seed: new Uint8Array(32).fill(8) }],
  ['another label', { label: 'history' }],
])('the key of %s does not open it', async (_, other) => {
  await sealed().save({ names: ['a'] })
  expect(await sealed(other).load()).toBeNull()
})

test.runIf(process.getuid?.() !== 0)('a file that may not be read is left where it is', async () => {
  await sealed().save({ names: ['a'] })
  await chmod(join(folder, 'contacts.json'), 0)
  await expect(sealed().load()).rejects.toThrow()
  expect(await readdir(folder)).toEqual(['contacts.json'])
})
