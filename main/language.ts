// Which of the languages that there are a person is spoken to in. Pure.
import { languages, type Language, type Settings } from '../contract/settings.ts'

/**
 * `preferred`: the system's languages as BCP 47 tags, the most wanted first. English where there is none of them.
 * Chinese is there in simplified characters alone: whoever reads the traditional ones gets the next language of their list.
 */
export function languageFor(wish: Settings['language'], preferred: readonly string[]): Language {
  if (wish !== 'system') return wish
  for (const tag of preferred) {
    const found = languages.find((language) => language === tag) ?? languages.find(isSpokenBy(tag))
    if (found) return found
  }
  return 'en'
}

const isSpokenBy = (tag: string) => (language: Language) => {
  const [wanted, spoken] = [localeOf(tag), new Intl.Locale(language).maximize()]
  return wanted !== null && wanted.language === spoken.language && wanted.script === spoken.script
}

/** Null for what is no tag. */
function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag).maximize()
  } catch {
    return null
  }
}
