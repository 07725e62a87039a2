import { expect, test } from 'vitest'
import { externalUrl } from './external-url.ts'

test('an https address is opened as the parser writes it', () => {
  expect(externalUrl('https://Earshot.invalid/a/../b?c#d')).toBe('https://earshot.invalid/b?c#d')
})

test.each([
  'http://earshot.invalid/',
  'file:///etc/passwd',
  'smb://server/share',
  'ms-settings:privacy',
  'javascript:alert(1)',
  'data:text/html,x',
  'app://bundle/index.html',
  'java\tscript:alert(1)',
  'https\n://earshot.invalid/',
  ' https://earshot.invalid/',
  'https://earshot.invalid/\u202etxt.exe',
  'https://user@earshot.invalid/',
  'https://user:word@earshot.invalid/',
  'https://',
  'earshot:abc',
  '',
])('E14 %j is not opened', (text) => {
  expect(externalUrl(text)).toBeNull()
})
