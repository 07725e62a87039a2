// One long call of two apps in the network laboratory, into which faults are thrown. After each it has to be back or to have
// ended with a reason, and at the end nothing may have stayed open.
import { setTimeout as delay } from 'node:timers/promises'
import { openLab, type Lab } from '../network/lab.ts'
import { closeAll, type Phone } from '../phone.ts'
import { describeRound, kindsOf, planSoak, type Round } from './faults.ts'
import type { Verdict } from './judge.ts'
import { describeGrowth, isLeak } from './leaks.ts'
import { createSoakCalls, type SoakCalls } from './soak-calls.ts'
import { openSoakPhone, type SoakPhone } from './soak-phone.ts'
import { line, rowsOf, type RoundResult, type SoakReport } from './summary.ts'
import { createThrow } from './throw-fault.ts'
import {
  describeHost,
  heapBetween,
  heapOf,
  lastingGrowth,
  settledCounts,
  type Counted,
} from './what-is-open.ts'

export interface SoakOptions {
  readonly n: number
  readonly seed: number
  readonly say: (line: string) => void
}

const tones = { alice: 440, bob: 660 } as const
/** Needs the laboratory: ask labObstacle first. The report names all that was wrong; only what kept it from going on throws. */
export async function soakFaults({ n, seed, say }: SoakOptions): Promise<SoakReport> {
  const { acquainted, rounds } = planSoak(seed, n)
  const ran = describeHost()
  say(`host: ${ran}`)
  say(
    `seed ${seed}, ${n} rounds, ${acquainted ? 'contacts who have compared the code' : 'by the relay only'}`,
  )
  const lab = await openLab({ relays: true })
  const started: Phone[] = []
  try {
    const [alicePhone, bobPhone] = await Promise.all([
      lab.startPhone('alice', { name: 'Alice', toneHz: tones.alice }),
      lab.startPhone('bob', { name: 'Bob', toneHz: tones.bob }),
    ])
    started.push(alicePhone, bobPhone)
    for (const phone of started) await phone.setUp(lab.server)
    await alicePhone.addContact(await bobPhone.address(), 'Bob')
    await bobPhone.addContact(await alicePhone.address(), 'Alice')
    const alice = await openSoakPhone(alicePhone, { toneHz: tones.bob, otherHz: tones.alice })
    const bob = await openSoakPhone(bobPhone, { toneHz: tones.alice, otherHz: tones.bob })
    const calls = createSoakCalls(alice, bob, await bobPhone.address())
    const phones = [alice, bob]
    const counted: Counted = { phones, serverCounts: lab.serverCounts }

    // The first call starts codecs and threads, and nothing is known before of what an idle app has open.
    mustTalk(await calls.begin())
    if (acquainted) await acquaint([alicePhone, bobPhone])
    await calls.end()
    const before = await settledCounts(counted)
    const heapBefore = await heapOf(phones)

    mustTalk(await calls.begin())
    const throwRound = createThrow(lab, { alice, bob })
    const results: RoundResult[] = []
    const violations: string[] = []
    for (const [index, round] of rounds.entries()) {
      const verdict = await judgedRound(round, { throwRound, calls, lab, phones })
      const result = { number: index + 1, kinds: kindsOf(round), what: describeRound(round), verdict }
      results.push(result)
      say(line(result))
      if (verdict.outcome === 'wrong')
        violations.push(`round ${result.number}, ${result.what}: ${verdict.what}`)
      const again = await nextCall(verdict, calls)
      if (again?.outcome === 'back' || again === null) continue
      violations.push(`after round ${result.number} no new call began: ${JSON.stringify(again)}`)
      await calls.end()
      mustTalk(await calls.begin())
    }

    await calls.end()
    const growth = await lastingGrowth(before, counted)
    violations.push(...growth.filter(isLeak).map((grown) => `left open: ${describeGrowth(grown)}`))
    const heapAfter = await heapOf(phones)
    const heap = heapBetween(heapBefore, heapAfter)
    const kinds = rowsOf(results)
    return {
      soak: 'faults',
      host: ran,
      seed,
      n,
      acquainted,
      rounds: results,
      kinds,
      growth,
      heap,
      violations,
    }
  } finally {
    await closeAll(started).finally(lab.close)
  }
}

/** What a soak cannot go on without. */
function mustTalk(verdict: Verdict): void {
  if (verdict.outcome !== 'back') throw new Error(`a call did not begin: ${JSON.stringify(verdict)}`)
}

/** Both say that the code is the same. */
async function acquaint(phones: readonly Phone[]): Promise<void> {
  for (const phone of phones) {
    await phone.codeOnScreen()
    await phone.byId('sas-match').click()
    while ((await phone.phase('talking')).peer.trust.state !== 'V2') await delay(50)
  }
}

interface Thrown {
  readonly throwRound: (round: Round) => Promise<number>
  readonly calls: SoakCalls
  readonly lab: Lab
  readonly phones: readonly SoakPhone[]
}

async function judgedRound(round: Round, { throwRound, calls, lab, phones }: Thrown): Promise<Verdict> {
  const bugsBefore = round.faults.some(({ fault }) => fault.kind === 'server')
    ? (await lab.serverCounts()).bugs
    : 0
  const verdict = await throwRound(round).then(calls.judge, (error: unknown): Verdict => ({
    outcome: 'wrong',
    what: String(error),
  }))
  const bugs = bugsBefore + (await lab.serverCounts()).bugs
  const problems = (await Promise.all(phones.map((phone) => phone.problems()))).flat()
  if (bugs) problems.push(`${bugs} bugs in the server`)
  if (problems.length === 0) return verdict
  const besides = verdict.outcome === 'wrong' ? `${verdict.what}; ` : ''
  return { outcome: 'wrong', what: `${besides}${problems.join('; ')}` }
}

/** Null where the call goes on. */
async function nextCall(verdict: Verdict, calls: SoakCalls): Promise<Verdict | null> {
  if (verdict.outcome === 'back') return null
  if (verdict.outcome === 'ended') return calls.callBack()
  await calls.end()
  return calls.begin()
}
