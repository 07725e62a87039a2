// A backup: the identity and what cannot be had again, in one text under a passphrase. Owns the format; knows no files
// and no screens.
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import { Settings } from '../../contract/settings.ts'
import { base64url, fromBase64url, fromUtf8, utf8, type Rng } from '../../sp1/encode.ts'
import { KeptContacts } from './contacts.ts'
import { checkNewPassphrase, openWithPassphrase, sealUnderPassphrase } from './passphrase-box.ts'

/** Some twenty thousand contacts. A file that is larger is not read at all. */
export const MAX_BACKUP_BYTES = 8 * 1024 * 1024
const SEED_BYTES = 32
/** Authenticated with the content: a box of the vault is no backup. */
const PURPOSE = utf8('earshot backup 1')

/** What version it is can be read without the passphrase; nothing else can. */
const Outside = v.looseObject({ earshot: v.literal('backup'), v: v.number() })
const Envelope = v.strictObject({ earshot: v.literal('backup'), v: v.literal(1), box: v.string() })
const Content = v.strictObject({
  madeAtMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** 32 bytes as base64url. */
  seed: v.string(),
  name: Settings.entries.name,
  server: Settings.entries.server,
  contacts: KeptContacts,
  /** What leads from earlier keys to this one, as sp1/succession writes it; absent for a first key. */
  successions: v.optional(v.string()),
})

export interface Backup extends Omit<v.InferOutput<typeof Content>, 'seed'> {
  readonly seed: Uint8Array
}

/** Code: `passphrase-short`. */
export async function sealBackup(backup: Backup, passphrase: string, rng: Rng): Promise<string> {
  checkNewPassphrase(passphrase)
  const content: v.InferOutput<typeof Content> = { ...backup, seed: base64url(backup.seed) }
  const plain = utf8(JSON.stringify(content))
  const box = await sealUnderPassphrase(plain, passphrase, rng, PURPOSE)
  plain.fill(0)
  const envelope: v.InferOutput<typeof Envelope> = { earshot: 'backup', v: 1, box: base64url(box) }
  return JSON.stringify(envelope)
}

/**
 * Whether a text is a backup at all, before anybody is asked for its passphrase.
 * Codes: `backup-unreadable`, `backup-newer`.
 */
export function readBackup(text: string): { open(passphrase: string): Promise<Backup> } {
  const box = boxIn(text)
  return {
    /** Codes: `backup-passphrase`, which a damaged file gives as well; `backup-unreadable`. */
    async open(passphrase) {
      const plain = await openWithPassphrase(box, passphrase, PURPOSE).catch((cause: unknown) => {
        throw new PhoneError('backup-passphrase', { cause })
      })
      try {
        const content = v.parse(Content, JSON.parse(fromUtf8(plain)))
        return { ...content, seed: fromBase64url(content.seed, SEED_BYTES) }
      } catch (cause) {
        throw new PhoneError('backup-unreadable', { cause })
      } finally {
        plain.fill(0)
      }
    },
  }
}

function boxIn(text: string): Uint8Array {
  try {
    const outside = v.parse(Outside, JSON.parse(text))
    if (outside.v > 1) throw new PhoneError('backup-newer')
    return fromBase64url(v.parse(Envelope, outside).box)
  } catch (cause) {
    throw cause instanceof PhoneError ? cause : new PhoneError('backup-unreadable', { cause })
  }
}
