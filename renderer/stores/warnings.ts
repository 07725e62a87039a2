// What main wants a person to have read: calls that were stopped, and codes that are being tried.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { CallId } from '../../contract/ids.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useWarnings = defineStore('warnings', () => {
  const views = useViews()
  const notices = useNotices()
  /** The one whose end is on the screen is told there. */
  const unread = computed(() => {
    const { call } = views.slices
    const told = call.phase === 'ended' ? call.callId : null
    return views.slices.warnings.calls.filter(({ callId }) => callId !== told)
  })

  return {
    unread,
    codesTried: computed(() => views.slices.warnings.codesTried),
    dismiss: (callId: CallId) => notices.orSay(shell['warnings.dismiss']({ callId })),
  }
})
