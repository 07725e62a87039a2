// Calls of two apps in the network laboratory with one thing wrong at a time: does the call doctor say which? And the check
// before a call, with and without UDP.
import { setTimeout as delay } from 'node:timers/promises'
import { openLab, type Lab } from '../network/lab.ts'
import { hear } from '../hearing.ts'
import type { DoctorState } from '../../renderer/media/call-doctor.ts'
import { closeAll, type Phone } from '../phone.ts'
import { settle } from '../pair.ts'
import {
  doctorChecks,
  doctorFaults,
  doctorRows,
  doctorTable,
  doctorViolations,
  isRight,
  throttle,
  type DoctorFault,
  type DoctorResult,
} from './doctor-faults.ts'
import type { SoakOptions } from './soak-faults.ts'
import { describeHost } from './what-is-open.ts'

/** In milliseconds. */
const lookEvery = 250
/** Of the doctor: what it has not said by then it does not say. */
const patience = 40_000
/** What it says for so long is what it says. */
const stays = 3_000
/** A healthy call is watched for so long. */
const watched = 20_000
const checkPatience = 60_000

const loss = 0.12
/** Each way, so that there and back it is twice as much. */
const farMs = 200

export async function soakDoctor({ n, say }: SoakOptions) {
  const ran = describeHost()
  say(`host: ${ran}`)
  const lab = await openLab({ relays: true })
  const phones: Phone[] = []
  try {
    const [alice, bob] = await Promise.all([
      lab.startPhone('alice', { name: 'Alice', toneHz: 440 }),
      lab.startPhone('bob', { name: 'Bob', toneHz: 660 }),
    ])
    phones.push(alice, bob)
    for (const phone of phones) await phone.setUp(lab.server)
    await alice.addContact(await bob.address(), 'Bob')
    await bob.addContact(await alice.address(), 'Alice')
    await bob.page.evaluate(holdMicrophones)
    // From the first on, so that only its length is another in the far case.
    await lab.delay('alice', 0)
    const results: DoctorResult[] = []
    for (let round = 1; round <= n; round++) {
      const add = (result: DoctorResult): void => {
        results.push(result)
        const { name, said, afterMs, goneAfterMs } = result
        say(
          `${round}  ${name}: ${said ?? 'nothing'}${afterMs === null ? '' : ` after ${afterMs} ms`}` +
            `${goneAfterMs === null ? '' : `, gone after ${goneAfterMs} ms`}${isRight(result) ? '' : '  WRONG'}`,
        )
      }
      await talk(alice, bob)
      for (const fault of doctorFaults.filter(({ name }) => name !== 'UDP blocked'))
        add(await judged(fault, { say, lab, alice, bob }))
      await hangUp(alice, bob)
      // Which way the packets go is found when a call begins.
      lab.town.homes.alice.route({ blocked: 'udp' })
      await talk(alice, bob)
      for (const fault of doctorFaults.filter(({ name }) => name === 'UDP blocked'))
        add(await judged(fault, { say, lab, alice, bob }))
      await hangUp(alice, bob)
      for (const { name, outcome } of doctorChecks) {
        lab.town.homes.alice.route({ blocked: name.includes('UDP') ? 'udp' : 'nothing' })
        add({ name, expected: outcome, said: await checked(alice), afterMs: null, goneAfterMs: null })
      }
      lab.town.reset()
    }
    const rows = doctorRows(results)
    // Chromium's own words about a camera that is closed again.
    const problems = phones
      .flatMap(({ problems }) => problems)
      .filter((text) => !text.includes('VideoFrame was garbage collected'))
    return {
      soak: 'doctor' as const,
      host: ran,
      n,
      rows,
      text: [`soak doctor, ${n} rounds, on ${ran}`, doctorTable(rows), ...problems].join('\n'),
      violations: [...doctorViolations(rows), ...problems],
    }
  } finally {
    await closeAll(phones).finally(lab.close)
  }
}

interface Scene {
  readonly say: (line: string) => void
  readonly lab: Lab
  readonly alice: Phone
  readonly bob: Phone
}

async function judged({ name, cause }: DoctorFault, scene: Scene): Promise<DoctorResult> {
  const expected = cause ?? 'nothing'
  const mend = await harm(name, scene)
  const beganMs = Date.now()
  const { said, atMs } = await firstSaid(
    cause === null ? [scene.alice, scene.bob] : [scene.alice],
    cause === null ? watched : patience,
  )
  const figures = said === cause ? null : await lastFigures(scene.alice)
  await mend()
  const endedMs = Date.now()
  if (figures !== null) scene.say(`   ${name}: ${figures}`)
  // The way stays as it is for as long as this call.
  const canGo = said !== null && name !== 'UDP blocked'
  const goneAtMs = canGo ? await gone(scene.alice) : null
  return {
    name,
    expected,
    said,
    afterMs: atMs === null ? null : atMs - beganMs,
    goneAfterMs: goneAtMs === null ? null : goneAtMs - endedMs,
  }
}

