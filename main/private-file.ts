// Small files that only this user may read, replaced whole or not at all. Knows nothing of what is in them.
import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Text of the file, or null when there is none. Other failures are thrown as they come. */
export async function readPrivately(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

/**
 * Replaces the file: after a power cut it holds the old text or the new one, never half of either. Mode 0600;
 * the temporary file has it from the start, so there is no moment in which others can read it.
 */
export async function writePrivately(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text, 'utf8')
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  await syncFolder(dirname(path))
}

/** Moves a file that cannot be used out of the way. It stays beside the new one for whoever wants to rescue it. */
export async function setAside(path: string, nowMs: number): Promise<void> {
  await rename(path, `${path}.broken-${nowMs}`)
}

/** The rename itself has to reach the disk; Windows cannot open a folder and does this on its own. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
