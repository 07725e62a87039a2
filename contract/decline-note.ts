// The sentence with which somebody declines a call: how long it may be, and what it may be made of.
import * as v from 'valibot'

export const noteLimits = {
  /** UTF-16 code units. */
  characters: 160,
  /** As it travels: as a JSON string in UTF-8, without its quotes. So much room has an answer of constant size. */
  bytes: 233,
} as const

/** One line, no control or direction characters. The two joiners belong to words of some scripts, and to emoji. */
const oneLine = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\u200c\u200d])+$/u

/** How many bytes a text without control characters takes on the wire, see `noteLimits`. */
export function noteBytes(text: string): number {
  return Array.from(text, bytesOf).reduce((sum, bytes) => sum + bytes, 0)
}

function bytesOf(character: string): number {
  if (character === '"' || character === '\\') return 2
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}

export const DeclineNote = v.pipe(
  v.string(),
  v.maxLength(noteLimits.characters),
  v.trim(),
  v.minLength(1),
  v.regex(oneLine),
  v.check((text) => noteBytes(text) <= noteLimits.bytes),
)
