// How long it takes until it rings, and from accepting until both hear each other: the browser alone, the usual demo and
// two running apps, in turn, so that whatever else the machine does falls on all three.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../build/app-build.ts'
import { startChildServer } from '../e2e/child-server.ts'
import { openBarePages } from './call/bare-calls.ts'
import { openPhones } from './call/phone-calls.ts'
import { inTurn } from './call/in-turn.ts'
import { setupRows } from './call/setup-rows.ts'
import { writeVoice } from './call/voice.ts'
import type { BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const root = join(import.meta.dirname, '..')
const runs = 15

export async function benchCallSetup({ say }: BenchParts): Promise<readonly BenchRow[]> {
  await ensureBuilt(root, say)
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const soundFile = writeVoice(join(folder, 'voice.wav'))
  const [server, relay] = await Promise.all([
    startChildServer(join(root, 'e2e/server-process.ts')),
    startChildServer(join(root, 'bench/call/relay-server.ts')),
  ])
  const bare = await openBarePages({ soundFile })
  const phones = await openPhones(server.url, () => ({ soundFile }))
  try {
    const ways = {
      limit: () => bare.inOnePage('limit', {}),
      demo: () => bare.overServer('demo', relay.url, {}),
      earshot: async () => {
        const setup = await phones.begin()
        await phones.end()
        return setup
      },
    }
    const measured = await inTurn(ways, runs, (run, { limit, demo, earshot }) =>
      say(
        `run ${run}: ${limit.acceptToSoundMs} ms bare, ${demo.acceptToSoundMs} demo, ${earshot.acceptToSoundMs} Earshot`,
      ),
    )
    return setupRows('', measured)
  } finally {
    await phones.close()
    await bare.close()
    await Promise.all([server.close(), relay.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}
