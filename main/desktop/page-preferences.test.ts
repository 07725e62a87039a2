import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pagePreferences } from './page-preferences.ts'

const main = resolve(import.meta.dirname, '..')
const sources = readdirSync(main, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(main, path), 'utf8'))
const users = (word: RegExp) => sources.filter((text) => word.test(text)).length

describe('what a page may do', () => {
  it('E26 a packed app has no developer tools, and nothing in it opens them', () => {
    expect(pagePreferences(true).devTools).toBe(false)
    expect(pagePreferences(false).devTools).toBe(true)
    expect(users(/pagePreferences\(app\.isPackaged\)/)).toBe(1)
    // Neither by a call nor by an entry of a menu, which would have a key.
    expect(users(/DevTools|viewMenu|role: '(?:reload|forceReload)'/)).toBe(0)
  })
  it('E27 fetches no dictionaries', () => {
    expect(pagePreferences(true).spellcheck).toBe(false)
  })
  it('E24 nothing starts the collection of crashes', () => {
    expect(users(/crashReporter/)).toBe(0)
  })
})
