// Who I am: made once, unlocked where there is a passphrase, backed up, restored, renewed and erased.
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
    retry: () => shell['identity.retry']({}),
    changePassphrase: (present: string | null, next: string | null) =>
      shell['identity.passphrase']({ present, next }),
    /** The question is asked by the system. */
    renew: (present: string | null) => shell['identity.renew']({ present }),
    /** The question is asked by the system. Afterwards this page is loaded anew. */
    erase: () => notices.orSay(shell['identity.erase']({})),
    saveBackup: (present: string | null, passphrase: string) => shell['backup.save']({ present, passphrase }),
    chooseBackup: () => shell['backup.choose']({}),
    readBackup: (passphrase: string) => shell['backup.read']({ passphrase }),
    restoreBackup: (passphrase: string | null) => shell['backup.restore']({ passphrase }),
    unlock: (passphrase: string) => shell['identity.unlock']({ passphrase }),
    /** Main asks first, where others would notice. */
    quit: () => notices.orSay(shell['app.quit']({})),
    /** Through main: the page has no permission for the clipboard. True when it is there to paste. */
    copy: async (text: string) => (await notices.orSay(shell['clipboard.write']({ text }))) === null,
  }
})
