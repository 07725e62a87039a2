// A backup as a file that a person chose in the system's dialog: how it is read, and under which name it is written. Knows
// nothing of what is in it.
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { PhoneError } from '../contract/errors.ts'
import { readPrivately } from './private-file.ts'
import { MAX_BACKUP_BYTES } from './trust/backup.ts'

/** Code: `backup-unreadable`, also for a folder and for what is too large to be a backup. */
export async function textOf(path: string): Promise<string> {
  try {
    const found = await stat(path)
    if (found.isFile() && found.size <= MAX_BACKUP_BYTES) return (await readPrivately(path)) ?? ''
  } catch (cause) {
    throw new PhoneError('backup-unreadable', { cause })
  }
  throw new PhoneError('backup-unreadable')
}

/** Not every system's dialog adds it. A file that would be written over unasked keeps the name as it was typed. */
export async function withExtension(path: string): Promise<string> {
  const longer = `${path}.earshot-backup`
  if (extname(path) !== '') return path
  return (await readPrivately(longer).catch(() => '')) === null ? longer : path
}
