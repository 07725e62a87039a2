// Owns clipboard: text in memory, apart from the machine's own clipboard.
import type { Clipboard } from 'electron'
import { offered } from '../refusal.ts'

let text = ''

export const clipboard = offered<Clipboard>('Clipboard', {
  readText: async () => text,
  async writeText(written) {
    text = written
  },
  clear() {
    text = ''
  },
  has: async (mimetype) => mimetype === 'text/plain' && text !== '',
})
