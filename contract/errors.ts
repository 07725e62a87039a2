// Failures of the world that a person may have to act on. Codes only: the sentences live in renderer/locales.
import * as v from 'valibot'

export const errorCodes = [
  // what the page or a file asked for
  'bad-request',
  'forbidden',
  'not-ready',
  'question-open',
  'internal',
  // identity and vault
  'identity-exists',
  'passphrase-required',
  'passphrase-short',
  'passphrase-wrong',
  'vault-unreadable',
  'vault-write-failed',
  'keyring-changed',
  'crypto-failed',
  'backup-unreadable',
  'backup-newer',
  'backup-passphrase',
  'backup-write-failed',
  'export-write-failed',
  'erase-failed',
  // contacts
  'bad-address',
  'own-address',
  'bad-link',
  'already-contact',
  'unknown-contact',
  'name-invalid',
  // verifying
  'sas-exhausted',
  'verify-refused',
  'code-none',
  'code-own',
  'code-other-person',
  'code-other-address',
  // microphone, camera, speaker
  'mic-denied',
  'mic-missing',
  'mic-busy',
  'camera-denied',
  'camera-missing',
  'camera-busy',
  // own ringtones
  'ringtone-unreadable',
  'ringtone-too-large',
  'ringtone-kind',
  'ringtone-too-many',
  'ringtone-write-failed',
  // server
  'server-url-invalid',
  'server-insecure',
  'server-unreachable',
  'server-origin',
  'server-refused',
  'server-replaced',
  'server-binding',
  'server-wants-binding',
  'port-in-use',
  'server-failed',
  // my own relay
  'relay-url-invalid',
  'relay-login-missing',
  'relay-failed',
  // calls
  'call-in-progress',
  'no-call',
  // chat
  'chat-too-fast',
  'chat-full',
  'file-write-failed',
  'link-failed',
  'frames-failed',
] as const
export type ErrorCode = (typeof errorCodes)[number]
export const ErrorCode = v.picklist(errorCodes)

/** A failure of the world: thrown inside a process, turned into an event or a Result at its door. */
export class PhoneError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.name = 'PhoneError'
    this.code = code
  }
}

/** What every request answers. IPC never rejects: Electron keeps only the message of a rejection. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ErrorCode }

export const done = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (code: ErrorCode): Result<never> => ({ ok: false, code })

/** Closes a switch over one of our own unions; reaching it is a bug, never a peer's doing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`)
}
