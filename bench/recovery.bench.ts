// How long it is silent after a computer has got another address, and after a network that let nothing through is back.
// A bare call, the usual demo and two running apps lose the same network, one after the other: what talks beside a call
// would make it slower.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { ensureBuilt } from '../build/app-build.ts'
import { labObstacle, openLab, type Lab } from '../e2e/network/lab.ts'
import { persons } from '../e2e/network/town.ts'
import { projectRoot } from '../e2e/phone.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { openBarePages, type BarePages } from './call/bare-calls.ts'
import { inTurn } from './call/in-turn.ts'
import { openPhones } from './call/phone-calls.ts'
import { writeVoice } from './call/voice.ts'
import { rowOf, type BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

type Way = 'limit' | 'demo' | 'earshot'

const runs = 5
const direct: RTCConfiguration = { iceServers: [] }
/** A call is judged once it has been heard for this long after its longest silence. */
const calmMs = 2_500
const patienceMs = 20_000
/** When the bare call looks for another path, after it could have gone on. */
const restartsMs = [0, 150, 400, 1_000]

/** Does something to the network, and says when a call could have gone on. */
type Loss = (lab: Lab) => Promise<number>

const outage =
  (ms: number): Loss =>
  async ({ town: { homes } }) => {
    homes.alice.route({ dead: true })
    await delay(ms)
    const backAtMs = Date.now()
    homes.alice.route({ dead: false })
    return backAtMs
  }
let interfaceIndex: 0 | 1 = 0
const losses: Readonly<Record<string, Loss>> = {
  async addressChangeMs({ town: { homes } }) {
    interfaceIndex = interfaceIndex === 0 ? 1 : 0
    const changedAtMs = Date.now()
    homes.alice.switchTo(interfaceIndex)
    return changedAtMs
  },
  outage5sMs: outage(5_000),
  outage20sMs: outage(20_000),
}

export async function benchRecovery({ say }: BenchParts): Promise<readonly BenchRow[]> {
  const obstacle = await labObstacle()
  if (obstacle !== null) throw new Error(`Nothing can be measured here: ${obstacle}`)
  await ensureBuilt(projectRoot, say)
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const soundFile = writeVoice(join(folder, 'voice.wav'))
  const lab = await openLab()
  const opened: { close(): Promise<void> }[] = []
  try {
    const bareOnes: BarePages[] = []
    for (const _kind of ['limit', 'demo'] as const) {
      const [alice = '', bob = ''] = persons.map((person) => lab.executable(person, chromiumPath()))
      const bare = await openBarePages({ soundFile, executables: [alice, bob] })
      bareOnes.push(bare)
      opened.push(bare)
    }
    const [limit, demo] = bareOnes as [BarePages, BarePages]
    const phones = await openPhones(lab.server, (person) =>
      lab.startPhone(person, { name: person, soundFile }),
    )
    opened.push(phones)

    const phonePages = [phones.caller.page, phones.callee.page]

    /** A call of its own, and what it loses. */
    async function bareBack(kind: 'limit' | 'demo', pages: BarePages, loss: Loss): Promise<number | null> {
      await pages.begin(kind, () => direct)
      const backMs = await soundBack(pages.pages, loss, () =>
        // Again and again: the browser sees a change of the network a moment later.
        kind === 'limit' ? pages.restartFor(restartsMs) : Promise.resolve(),
      )
      await pages.end()
      return backMs
    }
    async function earshotBack(loss: Loss): Promise<number | null> {
      await phones.begin()
      const backMs = await soundBack(phonePages, loss, () => Promise.resolve())
      for (const phone of [phones.caller, phones.callee]) {
        const { call } = await phone.views()
        if (call.phase === 'ended')
          say(`The call of ${phone.name} ended: ${call.reason}, ${call.detail ?? 'no detail'}`)
      }
      await phones.end()
      return backMs
    }
    /** Null where it never comes back: there is nothing to say. */
    async function soundBack(
      pages: readonly Page[],
      loss: Loss,
      atOnce: () => Promise<void>,
    ): Promise<number | null> {
      await delay(calmMs)
      const sinceMs = Date.now()
      const possibleAtMs = await loss(lab)
      const doing = atOnce()
      const times = await Promise.all(pages.map((page) => longestOver(page, sinceMs))).catch(() => null)
      await doing
      return times && Math.max(0, ...times.map((atMs) => (atMs === null ? 0 : atMs - possibleAtMs)))
    }

    const rows: BenchRow[] = []
    for (const [metric, loss] of Object.entries(losses)) {
      const measured = await inTurn<Way, number | null>(
        {
          limit: () => bareBack('limit', limit, loss),
          demo: () => bareBack('demo', demo, loss),
          earshot: () => earshotBack(loss),
        },
        runs,
        (run, results) =>
          say(
            `${metric}, run ${run}: ${Object.entries(results)
              .map(([way, ms]) => `${way} ${ms ?? 'never'}`)
              .join(', ')}`,
          ),
      )
      const column = (way: Way) => measured[way].filter((ms) => ms !== null)
      const [usual, earshot] = [column('demo'), column('earshot')]
      if (earshot.length < runs) say(`${metric}: ${runs - earshot.length} calls of Earshot did not come back`)
      rows.push(
        rowOf(metric, 'ms', {
          limit: column('limit'),
          ...(usual.length === runs && { demo: usual }),
          earshot,
        }),
      )
    }
    return rows
  } finally {
    for (const each of opened.toReversed()) await each.close()
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const longestOver = (page: Page, sinceMs: number): Promise<number | null> =>
  page.evaluate(
    ([sinceMs, calmMs, patienceMs]) => window.watch.longestOver('peer-audio', sinceMs, calmMs, patienceMs),
    [sinceMs, calmMs, patienceMs] as const,
  )
