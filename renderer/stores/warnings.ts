// What main wants a person to have read: calls that were stopped, and codes that are being tried.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { CallWarning } from '../../contract/call-view.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useWarnings = defineStore('warnings', () => {
  const views = useViews()
  const notices = useNotices()
  /** The one whose end is on the screen is told there. */
  const unread = computed(() => {
    const { call } = views.slices
    const stopped = call.phase === 'ended' && (call.reason === 'altered' || call.reason === 'sas-mismatch')
    const isTold = ({ callId, address }: CallWarning) =>
      stopped && callId === call.callId && address === call.peer.address
    return views.slices.warnings.calls.filter((warning) => !isTold(warning))
  })

  return {
    unread,
    codesTried: computed(() => views.slices.warnings.codesTried),
    dismiss: ({ callId, address }: CallWarning) =>
      notices.orSay(shell['warnings.dismiss']({ callId, address })),
  }
})
