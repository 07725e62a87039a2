import { expect, test } from 'vitest'
import { languageFor } from './language.ts'

test.each([
  ['system', ['de-AT', 'en-US'], 'de'],
  ['system', ['pt-BR', 'fr-CA', 'en'], 'fr'],
  ['system', ['es-419'], 'es'],
  ['system', ['zh-CN'], 'zh-CN'],
  ['system', ['zh-Hans-SG'], 'zh-CN'],
  ['system', ['zh'], 'zh-CN'],
  // Other characters are another script.
  ['system', ['zh-TW', 'de'], 'de'],
  ['system', ['zh-Hant-HK'], 'en'],
  ['system', ['ja', 'ko'], 'en'],
  ['system', ['C', '', 'de_DE.UTF-8', '__proto__', 'fr'], 'fr'],
  ['system', [], 'en'],
  ['es', ['de'], 'es'],
] as const)('for a wish of %s and a system that speaks %j it is %s', (wish, preferred, language) => {
  expect(languageFor(wish, preferred)).toBe(language)
})
