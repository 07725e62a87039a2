// `npm run soak -- NAME --n N [--seed S] [--json FILE]`: throws things at a running call for as long as it is told, prints what
// came of each, and exits with 1 where anything was wrong.
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../../build/app-build.ts'
import { exitWith, say, withRuntime } from '../runtime/command.ts'
import type { SoakOptions } from './soak-faults.ts'
import type { SoakReport } from './summary.ts'

type Soak = (options: SoakOptions) => Promise<SoakReport>

/** Loaded late: which host runs is read from the environment when these are loaded. */
const soaks: Readonly<Record<string, () => Promise<Soak>>> = {
  faults: async () => (await import('./soak-faults.ts')).soakFaults,
}

const root = resolve(import.meta.dirname, '../..')
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { n: { type: 'string' }, seed: { type: 'string' }, json: { type: 'string' } },
    allowPositionals: true,
  })
  const [name = ''] = positionals
  const load = soaks[name]
  const n = Number(values.n)
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed)
  if (!load || positionals.length !== 1 || !(Number.isInteger(n) && n > 0) || !Number.isInteger(seed)) {
    console.error(
      `Usage: npm run soak -- NAME --n N [--seed S] [--json FILE], NAME one of ${Object.keys(soaks).join(', ')}`,
    )
    return 2
  }
  return withRuntime(async () => {
    await ensureBuilt(root, say)
    const { labObstacle } = await import('../network/lab.ts')
    const obstacle = await labObstacle()
    if (obstacle !== null) throw new Error(`There is no laboratory here: ${obstacle}`)
    const { text } = await import('./summary.ts')
    const report = await (await load())({ n, seed, say })
    console.log(text(report))
    if (values.json) writeFileSync(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`)
    return report.violations.length ? 1 : 0
  })
}

await exitWith(run)
