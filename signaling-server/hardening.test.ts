// What strangers may do to the server: nothing but be refused.
import { once } from 'node:events'
import { connect as connectTcp, type Socket as TcpSocket } from 'node:net'
import { request } from 'node:http'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { boxRequests, dropRequests } from '../contract/signaling.ts'
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from './server.ts'
import { connect, logIn, newPerson, randomText, type Connection } from './test-client.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

const plenty = { perSecond: 100_000, burst: 100_000 }
const roomy = {
  connectsPerIpPerMinute: 10_000,
  connectionsPerIp: 1000,
  requests: plenty,
  handleTraffic: plenty,
  mailbox: plenty,
  firstContactsPerMailboxPerHour: 100_000,
}

async function start(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const bugs: unknown[] = []
  const server = await createSignalingServer({
    onBug: (cause) => bugs.push(cause),
    ...options,
    limits: { ...roomy, ...options.limits },
  })
  toEnd.push(async () => {
    await server.close()
    expect(bugs).toEqual([])
  })
  return server
}
async function open(...args: Parameters<typeof connect>): Promise<Connection> {
  const connection = await connect(...args)
  toEnd.push(() => connection.socket.disconnect())
  return connection
}

/** Status and body of a plain request. */
async function ask(url: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const sent = request(url, options).end()
  const [response] = await once(sent, 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode as number, body }
}

/** A TCP connection, and what came back on it until it was closed. */
async function tcp(url: string): Promise<{ socket: TcpSocket; ended: Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket = connectTcp(Number(port), hostname)
  socket.on('error', () => {})
  toEnd.push(() => socket.destroy())
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  await once(socket, 'connect')
  return { socket, ended }
}

const upgradeHead = (url: string, extra = '') =>
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\n` +
  `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n${extra}\r\n`

describe('plain HTTP', () => {
  it('says on /healthz that this is Earshot, and what to enter', async () => {
    const server = await start({ publicOrigin: 'https://earshot.example' })
    const { status, body } = await ask(`${server.url}/healthz`)
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { earshot: true, v: 1, origin: 'https://earshot.example' },
    ])
    expect(await ask(`${server.url}/healthz`, { method: 'HEAD' })).toEqual({ status: 200, body: '' })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  it.each([
    ['/', 'GET'],
    ['/healthz/', 'GET'],
    ['/healthz?x', 'GET'],
    ['/healthz', 'POST'],
    ['/socket.io.js', 'GET'],
  ])('finds nothing at %s by %s', async (path, method) => {
    const server = await start()
    expect(await ask(server.url + path, { method })).toEqual({ status: 404, body: '' })
  })

  it('S4: refuses polling and serves no client', async () => {
    const server = await start()
    expect((await ask(`${server.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(400)
    expect((await ask(`${server.url}/socket.io/?EIO=4&transport=polling`, { method: 'POST' })).status).toBe(
      400,
    )
    expect((await ask(`${server.url}/socket.io/socket.io.js`)).status).toBe(400)
  })

  it('S3: closes a connection that does not finish its request', async () => {
    const server = await start({ timeouts: { httpMs: 200 } })
    const silent = await tcp(server.url)
    const slow = await tcp(server.url)
    slow.socket.write('GET /healthz HTT')
    await silent.ended
    expect(await slow.ended).toContain('408')
    expect((await ask(`${server.url}/healthz`)).status).toBe(200)
  })
})

