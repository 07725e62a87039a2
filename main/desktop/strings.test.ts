import { afterEach, expect, test } from 'vitest'
import { languages } from '../../contract/settings.ts'
import { speak, strings } from './strings.ts'

afterEach(() => speak('en'))

/** Every text there is, those with values with some put in. */
function textsIn(node: unknown): string[] {
  if (typeof node === 'string') return [node]
  if (typeof node === 'function')
    return [1, 2].map((n) => String((node as (...values: unknown[]) => string)(n, 'Other')))
  // The command line speaks English to everybody: scripts read it.
  return Object.entries(node as object).flatMap(([name, inner]) => (name === 'cli' ? [] : textsIn(inner)))
}

test('each language has words of its own for everything, and another one takes them back', () => {
  const english = textsIn(strings)
  for (const language of languages) {
    speak(language)
    const texts = textsIn(strings)
    expect(texts).toHaveLength(english.length)
    for (const text of texts) expect(text.trim()).not.toBe('')
    const same = texts.filter((text, i) => text === english[i])
    // The name of the program, and a word that two languages share.
    if (language !== 'en') expect(same.length).toBeLessThan(8)
  }
  speak('en')
  expect(textsIn(strings)).toEqual(english)
})

test('what takes a value says it in every language', () => {
  for (const language of languages) {
    speak(language)
    expect(strings.tray.inCall('Ada')).toContain('Ada')
    expect(strings.tray.missed(3)).toContain('3')
    expect(strings.quit.hosting(5)).toContain('5')
  }
})
