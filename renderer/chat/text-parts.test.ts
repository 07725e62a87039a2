import { expect, test } from 'vitest'
import { sizeText, textParts } from './text-parts.ts'

const linksIn = (text: string) => textParts(text).flatMap(({ link }) => link ?? [])

test.each([
  ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
  ['(https://example.org/x), and https://example.org/y!', ['https://example.org/x', 'https://example.org/y']],
  ['http://example.org javascript:alert(1) file:///etc/passwd', []],
  ['https://bank.example@evil.example/', []],
  ['https://example.org/\u202Egpj.exe', ['https://example.org/']],
  ['<a href="https://example.org/">', ['https://example.org/']],
  ['https://', []],
  ['nothing', []],
])('of %j the addresses are %j', (text, links) => {
  expect(linksIn(text)).toEqual(links)
  expect(
    textParts(text)
      .map(({ text }) => text)
      .join(''),
  ).toBe(text)
})

test('a size is said in the largest unit that fits', () => {
  expect([0, 999, 1000, 1_440_000, 52_428_800].map((bytes) => sizeText(bytes, 'en'))).toEqual([
    '0 bytes',
    '999 bytes',
    '1 kB',
    '1.4 MB',
    '52 MB',
  ])
})