describe('who may connect', () => {
  it('S21: nobody with an Origin header, not even from this address', async () => {
    const server = await start()
    for (const origin of ['https://evil.example', 'null', server.url]) {
      await expect(connect(server.url, '/drop', { extraHeaders: { origin } })).rejects.toThrow()
      expect((await ask(`${server.url}/healthz`, { headers: { origin } })).status).toBe(403)
    }
    expect(server.counts().connections).toBe(0)
  })

  it('S21: nobody under a name that is not the server’s', async () => {
    const server = await start({ publicOrigin: 'http://earshot.example:7117' })
    const status = async (host: string) => (await ask(`${server.url}/healthz`, { headers: { host } })).status
    expect(await status('evil.example')).toBe(403)
    expect(await status('127.0.0.1.evil.example')).toBe(403)
    expect(await status('earshot.example:7117')).toBe(200)
    expect(await status('localhost:9')).toBe(200)
    expect(await status('[::1]:7117')).toBe(200)
  })

  it('nobody in a namespace that does not exist', async () => {
    const server = await start()
    await expect(connect(server.url, '/')).rejects.toThrow('refused')
  })

  it('S1: nobody beyond the connections of one network, until one of them ends', async () => {
    const server = await start({ limits: { connectionsPerIp: 3 } })
    const first = await open(server.url, '/drop')
    await open(server.url, '/drop')
    await open(server.url, '/drop')
    await expect(connect(server.url, '/drop')).rejects.toThrow()
    first.socket.disconnect()
    await expect.poll(() => server.counts().connections).toBe(2)
    await expect
      .poll(() =>
        open(server.url, '/drop').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })

  it('S20: takes a client’s address from a proxy only where one is configured, and only its last word', async () => {
    const forwarded = (ip: string) => ({ extraHeaders: { 'x-forwarded-for': `192.0.2.1, ${ip}` } })
    const direct = await start({ limits: { connectionsPerIp: 1 } })
    await open(direct.url, '/drop', forwarded('198.51.100.1'))
    await expect(connect(direct.url, '/drop', forwarded('198.51.100.2'))).rejects.toThrow()
    const proxied = await start({ limits: { connectionsPerIp: 1 }, behindProxy: true })
    await open(proxied.url, '/drop', forwarded('198.51.100.1'))
    await open(proxied.url, '/drop', forwarded('198.51.100.2'))
    await expect(connect(proxied.url, '/drop', forwarded('198.51.100.1'))).rejects.toThrow()
  })

  it('S2: nobody who does not log in, join or say anything in time', async () => {
    const server = await start({ timeouts: { authMs: 100, idleMs: 100 } })
    const raw = await tcp(server.url)
    raw.socket.write(upgradeHead(server.url))
    const box = await open(server.url, '/box')
    const drop = await open(server.url, '/drop')
    const { box: owner } = await logIn(server.url, newPerson())
    toEnd.push(() => owner.socket.disconnect())
    const speaker = await open(server.url, '/drop')
    await speaker.ask('reply.open', { handle: randomText(16) })
    expect(await raw.ended).toContain('101 Switching Protocols')
    await Promise.all([box.closed, drop.closed])
    await expect.poll(() => server.counts().connections).toBe(2)
    expect([owner.socket.connected, speaker.socket.connected]).toEqual([true, true])
  })
})

describe('what is refused', () => {
  const asked = { '/box': Object.keys(boxRequests), '/drop': Object.keys(dropRequests) } as const
  const wellFormed = {
    handle: randomText(16),
    address: newPerson().address,
    to: newPerson().address,
    cNonce: randomText(32),
    sig: randomText(64),
    body: randomText(10),
    env: { k: 1 },
    ttlS: 1,
    v: 1,
  }
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.jsonValue(), { maxLength: 3 }),
    // Nearly right: members of the right name, some of the right value.
    fc.record(
      Object.fromEntries(
        Object.entries(wellFormed).map(([name, value]) => [
          name,
          fc.oneof(fc.constant(value as unknown), fc.jsonValue(), fc.string()),
        ]),
      ),
      { requiredKeys: [] },
    ),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  )

  it.each(['/box', '/drop'] as const)(
    'S6: on %s, junk gets an answer and nothing else happens',
    async (namespace) => {
      const server = await start()
      let connection = await open(server.url, namespace)
      const event = fc.oneof(
        fc.constantFrom(...asked[namespace]),
        fc.constantFrom('error', 'env', 'replaced', 'message', '__proto__', 'constructor', 'toString', ''),
      )
      await fc.assert(
        fc.asyncProperty(event, fc.array(junk, { maxLength: 3 }), async (name, payloads) => {
          if (payloads.some(containsBinary)) {
            connection.socket.emit(name, ...payloads)
            await connection.closed
            connection = await open(server.url, namespace)
            return
          }
          const answer = await connection.ask(name, ...payloads)
          if (answer.ok) expect(asked[namespace]).toContain(name)
          // Without an ack there is no answer; the server must survive it all the same.
          connection.socket.emit(name, ...payloads)
        }),
        { numRuns: 400 },
      )
      expect((await ask(`${server.url}/healthz`)).status).toBe(200)
    },
  )

  it('S6: a nesting that would overflow whoever walks it is bad shape', async () => {
    const server = await start()
    const drop = await open(server.url, '/drop')
    const deep = JSON.parse('{"a":'.repeat(1000) + '1' + '}'.repeat(1000)) as unknown
    const answer = await drop.ask('box.put', { to: newPerson().address, env: deep, ttlS: 60 })
    expect(answer).toEqual({ ok: false, code: 'bad-shape' })
  })

  it('S5: a packet beyond the limit of the socket closes it', async () => {
    const server = await start()
    const drop = await open(server.url, '/drop')
    drop.socket.emit('reply.open', { handle: 'A'.repeat(96 * 1024) })
    await drop.closed
    expect((await ask(`${server.url}/healthz`)).status).toBe(200)
  })

  it('S6: malformed packets do no harm, and a binary one ends the connection', async () => {
    const server = await start()
    const events = ['42', '42/drop,', '42/drop,[', '42["error"]', '42/drop,["connect",{}]']
    const awaitsBinary = '451-/drop,["x",{"_placeholder":true,"num":0}]'
    const others = ['', '9', '4', '49', '40/nowhere,', '1', '2', '5', 'b4AAAA', '\0', '4\u{1F600}']
    const ends = [...events, awaitsBinary, ...others].map(async (packet) => {
      const raw = await tcp(server.url)
      raw.socket.write(upgradeHead(server.url))
      await once(raw.socket, 'data')
      raw.socket.write(Buffer.concat([maskedFrame(0x1, '40/drop,'), maskedFrame(0x1, packet)]))
      raw.socket.write(maskedFrame(0x2, '\x04\x01'))
      return raw.ended
    })
    await Promise.all(ends)
    expect(server.counts().connections).toBe(0)
    expect((await ask(`${server.url}/healthz`)).status).toBe(200)
  })

  it('answers `rate` to a flood, per network', async () => {
    const server = await start({ limits: { requests: { perSecond: 5, burst: 20 } } })
    const [drop, other] = [await open(server.url, '/drop'), await open(server.url, '/drop')]
    const { address } = newPerson()
    const answers = await Promise.all(Array.from({ length: 30 }, () => drop.ask('prekey.get', { address })))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code))
    expect(codes.filter((code) => code === 'rate')).toHaveLength(10)
    expect(await other.ask('prekey.get', { address })).toEqual({ ok: false, code: 'rate' })
    expect(await other.ask('reply.open', { handle: randomText(16) })).toEqual({ ok: true })
  })
})

