import { expect, test } from 'vitest'
import { createLog, traceOf } from './log.ts'

function logged() {
  const lines: string[] = []
  return { lines, log: createLog((line) => lines.push(line)) }
}

test('codes and counts are written, one object a line', () => {
  const { log, lines } = logged()
  log.note('refused', { code: 'bad-request', count: 3 })
  expect(lines).toEqual(['{"event":"refused","code":"bad-request","count":3}\n'])
})

test.each([
  ['an address', 'a'.repeat(56)],
  ['an IP address', '192.168.1.20'],
  ['a fingerprint', 'sha-256 AA:BB'],
  ['a description of a session', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0'],
  ['a name', 'Bea Müller'],
  ['a URL', 'https://calls.example.org'],
  ['nothing', ''],
])('E25 %s does not get into the log', (_, canary) => {
  const { log, lines } = logged()
  log.note('bug', { canary })
  expect(lines).toEqual(['{"event":"bug"}\n'])
})

test('E25 an error is known by its kind and place, not by its message', () => {
  const { log, lines } = logged()
  log.note('bug', traceOf(new TypeError('cannot read Bea')))
  expect(lines[0]).toMatch(/^\{"event":"bug","kind":"TypeError","file":"[\w-]+","line":\d+\}\n$/)
  expect(lines[0]).not.toContain('Bea')
})
