// Owns safeStorage's asynchronous interface. `--password-store=basic` gives `basic_text` with Chromium's well-known
// password; otherwise a random key in userData plays the keyring, so that an app's both paths can be tested.
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SafeStorage } from 'electron'
import { offered } from '../refusal.ts'
import { app, appIsReady } from './app.ts'
import { commandLine } from './command-line.ts'

interface Key {
  prefix: string
  bytes: Buffer
}

const PREFIX_BYTES = 3
const NONCE_BYTES = 12
const TAG_BYTES = 16

let key: Key | null = null

const isBasic = (): boolean => commandLine.getSwitchValue('password-store') === 'basic'

function loadKey(): Key {
  if (!appIsReady()) throw new Error('safeStorage cannot be used before app is ready')
  key ??= isBasic()
    ? { prefix: 'v10', bytes: pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1') }
    : { prefix: 'v11', bytes: keyring() }
  return key
}

function keyring(): Buffer {
  const file = path.join(app.getPath('userData'), 'HostKeyring')
  try {
    writeFileSync(file, randomBytes(16), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file)
}

export const safeStorage = offered<SafeStorage>('SafeStorage', {
  getSelectedStorageBackend() {
    if (!appIsReady()) return 'unknown'
    return isBasic() ? 'basic_text' : 'gnome_libsecret'
  },
  async isAsyncEncryptionAvailable() {
    loadKey()
    return true
  },
  async encryptStringAsync(plainText) {
    const { prefix, bytes } = loadKey()
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-128-gcm', bytes, nonce)
    const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return Buffer.concat([Buffer.from(prefix), nonce, sealed])
  },
  async decryptStringAsync(encrypted) {
    const { prefix, bytes } = loadKey()
    const box = Buffer.from(encrypted)
    const sealed = box.subarray(PREFIX_BYTES + NONCE_BYTES)
    if (box.toString('latin1', 0, PREFIX_BYTES) !== prefix || sealed.length < TAG_BYTES)
      throw undecipherable()
    const nonce = box.subarray(PREFIX_BYTES, PREFIX_BYTES + NONCE_BYTES)
    const decipher = createDecipheriv('aes-128-gcm', bytes, nonce)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
      return { shouldReEncrypt: false, result: plain.toString('utf8') }
    } catch {
      throw undecipherable()
    }
  },
})

const undecipherable = (): Error => new Error('Error while decrypting the ciphertext provided to safeStorage')
