// `npm run bench -- NAME [--json FILE]`: runs one bench, prints its table, and writes its report.
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exitWith, say, withRuntime } from '../e2e/runtime/command.ts'
import type { BenchRow } from './report.ts'
import { table, writeReport } from './report.ts'

export interface BenchParts {
  readonly say: (line: string) => void
}
type Bench = (parts: BenchParts) => Promise<readonly BenchRow[]>

/** Loaded late: which host runs is read from the environment when these are loaded. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'call-setup': async () => (await import('./call-setup.bench.ts')).benchCallSetup,
  loss: async () => (await import('./loss.bench.ts')).benchLoss,
  relay: async () => (await import('./relay.bench.ts')).benchRelay,
  recovery: async () => (await import('./recovery.bench.ts')).benchRecovery,
  chat: async () => (await import('./chat.bench.ts')).benchChat,
  frames: async () => (await import('./frames.bench.ts')).benchFrames,
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
  const [name = ''] = positionals
  const load = benches[name]
  if (!load || positionals.length !== 1) {
    console.error(
      `Usage: npm run bench -- NAME [--json FILE], NAME one of ${Object.keys(benches).join(', ')}`,
    )
    return 2
  }
  return withRuntime(async (runtime) => {
    const rows = await (await load())({ say })
    const [processor] = cpus()
    const host = `${runtime.host} ${runtime.version}, ${cpus().length} × ${processor?.model.trim() ?? 'unknown'}`
    const report = { bench: name, host, rows }
    console.log(table(report))
    if (values.json) writeReport(report, resolve(values.json))
    return 0
  })
}

await exitWith(run)
