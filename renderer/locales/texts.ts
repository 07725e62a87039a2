// All words a person reads, by typed key. Must not know where they are shown.
import { createI18n, useI18n } from 'vue-i18n'
import { languages, type Language } from '../../contract/settings.ts'
import app from './en/app.json'
import call from './en/call.json'
import chat from './en/chat.json'
import contacts from './en/contacts.json'
import doctor from './en/doctor.json'
import endReasons from './en/end-reasons.json'
import errors from './en/errors.json'
import firstRun from './en/first-run.json'
import history from './en/history.json'
import home from './en/home.json'
import ringing from './en/ringing.json'
import share from './en/share.json'
import shortcuts from './en/shortcuts.json'
import sas from './en/sas.json'
import server from './en/server.json'
import settings from './en/settings.json'
import trust from './en/trust.json'
import verify from './en/verify.json'
import warnings from './en/warnings.json'
import vault from './en/vault.json'

const en = {
  app,
  call,
  chat,
  contacts,
  doctor,
  'end-reasons': endReasons,
  errors,
  'first-run': firstRun,
  history,
  home,
  ringing,
  sas,
  server,
  settings,
  share,
  shortcuts,
  trust,
  verify,
  warnings,
  vault,
}

type Messages = typeof en

/** Every file of every language, by `./de/call.json`. English is what the keys are made from. */
const files = import.meta.glob<object>('./*/*.json', { eager: true, import: 'default' })
const messagesOf = (language: Language): Messages =>
  Object.fromEntries(
    Object.keys(en).map((topic) => [topic, files[`./${language}/${topic}.json`] ?? {}]),
  ) as Messages

/** Each as whoever speaks it would look for it. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'zh-CN': '简体中文',
}

type Keys<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Keys<T[K], `${Prefix}${K}.`>
}[keyof T & string]

/** `file.path.to.a.sentence`; a key that no locale has does not compile. */
export type TextKey = Keys<Messages>
export type TextValues = Readonly<Record<string, string | number>>

/**
 * vue-i18n interprets messages as data; it never compiles them to code, so the page's policy needs no exception.
 * SECURITY: values are put in as text and are not read as messages, whatever a peer calls itself.
 */
export const createTexts = () =>
  createI18n<[Messages], Language, false>({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: Object.fromEntries(languages.map((each) => [each, messagesOf(each)])) as Record<
      Language,
      Messages
    >,
    warnHtmlMessage: true,
  })

export interface Texts {
  (key: TextKey, values?: TextValues): string
}

/** `t('home.contacts')`. A value `n` also chooses between the forms that `|` separates. */
export function useTexts(): Texts {
  const { t } = useI18n()
  return (key, values = {}) => {
    const n = values['n']
    return typeof n === 'number' ? t(key, n, { named: values }) : t(key, values)
  }
}

export const hasText = (key: string): key is TextKey => {
  let at: unknown = en
  for (const part of key.split('.')) at = at && typeof at === 'object' ? Reflect.get(at, part) : undefined
  return typeof at === 'string'
}
