// The relay that the server ships, with the real coturn: what it lets start, what it refuses, and what is left of a call
// after a person hung up. Needs no app.
import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, test as base } from '@playwright/test'
import * as v from 'valibot'
import { RelayAccess } from '../contract/signaling.ts'
import { base64url } from '../sp1/encode.ts'
import { mintRelayAccess, relayName } from '../signaling-server/relay-access.ts'
import { createSignalingServer } from '../signaling-server/server.ts'
import { newCertificate, trustOnly } from '../signaling-server/test-certificate.ts'
import { connect, randomText } from '../signaling-server/test-client.ts'
import { createCoturnCli } from '../signaling-server/turn/coturn-cli.ts'
import { coturnConfig } from '../signaling-server/turn/coturn-config.ts'
import { freePort, installedCoturn, startLocalCoturn } from '../signaling-server/turn/local-coturn.ts'
import { installCoturn, ownIp } from './runtime/coturn.ts'
import { attributes } from './turn/stun-message.ts'
import { openTurnClient, type TurnClient, type TurnServer } from './turn/turn-client.ts'

// coturn has no port for Windows, and nobody tests one for macOS.
base.skip(process.platform !== 'linux', 'coturn is tested on Linux')
base.beforeAll(installCoturn)

const relayPorts = [52_000, 52_400] as const
const secrets = ['newer-secret', 'older-secret'] as const

interface World {
  readonly ip: string
  readonly port: number
  readonly log: () => Promise<string>
  readonly cli: { readonly host: string; readonly port: number; readonly password: string }
  /** Sees to it that it is closed after the test. */
  client(access: Credentials, transport?: TurnServer['transport']): Promise<TurnClient>
}
type Credentials = { readonly username: string; readonly credential: string }

const test = base.extend<{ relay: World }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
  relay: async ({}, use) => {
    const ip = ownIp()
    const folder = await mkdtemp(join(tmpdir(), 'relay-log-'))
    const logFile = join(folder, 'log')
    const port = await freePort(ip)
    const coturn = await startLocalCoturn({
      listenIp: ip,
      relayIp: ip,
      port,
      relayPorts,
      realm: 'turn.example.org',
      secrets,
      logFile,
    })
    const clients: TurnClient[] = []
    await use({
      ip,
      port,
      cli: coturn.cli,
      log: async () => {
        const files = await readdir(folder)
        return (await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))).join('\n')
      },
      async client(access, transport = 'udp') {
        const client = await openTurnClient({ ...access, transport, host: ip, port })
        clients.push(client)
        return client
      },
    })
    for (const client of clients) client.close()
    await coturn.stop()
    await rm(folder, { recursive: true })
  },
})

const newHandle = () => base64url(randomBytes(16))
/** Credentials that start something for `leftS` seconds more. */
function credentials({ leftS = 120, handle = newHandle(), secret = secrets[0] as string } = {}): Credentials {
  const nowMs = Date.now() - (120 - leftS) * 1000
  return mintRelayAccess(relayName(handle, 'a')!, { urls: [], secret, nowMs })
}
/** Whether what was allocated is gone: the relay knows nothing of it, or has hung up. */
const isGone = (client: TurnClient) =>
  client.refresh(600).then(
    (outcome) => outcome !== 'ok',
    () => true,
  )

/** What coturn says to the configuration and these further lines until it listens. */
async function complaintsAbout(...further: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-config-'))
  const [port, cliPort] = [await freePort(ownIp()), await freePort('127.0.0.1')]
  const config = coturnConfig({
    version: (await installedCoturn())!,
    listenIp: ownIp(),
    relayIp: ownIp(),
    port,
    relayPorts,
    realm: 'turn.example.org',
    secrets,
    cli: { port: cliPort, password: 'password' },
    folder,
    logFile: join(folder, 'log'),
  })
  await writeFile(join(folder, 'turnserver.conf'), [config, ...further, ''].join('\n'))
  const coturn = spawn('turnserver', ['-c', join(folder, 'turnserver.conf')], { stdio: 'ignore' })
  const socket = () => openTurnClient({ host: ownIp(), port, transport: 'tcp', username: '', credential: '' })
  await expect(async () => (await socket()).close()).toPass()
  coturn.kill('SIGKILL')
  await once(coturn, 'exit')
  const logs = (await readdir(folder)).filter((file) => file.startsWith('log'))
  const text = (await Promise.all(logs.map((file) => readFile(join(folder, file), 'latin1')))).join('\n')
  await rm(folder, { recursive: true })
  return text.match(/^.*(bad configuration|unknown|unrecognized|deprecated|error).*$/gim) ?? []
}

