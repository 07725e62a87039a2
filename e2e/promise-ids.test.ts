// The acceptance ids of the protocol (SP1 section 14) and of the shell against the names of all tests: each is in a name, so that
// `grep` finds what shows it. Whether a test is worth its name is for its reader.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folders = ['build', 'contract', 'e2e', 'main', 'renderer', 'signaling-server', 'sp1']

const numbered = (letter: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`)

const promised: readonly string[] = [
  ...numbered('I', 6),
  // The promises of the server have other S numbers of their own; these are named with the protocol.
  ...numbered('sp1 S', 5),
  ...numbered('A', 12),
  ...numbered('D', 4),
  ...numbered('F', 9),
  ...numbered('G', 6),
  ...numbered('T', 4),
  ...['C1', 'C2', 'C3', 'C8', 'C9', 'Z1', 'Z2'],
  ...numbered('B', 5),
  ...numbered('R', 4),
  // Of the shell: windows, files, links and what is packed.
  ...['E2', 'E3', 'E12', 'E17', 'E19', 'E20', 'E21', 'E22', 'E23', 'E24', 'E25', 'E26', 'E27', 'E31'],
]

/** What no test shows: it is not built yet, and whoever builds it takes it off this list; or it is only measured. */
const later: Readonly<Record<string, readonly string[]>> = {
  'measured by `npm run bench -- frames`, never asserted': ['F9'],
  'groups over an SFU': numbered('G', 6),
  'mail for people who are away': ['C3'],
}
const exempt = new Set(Object.values(later).flat())

const testFiles = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(test|spec)\.ts$/.test(path) && !path.includes('node_modules'))
    .map((path) => join(root, folder, path)),
)
const names = testFiles.flatMap((path) => namesIn(path, readFileSync(path, 'utf8')))

/** First arguments of `it`, `test` and `describe`, with anything behind a dot and any table between. */
function namesIn(path: string, text: string): string[] {
  const found: string[] = []
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [name] = node.arguments
      if (name && (ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))) found.push(name.getText())
    }
    ts.forEachChild(node, look)
  }
  look(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}

function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ['it', 'test', 'describe'].includes(callee.text)
  return (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) && isTest(callee.expression)
}

const shown = (id: string) => names.some((name) => new RegExp(`\\b${id}\\b`).test(name))

describe('the promises', () => {
  it('are looked for in the names of many tests', () => {
    expect(
      namesIn('a.ts', "it.each([1])('B9 of %s', () => {}); test(`A9 ${x}`, f); it.skipIf(a)('C7', f)"),
    ).toEqual(["'B9 of %s'", '`A9 ${x}`', "'C7'"])
    expect(names.length).toBeGreaterThan(400)
    expect(shown('Q7')).toBe(false)
  })

  it.each(promised.filter((id) => !exempt.has(id)))('%s is in the name of a test', (id) => {
    expect(shown(id)).toBe(true)
  })

  it('that cannot be shown yet have no test, or they are no longer on the list of those', () => {
    expect([...exempt].filter(shown)).toEqual([])
  })
})
