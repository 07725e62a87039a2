// The server I can be reached through, and the requests that change it.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useServer = defineStore('server', () => {
  const views = useViews()
  const notices = useNotices()

  return {
    view: computed(() => views.slices.server),
    use: (url: string, channelBinding: boolean) => shell['server.use']({ url, channelBinding }),
    host: () => shell['server.host']({}),
    retry: () => notices.orSay(shell['server.retry']({})),
  }
})
