// Owns dialog. Nobody sits in front of the stand-in, so a question that no test has answered is an error at once rather
// than a made-up answer; tests answer by replacing these functions, as they do with Electron.
import type { Dialog } from 'electron'
import { offered } from '../refusal.ts'

const unanswered = (name: keyof Dialog) => (): never => {
  throw new Error(`electron host: nobody answers dialog.${name}; replace it in the test`)
}

export const dialog = offered<Dialog>('Dialog', {
  showMessageBox: unanswered('showMessageBox'),
  showMessageBoxSync: unanswered('showMessageBoxSync'),
  showOpenDialog: unanswered('showOpenDialog'),
  showOpenDialogSync: unanswered('showOpenDialogSync'),
  showSaveDialog: unanswered('showSaveDialog'),
  showSaveDialogSync: unanswered('showSaveDialogSync'),
  showErrorBox: (title, content) => console.error(`${title}: ${content}`),
})
