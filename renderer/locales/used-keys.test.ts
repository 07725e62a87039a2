// Every text is shown somewhere. That none is missing the compiler sees: a key that is not there has no type.
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createTexts } from './texts.ts'

const root = resolve(import.meta.dirname, '..')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:vue|ts)$/.test(name) && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n')

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** What stands in quotes and may be a key; where a value is put in, any part of one fits. */
const shown = [...sources.matchAll(/(['"`])([a-z][\w-]*\.[^'"`\n]*)\1/g)].map(
  ([, , text = '']) =>
    new RegExp(
      `^${text
        .split(/\$\{[^}]*\}/)
        .map(escaped)
        .join('[\\w-]+')}$`,
    ),
)
/** Symbols of the code are named by their ids. */
const byId = /^sas\./

const keysIn = (node: unknown, path: string): string[] =>
  typeof node === 'string'
    ? [path]
    : Object.entries(node as object).flatMap(([key, inner]) => keysIn(inner, path ? `${path}.${key}` : key))

test('no text is left that nobody reads', () => {
  const keys = keysIn(createTexts().global.getLocaleMessage('en'), '')
  expect(keys.length).toBeGreaterThan(300)
  const unused = keys.filter((key) => !byId.test(key) && !shown.some((pattern) => pattern.test(key)))
  expect(unused).toEqual([])
})
