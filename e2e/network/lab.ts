// A town with two running apps and a server in it, driven from outside. Shared by the specs of the network and the benches.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installPackages } from '../runtime/debian.ts'
import { namespaceObstacle } from './namespaces.ts'
import { startChildServer, type ChildServer } from '../child-server.ts'
import { projectRoot, startPhone, type Phone, type PhoneOptions } from '../phone.ts'
import type { RelayAccess } from '../../contract/signaling.ts'
import { mintRelayAccess } from '../../signaling-server/relay-access.ts'
import type { SignalingServer } from '../../signaling-server/server.ts'
import { newCertificate } from '../../signaling-server/test-certificate.ts'
import type { CoturnCliOptions } from '../../signaling-server/turn/coturn-cli.ts'
import type { ServerProcessOptions } from '../server-process.ts'
import type { RelayProcessOptions } from './relay-process.ts'
import { relayUrls } from './relay-urls.ts'
import { addresses, buildTown, persons, serverName, type Person, type Town } from './town.ts'

export interface Lab {
  readonly town: Town
  readonly folder: string
  /** As a person enters it. */
  readonly server: { readonly url: string; readonly endsTls: true }
  /** What phones trust the server by. */
  readonly certificate: string
  /** What the server would give somebody who wants to use its relays, for whoever is no app of ours. */
  relayAccess(): RelayAccess
  /** Ends the server as a crash does, and starts another one that knows nothing of it. The relays stay. */
  killServer(): Promise<void>
  restartServer(): Promise<void>
  /** What the server counts, and the bugs it had. Rejects while there is none. */
  serverCounts(): Promise<ServerCounts>
  /** Runs a script in public that serves something, for as long as the laboratory is open. */
  serve(script: string, args: readonly string[]): Promise<ChildServer>
  startPhone(person: Person, options: PhoneOptions): Promise<Phone>
  /** Makes the way between a home and everybody else this much longer, in each direction. */
  delay(person: Person, ms: number): Promise<void>
  /** A program for Playwright to start, which runs this one at home of a person. */
  executable(person: Person, program: string): string
  close(): Promise<void>
}

export type ServerCounts = ReturnType<SignalingServer['counts']> & { readonly bugs: number }

/** That of the web: what a strict network lets through. Of the server, and at addresses of their own of the relays. */
const openPort = 443
/** Where the server listens, at all addresses: only its own have their open port led there, the others are the relays'. */
const serverPort = 7_117
const packages = ['iproute2', 'nftables', 'procps', 'tcpdump', 'socat', 'coturn']

/** Why there is no laboratory here, in one line; null where there can be one, with all it needs installed. */
export async function labObstacle(): Promise<string | null> {
  await installPackages(packages, console.log)
  return namespaceObstacle()
}

/** `relays`: a coturn in public for each version of IP, which the server lets calls use. */
export async function openLab({ relays = false } = {}): Promise<Lab> {
  const town = buildTown()
  const folder = mkdtempSync(join(tmpdir(), 'earshot-lab-'))
  const started: ChildServer[] = []
  const inLab = async (script: string, args: readonly string[], within: readonly string[]) => {
    const child = await startChildServer(join(projectRoot, script), args, within)
    started.push(child)
    return child
  }
  async function close(): Promise<void> {
    for (const child of started) await child.close()
    town.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { v4, v6 } = addresses.public
    writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n${v4} ${serverName}\n${v6} ${serverName}\n`)
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${addresses.dns}\noptions timeout:1 attempts:1\n`)
    const relaySecret = randomBytes(32).toString('base64url')
    const tls = await newCertificate([{ type: 2, value: serverName }])
    const certificate = join(folder, 'cert.pem')
    writeFileSync(certificate, tls.cert)
    const serverUrl = `https://${serverName}`
    const urls = relayUrls(addresses.public.relay, openPort)
    const relayOptions: RelayProcessOptions = {
      ips: addresses.public.relay,
      port: openPort,
      secret: relaySecret,
    }
    const relay = relays
      ? await inLab('e2e/network/relay-process.ts', [JSON.stringify(relayOptions)], town.public.within)
      : null
    const options: ServerProcessOptions = {
      host: '::',
      port: serverPort,
      publicOrigin: serverUrl,
      tls,
      ...(relay && { relays: { urls, secret: relaySecret, clis: relay.said['clis'] as CoturnCliOptions[] } }),
    }
    town.public.nft(`table inet server {
  chain incoming {
    type nat hook prerouting priority dstnat;
    ip daddr ${v4} tcp dport ${openPort} redirect to :${serverPort}
    ip6 daddr ${v6} tcp dport ${openPort} redirect to :${serverPort}
  }
}
`)
    const startServer = () => inLab('e2e/server-process.ts', [JSON.stringify(options)], town.public.within)
    let server = await startServer()
    const sockets = Object.fromEntries(persons.map((person) => [person, join(folder, `${person}.sock`)]))
    for (const person of persons)
      await inLab('e2e/network/loopback-bridge.ts', [sockets[person]!], town.homes[person].namespace.within)

    function script(name: string, command: readonly string[]): string {
      const path = join(folder, name)
      const words = command.map((word) => `'${word}'`).join(' ')
      writeFileSync(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o700 })
      return path
    }
    const lines: Partial<Record<Person, ChildServer>> = {}
    return {
      town,
      folder,
      async delay(person, ms) {
        const known = lines[person]
        if (known) return known.tell(String(ms))
        const port = String(4_000 + 10 * persons.indexOf(person))
        lines[person] = await inLab('e2e/network/delay-line.ts', [person, String(ms), port], town.core.within)
        town.homes[person].detour(`${person}near`, `${person}far`)
      },
      server: { url: serverUrl, endsTls: true },
      relayAccess: () =>
        mintRelayAccess(randomBytes(8).toString('hex'), {
          urls,
          secret: relaySecret,
          nowMs: Date.now(),
        }),
      async killServer() {
        started.splice(started.indexOf(server), 1)
        await server.kill()
      },
      async restartServer() {
        server = await startServer()
      },
      serverCounts: async () => JSON.parse(await server.ask('counts')) as ServerCounts,
      serve: (script, args) => inLab(script, args, town.public.within),
      certificate,
      executable: (person, program) =>
        script(`${person}-program`, [...town.homes[person].namespace.within, program]),
      startPhone(person, options) {
        const { name } = town.homes[person].namespace
        const enter = [process.execPath, join(projectRoot, 'e2e/network/enter.ts')]
        const executable = script(`${person}-app`, [
          ...enter,
          name,
          sockets[person]!,
          folder,
          electron(),
          '-r',
          loader(),
        ])
        return startPhone({
          ...options,
          executable,
          env: { ...options.env, NODE_EXTRA_CA_CERTS: certificate },
        })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const require = createRequire(import.meta.url)

/** What Playwright itself would start, and load into it, were it not told otherwise. */
const electron = (): string => require('electron') as string
function loader(): string {
  const playwright = createRequire(require.resolve('@playwright/test')).resolve(
    'playwright-core/package.json',
  )
  return join(dirname(playwright), 'lib/server/electron/loader.js')
}
