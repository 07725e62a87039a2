// Small files that only this user may read, replaced whole or not at all. Knows nothing of what is in them.
import { randomBytes } from 'node:crypto'
import { open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

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
 * Replaces the file: after a power cut it holds the old content or the new one, never half of either. Mode 0600;
 * the temporary file has it from the start, so there is no moment in which others can read it.
 */
export async function writePrivately(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content, 'utf8')
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

/** Keeps what the file holds now beside it, as `<file>.<suffix>`. Does nothing when there is no file. */
export async function keepCopy(path: string, suffix: string): Promise<void> {
  const text = await readPrivately(path)
  if (text !== null) await writePrivately(`${path}.${suffix}`, text)
}

/** Every file of this app is `<words>.json`, or that with something after it: being written, set aside, replaced. */
const OWN_FILE = /^[a-z-]+\.json(\..+)?$/

/** The one folder of this app's own beside its files. */
export const ringtonesFolder = 'ringtones'

/**
 * Removes all files that this app has written in the folder, whichever version wrote them. What Chromium keeps there has
 * other names. Rejects with the first failure when all has been tried.
 */
export async function removeOwnFiles(folder: string): Promise<void> {
  const found = await readdir(folder, { withFileTypes: true })
  const names = found.filter((entry) => !entry.isDirectory() && OWN_FILE.test(entry.name))
  const removed = await Promise.allSettled([
    ...names.map(({ name }) => rm(join(folder, name), { force: true })),
    rm(join(folder, ringtonesFolder), { recursive: true, force: true }),
  ])
  await syncFolder(folder)
  const failure = removed.find((each) => each.status === 'rejected')
  if (failure) throw failure.reason
}

/** The rename itself has to reach the disk; Windows cannot open a folder and does this on its own. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (cause) {
    // A stick or a network drive may know no such thing; the file itself is there all the same.
    if (!CANNOT_SYNC.has((cause as NodeJS.ErrnoException).code ?? '')) throw cause
  } finally {
    await folder.close()
  }
}

const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'])
