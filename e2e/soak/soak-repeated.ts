// One call after another between two apps that are used as people use them: answered, declined, given up, with a picture, by
// mute and hang-up from either side. Afterwards nothing may have stayed, and memory may not have grown with the calls.
import { setTimeout as delay } from 'node:timers/promises'
import { createSignalingServer } from '../../signaling-server/server.ts'
import { roomy } from '../evil-server/evil-server.ts'
import { closeAll, startPhone, type Phone } from '../phone.ts'
import { describeGrowth, heapLeaks, isLeak } from './leaks.ts'
import { createRandom } from './random.ts'
import { createSoakCalls, type SoakCalls } from './soak-calls.ts'
import type { SoakOptions } from './soak-faults.ts'
import { openSoakPhone, type SoakPhone } from './soak-phone.ts'
import type { CallsReport } from './summary.ts'
import {
  describeHost,
  heapBetween,
  heapOf,
  lastingGrowth,
  settledCounts,
  type Counted,
} from './what-is-open.ts'

const tones = { alice: 440, bob: 660 } as const
/** In milliseconds. */
const phasePatience = 20_000

interface Scene {
  readonly alice: SoakPhone
  readonly bob: SoakPhone
  readonly address: string
  readonly calls: SoakCalls
}

/** What becomes of one call. Each leaves both screens as they were. */
const kinds = {
  'talked, the caller hangs up': async ({ alice, calls }: Scene) => {
    mustTalk(await calls.begin())
    await alice.click('hang-up')
  },
  'talked, the callee hangs up': async ({ bob, calls }: Scene) => {
    mustTalk(await calls.begin())
    await bob.click('hang-up')
  },
  'talked with a picture': async ({ alice, calls }: Scene) => {
    mustTalk(await calls.begin({ video: true }))
    await alice.click('hang-up')
  },
  'muted and heard again': async ({ alice, bob, calls }: Scene) => {
    mustTalk(await calls.begin())
    for (let each = 0; each < 2; each++) await bob.click('mute')
    mustTalk(await calls.judge(Date.now()))
    await alice.click('hang-up')
  },
  declined: async ({ alice, bob, address }: Scene) => {
    await alice.dial(address)
    await bob.click('decline')
  },
  'given up': async ({ alice, bob, address }: Scene) => {
    await alice.dial(address)
    await until(bob, 'incoming')
    await alice.click('hang-up')
  },
} as const satisfies Readonly<Record<string, (scene: Scene) => Promise<void>>>
type Kind = keyof typeof kinds
const allKinds = Object.keys(kinds) as Kind[]

/** Every kind comes once before any comes again; the seed says in which order. */
export function planCalls(seed: number, n: number): readonly Kind[] {
  const random = createRandom(seed)
  const plan: Kind[] = []
  while (plan.length < n) plan.push(...random.shuffled(allKinds))
  return plan.slice(0, n)
}

/** The report names all that was wrong; only what kept it from going on throws. */
export async function soakCalls({ n, seed, say }: SoakOptions): Promise<CallsReport> {
  const host = describeHost()
  say(`host: ${host}`)
  say(`seed ${seed}, ${n} calls`)
  const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
  const phones: Phone[] = []
  try {
    const [alicePhone, bobPhone] = await Promise.all([
      startPhone({ name: 'Alice', toneHz: tones.alice }),
      startPhone({ name: 'Bob', toneHz: tones.bob }),
    ])
    phones.push(alicePhone, bobPhone)
    for (const phone of phones) await phone.setUp({ url: server.url })
    const address = await bobPhone.address()
    await alicePhone.addContact(address, 'Bob')
    await bobPhone.addContact(await alicePhone.address(), 'Alice')
    const alice = await openSoakPhone(alicePhone, { toneHz: tones.bob, otherHz: tones.alice })
    const bob = await openSoakPhone(bobPhone, { toneHz: tones.alice, otherHz: tones.bob })
    const scene: Scene = { alice, bob, address, calls: createSoakCalls(alice, bob, address) }
    const both = [alice, bob]
    const counted: Counted = { phones: both, serverCounts: () => server.counts() }

    // The first calls start codecs, threads and caches.
    for (const kind of allKinds) await oneCall(kind, scene)
    const before = await settledCounts(counted)
    const heapBefore = await heapOf(both)

    const violations: string[] = []
    const tally: Record<string, number> = {}
    const startedMs = Date.now()
    for (const [index, kind] of planCalls(seed, n).entries()) {
      await oneCall(kind, scene).catch(async (error: unknown) => {
        violations.push(`call ${index + 1}, ${kind}: ${String(error)}`)
        await scene.calls.end()
      })
      tally[kind] = (tally[kind] ?? 0) + 1
      const problems = (await Promise.all(both.map((phone) => phone.problems()))).flat()
      violations.push(...problems.map((problem) => `call ${index + 1}, ${kind}: ${problem}`))
      if ((index + 1) % 10 === 0) say(`${index + 1} calls`)
    }
    const tookMs = Date.now() - startedMs

    const growth = await lastingGrowth(before, counted)
    const heapAfter = await heapOf(both)
    violations.push(...growth.filter(isLeak).map((grown) => `left open: ${describeGrowth(grown)}`))
    violations.push(...heapLeaks(heapBefore, heapAfter, n))
    const heap = heapBetween(heapBefore, heapAfter)
    return { soak: 'calls', host, seed, n, kinds: tally, tookMs, growth, heap, violations }
  } finally {
    await closeAll(phones).finally(server.close)
  }
}

async function oneCall(kind: Kind, scene: Scene): Promise<void> {
  await kinds[kind](scene)
  await scene.calls.end()
  // What a person keeps of calls is no leak.
  for (const phone of [scene.alice, scene.bob]) await phone.forgetHistory()
}

function mustTalk(verdict: Awaited<ReturnType<SoakCalls['begin']>>): void {
  if (verdict.outcome !== 'back') throw new Error(`no call: ${JSON.stringify(verdict)}`)
}

async function until(phone: SoakPhone, phase: string): Promise<void> {
  const giveUpMs = Date.now() + phasePatience
  while ((await phone.look()).phase !== phase) {
    if (Date.now() > giveUpMs) throw new Error(`not ${phase} in ${phasePatience} ms`)
    await delay(50)
  }
}
