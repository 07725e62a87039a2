import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v8 from 'node:v8'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Address } from '../contract/ids.ts'
import type { BackupSummary } from '../contract/ipc.ts'
import { requestNames } from '../contract/ipc-names.ts'
import { base64url, hex } from '../sp1/encode.ts'
import { createRegistry } from './ipc-registry.ts'
import { openPhone, type Calls, type Phone } from './phone.ts'
import { createActions, type RequestParts } from './requests.ts'
import { createSafekeeping } from './safekeeping.ts'
import type { Presence } from './presence.ts'
import type { ServerChoice, ServerConnection } from './server-choice.ts'
import { keyringOf, noKeyring } from './test-keyring.ts'
import { addressOf } from '../sp1/address.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { createVault } from './trust/vault.ts'

// electron-store imports electron, which in a plain Node would fetch its binary; this makes it a mere path.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= tmpdir()
const { createSettings } = await import('./settings.ts')

// Every passphrase costs half a second, and more on a machine that has other things to do.
vi.setConfig({ testTimeout: 90_000 })

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'safekeeping-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const rng = (length: number) => new Uint8Array(randomBytes(length))
const nowMs = () => 1_700_000_000_000
const bea = addressOf(identityFromSeed(new Uint8Array(32).fill(2)).publicKey) as Address
const cyd = addressOf(identityFromSeed(new Uint8Array(32).fill(3)).publicKey) as Address
const LOCK = 'the lock passphrase'
const BACKUP = 'the backup passphrase'

