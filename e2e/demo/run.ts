// `npm run demo`: on a bare machine, from nothing to a measured call between two apps. Touches only what a person can
// touch, plus the snapshot of the shell and the audio element.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../../build/app-build.ts'
import { exitWith, say, withRuntime } from '../runtime/command.ts'
import type { DemoFacts } from './facts.ts'
import { report } from './report.ts'

const root = resolve(import.meta.dirname, '../..')
const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    pictures: { type: 'string' },
    headed: { type: 'boolean', default: false },
  },
})

async function run(): Promise<number> {
  return withRuntime(async () => {
    await ensureBuilt(root, say)
    if (options.pictures) mkdirSync(options.pictures, { recursive: true })
    // Imported late: which host runs is read from the environment when these are loaded.
    const { makeCall } = await import('./call.ts')
    const { failures } = await import('./facts.ts')
    const facts: DemoFacts = await makeCall({ say, pictures: options.pictures ?? null })
    if (options.json) writeFileSync(resolve(options.json), `${JSON.stringify(facts, null, 2)}\n`)
    if (options.pictures) say(`Pictures are in ${join(options.pictures, '')}`)
    console.log(report(facts))
    return failures(facts).length ? 1 : 0
  }, options)
}

await exitWith(run)
