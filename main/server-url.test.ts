import { expect, test } from 'vitest'
import { PhoneError } from '../contract/errors.ts'
import { parseServerUrl } from './server-url.ts'

const codeOf = (text: string) => {
  try {
    return parseServerUrl(text)
  } catch (error) {
    return error instanceof PhoneError ? error.code : error
  }
}

test.each([
  ['https://calls.example.org', 'https://calls.example.org'],
  [' https://Calls.Example.org/ ', 'https://calls.example.org'],
  ['https://calls.example.org:443', 'https://calls.example.org'],
  ['wss://calls.example.org:8443', 'https://calls.example.org:8443'],
  ['calls.example.org', 'https://calls.example.org'],
  ['calls.example.org:7117', 'https://calls.example.org:7117'],
  ['http://127.0.0.1:7117', 'http://127.0.0.1:7117'],
  ['http://localhost:7117', 'http://localhost:7117'],
  ['ws://[::1]:7117', 'http://[::1]:7117'],
  // WHATWG URL reads these as 127.0.0.1, and so does everything that would connect to them.
  ['http://0x7f.1:80', 'http://127.0.0.1'],
])('%s is the server %s', (text, origin) => {
  expect(codeOf(text)).toBe(origin)
})

test.each([
  '',
  'https://',
  'ftp://calls.example.org',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://user@calls.example.org',
  'https://user:word@calls.example.org',
  'https://calls.example.org/path',
  'https://calls.example.org/?a=b',
  'https://calls.example.org?',
  'https://calls.example.org#',
  'https://calls.example.org\\@evil.example',
  'https://calls.example.org\u202e',
  'https://calls exam.ple',
  'https://кalls.example',
  `https://${'a'.repeat(600)}.example`,
])('%j is refused as no URL of a server', (text) => {
  expect(codeOf(text)).toBe('server-url-invalid')
})

test.each([
  'http://calls.example.org',
  'ws://192.168.1.2:7117',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://0.0.0.0:7117',
])('E28 %s is refused without TLS', (text) => {
  expect(codeOf(text)).toBe('server-insecure')
})
