// How long it takes from accepting until both hear each other when only a relay may be used, and when no UDP gets out.
// What the bare calls and the demo say to each other is handed over, so that only Earshot waits for a server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../build/app-build.ts'
import { labObstacle, openLab } from '../e2e/network/lab.ts'
import type { RouterState } from '../e2e/network/router-rules.ts'
import { persons } from '../e2e/network/town.ts'
import { projectRoot } from '../e2e/phone.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { openBarePages } from './call/bare-calls.ts'
import { inTurn } from './call/in-turn.ts'
import { openPhones } from './call/phone-calls.ts'
import type { Setup } from './call/setup.ts'
import { writeVoice } from './call/voice.ts'
import { rowOf, type BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const runs = 9
const networks: Readonly<Record<string, Partial<RouterState>>> = {
  relayOnlySetupMs: { nat: 'symmetric' },
  udpBlockedSetupMs: { nat: 'symmetric', blocked: 'udp' },
}

export async function benchRelay({ say }: BenchParts): Promise<readonly BenchRow[]> {
  const obstacle = await labObstacle()
  if (obstacle !== null) throw new Error(`Nothing can be measured here: ${obstacle}`)
  await ensureBuilt(projectRoot, say)
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const soundFile = writeVoice(join(folder, 'voice.wav'))
  const lab = await openLab({ relays: true })
  const opened: { close(): Promise<void> }[] = []
  try {
    const [alice = '', bob = ''] = persons.map((person) => lab.executable(person, chromiumPath()))
    const bare = await openBarePages({ soundFile, executables: [alice, bob] })
    opened.push(bare)
    // Contacts who have compared nothing: only the relay is used.
    const phones = await openPhones(lab.server, (person) =>
      lab.startPhone(person, { name: person, soundFile }),
    )
    opened.push(phones)
    const config = (): RTCConfiguration => {
      const { urls, username, credential } = lab.relayAccess()
      const relays = [...urls].filter((url) => url.startsWith('turn'))
      const iceServers = [{ urls: relays, username, credential }]
      return { iceServers, iceTransportPolicy: 'relay' }
    }
    const rows: BenchRow[] = []
    for (const [metric, network] of Object.entries(networks)) {
      for (const person of persons) lab.town.homes[person].route(network)
      const ways = {
        limit: () => bare.overHand('limit', config),
        demo: () => bare.overHand('demo', config),
        async earshot() {
          const setup = await phones.begin()
          await phones.end()
          return setup
        },
      }
      const { limit, demo, earshot } = await inTurn(ways, runs, (run, results) =>
        say(
          `${metric}, run ${run}: ${Object.entries(results)
            .map(([way, { acceptToSoundMs }]) => `${way} ${acceptToSoundMs}`)
            .join(', ')}`,
        ),
      )
      const times = (setups: readonly Setup[]) => setups.map(({ acceptToSoundMs }) => acceptToSoundMs)
      rows.push(rowOf(metric, 'ms', { limit: times(limit), demo: times(demo), earshot: times(earshot) }))
    }
    return rows
  } finally {
    for (const each of opened.toReversed()) await each.close()
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
