// Checks the security protocol against vector files: `npm run conformance -- [--sp1 FILE] [--ed25519 FILE]
// [--xwing FILE] [--sframe FILE]`. Without options it reads the files under sp1/vectors. Ends with status 1 on any
// failure.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkEd25519, checkXwing } from './conformance/primitive-cases.ts'
import { createReports, type Report } from './conformance/report.ts'
import { checkSframe } from './conformance/sframe-cases.ts'
import { checkSp1 } from './conformance/sp1-cases.ts'

type Check = (text: string, report: Report) => void | Promise<void>

const kinds = {
  sp1: { file: 'sp1-v1.json', check: (text, report) => checkSp1(JSON.parse(text), report) },
  ed25519: { file: 'ed25519-sign.input.txt', check: checkEd25519 },
  xwing: { file: 'xwing-draft.json', check: (text, report) => checkXwing(JSON.parse(text), report) },
  sframe: { file: 'rfc9605-sframe.json', check: checkSframe },
} as const satisfies Record<string, { file: string; check: Check }>
type Kind = keyof typeof kinds
const kindNames = Object.keys(kinds) as readonly Kind[]

const reports = createReports((line) => process.stdout.write(`${line}\n`))
const files = chosenFiles()
for (const kind of kindNames) await runFile(kind, files[kind])
for (const line of reports.summary()) process.stdout.write(`${line}\n`)
process.exitCode = reports.failed() > 0 ? 1 : 0

function chosenFiles(): { readonly [K in Kind]?: string } {
  const option = { type: 'string' } as const
  try {
    const options = { sp1: option, ed25519: option, xwing: option, sframe: option }
    const { values } = parseArgs({ options })
    if (Object.keys(values).length > 0) return values
  } catch (error) {
    reports.kind('options').fail('options', error instanceof Error ? error.message : 'not understood')
    return {}
  }
  const own = (kind: Kind) => fileURLToPath(new URL(`../sp1/vectors/${kinds[kind].file}`, import.meta.url))
  return { sp1: own('sp1'), ed25519: own('ed25519'), xwing: own('xwing'), sframe: own('sframe') }
}

/** Whatever is wrong with a file as a whole is one failure; the other files are still read. */
async function runFile(kind: Kind, path: string | undefined): Promise<void> {
  const report = reports.kind(kind)
  if (path === undefined) return
  try {
    await kinds[kind].check(readFileSync(path, 'utf8'), report)
  } catch (error) {
    report.fail(`${kind} file`, error instanceof Error ? error.message : 'unreadable')
  }
}
