import { describe, expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import { languages, type Language } from '../../contract/settings.ts'
import shortcutTexts from '../locales/en/shortcuts.json'
import { createTexts } from '../locales/texts.ts'
import {
  acceleratorWords,
  ariaKeys,
  keyWords,
  shortcutFor,
  shortcutIds,
  shortcuts,
  type KeyNames,
  type KeyPress,
  type Surroundings,
} from './shortcuts.ts'

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  ...changes,
})
const ctrlShift = { ctrlKey: true, shiftKey: true }
const at = (changes: Partial<Surroundings> = {}): Surroundings => ({
  phase: 'idle',
  typing: false,
  dialog: false,
  mac: false,
  pushToTalk: true,
  ...changes,
})
const phases: CallView['phase'][] = [
  'idle',
  'dialing',
  'ringing',
  'incoming',
  'connecting',
  'talking',
  'reconnecting',
  'ended',
]
const spoken = ['dialing', 'ringing', 'connecting', 'talking', 'reconnecting']

test.each([
  ['Ctrl+N', press('n', { ctrlKey: true }), 'new-call', ['idle']],
  ['Ctrl+Shift+A', press('A', ctrlShift), 'answer', ['incoming']],
  ['Ctrl+Shift+D', press('D', ctrlShift), 'decline', ['incoming']],
  ['Ctrl+Shift+H', press('H', ctrlShift), 'hang-up', spoken],
  ['Ctrl+Shift+M', press('M', ctrlShift), 'mute', spoken],
  ['Ctrl+Shift+V', press('V', ctrlShift), 'camera', spoken],
  ['Ctrl+Shift+S', press('S', ctrlShift), 'share', ['talking', 'reconnecting']],
  ['F', press('f'), 'full-screen', ['talking', 'reconnecting']],
  ['Ctrl+Shift+F', press('F', ctrlShift), 'code', ['talking', 'reconnecting']],
  ['space', press(' '), 'talk', spoken],
  ['F1', press('F1'), 'list', phases],
  ['?', press('?', { shiftKey: true }), 'list', phases],
  ['Ctrl+Q', press('q', { ctrlKey: true }), 'quit', phases],
] as const)('%s does its one thing, and only in the phases that have it', (_, key, id, where) => {
  const found = phases.filter((phase) => shortcutFor(key, at({ phase })) === id)
  expect(found).toEqual(phases.filter((phase) => (where as readonly string[]).includes(phase)))
  const others = phases.flatMap((phase) => shortcutFor(key, at({ phase })) ?? [])
  expect(new Set(others)).toEqual(new Set([id]))
})

test.each(['answer', 'decline'] as const)('E31 no key that types a character means %s', (id) => {
  for (const key of 'abcdefghijklmnopqrstuvwxyz0123456789 ') {
    expect(shortcutFor(press(key), at({ phase: 'incoming' })), key).not.toBe(id)
    expect(shortcutFor(press(key, { shiftKey: true }), at({ phase: 'incoming' })), key).not.toBe(id)
  }
  expect(shortcutFor(press('Enter'), at({ phase: 'incoming' }))).toBeNull()
})

describe('somebody who types', () => {
  test.each([
    ['?', press('?')],
    ['a space', press(' ')],
    ['what pastes', press('V', ctrlShift)],
  ])('keeps %s', (_, key) => {
    for (const phase of phases) expect(shortcutFor(key, at({ phase, typing: true }))).toBeNull()
  })
  test('can mute, hang up and see the list all the same', () => {
    const typing = at({ phase: 'talking', typing: true })
    expect(shortcutFor(press('M', ctrlShift), typing)).toBe('mute')
    expect(shortcutFor(press('H', ctrlShift), typing)).toBe('hang-up')
    expect(shortcutFor(press('F1'), typing)).toBe('list')
  })
})

test('behind a dialog no new call begins and nobody talks by space', () => {
  expect(shortcutFor(press('n', { ctrlKey: true }), at({ dialog: true }))).toBeNull()
  expect(shortcutFor(press(' '), at({ dialog: true, phase: 'talking' }))).toBeNull()
})