/** Returns how it is undone. */
async function harm(name: DoctorFault['name'], { lab, alice, bob }: Scene): Promise<() => Promise<void>> {
  const home = lab.town.homes.alice
  const mute = (on: boolean) => bob.page.evaluate((on) => window.holdMicrophones?.(on), on)
  switch (name) {
    case 'healthy':
    case 'UDP blocked':
      return async () => undefined
    case 'loss up':
      home.route({ lossOut: loss })
      return async () => home.route({ lossOut: 0 })
    case 'loss down':
      home.route({ lossIn: loss })
      return async () => home.route({ lossIn: 0 })
    case 'silent peer':
      await mute(true)
      return () => mute(false)
    case 'busy CPU': {
      const stop = throttle(alice.app.process().pid ?? 0)
      return async () => stop()
    }
    case 'relay only, far':
      await lab.delay('alice', farMs)
      return () => lab.delay('alice', 0)
  }
}

/** What her page has measured last, to find out why it said what was not so. */
const lastFigures = (phone: Phone): Promise<string> =>
  phone.page.evaluate(() => {
    const root = document.querySelector('#app') as unknown as {
      readonly __vue_app__: {
        readonly config: {
          readonly globalProperties: {
            readonly $pinia: {
              readonly state: { readonly value: Record<string, { readonly now?: DoctorState }> }
            }
          }
        }
      }
    }
    const samples = root.__vue_app__.config.globalProperties.$pinia.state.value['quality']?.now?.samples ?? []
    return samples
      .slice(-10)
      .map(
        (each) =>
          `${each.roundTripMs} ms, late ${each.lateMs}, jitter ${each.jitterDownMs}, lost ${each.lossDown} ${each.lossUp}`,
      )
      .join(' | ')
  })

const noteOf = async (phone: Phone): Promise<string | null> =>
  phone.byId('doctor-note').getAttribute('data-cause', { timeout: 10_000 })

/** What one of them says and goes on saying. */
async function firstSaid(
  phones: readonly Phone[],
  patienceMs: number,
): Promise<{ readonly said: string | null; readonly atMs: number | null }> {
  const giveUpMs = Date.now() + patienceMs
  let said: string | null = null
  let atMs = 0
  while (Date.now() < giveUpMs || said !== null) {
    const now = (await Promise.all(phones.map(noteOf))).find((cause) => cause !== null) ?? null
    if (now !== said) {
      said = now
      atMs = Date.now()
    }
    if (said !== null && Date.now() - atMs > stays) return { said, atMs }
    await delay(lookEvery)
  }
  return { said: null, atMs: null }
}

/** When nothing was said any more; null if that never came. */
async function gone(phone: Phone): Promise<number | null> {
  const giveUpMs = Date.now() + patience
  let quietMs: number | null = null
  while (Date.now() < giveUpMs) {
    quietMs = (await noteOf(phone)) === null ? (quietMs ?? Date.now()) : null
    if (quietMs !== null && Date.now() - quietMs > stays) return quietMs
    await delay(lookEvery)
  }
  return null
}

async function talk(alice: Phone, bob: Phone): Promise<void> {
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  for (const heard = { windows: 0 }; heard.windows < 3;)
    Object.assign(heard, await hear(alice.page, 660, 440))
}

async function hangUp(alice: Phone, bob: Phone): Promise<void> {
  for (const phone of [alice, bob]) await settle(phone)
}

/** The outcome of the check, as its screen shows it. */
async function checked(phone: Phone): Promise<string | null> {
  await phone.openSettings('quality')
  await phone.byId('open-check').click()
  await phone.byId('check-start').click()
  const check = phone.byId('network-check')
  const giveUpMs = Date.now() + checkPatience
  let outcome: string | null = null
  while (outcome === null && Date.now() < giveUpMs) {
    await delay(lookEvery)
    outcome = await check.getAttribute('data-outcome')
  }
  await phone.page.keyboard.press('Escape')
  await phone.byId('settings-close').click()
  return outcome
}

declare global {
  interface Window {
    holdMicrophones?: (on: boolean) => void
  }
}

/** Runs in the page: from now on its microphones can be made to give zeros, as a dead one does. */
export function holdMicrophones(): void {
  const gains: GainNode[] = []
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    if (!constraints?.audio) return stream
    const context = new AudioContext()
    const gain = context.createGain()
    const out = context.createMediaStreamDestination()
    context.createMediaStreamSource(stream).connect(gain).connect(out)
    gains.push(gain)
    return out.stream
  }
  window.holdMicrophones = (on) => {
    for (const { gain } of gains) gain.value = on ? 0 : 1
  }
}
