import { describe, expect, it } from 'vitest'
import type { EndReason } from '../../contract/call-view.ts'
import { errorCodes } from '../../contract/errors.ts'
import { SAS_SYMBOLS } from '../../sp1/sas-symbols.ts'
import endReasons from './en/end-reasons.json'
import errors from './en/errors.json'
import sas from './en/sas.json'
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
