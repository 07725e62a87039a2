// Addresses that somebody wrote in a chat: opened by the system's browser, after the person has read where they lead.
import { PhoneError } from '../../contract/errors.ts'
import { externalUrl } from '../desktop/external-url.ts'
import type { Question } from '../desktop/quit.ts'
import { strings } from '../desktop/strings.ts'

export interface ChatLinks {
  /** False when the person did not want to. Codes: `bad-link`, `question-open`. */
  open(text: string): Promise<boolean>
}

export function createChatLinks(parts: {
  /** SECURITY: a question of the system's own look, which no page can answer. */
  readonly confirm: (question: Question) => Promise<boolean>
  readonly openExternal: (url: string) => Promise<void>
}): ChatLinks {
  let asking = false
  return {
    async open(text) {
      const url = externalUrl(text)
      if (url === null) throw new PhoneError('bad-link')
      if (asking) throw new PhoneError('question-open')
      asking = true
      try {
        const { message, confirm } = strings.chat.openLink
        // As it will be opened, host in ASCII: what looks like another host is seen to be none.
        if (!(await parts.confirm({ message, detail: url, confirm }))) return false
        await parts.openExternal(url)
        return true
      } finally {
        asking = false
      }
    },
  }
}
