// The call of the demo: Alice calls Bob with video, Bob answers, both listen, compare the code, and Alice hangs up.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Page } from '@playwright/test'
import { firstSound, hear } from '../hearing.ts'
import { host, hostVersions } from '../host.ts'
import { closeAll, projectRoot, startPhone, type Phone } from '../phone.ts'
import { startRecordingProxy } from '../recording-proxy.ts'
import { look } from '../wire-search.ts'
import { fingerprintsOf, type DemoFacts } from './facts.ts'

interface Surroundings {
  readonly say: (line: string) => void
  readonly pictures: string | null
}

export async function makeCall({ say, pictures }: Surroundings): Promise<DemoFacts> {
  const proxy = await startRecordingProxy()
  const server = await startServer(proxy.url)
  proxy.forwardTo(server.url)
  say(`Signaling server at ${proxy.url}, every byte of it recorded`)
  const phones: Phone[] = []
  try {
    const [alice, bob] = await Promise.all([
      startPhone({ name: 'Alice', toneHz: 440 }),
      startPhone({ name: 'Bob', toneHz: 660 }),
    ])
    phones.push(alice, bob)
    say('Two apps are open; names, passphrases and the server are typed in')
    await Promise.all([alice.setUp({ url: proxy.url }), bob.setUp({ url: proxy.url })])
    const shoot = (page: Page, name: string) =>
      pictures ? page.screenshot({ path: join(pictures, `${name}.png`) }) : null

    await bob.byId('my-address').first().click()
    await shoot(bob.page, 'bob-address')
    const [caller, callee] = await Promise.all([alice.address(), bob.address()])
    await bob.page.keyboard.press('Escape')
    await alice.addContact(callee, 'Bob')
    await shoot(alice.page, 'alice-contact')

    say('Alice calls Bob')
    await alice.byId('contact-row').filter({ hasText: 'Bob' }).click()
    const dialled = Date.now()
    await alice.byId('call-video').click()
    const alert = await bob.alert()
    const clickToRingMs = (await alertShownAtMs(bob)) - dialled
    await shoot(alert, 'bob-alert')
    await shoot(alice.page, 'alice-calling')
    const answer = alert.getByTestId('answer-video')
    const sound = Promise.all([firstSound(alice.page, 30_000), firstSound(bob.page, 30_000)])
    const answered = await clickAt(answer)
    say('Bob answers')
    const acceptToAudioMs = Math.max(...(await sound)) - answered
    await Promise.all([alice.phase('talking'), bob.phase('talking')])

    say('Both listen for four seconds')
    await Promise.all([pictured(alice), pictured(bob)])
    const [aliceHears, bobHears] = await Promise.all([hear(alice.page, 660, 440), hear(bob.page, 440, 660)])
    const [aliceSas, bobSas] = await Promise.all([alice.codeOnScreen(), bob.codeOnScreen()])
    await shoot(alice.page, 'alice-call')
    await shoot(bob.page, 'bob-call')
    say(`Codes on the screens: ${aliceSas} and ${bobSas}`)
    if (aliceSas === bobSas)
      await Promise.all([alice.byId('sas-match').click(), bob.byId('sas-match').click()])
    const [a, b] = await Promise.all([alice.phase('talking'), bob.phase('talking')])

    say('Alice hangs up')
    await alice.byId('hang-up').click()
    const [aliceEnded, bobEnded] = await Promise.all([alice.phase('ended'), bob.phase('ended')])
    await shoot(alice.page, 'alice-ended')

    const versions = hostVersions()
    return {
      host,
      versions: {
        electron: versions.electron,
        chromium: await bob.app.evaluate(() => process.versions['chrome'] ?? 'unknown'),
        node: process.versions.node,
        earshot: (await alice.views()).app.version,
      },
      timing: { clickToRingMs, acceptToAudioMs },
      path: a.facts.path,
      dtls: { version: a.facts.dtlsVersion, cipher: a.facts.dtlsCipher, srtp: a.facts.srtpCipher },
      fingerprints: {
        alice: fingerprintsOf(a.facts),
        bob: fingerprintsOf(b.facts),
        match: a.facts.match && b.facts.match && a.facts.seen === b.facts.own && b.facts.seen === a.facts.own,
      },
      bound: a.facts.bound && b.facts.bound,
      sas: { alice: aliceSas, bob: bobSas, equal: aliceSas === bobSas },
      audio: {
        aliceHears: {
          packets: a.facts.traffic?.audioPacketsReceived ?? 0,
          energy: a.facts.traffic?.audioEnergyReceived ?? 0,
          toneHz: aliceHears.toneHz,
        },
        bobHears: {
          packets: b.facts.traffic?.audioPacketsReceived ?? 0,
          energy: b.facts.traffic?.audioEnergyReceived ?? 0,
          toneHz: bobHears.toneHz,
        },
      },
      video: {
        aliceFrames: a.facts.traffic?.framesDecoded ?? 0,
        bobFrames: b.facts.traffic?.framesDecoded ?? 0,
      },
      ended: { alice: aliceEnded.reason, bob: bobEnded.reason },
      wire: look(
        proxy.connections,
        { caller, callee },
        { ips: localIps(), fingerprints: [a.facts.own, b.facts.own].filter((each) => each !== null) },
      ),
    }
  } finally {
    await closeAll(phones).finally(() => {
      server.process.kill('SIGTERM')
      return proxy.close()
    })
  }
}

async function startServer(origin: string): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'signaling-server/cli.ts'), '--host', '127.0.0.1', '--port', '0', '--origin', origin],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [firstLine] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { url: firstLine.trim(), process: child }
}

/** When the alert window was shown, by the clock of the machine both apps run on. */
const alertShownAtMs = (phone: Phone): Promise<number> =>
  phone.app.evaluate(() => {
    const { shows } = (globalThis as unknown as { __probe: { shows: { url: string; atMs: number }[] } })
      .__probe
    return shows.findLast((show) => show.url.includes('alert.html'))?.atMs ?? Number.NaN
  })

async function clickAt(button: ReturnType<Page['getByTestId']>): Promise<number> {
  await button.click({ trial: true })
  const at = Date.now()
  await button.click()
  return at
}

/** Waits until this phone has decoded pictures. */
async function pictured(phone: Phone): Promise<void> {
  while (((await phone.phase('talking')).facts.traffic?.framesDecoded ?? 0) < 10);
}

const localIps = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal)
    .map((address) => address.address)
