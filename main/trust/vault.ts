// The identity at rest: the only file that reads and writes the private key. The seed leaves it for the modules
// of main that sign and seal, and never goes further.
import { createCipheriv, createDecipheriv, scrypt, type ScryptOptions } from 'node:crypto'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, concat, equal, fromBase64url, type Rng } from '../../sp1/encode.ts'
import { identityFromSeed, type Identity } from '../../sp1/identity.ts'
import { readPrivately, writePrivately } from '../private-file.ts'

/**
 * `first-run`: no identity yet. `locked`: it wants its passphrase. `broken`: there is one and it cannot be read;
 * nothing here ever writes over it.
 */
export type VaultStage = 'first-run' | 'locked' | 'ready' | 'broken'

/** The system's keyring. Its synchronous half is deprecated in Electron 45 and gone in 46. */
export type Keyring = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

export interface OwnIdentity extends Identity {
  readonly address: Address
}

export interface Vault {
  stage(): VaultStage
  /** Without a keyring of the system an identity is kept under a passphrase or not at all. */
  passphraseNeeded(): boolean
  /** Null in every stage but `ready`. */
  identity(): OwnIdentity | null
  /** Reads the file, if there is one. Called once at start. */
  open(): Promise<void>
  /** Codes: `identity-exists`, `passphrase-required`, `passphrase-short`, `vault-write-failed`. */
  create(passphrase: string | null): Promise<void>
  /** Codes: `passphrase-wrong`; `not-ready` in every stage but `locked`. */
  unlock(passphrase: string): Promise<void>
}

const SEED_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const MIN_PASSPHRASE_LENGTH = 8
/** SP1 section 2. 128 MiB and about half a second for every guess. */
const SCRYPT: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

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

export function createVault(options: { folder: string; keyring: Keyring; rng: Rng }): Vault {
  const { keyring, rng } = options
  const path = join(options.folder, 'identity.json')
  let stage: VaultStage = 'first-run'
  let backend = 'none'
  let own: OwnIdentity | null = null
  /** What waits for its passphrase while the stage is `locked`. */
  let wrapped: Uint8Array | null = null
  let publicKey: Uint8Array | null = null
  let creating = false

  /** SECURITY: a seed that does not give the recorded key would silently make me somebody else. */
  const become = (seed: Uint8Array, expected: Uint8Array | null) => {
    const identity = identityFromSeed(seed)
    if (expected && !equal(identity.publicKey, expected)) throw new PhoneError('vault-unreadable')
    own = { ...identity, address: v.parse(Address, addressOf(identity.publicKey)) }
    stage = 'ready'
  }

  const write = async (pk: Uint8Array, wrap: File['wrap'], secret: string) => {
    const box = backend === 'none' ? secret : (await keyring.encryptStringAsync(secret)).toString('base64')
    const file: File = { v: 1, pk: base64url(pk), wrap, backend, box }
    await writePrivately(path, JSON.stringify(file))
  }

  /** The content of the box without the keyring's layer, and whether the keyring wants to seal it anew. */
  const unbox = async (file: File): Promise<{ secret: string; stale: boolean }> => {
    if (file.backend === 'none') return { secret: file.box, stale: false }
    const sealed = Buffer.from(file.box, 'base64')
    const opened = await keyring.decryptStringAsync(sealed)
    if (!opened.shouldReEncrypt) return { secret: opened.result, stale: false }
    return { secret: (await keyring.decryptStringAsync(sealed)).result, stale: true }
  }

  const read = async (text: string) => {
    const file = v.parse(File, JSON.parse(text))
    // SECURITY: this app never writes a bare seed, so that whoever put it there knows it, and I would become them.
    if (file.wrap === 'none' && file.backend === 'none') throw new PhoneError('vault-unreadable')
    const pk = fromBase64url(file.pk, 32)
    const { secret, stale } = await unbox(file)
    if (file.wrap === 'none') become(fromBase64url(secret, SEED_BYTES), pk)
    else {
      wrapped = fromBase64url(secret, SALT_BYTES + NONCE_BYTES + SEED_BYTES + TAG_BYTES)
      publicKey = pk
      stage = 'locked'
    }
    // Best effort: the old sealing is still good, and the next start tries again.
    if (stale && backend !== 'none') await write(pk, file.wrap, secret).catch(() => undefined)
  }

  return {
    stage: () => stage,
    passphraseNeeded: () => backend === 'none',
    identity: () => own,

    async open() {
      backend = await backendOf(keyring)
      try {
        const text = await readPrivately(path)
        if (text !== null) await read(text)
      } catch {
        stage = 'broken'
      }
    },

    async create(passphrase) {
      // Deriving a key takes its time: without the flag a double click would make two and keep the later one.
      if (stage !== 'first-run' || creating) throw new PhoneError('identity-exists')
      // SECURITY: never a key in the clear, and never one under the password that everybody's Chromium shares.
      if (passphrase === null && backend === 'none') throw new PhoneError('passphrase-required')
      if (passphrase !== null && [...passphrase].length < MIN_PASSPHRASE_LENGTH) {
        throw new PhoneError('passphrase-short')
      }
      const seed = rng(SEED_BYTES)
      const { publicKey: pk } = identityFromSeed(seed)
      creating = true
      try {
        if (passphrase === null) await write(pk, 'none', base64url(seed))
        else await write(pk, 'passphrase', base64url(await wrap(seed, passphrase, rng)))
      } catch (cause) {
        throw new PhoneError('vault-write-failed', { cause })
      } finally {
        creating = false
      }
      become(seed, pk)
    },

    async unlock(passphrase) {
      if (stage !== 'locked' || !wrapped) throw new PhoneError('not-ready')
      const seed = await unwrap(wrapped, passphrase)
      become(seed, publicKey)
      wrapped = null
    },
  }
}

/** SECURITY: `basic_text` is encryption under a password printed in Chromium's source: it counts as no keyring. */
async function backendOf(keyring: Keyring): Promise<string> {
  if (!(await keyring.isAsyncEncryptionAvailable().catch(() => false))) return 'none'
  if (process.platform !== 'linux') return process.platform === 'darwin' ? 'keychain' : 'dpapi'
  const backend = keyring.getSelectedStorageBackend()
  return backend === 'basic_text' || backend === 'unknown' ? 'none' : backend
}

/** salt || nonce || AES-256-GCM(seed) under scrypt of the passphrase. */
async function wrap(seed: Uint8Array, passphrase: string, rng: Rng): Promise<Uint8Array> {
  const salt = rng(SALT_BYTES)
  const nonce = rng(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', await stretch(passphrase, salt), nonce)
  return concat(salt, nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag())
}

async function unwrap(wrapped: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const salt = wrapped.slice(0, SALT_BYTES)
  const nonce = wrapped.slice(SALT_BYTES, SALT_BYTES + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', await stretch(passphrase, salt), nonce)
  decipher.setAuthTag(wrapped.slice(-TAG_BYTES))
  const seed = decipher.update(wrapped.slice(SALT_BYTES + NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final()
  } catch (cause) {
    throw new PhoneError('passphrase-wrong', { cause })
  }
  return new Uint8Array(seed)
}

/** Keyboards write the same letter in different ways; NFKC makes them one passphrase. */
function stretch(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, SCRYPT, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
