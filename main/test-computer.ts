// One computer with a real folder and vault and a person at it, for tests: asks and answers as the app does, without
// windows, calls or a server.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect } from 'vitest'
import { CallId, type Address } from '../contract/ids.ts'
import { addressOf } from '../sp1/address.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { openPhone, type Calls, type Phone } from './phone.ts'
import type { Presence } from './presence.ts'
import { createSafekeeping } from './safekeeping.ts'
import type { ServerChoice, ServerConnection } from './server-choice.ts'
import { keyringOf } from './test-keyring.ts'
import type { Keyring } from './trust/keyring.ts'
import { createVault } from './trust/vault.ts'

export const nowMs = () => 1_700_000_000_000
export const [bea, carl] = [2, 3].map((fill) =>
  addressOf(identityFromSeed(new Uint8Array(32).fill(fill)).publicKey),
) as [Address, Address]
export const LOCK = 'the lock passphrase'
export const { keyring } = keyringOf('gnome_libsecret')
export const settings = {
  get: () => ({ name: 'Ada', server: { kind: 'none' } }) as never,
  change() {},
  reset() {},
}

/** One computer and its person; `onStep` sees the folder before each thing that is sealed. */
export async function computer(folder: string, options: { keyring?: Keyring; onStep?: () => void } = {}) {
  await mkdir(folder, { recursive: true })
  const step = options.onStep ?? (() => undefined)
  const rng = (length: number) => {
    step()
    return new Uint8Array(randomBytes(length))
  }
  const made = createVault({ folder, keyring: options.keyring ?? keyring, rng, nowMs, check: () => [] })
  const vault: typeof made = {
    ...made,
    async replace(seed, passphrase) {
      step()
      await made.replace(seed, passphrase)
      step()
    },
  }
  const person = { agrees: true, file: null as string | null, asked: 0, meanwhile: async () => {} }
  const happened: string[] = []
  let phone: Phone | null = null
  const open = async () => {
    const identity = vault.identity()
    if (!identity || phone) return
    happened.push(`open ${identity.address}`)
    phone = await openPhone({
      identity,
      folder,
      rng,
      nowMs,
      startCalls: () =>
        Promise.resolve({
          calls: { leave: async () => void happened.push('left') } as unknown as Calls,
          presence: {} as Presence,
          connection: {} as ServerConnection,
        }),
      chooseServer: () => ({ view: () => ({ url: 'https://calls.example.org' }) }) as unknown as ServerChoice,
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
    onLocked: () => {},
    onErased: async () => {},
    dialogs: { backupToWrite: async () => person.file, backupToRead: async () => person.file },
    async confirm() {
      person.asked += 1
      await person.meanwhile()
      return person.agrees
    },
    rng,
    nowMs,
  })
  const opened = (): Phone => {
    if (!phone) throw new Error('no phone is open')
    return phone
  }
  await vault.open()
  await open()
  return { folder, vault, person, happened, safekeeping, open, phone: opened }
}
export type Computer = Awaited<ReturnType<typeof computer>>

const warning = {
  callId: v.parse(CallId, 'AAAAAAAAAAAAAAAAAAAAAA'),
  direction: 'in',
  reason: 'altered',
  detail: null,
  address: bea,
  atMs: 1,
} as const
/** Knows Beatrice and has checked her, talked to her, and has a warning to read. */
export async function somebody(
  root: string,
  passphrase: string | null = null,
  options: Parameters<typeof computer>[1] = {},
) {
  const one = await computer(join(root, 'mine'), options)
  await one.vault.create(passphrase)
  await one.open()
  const { contacts, history, warnings } = one.phone()
  await contacts.add({ address: bea, name: 'Beatrice', server: null })
  await contacts.verified(bea, 'sas')
  contacts.keys.learnPair(bea, new Uint8Array(32).fill(9))
  const call = { direction: 'in', outcome: 'talked', video: false, atMs: 1, durationMs: 2 } as const
  await history.record({ ...call, address: bea })
  await warnings.warn(warning)
  return one
}
/** What `somebody` knew is there. */
export const expectEverything = ({ phone }: Computer, when?: string) => {
  const { contacts, history, warnings, setAside } = phone()
  expect(contacts.list(), when).toMatchObject([{ name: 'Beatrice', address: bea, trust: { state: 'V2' } }])
  expect(history.view(contacts.nameOf), when).toMatchObject([{ name: 'Beatrice', outcome: 'talked' }])
  expect(warnings.view(contacts.nameOf).calls, when).toMatchObject([warning])
  expect(setAside, when).toEqual([])
}
