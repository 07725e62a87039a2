// How long it takes until it rings, and from accepting until both hear each other: the browser alone, the usual demo and
// two running apps, in turn. First on one computer, then with 60 ms there and back between the two and by the server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../build/app-build.ts'
import { startChildServer } from '../e2e/child-server.ts'
import { labObstacle, openLab } from '../e2e/network/lab.ts'
import { addresses, persons } from '../e2e/network/town.ts'
import { projectRoot, startPhone } from '../e2e/phone.ts'
import { chromiumPath } from '../e2e/runtime/chromium-binary.ts'
import { openBarePages, type BarePages } from './call/bare-calls.ts'
import { inTurn } from './call/in-turn.ts'
import { openPhones, type PhoneCalls } from './call/phone-calls.ts'
import { setupRows } from './call/setup-rows.ts'
import type { Setup } from './call/setup.ts'
import { writeVoice } from './call/voice.ts'
import type { BenchRow } from './report.ts'
import type { BenchParts } from './run.ts'

const runs = 15
const roundTripMs = 60
/** Said aloud: without it simple-peer asks servers of Google and Twilio. */
const direct: RTCConfiguration = { iceServers: [] }

export async function benchCallSetup({ say }: BenchParts): Promise<readonly BenchRow[]> {
  await ensureBuilt(projectRoot, say)
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const soundFile = writeVoice(join(folder, 'voice.wav'))
  try {
    const here = await onThisComputer(soundFile, say)
    const obstacle = await labObstacle()
    if (obstacle !== null) say(`nothing is measured over a distance: ${obstacle}`)
    return obstacle === null ? [...here, ...(await farApart(soundFile, say))] : here
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onThisComputer(soundFile: string, say: BenchParts['say']): Promise<BenchRow[]> {
  const [server, relay] = await Promise.all([
    startChildServer(join(projectRoot, 'e2e/server-process.ts')),
    startChildServer(join(projectRoot, 'bench/call/relay-server.ts')),
  ])
  const bare = await openBarePages({ soundFile })
  const phones = await openPhones({ url: server.url }, (person) => startPhone({ name: person, soundFile }))
  try {
    return await measure('', phones, say, {
      limit: () => bare.inOnePage('limit', direct),
      demo: () => bare.overServer('demo', relay.url, direct),
    })
  } finally {
    await Promise.all([phones.close(), bare.close(), server.close(), relay.close()])
  }
}

/** A quarter of the round trip on each way between a person and the core: the server is half way between the two. */
async function farApart(soundFile: string, say: BenchParts['say']): Promise<BenchRow[]> {
  const lab = await openLab()
  let bare: BarePages | undefined
  let phones: PhoneCalls | undefined
  try {
    const relay = await lab.serve('bench/call/relay-server.ts', [addresses.public.v4])
    for (const person of persons) await lab.delay(person, roundTripMs / 4)
    const [alice, bob] = persons.map((person) => lab.executable(person, chromiumPath()))
    bare = await openBarePages({ soundFile, executables: [alice ?? '', bob ?? ''] })
    phones = await openPhones(lab.server, (person) => lab.startPhone(person, { name: person, soundFile }))
    const overServer = (kind: 'limit' | 'demo') => () =>
      (bare as BarePages).overServer(kind, relay.url, direct)
    return await measure(`At${roundTripMs}Ms`, phones, say, {
      limit: overServer('limit'),
      demo: overServer('demo'),
    })
  } finally {
    await phones?.close()
    await bare?.close()
    await lab.close()
  }
}

async function measure(
  where: string,
  phones: PhoneCalls,
  say: BenchParts['say'],
  bare: Readonly<Record<'limit' | 'demo', () => Promise<Setup>>>,
): Promise<BenchRow[]> {
  const ways = {
    ...bare,
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
  return setupRows(where, measured)
}
