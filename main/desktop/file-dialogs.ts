// Which file a person means: the system's own dialogs. SECURITY: a page never names a path.
import { dialog } from 'electron'
import { strings } from './strings.ts'

export interface FileDialogs {
  /** Null when the dialog was closed without an answer. */
  backupToWrite(suggestedName: string): Promise<string | null>
  backupToRead(): Promise<string | null>
  soundToRead(): Promise<string | null>
  /** A file of a chat, under the name that its sender gave it or another one. */
  fileToWrite(suggestedName: string): Promise<string | null>
  chatToWrite(suggestedName: string): Promise<string | null>
  reportToWrite(): Promise<string | null>
}

const filters = [{ name: strings.backup.kind, extensions: ['earshot-backup'] }]

async function pathToWrite(title: string, defaultPath: string): Promise<string | null> {
  const properties = ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'] as const
  const answer = await dialog.showSaveDialog({ title, defaultPath, properties: [...properties] })
  return answer.canceled || !answer.filePath ? null : answer.filePath
}

export const fileDialogs: FileDialogs = {
  fileToWrite: (suggestedName) => pathToWrite(strings.chat.saveFile, suggestedName),
  chatToWrite: (suggestedName) => pathToWrite(strings.chat.keep, `${suggestedName}.txt`),
  async backupToWrite(suggestedName) {
    const answer = await dialog.showSaveDialog({
      title: strings.backup.saveTitle,
      buttonLabel: strings.backup.save,
      defaultPath: `${suggestedName}.earshot-backup`,
      filters,
      properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
    })
    return answer.canceled || !answer.filePath ? null : answer.filePath
  },
  async backupToRead() {
    const answer = await dialog.showOpenDialog({
      title: strings.backup.openTitle,
      filters: [...filters, { name: strings.backup.anyFile, extensions: ['*'] }],
      properties: ['openFile', 'dontAddToRecent'],
    })
    return answer.canceled ? null : (answer.filePaths[0] ?? null)
  },
  async reportToWrite() {
    const answer = await dialog.showSaveDialog({
      title: strings.report.saveTitle,
      defaultPath: `${strings.report.fileName}.json`,
      filters: [{ name: 'JSON', extensions: ['json'] }],
      properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
    })
    return answer.canceled || !answer.filePath ? null : answer.filePath
  },
  async soundToRead() {
    const answer = await dialog.showOpenDialog({
      title: strings.ringtone.openTitle,
      filters: [
        { name: strings.ringtone.kind, extensions: ['wav', 'ogg', 'oga', 'opus', 'mp3', 'flac'] },
        { name: strings.backup.anyFile, extensions: ['*'] },
      ],
      properties: ['openFile', 'dontAddToRecent'],
    })
    return answer.canceled ? null : (answer.filePaths[0] ?? null)
  },
}