describe('a client that does not read', () => {
  it('S16: costs no more than the caps of its stores', async () => {
    const server = await start()
    const [speaker, listener] = [await open(server.url, '/drop'), await open(server.url, '/drop')]
    const handle = randomText(16)
    await speaker.ask('reply.open', { handle })
    await listener.ask('reply.open', { handle })
    pauseReading(listener)
    const env = { box: 'A'.repeat(60_000) }
    // The sockets of both systems hold some megabytes; then the handle fills up, and nothing else.
    let sent = 0
    let answer = await speaker.ask('reply.put', { handle, env })
    for (; answer.ok && sent < 2000; sent++) answer = await speaker.ask('reply.put', { handle, env })
    expect(answer).toEqual({ ok: false, code: 'full' })
    expect(server.counts().handles).toMatchObject({ envelopes: 64 })
    resumeReading(listener)
    expect(await listener.arrival('reply.env', sent)).toHaveLength(sent)
  })

  it('S16: is cut off when it goes on asking', async () => {
    const server = await start()
    const bob = newPerson()
    const drop = await open(server.url, '/drop')
    pauseReading(drop)
    let asking = true
    void drop.closed.then(() => (asking = false))
    while (asking && server.counts().connections > 0) {
      for (let n = 0; n < 500; n++) drop.socket.emit('prekey.get', { address: bob.address }, () => {})
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(server.counts().connections).toBe(0)
  })
})

const containsBinary = (value: unknown): boolean => Buffer.isBuffer(value)

/** The client's TCP socket under its socket.io connection. */
function tcpOf({ socket }: Connection): TcpSocket {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: TcpSocket } } }
  return transport.ws._socket
}
const pauseReading = (connection: Connection) => void tcpOf(connection).pause()
const resumeReading = (connection: Connection) => void tcpOf(connection).resume()

/** A WebSocket frame of a client, with a mask of zeros. */
function maskedFrame(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}