test('coturn takes every option of the configuration without a complaint', async () => {
  expect(await complaintsAbout()).toEqual([])
  expect((await complaintsAbout('no-such-option')).join()).toContain('no-such-option')
})

test('answers STUN to anybody and does not say what it is', async ({ relay }) => {
  const client = await relay.client({ username: '', credential: '' })
  const answer = await client.binding()
  expect(answer.class).toBe('success')
  expect(answer.attributes.has(attributes.xorMapped)).toBe(true)
  expect(answer.attributes.has(attributes.fingerprint)).toBe(true)
  expect(answer.attributes.has(attributes.software)).toBe(false)
})

test('carries between two who both hide their address, over UDP and TCP', async ({ relay }) => {
  const [alice, bob] = [await relay.client(credentials()), await relay.client(credentials(), 'tcp')]
  for (const client of [alice, bob]) expect(await client.allocate()).toBe('ok')
  for (const client of [alice, bob]) expect(await client.permit(relay.ip)).toBe('ok')
  // UDP may lose one.
  await expect(() => {
    alice.send(bob.relayed(), 'to bob')
    bob.send(alice.relayed(), 'to alice')
    expect([alice.heard[0], bob.heard[0]]).toEqual(['to alice', 'to bob'])
  }).toPass()
})

test('T1 R16: an expired credential starts nothing', async ({ relay }) => {
  const handle = newHandle()
  expect(await (await relay.client(credentials({ handle, leftS: -1 }))).allocate()).toBe(401)
  expect(await (await relay.client(credentials({ handle, leftS: 120 }))).allocate()).toBe('ok')
})

test('T2: a changed name or time is refused', async ({ relay }) => {
  const given = credentials()
  const [time = '', name = ''] = given.username.split(':')
  const other = relayName(newHandle(), 'a')!
  for (const username of [`${time}:${other}`, `${Number(time) + 3600}:${name}`, name, `${time}:`]) {
    expect(await (await relay.client({ ...given, username })).allocate()).toBe(401)
  }
  expect(await (await relay.client(given)).allocate()).toBe('ok')
})

test('T3: a call that runs goes on when its credential has expired', async ({ relay }) => {
  const short = credentials({ leftS: 2 })
  const [alice, bob] = [await relay.client(short), await relay.client(credentials())]
  for (const client of [alice, bob]) expect(await client.allocate()).toBe('ok')
  for (const client of [alice, bob]) expect(await client.permit(relay.ip)).toBe('ok')
  await expect.poll(async () => (await relay.client(short)).allocate()).toBe(401)
  expect(await alice.refresh(600)).toBe('ok')
  expect(await alice.permit(relay.ip)).toBe('ok')
  await expect(() => {
    alice.send(bob.relayed(), 'still here')
    expect(bob.heard).toContain('still here')
  }).toPass()
})

/** What a call of one side takes, and what it has lost by changes of its network within ten minutes. */
const roomForOneSide = 24
test(`R17: one credential has room for ${roomForOneSide}, and no more`, async ({ relay }) => {
  const handle = newHandle()
  for (let each = 0; each < roomForOneSide; each++) {
    const transport = each % 2 === 0 ? 'udp' : 'tcp'
    expect(await (await relay.client(credentials({ handle }), transport)).allocate()).toBe('ok')
  }
  // Also with another credential for the same seat.
  for (const leftS of [120, 60]) {
    expect(await (await relay.client(credentials({ handle, leftS }))).allocate()).toBe(486)
  }
  expect(await (await relay.client(credentials())).allocate()).toBe('ok')
})

