// What a person does with the identity as a whole: make it, lock it, back it up, restore, renew and erase it. Says
// who must agree to what, and that one thing is done at a time; how it is done is the vault's, the backup's and the files'
// matter.
import { basename } from 'node:path'
import * as v from 'valibot'
import { PhoneError } from '../contract/errors.ts'
import { Address } from '../contract/ids.ts'
import type { BackupSummary } from '../contract/ipc.ts'
import type { Settings } from '../contract/settings.ts'
import { addressOf } from '../sp1/address.ts'
import type { Rng } from '../sp1/encode.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { writeSuccessions } from '../sp1/succession.ts'
import { textOf, withExtension } from './backup-file.ts'
import { isActive } from './desktop/desktop.ts'
import type { FileDialogs } from './desktop/file-dialogs.ts'
import type { Question } from './desktop/quit.ts'
import { strings } from './desktop/strings.ts'
import { identityFiles, replaceIdentity } from './identity-files.ts'
import { takeNewIdentity } from './new-identity.ts'
import type { Phone } from './phone.ts'
import { removeOwnFiles, writePrivately } from './private-file.ts'
import { readBackup, sealBackup, type Backup } from './trust/backup.ts'
import { mergeContacts } from './trust/contacts.ts'
import { checkNewPassphrase } from './trust/passphrase-box.ts'
import type { Vault } from './trust/vault.ts'

/** Everything here is refused as `question-open` while another thing is done or a person is asked about it. */
export interface Safekeeping {
  /** Codes: those of `vault.create`, and `vault-unreadable`. */
  create(name: string, passphrase: string | null): Promise<void>
  /** Codes: those of `vault.unlock`, and `vault-unreadable`. */
  unlock(passphrase: string): Promise<void>
  /** Looks at the identity file again. Codes: `keyring-changed`, `vault-unreadable`, `crypto-failed`. */
  retry(): Promise<void>
  /**
   * Closes what the passphrase opens until it is typed again. False when the person stays in the call that runs. Code:
   * `not-ready` without a passphrase, or while the identity is not open.
   */
  lockNow(): Promise<boolean>
  /** Codes: those of `vault.changePassphrase`. */
  changePassphrase(present: string | null, next: string | null): Promise<void>
  /** False when no file was chosen. Codes: those of `vault.authorize`, `passphrase-short`, `backup-write-failed`. */
  saveBackup(present: string | null, passphrase: string): Promise<boolean>
  /** The name of the file, or null when none was chosen. Codes: `not-ready`, `backup-unreadable`, `backup-newer`. */
  chooseBackup(): Promise<string | null>
  /** Codes: `not-ready`, `backup-passphrase`, `backup-unreadable`. */
  readBackup(passphrase: string): Promise<BackupSummary>
  /** False when the person does not want to replace what is there. Codes: `not-ready`, and those of `vault.replace`. */
  restoreBackup(passphrase: string | null): Promise<boolean>
  /**
   * A new key and address, and everything else as it was. False when the person does not want to.
   * Codes: those of `vault.authorize` and `takeNewIdentity`.
   */
  renew(present: string | null): Promise<boolean>
  /** False when the person does not want to. Code: `erase-failed`. */
  erase(): Promise<boolean>
}