/** One computer: a folder, a keyring, and a person who answers the system's dialogs. */
async function computer(
  name: string,
  keyring = keyringOf('gnome_libsecret').keyring,
  onStep: () => void = () => undefined,
) {
  const folder = join(root, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const settings = createSettings({ folder, nowMs })
  const stepping: typeof rng = (length) => {
    onStep()
    return rng(length)
  }
  const made = createVault({ folder, keyring, rng: stepping, nowMs, check: () => [] })
  const vault: typeof made = {
    ...made,
    async replace(seed, passphrase) {
      await made.replace(seed, passphrase)
      onStep()
    },
  }
  const person = { file: null as string | null, agrees: true, asked: [] as string[] }
  const happened: string[] = []
  let phone: Phone | null = null
  const call = { phase: 'idle' as string }
  const open = async () => {
    const identity = vault.identity()
    if (!identity || phone) return
    phone = await openPhone({
      identity,
      folder,
      rng,
      nowMs,
      startCalls: () =>
        Promise.resolve({
          calls: {
            leave: async () => void happened.push('left'),
            view: () => call,
          } as unknown as Calls,
          presence: {} as Presence,
          connection: {} as ServerConnection,
        }),
      chooseServer: () => ({}) as ServerChoice,
      onRestored: settings.change,
      confirm: async () => true,
    })
  }
  const safekeeping = createSafekeeping({
    folder,
    vault,
    settings,
    phone: () => phone,
    openPhone: open,
    async closePhone() {
      await phone?.close(new Promise(() => undefined))
      phone = null
    },
    onLocked: () => void happened.push('locked'),
    onErased: async () => void happened.push('erased'),
    dialogs: {
      async backupToWrite(suggested) {
        person.asked.push(suggested)
        return person.file
      },
      backupToRead: async () => person.file,
    },
    async confirm({ message }) {
      person.asked.push(message)
      return person.agrees
    },
    rng: stepping,
    nowMs,
  })
  await vault.open()
  await open()
  return { folder, settings, vault, person, happened, call, safekeeping, open, phone: () => phone! }
}
const file = () => join(root, 'mine.earshot-backup')

async function somebody(name = 'first', passphrase: string | null = null) {
  const one = await computer(name)
  await one.vault.create(passphrase)
  one.settings.change({
    name: 'Ada',
    server: { kind: 'remote', url: 'https://calls.example.org', channelBinding: false },
  })
  await one.open()
  await one.phone().contacts.add({ address: bea, name: 'Beatrice', server: null })
  await one.phone().contacts.verified(bea, 'sas')
  one.person.file = file()
  return one
}
async function restoreOn(other: Awaited<ReturnType<typeof computer>>, lock: string | null = null) {
  other.person.file = file()
  await other.safekeeping.chooseBackup()
  const summary = await other.safekeeping.readBackup(BACKUP)
  return { summary, restored: await other.safekeeping.restoreBackup(lock) }
}

test('a backup brings address, contacts, what was verified, name and server to another computer', async () => {
  const one = await somebody()
  expect(await one.safekeeping.saveBackup(null, BACKUP)).toBe(true)
  const two = await computer('second', noKeyring)
  const { summary, restored } = await restoreOn(two, LOCK)
  const address = one.vault.identity()!.address
  expect(summary).toEqual({ address, name: 'Ada', contacts: 1, madeAtMs: nowMs() } satisfies BackupSummary)
  expect(restored).toBe(true)
  expect(two.phone().address).toBe(address)
  expect(two.phone().contacts.list()).toMatchObject([{ name: 'Beatrice', trust: { state: 'V2' } }])
  expect(two.settings.get()).toMatchObject({ name: 'Ada', server: { kind: 'remote' } })
  // Nothing was there to be replaced, so nobody was asked.
  expect(two.person.asked).toEqual([])
  const again = await computer('second', noKeyring)
  expect(again.vault.stage()).toBe('locked')
})

test.runIf(process.platform !== 'win32')('E19 every file is for its owner only, the backup too', async () => {
  const before = process.umask(0)
  try {
    const one = await somebody()
    await one.safekeeping.saveBackup(null, BACKUP)
    await restoreOn(await computer('second'))
  } finally {
    process.umask(before)
  }
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  expect(files.map(({ name }) => name).sort()).toEqual([
    'contacts.json',
    'contacts.json',
    'identity.json',
    'identity.json',
    'mine.earshot-backup',
    'settings.json',
    'settings.json',
  ])
  for (const { parentPath, name } of files) {
    expect((await stat(join(parentPath, name))).mode & 0o777, name).toBe(0o600)
  }
})

test('I5 whoever finds a locked app open gets no backup without the passphrase', async () => {
  const one = await somebody('first', LOCK)
  for (const present of [null, 'a wrong passphrase'])
    await expect(one.safekeeping.saveBackup(present, BACKUP)).rejects.toMatchObject({
      code: 'passphrase-wrong',
    })
  await expect(one.safekeeping.saveBackup(LOCK, 'short')).rejects.toMatchObject({ code: 'passphrase-short' })
  expect(one.person.asked).toEqual([])
  one.person.file = null
  expect(await one.safekeeping.saveBackup(LOCK, BACKUP)).toBe(false)
  expect(await readdir(root)).toEqual(['first'])
})

test('a place that cannot be written is said so', async () => {
  const one = await somebody()
  one.person.file = join(root, 'not-there', 'x.earshot-backup')
  await expect(one.safekeeping.saveBackup(null, BACKUP)).rejects.toMatchObject({
    code: 'backup-write-failed',
  })
})

test('E17 behind another keyring a backup takes over, and the old files stay beside the new ones', async () => {
  const one = await somebody()
  await one.safekeeping.saveBackup(null, BACKUP)
  await one.phone().contacts.add({ address: cyd, name: 'Cyd', server: null })
  const before = await readFile(join(one.folder, 'identity.json'), 'utf8')

  const moved = await computer('first', keyringOf('kwallet6').keyring)
  expect(moved.vault.stage()).toBe('keyring-changed')
  await expect(moved.safekeeping.retry()).rejects.toMatchObject({ code: 'keyring-changed' })
  moved.person.agrees = false
  expect((await restoreOn(moved)).restored).toBe(false)
  expect(await readFile(join(one.folder, 'identity.json'), 'utf8')).toBe(before)

  moved.person.agrees = true
  expect((await restoreOn(moved)).restored).toBe(true)
  expect(moved.phone().address).toBe(one.vault.identity()!.address)
  // What this computer learned after the backup is still known.
  expect(
    moved
      .phone()
      .contacts.list()
      .map(({ name }) => name),
  ).toEqual(['Beatrice', 'Cyd'])
  expect(await readFile(join(one.folder, 'identity.json.replaced-1700000000000'), 'utf8')).toBe(before)
})

test('the files of another identity make room, are kept, and nothing is called damaged', async () => {
  const one = await somebody()
  await one.safekeeping.saveBackup(null, BACKUP)
  const other = await somebody('second')
  await other.phone().contacts.add({ address: cyd, name: 'Cyd', server: null })
  await writeFile(join(other.folder, 'identity.json'), 'damaged')
  const broken = await computer('second')
  expect(broken.vault.stage()).toBe('broken')
  await restoreOn(broken)
  expect(broken.phone().address).toBe(one.vault.identity()!.address)
  expect(
    broken
      .phone()
      .contacts.list()
      .map(({ name }) => name),
  ).toEqual(['Beatrice'])
  expect(broken.phone().setAside).toEqual([])
  expect(await readdir(other.folder)).toEqual([
    'contacts.json',
    'contacts.json.replaced-1700000000000',
    'identity.json',
    'identity.json.replaced-1700000000000',
    'settings.json',
  ])
})

test('an identity that is open is not replaced, whatever the page asks', async () => {
  const one = await somebody()
  await one.safekeeping.saveBackup(null, BACKUP)
  const ready = { code: 'not-ready' }
  await expect(one.safekeeping.chooseBackup()).rejects.toMatchObject(ready)
  await expect(one.safekeeping.readBackup(BACKUP)).rejects.toMatchObject(ready)
  await expect(one.safekeeping.restoreBackup(null)).rejects.toMatchObject(ready)
})

test('a power cut at any step of a restore leaves the first run, or the identity with its name and server', async () => {
  const one = await somebody()
  await one.safekeeping.saveBackup(null, BACKUP)
  const { address } = one.vault.identity()!
  const cuts: string[] = []
  const two = await computer('second', undefined, () => {
    cuts.push(`cut-${cuts.length}`)
    cpSync(join(root, 'second'), join(root, cuts.at(-1)!), { recursive: true })
  })
  await restoreOn(two)
  const found: unknown[] = []
  const wished: boolean[] = []
  for (const cut of cuts) {
    wished.push((await readFile(join(root, cut, 'settings.json'), 'utf8')).includes('calls.example.org'))
    const woken = await computer(cut)
    found.push(woken.vault.stage())
    if (woken.vault.stage() === 'first-run') continue
    expect(woken.phone().address, cut).toBe(address)
    expect(woken.settings.get(), cut).toMatchObject({ name: 'Ada', server: { kind: 'remote' } })
    expect(woken.phone().contacts.list(), cut).toMatchObject([{ name: 'Beatrice' }])
    expect(await readdir(woken.folder), cut).not.toContain('restored.json')
    // What the person chooses from then on is not undone by the next start.
    woken.settings.change({ name: 'Ada B.' })
    expect((await computer(cut)).settings.get().name, cut).toBe('Ada B.')
  }
  expect(new Set(found)).toEqual(new Set(['first-run', 'ready']))
  // One of them lay between the identity and its settings.
  expect(found.some((stage, n) => stage === 'ready' && !wished[n])).toBe(true)
})

test('E18 of two identities that are on their way at once only the first arrives', async () => {
  const one = await somebody()
  await one.safekeeping.saveBackup(null, BACKUP)
  const { address } = one.vault.identity()!
  const chosen = async (name: string) => {
    const made = await computer(name)
    made.person.file = file()
    await made.safekeeping.chooseBackup()
    await made.safekeeping.readBackup(BACKUP)
    return made
  }
  const outcomes = async (...works: Promise<unknown>[]) =>
    (await Promise.allSettled(works)).map((each) =>
      each.status === 'fulfilled' ? 'done' : (each.reason as { code: string }).code,
    )

  const restored = await chosen('restored')
  expect(
    await outcomes(
      restored.safekeeping.restoreBackup(null),
      restored.safekeeping.create('Eve', null),
      restored.safekeeping.restoreBackup(LOCK),
      restored.safekeeping.readBackup(BACKUP),
    ),
  ).toEqual(['done', 'question-open', 'question-open', 'question-open'])
  expect([restored.phone().address, restored.settings.get().name]).toEqual([address, 'Ada'])

  const created = await chosen('created')
  expect(
    await outcomes(created.safekeeping.create('Eve', null), created.safekeeping.restoreBackup(null)),
  ).toEqual(['done', 'question-open'])
  expect(created.phone().address).toBe(created.vault.identity()!.address)
  expect([created.phone().address === address, created.settings.get().name]).toEqual([false, 'Eve'])

  await created.safekeeping.changePassphrase(null, LOCK)
  const locked = await chosen('created')
  expect(await outcomes(locked.safekeeping.unlock(LOCK), locked.safekeeping.restoreBackup(null))).toEqual([
    'done',
    'question-open',
  ])
  expect(locked.phone().address).toBe(created.phone().address)
})

test('a file that is no backup, too large or a folder changes nothing', async () => {
  const one = await computer('first')
  for (const [name, content] of [
    ['no', 'hello'],
    ['large', ' '.repeat(8 * 1024 * 1024 + 1)],
  ] as const) {
    one.person.file = join(root, name)
    await writeFile(one.person.file, content)
    await expect(one.safekeeping.chooseBackup()).rejects.toMatchObject({ code: 'backup-unreadable' })
  }
  one.person.file = root
  await expect(one.safekeeping.chooseBackup()).rejects.toMatchObject({ code: 'backup-unreadable' })
  await expect(one.safekeeping.restoreBackup(null)).rejects.toMatchObject({ code: 'not-ready' })
  expect(await readdir(one.folder)).toEqual(['settings.json'])
})

test('I5 locking closes the phone and erases the key, and only the passphrase opens it again', async () => {
  const one = await somebody('first', LOCK)
  const { seed, address } = one.vault.identity()!
  expect(await one.safekeeping.lockNow()).toBe(true)
  expect(one.happened).toEqual(['left', 'locked'])
  expect([one.vault.stage(), one.vault.identity(), one.phone()]).toEqual(['locked', null, null])
  expect(seed).toEqual(new Uint8Array(32))
  await expect(one.safekeeping.lockNow()).rejects.toMatchObject({ code: 'not-ready' })
  await expect(one.safekeeping.unlock('a wrong passphrase')).rejects.toMatchObject({
    code: 'passphrase-wrong',
  })
  await one.safekeeping.unlock(LOCK)
  expect(one.phone().address).toBe(address)
  expect(one.phone().contacts.list()).toMatchObject([{ name: 'Beatrice' }])
})

test('locking in a call asks first, and is not there without a passphrase', async () => {
  const one = await somebody('first', LOCK)
  one.call.phase = 'talking'
  one.person.agrees = false
  expect(await one.safekeeping.lockNow()).toBe(false)
  expect([one.vault.stage(), one.happened]).toEqual(['ready', []])
  one.person.agrees = true
  expect(await one.safekeeping.lockNow()).toBe(true)
  expect([one.vault.stage(), one.person.asked.length]).toEqual(['locked', 2])
  const open = await somebody('second')
  await expect(open.safekeeping.lockNow()).rejects.toMatchObject({ code: 'not-ready' })
  expect(open.vault.stage()).toBe('ready')
})

test('erasing asks the person outside the page, and no means no', async () => {
  const one = await somebody()
  one.person.agrees = false
  expect(await one.safekeeping.erase()).toBe(false)
  expect(one.happened).toEqual([])
  expect(one.vault.stage()).toBe('ready')
})

test('R24 R25 erasing leaves nothing of anybody in the folder, and the first run begins', async () => {
  const one = await somebody()
  const { folder } = one
  for (const name of ['contacts.json.broken-1', 'history.json.12ab.tmp', 'settings.json.tmp-9', 'later.json'])
    await writeFile(join(folder, name), 'Beatrice')
  await mkdir(join(folder, 'Cache'))
  await writeFile(join(folder, 'Local State'), 'chromium')
  const { contacts } = one.phone()
  expect(await one.safekeeping.erase()).toBe(true)
  expect(one.happened).toEqual(['left', 'erased'])
  // What was still on its way when the files went does not come back.
  await contacts.add({ address: cyd, name: 'Cyd', server: null })
  expect((await readdir(folder)).sort()).toEqual(['Cache', 'Local State', 'settings.json'])
  const settings = await readFile(join(folder, 'settings.json'), 'utf8')
  for (const canary of ['Ada', 'Beatrice', 'calls.example.org', bea]) expect(settings).not.toContain(canary)
  expect([one.vault.stage(), one.vault.identity(), one.settings.get().name]).toEqual(['first-run', null, ''])
  await one.vault.create(null)
  expect(one.vault.stage()).toBe('ready')
})

test('I2 nothing that a page is answered holds the seed, in whatever form', async () => {
  const one = await somebody()
  const seed = Uint8Array.from(one.vault.identity()!.seed)
  await one.safekeeping.saveBackup(null, BACKUP)
  const two = await computer('second')
  two.person.file = file()
  const answers: unknown[] = []
  const registry = createRegistry({
    actions: createActions({
      views: {
        snapshot: () => ({ identity: two.phone()?.address, lock: two.vault.lock() }),
        changed: () => undefined,
      },
      safekeeping: two.safekeeping,
      settings: two.settings,
      phone: () => two.phone(),
    } as unknown as RequestParts),
    onRefused: (code) => answers.push(code),
    onBug: (error) => answers.push(String(error)),
  })
  const ask = async (name: (typeof requestNames)[number], payload: unknown) => {
    const answer = await registry.answer(name, 'main', payload)
    answers.push(answer)
    return answer
  }
  await ask('backup.choose', {})
  await ask('backup.read', { passphrase: 'a wrong passphrase' })
  await ask('backup.read', { passphrase: BACKUP })
  expect(await ask('backup.restore', { passphrase: LOCK })).toEqual({ ok: true, value: { restored: true } })
  await ask('identity.passphrase', { present: 'a wrong passphrase', next: null })
  await ask('identity.passphrase', { present: LOCK, next: null })
  await ask('backup.save', { present: null, passphrase: BACKUP })
  await ask('snapshot', {})
  await ask('contacts.safety-number', { address: bea })
  expect(two.vault.identity()!.seed).toEqual(seed)
  // Everything else, with a payload that fits nothing.
  for (const name of requestNames) await ask(name, { passphrase: 1 })

  const said = v8.serialize(answers)
  for (const form of [Buffer.from(seed), base64url(seed), Buffer.from(seed).toString('base64'), hex(seed)])
    expect(said.includes(form)).toBe(false)
  expect(JSON.stringify(answers)).not.toContain([...seed].join(','))
  expect(said.includes(two.phone().address)).toBe(true)
})
