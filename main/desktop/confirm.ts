// A question of the system's own look, for moments in which no page can ask.
import { dialog } from 'electron'
import type { Question } from './quit.ts'
import { strings } from './strings.ts'

/** True for yes. Closing the dialog, and Enter, mean no. */
export async function confirmInDialog(question: Question): Promise<boolean> {
  const { confirm = strings.quit.confirm, ...words } = question
  const buttons = [confirm, strings.quit.cancel]
  const answer = await dialog.showMessageBox({
    type: 'question',
    ...words,
    buttons,
    defaultId: 1,
    cancelId: 1,
  })
  return answer.response === 0
}
