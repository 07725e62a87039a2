// The identity at rest: the only file that reads and writes the private key. The seed leaves it for the modules
// of main that sign and seal, and never goes further.
import { join } from 'node:path'
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import type { LockView } from '../../contract/ipc.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, equal, fromBase64url, type Rng } from '../../sp1/encode.ts'
import { identityFromSeed, type Identity } from '../../sp1/identity.ts'
import { keepCopy, readPrivately, writePrivately } from '../private-file.ts'
import { keyNamedIn, removeCopies } from './identity-copies.ts'
import { backendOf, keyringName, passwordStoreOf, type Keyring } from './keyring.ts'
import {
  BOX_OVERHEAD_BYTES,
  checkNewPassphrase,
  openWithPassphrase,
  sealUnderPassphrase,
} from './passphrase-box.ts'

/**
 * `opening`: not read yet. `first-run`: no identity yet. `locked`: it wants its passphrase. `keyring-changed`: there is
 * one, whole, and the keyring offered now does not open it. `broken`: there is one and it cannot be read.
 * In the last two nothing here writes over it, unless a person replaces it.
 */
export type VaultStage = 'opening' | 'first-run' | 'locked' | 'ready' | 'keyring-changed' | 'broken'

export interface OwnIdentity extends Identity {
  readonly address: Address
}

export interface Vault {
  stage(): VaultStage
  /** Without a keyring of the system an identity is kept under a passphrase or not at all. */
  passphraseNeeded(): boolean
  lock(): LockView
  /** The self-test of the cryptography failed: nothing is opened and nothing is made. */
  isUnsound(): boolean
  /** Null in every stage but `ready`. */
  identity(): OwnIdentity | null
  /** Reads the file, if there is one. At start, and again while the stage says that it could not be read. */
  open(): Promise<void>
  /** Codes: `identity-exists`, `passphrase-required`, `passphrase-short`, `vault-write-failed`. */
  create(passphrase: string | null): Promise<void>
  /** Codes: `passphrase-wrong`; `not-ready` in every stage but `locked`. */
  unlock(passphrase: string): Promise<void>
  /** Whether this person may do what the passphrase guards. Codes: `passphrase-wrong`, `not-ready`. */
  authorize(passphrase: string | null): Promise<void>
  /**
   * Sets, changes or (with null) removes the passphrase; no copy of this key stays under the one before. Codes: those of
   * `authorize`, `passphrase-required` when it is to go and there is no keyring, `passphrase-short`, `vault-write-failed`.
   */
  changePassphrase(present: string | null, next: string | null): Promise<void>
  /**
   * Becomes another identity, or the same one anew. The file that was there is kept beside the new one, unless it holds the
   * same key and this one is under a passphrase; when this fails the identity is as before. Codes as for `create`, and
   * `not-ready`. Authorizing is the caller's part.
   */
  replace(seed: Uint8Array, passphrase: string | null): Promise<void>
  /** After the file is gone: erases the seed from memory and is `opening` again. */
  forget(): Promise<void>
}

const SEED_BYTES = 32

const notWritten = (cause: unknown): never => {
  throw new PhoneError('vault-write-failed', { cause })
}

const File = v.strictObject({
  v: v.literal(1),
  pk: v.string(),
  /** What the seed is under besides the keyring. */
  wrap: v.picklist(['none', 'passphrase']),
  /** The keyring around it, by name, so that a change of desktop can be told from damage; `none` without one. */
  backend: v.string(),
  box: v.string(),
})
type File = v.InferOutput<typeof File>

