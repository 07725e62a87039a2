// What stays beside the identity file when it is replaced, or when a power cut leaves half a step behind. Knows of such a
// copy whose key is in it, and nothing of what is sealed.
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readPrivately } from '../private-file.ts'

/** The public key that an identity file names, as it stands there; null for what is none. */
export async function keyNamedIn(path: string): Promise<string | null> {
  try {
    const file: unknown = JSON.parse((await readPrivately(path)) ?? '')
    const pk = typeof file === 'object' && file !== null && 'pk' in file ? file.pk : null
    return typeof pk === 'string' ? pk : null
  } catch {
    return null
  }
}

/**
 * Removes every copy beside `path` that names this key, and leaves what belongs to others or cannot be read.
 * SECURITY: the same key under an older lock is as good as the key without the new one.
 */
export async function removeCopies(path: string, publicKey: string): Promise<void> {
  const beside = (await readdir(dirname(path))).filter((name) => name.startsWith(`${basename(path)}.`))
  for (const name of beside) {
    const copy = join(dirname(path), name)
    if ((await keyNamedIn(copy)) === publicKey) await rm(copy, { force: true })
  }
}
