import { expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'

const nothing = { profile: null, hidden: false, link: null, cli: null }

test.each([
  [[], nothing],
  [['.'], nothing],
  [['--profile', 'work'], { ...nothing, profile: 'work' }],
  [['.', '--profile=alice-2', '--hidden'], { ...nothing, profile: 'alice-2', hidden: true }],
  [['earshot:abc'], { ...nothing, link: 'earshot:abc' }],
  [['--profile', 'work', 'SP1:abc'], { ...nothing, profile: 'work', link: 'SP1:abc' }],
])('%j is read as %j', (args, expected) => {
  expect(readCommandLine(args)).toEqual(expected)
})

test.each(['Work', '', '..', '../other', 'a/b', 'a\\b', 'a b', 'ä', 'a'.repeat(33), '-\n', '--hidden '])(
  'E21 the profile %j is ignored',
  (name) => {
    expect(readCommandLine(['--profile', name]).profile).toBeNull()
    expect(readCommandLine([`--profile=${name}`]).profile).toBeNull()
  },
)

test.each([
  ['another profile', ['earshot:abc', '--profile', 'evil'], { ...nothing, link: 'earshot:abc' }],
  ['an option', ['earshot:abc', '--hidden'], { ...nothing, link: 'earshot:abc' }],
  ['a second link', ['earshot:abc', 'earshot:def'], { ...nothing, link: 'earshot:abc' }],
])('E20 %s after the link is discarded', (_, args, expected) => {
  expect(readCommandLine(args)).toEqual(expected)
})

test.each([['--server=https://evil.example'], ['--trust', 'all'], ['--user-data-dir=/tmp/evil'], ['--']])(
  'E21 %s changes nothing',
  (...args) => {
    expect(readCommandLine(args)).toEqual(nothing)
  },
)

test.each([
  [['--cli', 'status', '--json'], { ...nothing, cli: ['status', '--json'] }],
  [['.', '--cli'], { ...nothing, cli: [] }],
  [['.', '--profile', 'work', '--cli', 'hangup'], { ...nothing, profile: 'work', cli: ['hangup'] }],
  [['--cli', 'hangup', '--profile=work'], { ...nothing, profile: 'work', cli: ['hangup', '--profile=work'] }],
  [['answer'], { ...nothing, cli: ['answer'] }],
  [['--profile', 'work', 'answer'], { ...nothing, profile: 'work', cli: ['--profile', 'work', 'answer'] }],
  [['--cli', 'call', 'earshot:abc'], { ...nothing, cli: ['call', 'earshot:abc'] }],
])('%j is an order for the app that runs', (args, expected) => {
  expect(readCommandLine(args)).toEqual(expected)
})

test.each([
  ['an order', ['earshot:abc', '--cli', 'answer']],
  ['a command', ['earshot:abc', 'answer']],
])('E20 %s after the link is discarded as well', (_, args) => {
  expect(readCommandLine(args)).toEqual({ ...nothing, link: 'earshot:abc' })
})

test.each([[['.', 'answer']], [['--hidden', 'answer']], [['--profile', 'answer']]])(
  'a word that stands elsewhere is no order: %j',
  (args) => {
    expect(readCommandLine(args).cli).toBeNull()
  },
)
