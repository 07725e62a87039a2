// Who I am: made once, unlocked at each start where there is no keyring.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useIdentity = defineStore('identity', () => {
  const views = useViews()
  const notices = useNotices()

  return {
    app: computed(() => views.slices.app),
    identity: computed(() => views.slices.identity),
    create: (name: string, passphrase: string | null) => shell['identity.create']({ name, passphrase }),
    unlock: (passphrase: string) => shell['identity.unlock']({ passphrase }),
    /** Through main: the page has no permission for the clipboard. True when it is there to paste. */
    copy: async (text: string) => (await notices.orSay(shell['clipboard.write']({ text }))) === null,
  }
})
