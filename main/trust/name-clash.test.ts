import { expect, test } from 'vitest'
import { clashingName } from './name-clash.ts'

const known = ['Ada Lovelace', 'Zoë', '李雷', 'Bob']

test.each([
  ['the very name', 'Ada Lovelace', 'Ada Lovelace'],
  ['another case and more spaces', ' ada  LOVELACE ', 'Ada Lovelace'],
  ['no accent', 'Zoe', 'Zoë'],
  ['full-width letters', 'Ｂｏｂ', 'Bob'],
  ['Cyrillic look-alikes', 'Аdа Lоvеlасе', 'Ada Lovelace'],
  ['a digit for a letter', 'B0b', 'Bob'],
  ['a sign behind it', 'Bob ✓', 'Bob'],
  ['another script', '李雷', '李雷'],
])('a stranger who takes a contact’s name with %s is noticed', (_, claimed, name) => {
  expect(clashingName(claimed, known)).toBe(name)
})

test.each([
  ['another name', 'Bobby'],
  ['a part of it', 'Ada'],
  ['no letters at all', '…'],
  ['nothing', ''],
])('%s is nobody’s', (_, claimed) => {
  expect(clashingName(claimed, known)).toBeNull()
})
