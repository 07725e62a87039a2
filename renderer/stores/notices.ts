// Short messages that belong to no form: a command that main refused, a file that was set aside.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ErrorCode, Result } from '../../contract/errors.ts'
import type { TextKey } from '../locales/texts.ts'

export interface Notice {
  readonly id: number
  readonly text: TextKey
}

export const useNotices = defineStore('notices', () => {
  const list = ref<Notice[]>([])
  let lastId = 0

  function say(text: TextKey): void {
    list.value = [...list.value.filter((notice) => notice.text !== text), { id: ++lastId, text }]
  }
  function dismiss(id: number): void {
    list.value = list.value.filter((notice) => notice.id !== id)
  }
  /** For a request whose refusal has no place of its own on the screen. */
  async function orSay<T>(answer: Promise<Result<T>>): Promise<ErrorCode | null> {
    const result = await answer
    if (result.ok) return null
    say(`errors.${result.code}`)
    return result.code
  }

  return { list, say, dismiss, orSay }
})
