// The system's keyring: which one is offered, what it is called, and how to ask for it again. Keeps no secret itself.
import type { SafeStorage } from 'electron'
import { keyringNames, type KeyringName } from '../../contract/ipc.ts'

/** Its synchronous half is deprecated in Electron 45 and gone in 46. */
export type Keyring = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

/** The name that is written beside what a keyring has sealed; `none` without one. */
export async function backendOf(keyring: Keyring): Promise<string> {
  if (!(await keyring.isAsyncEncryptionAvailable().catch(() => false))) return 'none'
  if (process.platform !== 'linux') return process.platform === 'darwin' ? 'keychain' : 'dpapi'
  // SECURITY: `basic_text` is encryption under a password printed in Chromium's source: it counts as no keyring.
  const backend = keyring.getSelectedStorageBackend()
  return backend === 'basic_text' || backend === 'unknown' ? 'none' : backend
}

/** A recorded name as it may be shown: the file it comes from may have been written by anybody. */
export function keyringName(backend: string): KeyringName | null {
  if (backend === 'none') return null
  return keyringNames.find((name) => name === backend) ?? 'other'
}

/** The value of Chromium's `--password-store` that asks for this keyring; null where there is no choice. */
export function passwordStoreOf(name: KeyringName | null): string | null {
  if (name === 'gnome_libsecret') return 'gnome-libsecret'
  return name === 'kwallet' || name === 'kwallet5' || name === 'kwallet6' ? name : null
}
