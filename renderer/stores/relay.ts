// My own relay: what was typed goes to main and is kept nowhere else; where it is comes back in the view.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Request } from '../../contract/ipc.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useRelay = defineStore('relay', () => {
  const views = useViews()
  const notices = useNotices()
  return {
    own: computed(() => views.slices.relay.own),
    use: (form: Request<'relay.use'>) => shell['relay.use'](form),
    forget: () => notices.orSay(shell['relay.forget']({})),
  }
})
