// The keys of the main window: one table, from which the handler, the list of them, tooltips and tests are made. Pure.
import type { CallView } from '../../contract/call-view.ts'

export const shortcutIds = [
  'new-call',
  'answer',
  'decline',
  'hang-up',
  'mute',
  'camera',
  'share',
  'full-screen',
  'code',
  'chat',
  'talk',
  'list',
  'quit',
] as const
export type ShortcutId = (typeof shortcutIds)[number]
type Phase = CallView['phase']

interface Key {
  /** As a key event names it; a letter in lower case. */
  readonly key: string
  /** Ctrl, and on macOS Cmd. */
  readonly mod: boolean
  readonly shift: boolean
  /** Not while somebody types: it is a character, or the field does something else with it. */
  readonly outsideFields?: true
}

export interface Shortcut {
  /** Any of them. */
  readonly keys: readonly Key[]
  readonly phases: readonly Phase[]
  /** Not while a dialog is open. */
  readonly noDialog?: true
}

const letter = (key: string): Key => ({ key, mod: true, shift: true })
const spoken: readonly Phase[] = ['dialing', 'ringing', 'connecting', 'talking', 'reconnecting']
const always: readonly Phase[] = ['idle', 'incoming', 'ended', ...spoken]

export const shortcuts: Readonly<Record<ShortcutId, Shortcut>> = {
  'new-call': { keys: [{ key: 'n', mod: true, shift: false }], phases: ['idle'], noDialog: true },
  answer: { keys: [letter('a')], phases: ['incoming'] },
  decline: { keys: [letter('d')], phases: ['incoming'] },
  'hang-up': { keys: [letter('h')], phases: spoken },
  mute: { keys: [letter('m')], phases: spoken },
  // In a field it pastes.
  camera: { keys: [{ ...letter('v'), outsideFields: true }], phases: spoken },
  share: { keys: [letter('s')], phases: ['talking', 'reconnecting'], noDialog: true },
  'full-screen': {
    keys: [{ key: 'f', mod: false, shift: false, outsideFields: true }],
    phases: ['talking', 'reconnecting'],
    noDialog: true,
  },
  code: { keys: [letter('f')], phases: ['talking', 'reconnecting'], noDialog: true },
  chat: { keys: [letter('c')], phases: ['talking', 'reconnecting', 'ended'], noDialog: true },
  talk: {
    keys: [{ key: ' ', mod: false, shift: false, outsideFields: true }],
    phases: spoken,
    noDialog: true,
  },
  list: {
    keys: [
      { key: 'F1', mod: false, shift: false },
      { key: '?', mod: false, shift: false, outsideFields: true },
    ],
    phases: always,
  },
  quit: { keys: [{ key: 'q', mod: true, shift: false }], phases: always },
}

/** The part of a KeyboardEvent that counts. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'
>

export interface Surroundings {
  readonly phase: Phase
  /** The focus is where characters go. */
  readonly typing: boolean
  readonly dialog: boolean
  readonly mac: boolean
  /** A person chose push-to-talk. */
  readonly pushToTalk: boolean
}

/** What the press means here; null for nothing. A key that goes on being held means nothing but that it is held. */
export function shortcutFor(press: KeyPress, at: Surroundings): ShortcutId | null {
  const id = shortcutIds.find((id) => {
    const { keys, phases, noDialog } = shortcuts[id]
    if (!phases.includes(at.phase) || (noDialog && at.dialog)) return false
    if (id === 'talk' && !at.pushToTalk) return false
    return keys.some((key) => isKey(press, key, at))
  })
  return id === undefined || (press.repeat && id !== 'talk') ? null : id
}

function isKey(press: KeyPress, key: Key, at: Surroundings): boolean {
  if (key.outsideFields && at.typing) return false
  const mod = at.mac ? press.metaKey : press.ctrlKey
  const other = at.mac ? press.ctrlKey : press.metaKey
  if (mod !== key.mod || other || press.altKey) return false
  // A sign is typed with Shift on some keyboards and without on others.
  if (key.key === '?') return press.key === '?'
  return press.shiftKey === key.shift && letterOf(press) === key.key
}

/** By what is printed on the key; where that is no Latin letter, by where the key is. */
function letterOf({ key, code }: KeyPress): string {
  const place = /^Key([A-Z])$/.exec(code)?.[1]
  const printed = key.toLowerCase()
  return key.length === 1 && !/^[\x20-\x7e]$/.test(key) && place
    ? place.toLowerCase()
    : printed.length === 1
      ? printed
      : key
}

/** What is printed on keys, in the language of the page. */
export interface KeyNames {
  readonly ctrl: string
  readonly alt: string
  readonly shift: string
  readonly space: string
}

interface Modifiers {
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
}
/** On macOS by sign and in the order of its menus, elsewhere by name. */
function chord({ mod, alt, shift }: Modifiers, key: string, mac: boolean, names: KeyNames): string {
  if (mac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${key}`
  return [mod && names.ctrl, alt && names.alt, shift && names.shift, key].filter(Boolean).join('+')
}

/** As a person reads it: `Ctrl+Shift+A`, `Strg+Umschalt+A`, `⇧⌘A`. */
export function keyWords({ key, mod, shift }: Key, mac: boolean, names: KeyNames): string {
  const name = key === ' ' ? names.space : key.length === 1 ? key.toUpperCase() : key
  return chord({ mod, alt: false, shift }, name, mac, names)
}

/** The same for a key that main names as Electron does: `CommandOrControl+Alt+Shift+M`. */
export function acceleratorWords(accelerator: string, mac: boolean, names: KeyNames): string {
  const parts = accelerator.split('+')
  const has = (modifier: string) => parts.slice(0, -1).includes(modifier)
  const modifiers = { mod: has('CommandOrControl'), alt: has('Alt'), shift: has('Shift') }
  return chord(modifiers, parts.at(-1) ?? '', mac, names)
}

/** As a screen reader is told: WAI-ARIA 1.2, aria-keyshortcuts. */
export function ariaKeys(id: ShortcutId, mac: boolean): string {
  return shortcuts[id].keys
    .map(({ key, mod, shift }) =>
      [
        mod && (mac ? 'Meta' : 'Control'),
        shift && 'Shift',
        key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key,
      ]
        .filter(Boolean)
        .join('+'),
    )
    .join(' ')
}

export const onMac = (): boolean => /Mac/.test(navigator.platform)