test('space is a space where nobody chose push-to-talk', () => {
  expect(shortcutFor(press(' '), at({ phase: 'talking', pushToTalk: false }))).toBeNull()
})

test('a key that is held repeats nothing but that it is held', () => {
  expect(shortcutFor(press('M', { ...ctrlShift, repeat: true }), at({ phase: 'talking' }))).toBeNull()
  expect(shortcutFor(press(' ', { repeat: true }), at({ phase: 'talking' }))).toBe('talk')
})

test('on macOS it is Cmd, and Ctrl is not', () => {
  const mac = at({ phase: 'talking', mac: true })
  expect(shortcutFor(press('M', { metaKey: true, shiftKey: true }), mac)).toBe('mute')
  expect(shortcutFor(press('M', ctrlShift), mac)).toBeNull()
})

test.each([
  ['a French keyboard, by what is printed', press('A', { ...ctrlShift, code: 'KeyQ' }), 'answer'],
  ['a Russian keyboard, by where the key is', press('Ф', { ...ctrlShift, code: 'KeyA' }), 'answer'],
  ['with one modifier too many', press('A', { ...ctrlShift, altKey: true }), null],
  ['with one too few', press('a', { ctrlKey: true }), null],
])('%s', (_, key, id) => {
  expect(shortcutFor(key, at({ phase: 'incoming' }))).toBe(id)
})

test('no two of one phase have the same keys, and each has words', () => {
  for (const phase of phases) {
    const keys = shortcutIds
      .filter((id) => shortcuts[id].phases.includes(phase))
      .flatMap((id) => shortcuts[id].keys.map((key) => keyWords(key, false, shortcutTexts.keys)))
    expect(new Set(keys).size, phase).toBe(keys.length)
  }
  expect(Object.keys(shortcutTexts.does).sort()).toEqual([...shortcutIds].sort())
})

const namesIn = (language: Language) =>
  createTexts().global.getLocaleMessage(language).shortcuts.keys as KeyNames
const [answerKey] = shortcuts.answer.keys
const [talkKey] = shortcuts.talk.keys

test.each([
  ['en', 'Ctrl+Shift+A', 'Space', 'Ctrl+Alt+Shift+M'],
  ['de', 'Strg+Umschalt+A', 'Leertaste', 'Strg+Alt+Umschalt+M'],
  ['fr', 'Ctrl+Maj+A', 'Espace', 'Ctrl+Alt+Maj+M'],
  ['es', 'Ctrl+Mayús+A', 'Espacio', 'Ctrl+Alt+Mayús+M'],
  ['zh-CN', 'Ctrl+Shift+A', '空格', 'Ctrl+Alt+Shift+M'],
] as const)('in %s keys are called what is printed on them', (language, answer, talk, everywhere) => {
  const names = namesIn(language)
  expect(keyWords(answerKey!, false, names)).toBe(answer)
  expect(keyWords(talkKey!, false, names)).toBe(talk)
  expect(acceleratorWords('CommandOrControl+Alt+Shift+M', false, names)).toBe(everywhere)
})

test.each(languages)('on macOS keys have their signs, in the order of its menus (%s)', (language) => {
  const names = namesIn(language)
  expect(keyWords(answerKey!, true, names)).toBe('⇧⌘A')
  expect(acceleratorWords('CommandOrControl+Alt+Shift+M', true, names)).toBe('⌥⇧⌘M')
  expect(keyWords(talkKey!, true, names)).toBe(names.space)
})

test('screen readers are told keys in the words of the standard, in every language', () => {
  expect(ariaKeys('answer', false)).toBe('Control+Shift+A')
  expect(ariaKeys('answer', true)).toBe('Meta+Shift+A')
  expect(ariaKeys('talk', false)).toBe('Space')
  expect(ariaKeys('list', false)).toBe('F1 ?')
})