export function createSafekeeping(parts: {
  readonly folder: string
  readonly vault: Vault
  readonly settings: { get(): Settings; change(part: Partial<Settings>): void; reset(): void }
  readonly phone: () => Phone | null
  readonly openPhone: () => Promise<void>
  /** Ends the call and logs out; there is no phone afterwards. */
  readonly closePhone: () => Promise<void>
  /** What the page still knows goes, and it begins anew. */
  readonly onLocked: () => void
  /** Everything that the windows and the session still know goes, and they begin anew. */
  readonly onErased: () => Promise<void>
  readonly dialogs: Pick<FileDialogs, 'backupToWrite' | 'backupToRead'>
  readonly confirm: (question: Question) => Promise<boolean>
  readonly rng: Rng
  readonly nowMs: () => number
}): Safekeeping {
  const { vault, settings, dialogs, rng, nowMs } = parts
  const place = { folder: parts.folder, rng, nowMs }
  /** What was chosen to be restored, so far. It never goes to the page. */
  let chosen: ReturnType<typeof readBackup> | null = null
  let opened: Backup | null = null
  let busy = false

  /**
   * A page may ask as often as it likes; a person sees one dialog at a time. SECURITY: and nothing here happens beside
   * something else: two identities on their way at once would leave the files of one under the key of the other.
   */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy) throw new PhoneError('question-open')
    busy = true
    try {
      return await work()
    } finally {
      busy = false
    }
  }

  /** SECURITY: an identity that is in use is not replaced: it would be gone for whoever sits in a call. */
  const mayRestore = () => {
    if (vault.stage() === 'opening' || parts.phone() || vault.isUnsound()) throw new PhoneError('not-ready')
  }

  const forgetChosen = () => {
    opened?.seed.fill(0)
    chosen = opened = null
  }

  /** Contacts that this computer still has for the same identity are newer than those in the backup. */
  const contactsFor = async (backup: Backup) => {
    const here = await identityFiles(place, backup.seed)
      .contacts.peek()
      .catch(() => null)
    return mergeContacts(here ?? { contacts: [], facts: [], blocked: [] }, backup.contacts)
  }

  return {
    create: (name, passphrase) =>
      alone(async () => {
        await vault.create(passphrase)
        settings.change({ name })
        await parts.openPhone()
      }),

    unlock: (passphrase) =>
      alone(async () => {
        await vault.unlock(passphrase)
        await parts.openPhone()
      }),

    lockNow: () =>
      alone(async () => {
        const phone = parts.phone()
        if (!phone || !vault.lock().passphrase) throw new PhoneError('not-ready')
        if (isActive(phone.calls.view()) && !(await parts.confirm(strings.lock))) return false
        await parts.closePhone()
        // SECURITY: the seed is erased, and what is on the disk wants its passphrase.
        await vault.forget()
        await vault.open()
        parts.onLocked()
        return true
      }),

    // SECURITY: while the identity changes its old phone is not opened: it would write over the files of the new one.
    retry: () =>
      alone(async () => {
        await vault.open()
        await parts.openPhone()
        if (vault.isUnsound()) throw new PhoneError('crypto-failed')
        if (vault.stage() === 'keyring-changed') throw new PhoneError('keyring-changed')
        if (vault.stage() === 'broken') throw new PhoneError('vault-unreadable')
      }),

    // What was typed for something else is the passphrase until that is done.
    changePassphrase: (present, next) => alone(() => vault.changePassphrase(present, next)),

    async saveBackup(present, passphrase) {
      // SECURITY: whoever finds the app open must not walk away with the key.
      await vault.authorize(present)
      checkNewPassphrase(passphrase)
      const path = await alone(() => dialogs.backupToWrite(strings.backup.fileName(dateOf(nowMs()))))
      const identity = vault.identity()
      const phone = parts.phone()
      if (path === null) return false
      if (!identity || !phone) throw new PhoneError('not-ready')
      const { name, server } = settings.get()
      const backup = {
        madeAtMs: nowMs(),
        seed: identity.seed,
        name,
        server,
        contacts: phone.contacts.kept(),
        ...(phone.successions.length > 0 && { successions: writeSuccessions(phone.successions) }),
      }
      const text = await sealBackup(backup, passphrase, rng)
      await writePrivately(await withExtension(path), text).catch((cause: unknown) => {
        throw new PhoneError('backup-write-failed', { cause })
      })
      return true
    },

    chooseBackup: () =>
      alone(async () => {
        mayRestore()
        const path = await dialogs.backupToRead()
        if (path === null) return null
        forgetChosen()
        chosen = readBackup(await textOf(path))
        return basename(path)
      }),

    readBackup: (passphrase) =>
      alone(async () => {
        mayRestore()
        if (!chosen) throw new PhoneError('not-ready')
        const read = await chosen.open(passphrase)
        opened?.seed.fill(0)
        opened = read
        const { seed, name, contacts, madeAtMs } = opened
        const address = v.parse(Address, addressOf(identityFromSeed(seed).publicKey))
        return { address, name, contacts: contacts.contacts.length, madeAtMs }
      }),

    restoreBackup: (passphrase) =>
      alone(async () => {
        mayRestore()
        const backup = opened
        if (!backup) throw new PhoneError('not-ready')
        if (vault.stage() !== 'first-run' && !(await parts.confirm(strings.restore))) return false
        // The question may have stood there for long.
        mayRestore()
        const { successions, name, server } = backup
        const kept = {
          contacts: await contactsFor(backup),
          // With the identity in one step: whoever opens its phone keeps them.
          restored: { name, server },
          ...(successions !== undefined && { successions }),
        }
        // The vault keeps this copy; the other one is erased with what was chosen.
        const seed = Uint8Array.from(backup.seed)
        await replaceIdentity({ ...place, vault, seed, passphrase, kept })
        forgetChosen()
        await parts.openPhone()
        return true
      }),

    renew: (present) =>
      alone(async () => {
        // SECURITY: whoever finds the app open must not send everybody to another address, and neither can a page alone.
        await vault.authorize(present)
        if (!(await parts.confirm(strings.renew))) return false
        await takeNewIdentity({ ...parts, passphrase: vault.lock().passphrase ? present : null })
        return true
      }),

    erase: () =>
      alone(async () => {
        // SECURITY: the question is the system's, so that a page alone can never do it.
        if (!(await parts.confirm(strings.erase))) return false
        await parts.closePhone()
        forgetChosen()
        try {
          await removeOwnFiles(parts.folder)
        } catch (cause) {
          throw new PhoneError('erase-failed', { cause })
        } finally {
          await vault.forget()
          settings.reset()
          await vault.open()
          await parts.onErased()
        }
        return true
      }),
  }
}

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