test('both secrets of a rotation work, and no other', async ({ relay }) => {
  const outcomes = []
  for (const secret of [...secrets, 'forgotten-secret']) {
    outcomes.push(await (await relay.client(credentials({ secret }))).allocate())
  }
  expect(outcomes).toEqual(['ok', 'ok', 401])
})

test('reaches nothing that is not public', async ({ relay }) => {
  const client = await relay.client(credentials())
  expect(await client.allocate()).toBe('ok')
  const closed = ['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '100.64.0.1', '169.254.169.254']
  closed.push('172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.251', '240.0.0.1')
  for (const ip of closed.filter((ip) => ip !== relay.ip)) {
    expect([ip, await client.permit(ip)]).toEqual([ip, 403])
    // Not in the company of one that is allowed, either.
    expect([ip, await client.permit('8.8.8.8', ip)]).toEqual([ip, 403])
  }
  expect(await client.permit('8.8.8.8', '1.1.1.1')).toBe('ok')
})

test('its log names nobody', async ({ relay }) => {
  const given = credentials()
  const client = await relay.client(given)
  expect(await client.allocate()).toBe('ok')
  expect(await client.permit('8.8.8.8')).toBe('ok')
  const cli = createCoturnCli(relay.cli)
  cli.close([given.username.split(':')[1]!])
  await expect.poll(() => isGone(client)).toBe(true)
  await expect.poll(relay.log).not.toBe('')
  const log = await relay.log()
  expect(
    [given.username.split(':')[1]!, '8.8.8.8', 'newer-secret'].filter((text) => log.includes(text)),
  ).toEqual([])
})

/** A server in front of the relay, and calls by it. */
async function serverAt(relay: World) {
  const cli = createCoturnCli(relay.cli)
  const server = await createSignalingServer({
    relay: { urls: [`turn:${relay.ip}:${relay.port}`], secrets, onClosed: cli.close },
  })
  const drops: { socket: { disconnect(): unknown } }[] = []
  /** Two who sit at a handle, each with something allocated and a way to the other. */
  async function call() {
    const handle = randomText(16)
    const side = async (transport: 'udp' | 'tcp') => {
      const drop = await connect(server.url, '/drop')
      drops.push(drop)
      await drop.ask('reply.open', { handle })
      const access = v.parse(RelayAccess, await drop.ask('turn.get', { handle }))
      const client = await relay.client(access, transport)
      expect(await client.allocate()).toBe('ok')
      return { drop, client, access }
    }
    return { handle, alice: await side('udp'), bob: await side('tcp') }
  }
  const close = async () => {
    for (const { socket } of drops) socket.disconnect()
    await server.close()
    cli.stop()
  }
  return { server, cli, call, close }
}

test('T4 R16: whoever hangs up closes both sides of the call at the relay, and no other call', async ({
  relay,
}) => {
  const { call, cli, close } = await serverAt(relay)
  const [ending, other] = [await call(), await call()]
  await ending.alice.drop.ask('reply.close', { handle: ending.handle })
  const startedMs = Date.now()
  for (const { client } of [ending.alice, ending.bob]) await expect.poll(() => isGone(client)).toBe(true)
  test.info().annotations.push({ type: 'closed after', description: `${Date.now() - startedMs} ms` })
  for (const { client } of [other.alice, other.bob]) expect(await client.refresh(600)).toBe('ok')
  expect(cli.counts()).toEqual({ closed: 2, failed: 0, dropped: 0, waiting: 0 })
  await close()
})

test('a call goes on at the relay when both sides have lost the server', async ({ relay }) => {
  const { call, server, cli, close } = await serverAt(relay)
  const { alice, bob } = await call()
  for (const { drop } of [alice, bob]) drop.socket.disconnect()
  await expect.poll(() => server.counts().connections).toBe(0)
  for (const { client } of [alice, bob]) expect(await client.refresh(600)).toBe('ok')
  expect(cli.counts()).toEqual({ closed: 0, failed: 0, dropped: 0, waiting: 0 })
  await close()
})

test('`npm run server -- --turn` brings a relay over UDP, TCP and TLS, and takes it away again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relay-tls-'))
  const [certificate, renewed] = [await newCertificate(), await newCertificate()]
  trustOnly(certificate)
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const put = async (texts: typeof certificate) => {
    for (const part of ['cert', 'key'] as const) await writeFile(files[part], texts[part])
  }
  await put(certificate)
  const ports = { plain: await freePort(ownIp()), tls: await freePort(ownIp()) }
  const cliFile = join(import.meta.dirname, '../signaling-server/cli.ts')
  const own = ['--port', '0', '--tls-cert', files.cert, '--tls-key', files.key]
  const turn = ['--turn', '--turn-port', `${ports.plain}`, '--turn-tls-port', `${ports.tls}`]
  const server = spawn(process.execPath, [cliFile, ...own, ...turn, '--turn-relay-ports', '52500-52600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  })
  let said = ''
  server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await expect.poll(() => said).toContain('The relay is at ')
  const [url = ''] = said.split('\n')

  const drop = await connect(url, '/drop')
  const handle = randomText(16)
  await drop.ask('reply.open', { handle })
  const access = v.parse(RelayAccess, await drop.ask('turn.get', { handle }))
  expect(access.urls).toEqual([
    `stun:${ownIp()}:${ports.plain}`,
    `turn:${ownIp()}:${ports.plain}?transport=udp`,
    `turn:${ownIp()}:${ports.plain}?transport=tcp`,
    `turns:${ownIp()}:${ports.tls}?transport=tcp`,
  ])
  const clients: TurnClient[] = []
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    const port = transport === 'tls' ? ports.tls : ports.plain
    const client = await openTurnClient({ ...access, transport, host: ownIp(), port })
    clients.push(client)
    expect([transport, await client.allocate()]).toEqual([transport, 'ok'])
  }
  await drop.ask('reply.close', { handle })
  for (const client of clients) await expect.poll(() => isGone(client)).toBe(true)
  for (const client of clients) client.close()
  drop.socket.disconnect()

  const shown = async () => {
    const socket = connectTls({ host: ownIp(), port: ports.tls, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const text = socket.getPeerX509Certificate()?.toString().trim()
    socket.destroy()
    return text
  }
  expect(await shown()).toBe(certificate.cert.trim())
  await put(renewed)
  server.kill('SIGHUP')
  await expect.poll(shown).toBe(renewed.cert.trim())

  server.kill('SIGTERM')
  expect(await once(server, 'exit')).toEqual([0, null])
  await expect(
    openTurnClient({ ...access, transport: 'tcp', host: ownIp(), port: ports.plain }),
  ).rejects.toThrow()
  // Its configuration held the secret.
  expect((await readdir(folder)).sort()).toEqual(['cert.pem', 'key.pem'])
  await rm(folder, { recursive: true })
  expect(existsSync(folder)).toBe(false)
})

test('the server goes on without its relay when that has ended', async () => {
  const cliFile = join(import.meta.dirname, '../signaling-server/cli.ts')
  const port = await freePort(ownIp())
  const server = spawn(process.execPath, [cliFile, '--port', '0', '--turn', '--turn-port', `${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  server.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  server.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  await expect.poll(() => said.out).toContain('The relay is at ')
  const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
  process.kill(Number(children.trim()), 'SIGKILL')
  await expect
    .poll(() => said.err)
    .toBe('The relay has ended. The server goes on without it: start both again.\n')
  const drop = await connect(said.out.split('\n')[0]!, '/drop')
  const handle = randomText(16)
  await drop.ask('reply.open', { handle })
  expect(await drop.ask('turn.get', { handle })).toEqual({ ok: false, code: 'no-relay' })
  drop.socket.disconnect()
  server.kill('SIGTERM')
  expect(await once(server, 'exit')).toEqual([0, null])
})

test('the credentials of an own relay are the HMAC that every coturn computes', async ({ relay }) => {
  // As another program would make them (draft-uberti-behave-turn-rest-00), without this project's code.
  const username = `${Math.floor(Date.now() / 1000) + 60}:somebody`
  const credential = createHmac('sha1', secrets[0]).update(username).digest('base64')
  expect(await (await relay.client({ username, credential })).allocate()).toBe('ok')
})
