import { expect, test } from 'vitest'
import { safeParse } from 'valibot'
import { NOTE_BYTES } from '../sp1/handshake-messages.ts'
import { DeclineNote, noteBytes, noteLimits } from './decline-note.ts'

const read = (text: string) => {
  const parsed = safeParse(DeclineNote, text)
  return parsed.success ? parsed.output : null
}

test.each([
  ['I’ll call you back', 'I’ll call you back'],
  ['  in an hour  ', 'in an hour'],
  ['<b>no</b> https://example.org', '<b>no</b> https://example.org'],
  ['می‌روم 👩‍👧', 'می‌روم 👩‍👧'],
  ['x'.repeat(160), 'x'.repeat(160)],
  ['好'.repeat(77), '好'.repeat(77)],
  ['x'.repeat(161), null],
  ['好'.repeat(78), null],
  ['', null],
  [' \u00a0 ', null],
  ['two\nlines', null],
  ['\u0007', null],
  ['\u202egnirts', null],
  ['\u2066x\u2069', null],
  ['\u061cx', null],
  ['a\u2028b', null],
  ['\ufeffx y\ufeff', 'x y'],
  ['\ud800', null],
])('a note is one plain line that fits: %j', (text, note) => {
  expect(read(text)).toBe(note)
})

test('its bytes are counted as they travel, and the wire has room for as many', () => {
  for (const text of ['plain', 'é"\\', '好👩‍👧', '"'.repeat(9)])
    expect(noteBytes(text)).toBe(new TextEncoder().encode(JSON.stringify(text)).length - 2)
  expect(noteLimits.bytes).toBe(NOTE_BYTES)
})
