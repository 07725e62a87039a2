import { describe, expect, it } from 'vitest'
import type { EndReason } from '../../contract/call-view.ts'
import { errorCodes } from '../../contract/errors.ts'
import { SAS_SYMBOLS } from '../../sp1/sas-symbols.ts'
import endReasons from './en/end-reasons.json'
import errors from './en/errors.json'
import sas from './en/sas.json'
import { languages } from '../../contract/settings.ts'
import { createTexts, hasText } from './texts.ts'

// The compiler holds this list to the union: a new reason without an entry here does not compile.
const allReasons = Object.keys({
  'hung-up': true,
  'peer-hung-up': true,
  cancelled: true,
  missed: true,
  declined: true,
  'peer-declined': true,
  busy: true,
  'no-answer': true,
  'not-at-server': true,
  'server-unreachable': true,
  'mic-denied': true,
  'mic-missing': true,
  'mic-busy': true,
  'connection-failed': true,
  'connection-lost': true,
  'no-relay': true,
  'relay-failed': true,
  altered: true,
  'sas-mismatch': true,
  'refused-peer': true,
  blocked: true,
  'page-gone': true,
  'frames-failed': true,
} satisfies Record<EndReason, true>)

const isSentence = (text: string): boolean => /^[A-Z].{8,}\.$/.test(text)

describe('the English texts', () => {
  it('have a sentence for every error code and for nothing else', () => {
    expect(Object.keys(errors).sort()).toEqual([...errorCodes].sort())
    for (const text of Object.values(errors)) expect(text).toSatisfy(isSentence)
  })
  it('have a title and a sentence for every way a call ends and for nothing else', () => {
    expect(Object.keys(endReasons).sort()).toEqual(allReasons.sort())
    for (const { title, text } of Object.values(endReasons)) {
      expect(title).not.toBe('')
      expect(text).toSatisfy(isSentence)
    }
  })
  it('name all 64 symbols of the code, each differently', () => {
    expect(Object.keys(sas).sort()).toEqual(SAS_SYMBOLS.map(({ id }) => id).sort())
    expect(new Set(Object.values(sas)).size).toBe(64)
  })
  it('say "secure" nowhere and speak of codes, not of code names', () => {
    const all = JSON.stringify(createTexts().global.getLocaleMessage('en'))
    expect(all).not.toMatch(/\bsecure\b/i)
    expect(all).not.toMatch(/\b(null|undefined|IPC|renderer|payload)\b/)
  })
  it('choose between one and many', () => {
    const { t } = createTexts().global
    expect(t('home.missed', 1)).toBe('1 missed call')
    expect(t('home.missed', 3)).toBe('3 missed calls')
    expect(t('server.hosting.guests', 0)).toContain('Nobody else')
    expect(t('server.hosting.guests', 2)).toContain('2 others')
  })
  it('know which keys they have', () => {
    expect(hasText('sas.bee')).toBe(true)
    expect(hasText('sas.unicorn')).toBe(false)
    expect(hasText('sas')).toBe(false)
  })
})

/** `path.to.key` and its text, for every text there is. */
const textsIn = (node: unknown, path = ''): [string, string][] =>
  typeof node === 'string'
    ? [[path, node]]
    : Object.entries(node as object).flatMap(([key, inner]) => textsIn(inner, path ? `${path}.${key}` : key))
const namesIn = (text: string): string[] => [...new Set(text.match(/\{[^}]*\}/g) ?? [])].sort()

describe.each(languages.filter((language) => language !== 'en'))('the texts in %s', (language) => {
  const { global } = createTexts()
  const english = new Map(textsIn(global.getLocaleMessage('en')))
  const own = new Map(textsIn(global.getLocaleMessage(language)))

  it('have the same keys as the English ones', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort())
  })
  it('leave out none of the values, add none, and have as many forms', () => {
    for (const [key, text] of own) {
      expect([key, namesIn(text)]).toEqual([key, namesIn(english.get(key) ?? '')])
      expect([key, text.split('|').length]).toEqual([key, english.get(key)?.split('|').length])
    }
  })
  it('can be read as messages, all of them', () => {
    const { t, locale } = createTexts().global
    locale.value = language
    for (const key of own.keys()) expect([key, t(key as never, 2, { named: {} })]).not.toEqual([key, key])
  })
  it('name all symbols of the code, each differently', () => {
    const names = Object.keys(sas).map((id) => own.get(`sas.${id}`)?.toLocaleLowerCase(language))
    expect(new Set(names).size).toBe(64)
  })
  it('promise no more than the English ones', () => {
    const claims = /\b(?:sicher(?:e[rsnm]?)?|sécurisée?s?|sûre?s?|segur[oa]s?)\b|安全(?!码|号码)/i
    const allowed = claims.exec([...english.values()].join(' '))
    expect(allowed).toBeNull()
    for (const [key, text] of own) expect([key, claims.exec(text)?.[0] ?? null]).toEqual([key, null])
  })
  it('end an error and the end of a call with a whole sentence', () => {
    const sentences = [...own].filter(([key]) => /^errors\.|^end-reasons\..*\.text$/.test(key))
    expect(sentences.length).toBeGreaterThan(50)
    for (const [key, text] of sentences)
      expect([key, text]).toEqual([key, expect.stringMatching(/[.!?。！？][”“»’]?$/)])
  })
})
