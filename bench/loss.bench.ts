// How much of what is said is heard when packets get lost, 300 ms there and back by a relay: a bare call, the usual demo
// and two running apps talk at the same time over the same network.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { ensureBuilt } from '../build/app-build.ts'
import { labObstacle, openLab } from '../e2e/network/lab.ts'
import { persons } from '../e2e/network/town.ts'
import { projectRoot } from '../e2e/phone.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { openBarePages, type BarePages } from './call/bare-calls.ts'
import { openPhones } from './call/phone-calls.ts'
import { writeVoice } from './call/voice.ts'
import { rowOf, type BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const runs = 5
const listenMs = 10_000
const roundTripMs = 300
const lossPercents = [0, 10, 30]

export async function benchLoss({ say }: BenchParts): Promise<readonly BenchRow[]> {
  const obstacle = await labObstacle()
  if (obstacle !== null) throw new Error(`Nothing can be measured here: ${obstacle}`)
  await ensureBuilt(projectRoot, say)
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const soundFile = writeVoice(join(folder, 'voice.wav'))
  const lab = await openLab({ relays: true })
  const opened: { close(): Promise<void> }[] = []
  try {
    const config = (): RTCConfiguration => {
      const { urls, username, credential } = lab.relayAccess()
      const relays = urls.filter((url) => url.startsWith('turn'))
      return { iceServers: [{ urls: relays, username, credential }], iceTransportPolicy: 'relay' }
    }
    const bareOnes: BarePages[] = []
    for (const kind of ['limit', 'demo'] as const) {
      const [alice = '', bob = ''] = persons.map((person) => lab.executable(person, chromiumPath()))
      const bare = await openBarePages({ soundFile, executables: [alice, bob] })
      opened.push(bare)
      await bare.begin(kind, config)
      bareOnes.push(bare)
    }
    const phones = await openPhones(lab.server, (person) =>
      lab.startPhone(person, { name: person, soundFile }),
    )
    opened.push(phones)
    await phones.begin()
    for (const person of persons) await lab.delay(person, roundTripMs / 4)
    const pages = [...bareOnes.map(({ pages }) => pages), [phones.caller.page, phones.callee.page]]

    const rows: BenchRow[] = []
    for (const percent of lossPercents) {
      // Half of it on the way out of each home, in both directions of the call.
      const share = 1 - Math.sqrt(1 - percent / 100)
      for (const person of persons) lab.town.homes[person].route({ lossOut: share, lossIn: share })
      const heard: number[][] = [[], [], []]
      for (let run = 0; run < runs; run++) {
        const shares = await Promise.all(pages.map(shareHeard))
        shares.forEach((each, way) => heard[way]?.push(each))
        say(
          `${percent} % lost, run ${run + 1}: ${shares.map((each) => `${each.toFixed(0)} %`).join(', ')} heard`,
        )
      }
      const [limit = [], demo = [], earshot = []] = heard
      rows.push(rowOf(`heardAt${percent}PercentLoss`, '%', { limit, demo, earshot }))
    }
    return rows
  } finally {
    for (const each of opened.toReversed()) await each.close()
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Percent, of the end that heard less. */
async function shareHeard(pages: readonly Page[]): Promise<number> {
  const shares = await Promise.all(
    pages.map((page) => page.evaluate((ms) => window.watch.shareHeard('peer-audio', ms), listenMs)),
  )
  return Math.min(...shares) * 100
}
