import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSignalingServer, type SignalingServerOptions } from '../../signaling-server/server.ts'
import { newCertificate, trustOnly } from '../../signaling-server/test-certificate.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createPrekey } from '../../sp1/prekey.ts'
import type { Clock } from '../clock.ts'
import { channelBindingOf } from './channel-binding.ts'
import { createSignalingClient } from './signaling-client.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const [ofServer, ofAttacker] = [await newCertificate(), await newCertificate()]
const closing: (() => unknown)[] = []
afterEach(async () => {
  trustOnly()
  for (const close of closing.splice(0).reverse()) await close()
})

/** Comes back by itself never: each test sees one attempt. */
const oneAttempt: Clock = { now: Date.now, after: () => () => {} }

function newClient() {
  const identity = identityFromSeed(rng(32))
  const { bundle } = createPrekey(identity, Date.now(), rng)
  const client = createSignalingClient({
    identity,
    bundle: async () => bundle,
    onEnvelope: async () => {},
    onSettled: () => {},
    clock: oneAttempt,
    rng,
  })
  closing.push(() => client.close())
  return client
}

/** What a login at this address comes to. */
async function outcome(url: string, channelBinding: boolean): Promise<string> {
  const client = newClient()
  client.connect(url, channelBinding)
  await vi.waitFor(() => expect(client.state().state).toMatch(/online|offline/), {
    timeout: 15_000,
    interval: 10,
  })
  return client.state().code ?? client.state().state
}

async function startServer(options: SignalingServerOptions) {
  const server = await createSignalingServer(options)
  closing.push(() => server.close())
  return server
}

/** Ends TLS with a certificate of its own and passes every byte on, in both directions, as the server it is not. */
async function standBetween() {
  let serverPort = 0
  let endsTls = true
  const proxy = createTlsServer({ ...ofAttacker, minVersion: 'TLSv1.3' }, (victim) => {
    const ahead: Socket = endsTls
      ? connectTls({ host: '127.0.0.1', port: serverPort, rejectUnauthorized: false })
      : connect(serverPort, '127.0.0.1')
    victim.pipe(ahead).pipe(victim)
    for (const [one, other] of [
      [victim, ahead],
      [ahead, victim],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  closing.push(() => proxy.close())
  return {
    url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    forwardTo(url: string) {
      serverPort = Number(new URL(url).port)
      endsTls = url.startsWith('https:')
    },
  }
}

describe('a login at a server that ends TLS itself', () => {
  it('is tied to its connection when a person said so', async () => {
    const server = await startServer({ tls: ofServer })
    trustOnly(ofServer)
    expect(await outcome(server.url, true)).toBe('online')
    expect(server.counts()).toMatchObject({ logins: 1, refused: {} })
  })

  it('sp1 S3 is refused when somebody in the middle passes it on, although his certificate is trusted', async () => {
    const middle = await standBetween()
    const server = await startServer({ tls: ofServer, publicOrigin: middle.url })
    middle.forwardTo(server.url)
    trustOnly(ofServer, ofAttacker)
    expect(await outcome(middle.url, true)).toBe('server-binding')
    expect(server.counts()).toMatchObject({ logins: 0, refused: { 'bad-signature': 1 } })
  })

  it('is refused without the tie, and the person learns what to tick', async () => {
    const server = await startServer({ tls: ofServer })
    trustOnly(ofServer)
    expect(await outcome(server.url, false)).toBe('server-wants-binding')
    expect(server.counts()).toMatchObject({ logins: 0, refused: { 'bad-signature': 1 } })
  })

  it('E28 comes to nothing with a certificate that nobody vouches for', async () => {
    const server = await startServer({ tls: ofServer })
    trustOnly(ofAttacker)
    expect(await outcome(server.url, true)).toBe('server-refused')
    expect(server.counts()).toMatchObject({ logins: 0, refused: {} })
  })
})

describe('a login at a server behind a proxy', () => {
  it('works as it did without the tie, which nobody on the way can ask for', async () => {
    const proxy = await standBetween()
    const server = await startServer({ publicOrigin: proxy.url })
    proxy.forwardTo(server.url)
    trustOnly(ofAttacker)
    expect(await outcome(proxy.url, false)).toBe('online')
  })

  it('is refused with the tie, because that connection ends at the proxy', async () => {
    const proxy = await standBetween()
    const server = await startServer({ publicOrigin: proxy.url })
    proxy.forwardTo(server.url)
    trustOnly(ofAttacker)
    expect(await outcome(proxy.url, true)).toBe('server-binding')
    expect(server.counts().logins).toBe(0)
  })

  it('signs nothing at all with the tie where there is no TLS', async () => {
    const server = await startServer({})
    expect(await outcome(server.url, true)).toBe('server-binding')
    expect(server.counts()).toMatchObject({ logins: 0, refused: {} })
  })
})

describe('the tie', () => {
  it('is the same at both ends of a connection, and another for each connection', async () => {
    const seen: string[] = []
    const server = createTlsServer({ ...ofServer, minVersion: 'TLSv1.3' }, (socket) => {
      seen.push(socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)).toString('hex'))
      socket.end('done')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const mine: (string | null)[] = []
    for (let count = 0; count < 2; count++) {
      const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
      await once(socket, 'data')
      mine.push(channelBindingOf({ io: { engine: { transport: { ws: { _socket: socket } } } } }))
      socket.destroy()
    }
    expect(mine).toEqual(seen)
    expect(new Set([...mine, ...seen]).size).toBe(2)
    expect(mine[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is not there without TLS 1.3, or where the library keeps no connection', async () => {
    const old = createTlsServer({ ...ofServer, maxVersion: 'TLSv1.2' }, (socket) => socket.end('done'))
    const plain = createTcpServer((socket) => socket.end('done'))
    for (const server of [old, plain]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      closing.push(() => server.close())
    }
    const portOf = (server: typeof plain) => (server.address() as AddressInfo).port
    const sockets = [
      connectTls({ host: '127.0.0.1', port: portOf(old), rejectUnauthorized: false }),
      connect(portOf(plain), '127.0.0.1'),
    ]
    for (const socket of sockets) {
      await once(socket, 'data')
      expect(channelBindingOf({ io: { engine: { transport: { ws: { _socket: socket } } } } })).toBeNull()
      socket.destroy()
    }
    for (const stranger of [{}, { io: null }, { io: { engine: { transport: {} } } }])
      expect(channelBindingOf(stranger)).toBeNull()
  })
})
