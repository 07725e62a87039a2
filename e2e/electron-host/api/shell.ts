// Owns shell: nothing is opened on this machine; what would have been is said on stderr (and remembered by e2e/probe.cjs).
import type { Shell } from 'electron'
import { offered } from '../refusal.ts'

const say = (what: string, target: string): void => console.error(`electron host: shell.${what} ${target}`)

export const shell = offered<Shell>('Shell', {
  openExternal: async (url) => say('openExternal', url),
  showItemInFolder: (file) => say('showItemInFolder', file),
  async openPath(file) {
    say('openPath', file)
    return ''
  },
  beep: () => say('beep', ''),
})
