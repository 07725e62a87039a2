// Writes what a call was like where a person wants it. Knows a text and a dialog; what may be in the text is quality-records'.
import { PhoneError } from '../contract/errors.ts'
import type { FileDialogs } from './desktop/file-dialogs.ts'
import { writePrivately } from './private-file.ts'

/** False when no file was chosen. Code: `export-write-failed`. */
export async function saveQuality(
  text: string,
  dialogs: Pick<FileDialogs, 'reportToWrite'>,
): Promise<boolean> {
  const path = await dialogs.reportToWrite()
  if (path === null) return false
  await writePrivately(path, text).catch((cause: unknown) => {
    throw new PhoneError('export-write-failed', { cause })
  })
  return true
}
