// Checks the security protocol against vector files: `npm run conformance -- [--sp1 FILE] [--ed25519 FILE]
// [--xwing FILE]`. Without options it reads the files under sp1/vectors. Ends with status 1 on any failure.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkEd25519, checkXwing } from './conformance/primitive-cases.ts'
import { createReport } from './conformance/report.ts'
import { checkSp1 } from './conformance/sp1-cases.ts'

const OPTIONS = { sp1: { type: 'string' }, ed25519: { type: 'string' }, xwing: { type: 'string' } } as const

const report = createReport((line) => process.stdout.write(`${line}\n`))
const files = chosenFiles()

runFile('sp1', files.sp1, (text) => checkSp1(JSON.parse(text), report))
runFile('ed25519', files.ed25519, (text) => checkEd25519(text, report))
runFile('xwing', files.xwing, (text) => checkXwing(JSON.parse(text), report))

process.stdout.write(`${report.summary()}\n`)
process.exitCode = report.failed() > 0 ? 1 : 0

function chosenFiles(): { sp1?: string; ed25519?: string; xwing?: string } {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    if (Object.keys(values).length > 0) return values
  } catch (error) {
    report.fail('options', error instanceof Error ? error.message : 'not understood')
    return {}
  }
  const own = (name: string) => fileURLToPath(new URL(`../sp1/vectors/${name}`, import.meta.url))
  return { sp1: own('sp1-v1.json'), ed25519: own('ed25519-sign.input.txt'), xwing: own('xwing-draft.json') }
}

/** Whatever is wrong with a file as a whole is one failure; the other files are still read. */
function runFile(name: string, path: string | undefined, check: (text: string) => void): void {
  if (path === undefined) return
  try {
    check(readFileSync(path, 'utf8'))
  } catch (error) {
    report.fail(`${name} file`, error instanceof Error ? error.message : 'unreadable')
  }
}
