// A keyring for tests, as Electron offers it. Its key is its name, so that two of them cannot read each other.
import type { Keyring } from './trust/keyring.ts'

export function keyringOf(
  backend: ReturnType<Keyring['getSelectedStorageBackend']>,
  options: { rotated?: boolean } = {},
) {
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
      return Promise.resolve({ result, shouldReEncrypt: options.rotated ?? false })
    },
  }
  return { keyring, counts }
}

/** A system that has none. */
export const noKeyring: Keyring = {
  ...keyringOf('kwallet').keyring,
  isAsyncEncryptionAvailable: () => Promise.resolve(false),
}