export function createVault(options: {
  folder: string
  keyring: Keyring
  rng: Rng
  nowMs: () => number
  /** Names what of the cryptography does not work; empty when all does. */
  check: () => readonly string[]
}): Vault {
  const { keyring, rng } = options
  const path = join(options.folder, 'identity.json')
  let stage: VaultStage = 'opening'
  let unsound = false
  let backend = 'none'
  /** The keyring that the file names. */
  let recorded = 'none'
  let own: OwnIdentity | null = null
  let publicKey: Uint8Array | null = null
  /** The seed under its passphrase, as the file has it; null without one. */
  let wrapped: Uint8Array | null = null
  let turn: Promise<unknown> = Promise.resolve()

  /** One after the other: each derives a key, which takes 128 MiB, and a double click must not make two identities. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  /** SECURITY: a seed that does not give the recorded key would silently make me somebody else. */
  const become = (seed: Uint8Array, expected: Uint8Array) => {
    const identity = identityFromSeed(seed)
    if (!equal(identity.publicKey, expected)) throw new PhoneError('vault-unreadable')
    own = { ...identity, address: v.parse(Address, addressOf(identity.publicKey)) }
    stage = 'ready'
  }

  const write = async (pk: Uint8Array, wrap: File['wrap'], secret: string) => {
    const box = backend === 'none' ? secret : (await keyring.encryptStringAsync(secret)).toString('base64')
    const file: File = { v: 1, pk: base64url(pk), wrap, backend, box }
    await writePrivately(path, JSON.stringify(file))
    recorded = backend
  }

  /** SECURITY: never a key in the clear, and never one under the password that everybody's Chromium shares. */
  const checkTerms = (passphrase: string | null) => {
    if (passphrase === null && backend === 'none') throw new PhoneError('passphrase-required')
    if (passphrase !== null) checkNewPassphrase(passphrase)
  }

  const keep = async (seed: Uint8Array, passphrase: string | null) => {
    const { publicKey: pk } = identityFromSeed(seed)
    const next = passphrase === null ? null : await sealUnderPassphrase(seed, passphrase, rng)
    await write(pk, next ? 'passphrase' : 'none', base64url(next ?? seed)).catch(notWritten)
    wrapped = next
    become(seed, pk)
  }

  /** The content of the box without the keyring's layer, or null when the keyring that is there does not open it. */
  const unbox = async (file: File): Promise<{ secret: string; stale: boolean } | null> => {
    if (file.backend === 'none') return { secret: file.box, stale: false }
    if (backend === 'none') return null
    const sealed = Buffer.from(file.box, 'base64')
    try {
      const opened = await keyring.decryptStringAsync(sealed)
      if (!opened.shouldReEncrypt) return { secret: opened.result, stale: file.backend !== backend }
      return { secret: (await keyring.decryptStringAsync(sealed)).result, stale: true }
    } catch {
      return null
    }
  }

  const read = async (text: string) => {
    const file = v.parse(File, JSON.parse(text))
    // SECURITY: this app never writes a bare seed, so that whoever put it there knows it, and I would become them.
    if (file.wrap === 'none' && file.backend === 'none') throw new PhoneError('vault-unreadable')
    recorded = file.backend
    publicKey = fromBase64url(file.pk, 32)
    const unboxed = await unbox(file)
    if (!unboxed) {
      stage = 'keyring-changed'
      return
    }
    const { secret, stale } = unboxed
    if (file.wrap === 'none') become(fromBase64url(secret, SEED_BYTES), publicKey)
    else {
      wrapped = fromBase64url(secret, SEED_BYTES + BOX_OVERHEAD_BYTES)
      stage = 'locked'
    }
    // Best effort: the old sealing is still good, and the next start tries again.
    if (stale) await write(publicKey, file.wrap, secret).catch(() => undefined)
  }

  const authorize = async (passphrase: string | null): Promise<void> => {
    if (!own) throw new PhoneError('not-ready')
    if (wrapped) (await openWithPassphrase(wrapped, passphrase ?? '')).fill(0)
  }

  return {
    stage: () => stage,
    passphraseNeeded: () => backend === 'none',
    lock: () => ({
      passphrase: wrapped !== null,
      keyring: keyringName(backend),
      recorded: keyringName(recorded),
      passwordStore: passwordStoreOf(keyringName(recorded)),
    }),
    isUnsound: () => unsound,
    identity: () => own,

    open: () =>
      inTurn(async () => {
        if (stage !== 'opening' && stage !== 'broken' && stage !== 'keyring-changed') return
        unsound = options.check().length > 0
        try {
          // SECURITY: keys are not handed to arithmetic that gives wrong results.
          if (unsound) throw new PhoneError('crypto-failed')
          backend = await backendOf(keyring)
          const text = await readPrivately(path)
          if (text === null) stage = 'first-run'
          else await read(text)
        } catch {
          stage = 'broken'
        }
      }),

    create: (passphrase) =>
      inTurn(async () => {
        if (stage !== 'first-run') throw new PhoneError('identity-exists')
        checkTerms(passphrase)
        await keep(rng(SEED_BYTES), passphrase)
      }),

    unlock: (passphrase) =>
      inTurn(async () => {
        if (stage !== 'locked' || !wrapped || !publicKey) throw new PhoneError('not-ready')
        become(await openWithPassphrase(wrapped, passphrase), publicKey)
      }),

    authorize: (passphrase) => inTurn(() => authorize(passphrase)),

    changePassphrase: (present, next) =>
      inTurn(async () => {
        await authorize(present)
        checkTerms(next)
        if (!own) return
        // First: whoever is told that the lock is new has to be able to rely on it.
        await removeCopies(path, base64url(own.publicKey)).catch(notWritten)
        await keep(own.seed, next)
      }),

    replace: (seed, passphrase) =>
      inTurn(async () => {
        if (stage === 'opening' || unsound) throw new PhoneError('not-ready')
        checkTerms(passphrase)
        const pk = base64url(identityFromSeed(seed).publicKey)
        if (passphrase !== null) await removeCopies(path, pk).catch(notWritten)
        if (passphrase === null || (await keyNamedIn(path)) !== pk)
          await keepCopy(path, `replaced-${options.nowMs()}`).catch(notWritten)
        await keep(seed, passphrase)
      }),

    forget: () =>
      inTurn(async () => {
        own?.seed.fill(0)
        own = wrapped = publicKey = null
        recorded = 'none'
        stage = 'opening'
      }),
  }
}
