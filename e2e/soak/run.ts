// `npm run soak -- NAME --n N [--seed S] [--json FILE]`: uses two apps for as long as it is told, prints what
// came of it, and exits with 1 where anything was wrong.
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../../build/app-build.ts'
import { exitWith, say, withRuntime } from '../runtime/command.ts'
import type { SoakOptions } from './soak-faults.ts'
import { callsText, faultsText } from './summary.ts'

/** Its report, and that as text. */
type Soak = (
  options: SoakOptions,
) => Promise<{ readonly text: string; readonly violations: readonly string[] }>

/** Loaded late: which host runs is read from the environment when these are loaded. */
const soaks: Readonly<Record<string, Soak>> = {
  async faults(options) {
    const { labObstacle } = await import('../network/lab.ts')
    const obstacle = await labObstacle()
    if (obstacle !== null) throw new Error(`There is no laboratory here: ${obstacle}`)
    const { soakFaults } = await import('./soak-faults.ts')
    const report = await soakFaults(options)
    return { ...report, text: faultsText(report) }
  },
  async doctor(options) {
    const { labObstacle } = await import('../network/lab.ts')
    const obstacle = await labObstacle()
    if (obstacle !== null) throw new Error(`There is no laboratory here: ${obstacle}`)
    const { soakDoctor } = await import('./soak-doctor.ts')
    return soakDoctor(options)
  },
  async calls(options) {
    const { soakCalls } = await import('./soak-repeated.ts')
    const report = await soakCalls(options)
    return { ...report, text: callsText(report) }
  },
}

const root = resolve(import.meta.dirname, '../..')
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { n: { type: 'string' }, seed: { type: 'string' }, json: { type: 'string' } },
    allowPositionals: true,
  })
  const [name = ''] = positionals
  const soak = soaks[name]
  const n = Number(values.n)
  const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed)
  if (!soak || positionals.length !== 1 || !(Number.isInteger(n) && n > 0) || !Number.isInteger(seed)) {
    console.error(
      `Usage: npm run soak -- NAME --n N [--seed S] [--json FILE], NAME one of ${Object.keys(soaks).join(', ')}`,
    )
    return 2
  }
  return withRuntime(async () => {
    await ensureBuilt(root, say)
    const { text, ...report } = await soak({ n, seed, say })
    console.log(text)
    if (values.json) writeFileSync(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`)
    return report.violations.length ? 1 : 0
  })
}

await exitWith(run)
