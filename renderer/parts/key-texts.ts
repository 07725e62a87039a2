// Keys in the language of the page and as the system names them: for buttons that a key presses as well, and for texts.
import { useTexts } from '../locales/texts.ts'
import {
  acceleratorWords,
  ariaKeys,
  keyWords,
  onMac,
  shortcuts,
  type KeyNames,
  type ShortcutId,
} from './shortcuts.ts'

interface KeyHints {
  /** What a mouse finds. */
  readonly title: string
  /** What a screen reader says. */
  readonly 'aria-keyshortcuts': string
}

export interface KeyTexts {
  hints(id: ShortcutId): KeyHints
  /** Each of the keys that do it. */
  words(id: ShortcutId): readonly string[]
  /** A key that main names as Electron does. */
  accelerator(accelerator: string): string
}

export function useKeyTexts(): KeyTexts {
  const t = useTexts()
  const mac = onMac()
  const names = (): KeyNames => ({
    ctrl: t('shortcuts.keys.ctrl'),
    alt: t('shortcuts.keys.alt'),
    shift: t('shortcuts.keys.shift'),
    space: t('shortcuts.keys.space'),
  })
  const words = (id: ShortcutId) => shortcuts[id].keys.map((key) => keyWords(key, mac, names()))
  return {
    words,
    hints: (id) => ({ title: words(id)[0] ?? '', 'aria-keyshortcuts': ariaKeys(id, mac) }),
    accelerator: (accelerator) => acceleratorWords(accelerator, mac, names()),
  }
}
