// That docs/protocol.md lists what the schemas say, all of it and nothing else.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { appMessages } from '../contract/app-messages.ts'
import { boxRequests, dropRequests, refusalCodes, serverEvents } from '../contract/signaling.ts'
import { ACCEPT, ANSWER, CALL, CANCEL, NOTE } from '../sp1/handshake-messages.ts'
import { payloadNames } from '../sp1/payload.ts'
import { BUNDLE } from '../sp1/prekey.ts'
import { REKEY, REKEY_ACCEPT } from '../sp1/rekey.ts'
import { STATEMENT } from '../sp1/succession.ts'

const text = readFileSync(resolve(import.meta.dirname, '../docs/protocol.md'), 'utf8')

/** The rows of the table under a heading, cell by cell, without its head. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = text.split(`\n### ${heading}\n`)
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? []
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}
/** The words between backticks. */
const words = (cell = ''): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word = '']) => word)
const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' ')).toSorted()

test('docs/protocol.md lists every signed body with its fields in their order', () => {
  const bodies = [CALL, ACCEPT, ANSWER, NOTE, CANCEL, REKEY, REKEY_ACCEPT, BUNDLE, STATEMENT]
  const listed = tableUnder('Signed bodies').map(([, , fields]) =>
    words(fields).flatMap((cell) => cell.split(' ')),
  )
  expect(sorted(listed)).toEqual(sorted(bodies.map(({ names }) => names)))
})

test('docs/protocol.md lists every payload of a sealed frame', () => {
  const listed = tableUnder('Sealed frames').map(([name, fields]) => [
    ...words(name),
    ...words(fields).flatMap((cell) => cell.split(' ')),
  ])
  // The first field of a payload is its name.
  const payloads = payloadNames.map((names) => names.slice(1))
  expect(sorted(listed.map(([, ...fields]) => fields))).toEqual(sorted(payloads))
  expect(listed).toHaveLength(payloads.length)
})

test.each([
  ['Events of `/box`', boxRequests],
  ['Events of `/drop`', dropRequests],
  ['Events of the server', serverEvents],
] as const)('docs/protocol.md lists the %s with what each carries', (heading, schemas) => {
  const listed = tableUnder(heading).map(([name, members]) => [
    ...words(name),
    ...words(members).flatMap((cell) => cell.split(' ')),
  ])
  const known = Object.entries(schemas).map(([name, { entries }]) => [name, ...Object.keys(entries)])
  expect(sorted(listed)).toEqual(sorted(known))
})

test('docs/protocol.md names every refusal of the server', () => {
  const [, section = ''] = text.split('A refusal is ')
  expect(words(section.slice(0, section.indexOf('.\n'))).toSorted()).toEqual([...refusalCodes].toSorted())
})

test('docs/protocol.md lists the messages of the chat with their fields, their way and how many there may be', () => {
  const listed = tableUnder('App messages').map(([name, fields, way = '', perMinute = '']) => [
    ...words(name),
    ...words(fields).flatMap((cell) => cell.split(' ')),
    way,
    perMinute,
  ])
  const known = Object.entries(appMessages).map(([name, { fields, way, perMinute }]) => [
    name,
    ...Object.keys(fields),
    way,
    String(perMinute),
  ])
  expect(sorted(listed)).toEqual(sorted(known))
})
