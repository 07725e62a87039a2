// What a person keeps of a chat: a file that arrived, or what was said, under a name that only they choose, in the
// system's dialog. Nothing is opened, and what was not written to its end is not kept.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { PhoneError } from '../../contract/errors.ts'
import type { ChatLine, ChatView } from '../../contract/chat.ts'
import type { CallId } from '../../contract/ids.ts'
import { strings } from '../desktop/strings.ts'
import { writePrivately } from '../private-file.ts'
import type { Chat } from './chat.ts'

export interface ChatKeeping {
  /**
   * Asks where to. Null when the person did not want to after all; else what `write` and `saved` name it by. Codes:
   * `no-call`, `question-open`, `file-write-failed`.
   */
  save(callId: CallId, id: string): Promise<number | null>
  /** The next piece. Codes: `not-ready` for an unknown name or more than was announced, `file-write-failed`. */
  write(saving: number, bytes: Uint8Array): Promise<void>
  /** That was all of it: the file has its name from now on. `whole: false`: it is given up. */
  saved(saving: number, whole: boolean): Promise<void>
  /** Writes what was said into a text file. False when the person did not want to. */
  keep(callId: CallId): Promise<boolean>
  /** The page that brought the bytes is gone. */
  pageGone(): void
}

interface Saving {
  readonly path: string
  readonly temporary: string
  readonly file: FileHandle
  left: number
}

export function createChatKeeping(parts: {
  readonly chat: () => Pick<Chat, 'view' | 'arrived'> | null
  readonly dialogs: {
    /** Null when the dialog was closed without an answer. */
    fileToWrite(suggestedName: string): Promise<string | null>
    chatToWrite(suggestedName: string): Promise<string | null>
  }
  /** Who the call is, or was, with. */
  readonly peerName: () => string
  readonly nowMs: () => number
}): ChatKeeping {
  const savings = new Map<number, Saving>()
  let last = 0
  let asking = false

  async function ask(question: () => Promise<string | null>): Promise<string | null> {
    if (asking) throw new PhoneError('question-open')
    asking = true
    try {
      return await question()
    } finally {
      asking = false
    }
  }

  async function giveUp(number: number): Promise<void> {
    const saving = savings.get(number)
    savings.delete(number)
    await saving?.file.close().catch(() => undefined)
    if (saving) await rm(saving.temporary, { force: true }).catch(() => undefined)
  }

  const chat = () => {
    const now = parts.chat()
    if (!now) throw new PhoneError('no-call')
    return now
  }

  return {
    async save(callId, id) {
      const { name, size } = chat().arrived(callId, id)
      const path = await ask(() => parts.dialogs.fileToWrite(name))
      if (path === null) return null
      last += 1
      const number = last
      const temporary = `${path}.${number}.part`
      try {
        // It may be anybody's file: never over one that is there, and private from the start.
        const file = await open(temporary, 'wx', 0o600)
        savings.set(number, { path, temporary, file, left: size })
      } catch (cause) {
        throw new PhoneError('file-write-failed', { cause })
      }
      return number
    },
    async write(number, bytes) {
      const saving = savings.get(number)
      if (!saving || bytes.length > saving.left) throw new PhoneError('not-ready')
      saving.left -= bytes.length
      try {
        await saving.file.writeFile(bytes)
      } catch (cause) {
        await giveUp(number)
        throw new PhoneError('file-write-failed', { cause })
      }
    },
    async saved(number, whole) {
      const saving = savings.get(number)
      if (!saving) throw new PhoneError('not-ready')
      if (!whole || saving.left > 0) return giveUp(number)
      savings.delete(number)
      try {
        await saving.file.sync()
        await saving.file.close()
        await rename(saving.temporary, saving.path)
      } catch (cause) {
        await rm(saving.temporary, { force: true }).catch(() => undefined)
        throw new PhoneError('file-write-failed', { cause })
      }
    },
    async keep(callId) {
      const view = chat().view()
      if (view?.callId !== callId) throw new PhoneError('no-call')
      const text = transcriptOf(view, parts.peerName())
      const day = dayOf(parts.nowMs())
      const path = await ask(() => parts.dialogs.chatToWrite(strings.chat.fileName(day)))
      if (path === null) return false
      await writePrivately(path, text).catch((cause: unknown) => {
        throw new PhoneError('file-write-failed', { cause })
      })
      return true
    },
    pageGone() {
      for (const number of savings.keys()) void giveUp(number)
    },
  }
}

const two = (n: number): string => String(n).padStart(2, '0')
function dayOf(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** `[14:05] Ada: …`, one line each; the next lines of a text are indented, so that none passes for somebody's. */
export function transcriptOf({ lines }: Pick<ChatView, 'lines'>, peer: string): string {
  const [first] = lines
  const head = first ? [`${dayOf(first.atMs)}, ${peer}`, ''] : []
  return `${[...head, ...lines.flatMap((line) => transcribed(line, peer))].join('\n')}\n`
}

function transcribed(line: ChatLine, peer: string): string[] {
  if (line.kind === 'dropped') return []
  const at = new Date(line.atMs)
  const who = line.from === 'me' ? strings.chat.me : peer
  const what = line.kind === 'text' ? line.text.replaceAll('\n', '\n    ') : strings.chat.file(line.file.name)
  return [`[${two(at.getHours())}:${two(at.getMinutes())}] ${who}: ${what}`]
}
