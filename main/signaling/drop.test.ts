import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RelayOptions } from '../../signaling-server/relay.ts'
import { createSignalingServer } from '../../signaling-server/server.ts'
import { addressOf } from '../../sp1/address.ts'
import type { Address } from '../../contract/ids.ts'
import { base64url } from '../../sp1/encode.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createPrekey } from '../../sp1/prekey.ts'
import { systemClock, type Clock } from '../clock.ts'
import { createDrop } from './drop.ts'
import { createSignalingClient } from './signaling-client.ts'
import type { Socket } from './socket.ts'
import { startProxy } from './test-proxy.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const frame = (s: number) => ({ k: 3, s, box: 'AAAA' }) as const
const within = { timeout: 15_000, interval: 10 }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Answer = (answer: unknown) => void
type Visitor = {
  on(event: string, listener: (payload: object, answer: Answer) => unknown): unknown
  disconnect(close: boolean): unknown
}

/** A server that does whatever a test wants of it. `visit` counts from 1. */
async function fakeServer(onVisit: (socket: Visitor, visit: number) => void) {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const sockets = new Server(http)
  let visits = 0
  sockets.of('/drop').on('connection', (socket) => onVisit(socket, ++visits))
  closing.push(() => sockets.close())
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, visits: () => visits }
}

const relay: RelayOptions = {
  urls: ['stun:turn.example:3478', 'turn:turn.example:3478'],
  secrets: ['secret'],
}

async function setup(timeouts = {}, clock: Clock = systemClock) {
  const roomy = { perSecond: 1000, burst: 1000 }
  const limits = {
    requests: roomy,
    mailbox: roomy,
    connectsPerIpPerMinute: 1000,
    connectionsPerIp: 100,
  }
  const server = await createSignalingServer({ limits, timeouts, relay })
  closing.push(() => server.close())
  const proxy = await startProxy(server.url)
  closing.push(() => proxy.close())
  const identity = identityFromSeed(rng(32))
  const client = createSignalingClient({
    identity,
    bundle: async () => createPrekey(identity, Date.now(), rng).bundle,
    onEnvelope: async () => {},
    onSettled: () => {},
    clock,
    rng,
  })
  closing.push(() => client.close())
  const openDrop = (url: string) => {
    const drop = client.openDrop(url)
    closing.push(() => drop.close())
    return drop
  }
  const handle = base64url(rng(16))
  const address = addressOf(identity.publicKey) as Address
  return { server, proxy, client, openDrop, handle, address }
}

/** Two who sit at one handle, one of them behind the proxy, and what each has got. */
async function meeting(timeouts = {}) {
  const world = await setup(timeouts)
  const near = world.openDrop(world.proxy.url)
  const far = world.openDrop(world.server.url)
  const got = { near: [] as unknown[], far: [] as unknown[] }
  const returns = { count: 0 }
  await near.openReply(
    world.handle,
    (envelope) => got.near.push(envelope),
    () => void returns.count++,
  )
  await far.openReply(world.handle, (envelope) => got.far.push(envelope))
  return { ...world, near, far, got, returns }
}

describe('drop', () => {
  it('is a TCP connection of its own that starts with the first request', async () => {
    const { server, proxy, client, openDrop, address } = await setup()
    client.connect(server.url)
    await vi.waitFor(() => expect(client.state().state).toBe('online'), within)
    const [one, other] = [openDrop(proxy.url), openDrop(proxy.url)]
    expect(proxy.connections()).toBe(0)
    await one.prekey(address)
    await one.put(address, frame(0), 60)
    expect(proxy.connections()).toBe(1)
    await other.put(address, frame(1), 60)
    expect(proxy.connections()).toBe(2)
    expect(server.counts()).toMatchObject({ connections: 3, logins: 1 })
  })

  it('rejects with the code of the server what the server refuses', async () => {
    const { server, openDrop, address } = await setup()
    const drop = openDrop(server.url)
    await expect(drop.prekey(address)).rejects.toMatchObject({ name: 'WireRefused', code: 'no-prekey' })
  })

  it('shows a key, and goes without it at a server from before there were keys', async () => {
    const asked: unknown[] = []
    const old = await fakeServer((socket) =>
      socket.on('box.put', (payload, answer) => {
        asked.push(payload)
        answer('key' in payload ? { ok: false, code: 'bad-shape' } : { ok: true })
      }),
    )
    const { openDrop, address } = await setup()
    const [env, key] = [frame(0), base64url(rng(16))]
    await openDrop(old.url).put(address, env, 60, key)
    expect(asked).toEqual([
      { to: address, env, ttlS: 60, key },
      { to: address, env, ttlS: 60 },
    ])
  })

  it('rejects when the server cannot be reached', async () => {
    const hurried: Clock = { now: Date.now, after: (ms, task) => systemClock.after(ms / 20, task) }
    const { server, openDrop, address } = await setup({}, hurried)
    await server.close()
    await expect(openDrop(server.url).prekey(address)).rejects.toMatchObject({ code: 'server-unreachable' })
  })

  it('carries envelopes both ways over the handle, in order', async () => {
    const { near, far, got } = await meeting()
    const frames = Array.from({ length: 20 }, (_, s) => frame(s))
    await Promise.all([...frames.map((one) => near.putReply(one)), far.putReply(frame(99))])
    await vi.waitFor(() => expect(got).toEqual({ near: [frame(99)], far: frames }), within)
  })

  it('takes its seat again after a cut and then sends, in order, what had to wait', async () => {
    const { near, far, got, proxy, server } = await meeting()
    proxy.kill()
    await vi.waitFor(() => expect(server.counts().connections).toBe(1), within)
    await far.putReply(frame(50))
    const frames = Array.from({ length: 10 }, (_, s) => frame(s))
    await Promise.all(frames.map((one) => near.putReply(one)))
    await vi.waitFor(() => expect(got.near).toEqual([frame(50)]), within)
    await vi.waitFor(() => expect(got.far).toEqual(frames), within)
    expect(proxy.connections()).toBe(2)
  })

  it('waits for its seat while the server still keeps it for a connection that is gone', async () => {
    const { near, got, proxy, server, openDrop, handle } = await meeting()
    const lingering = await startProxy(server.url)
    closing.push(() => lingering.close())
    proxy.forwardTo('http://127.0.0.1:1')
    proxy.kill()
    await vi.waitFor(() => openDrop(lingering.url).openReply(handle, () => {}), within)
    const sent = near.putReply(frame(1))
    const fullBefore = server.counts().refused.full ?? 0
    proxy.forwardTo(server.url)
    await vi.waitFor(() => expect(server.counts().refused.full ?? 0).toBeGreaterThan(fullBefore), within)
    await lingering.close()
    await sent
    await vi.waitFor(() => expect(got.far).toEqual([frame(1)]), within)
  })

  it('rejects what waited when the other side gave the handle up meanwhile', async () => {
    const { near, far, proxy, server } = await meeting()
    proxy.forwardTo('http://127.0.0.1:1')
    proxy.kill()
    const sent = near.putReply(frame(1))
    const refused = expect(sent).rejects.toMatchObject({ name: 'WireRefused', code: 'gone' })
    far.close()
    await vi.waitFor(() => expect(server.counts().connections).toBe(0), within)
    proxy.forwardTo(server.url)
    await refused
  })

  it('comes back to its handle when the server hung up', async () => {
    const { openDrop, handle } = await setup()
    const fake = await fakeServer((socket, visit) => {
      socket.on('reply.open', (_payload, answer) => answer({ ok: true }))
      socket.on('reply.put', (_payload, answer) =>
        visit === 1 ? socket.disconnect(true) : answer({ ok: true }),
      )
    })
    const drop = openDrop(fake.url)
    await drop.openReply(handle, () => {})
    await drop.putReply(frame(1))
    expect(fake.visits()).toBe(2)
  })

  it('sends a request once more when no answer came, and takes nothing for an answer that is none', async () => {
    const { openDrop, address } = await setup()
    let asked = 0
    const fake = await fakeServer((socket) => {
      socket.on('box.put', (_payload, answer) => ++asked === 2 && answer({ ok: true }))
      socket.on('prekey.get', (_payload, answer) => answer({ ok: 'yes', body: 7 }))
    })
    const drop = openDrop(fake.url)
    await expect(drop.prekey(address)).rejects.toMatchObject({ code: 'server-refused' })
    await drop.put(address, frame(0), 60)
    expect(asked).toBe(2)
  })

  it('asks again, and not for ever, while the connection is replaced under the request', async () => {
    const { openDrop, address } = await setup()
    let asked = 0
    let cuts = 3
    const fake = await fakeServer((socket) => {
      socket.on('box.put', (_payload, answer) => {
        asked += 1
        if (asked > cuts) answer({ ok: true })
        else drop.reconnectNow()
      })
    })
    const drop = openDrop(fake.url)
    await drop.put(address, frame(0), 60)
    expect(asked).toBe(4)
    cuts = Infinity
    await expect(drop.put(address, frame(1), 60)).rejects.toMatchObject({ code: 'server-unreachable' })
    expect(asked).toBe(4 + 9)
  })

  it('connects again for the next request after the server closed it for doing nothing', async () => {
    const { server, openDrop, address } = await setup({ idleMs: 100 })
    const drop = openDrop(server.url)
    await drop.put(address, frame(0), 60)
    await vi.waitFor(() => expect(server.counts().connections).toBe(0), within)
    await drop.put(address, frame(1), 60)
    expect(server.counts().mailboxes).toMatchObject({ envelopes: 2 })
  })

  it('replaces at once a connection that looks open and is dead, and gets its own seat back', async () => {
    const { near, far, got, proxy, server, returns } = await meeting()
    proxy.freeze()
    const sent = near.putReply(frame(1))
    near.reconnectNow()
    await sent
    await vi.waitFor(() => expect(got.far).toEqual([frame(1)]), within)
    expect(returns.count).toBe(1)
    await far.putReply(frame(2))
    await vi.waitFor(() => expect(got.near).toEqual([frame(2)]), within)
    // The server has not even noticed that the other one is gone.
    expect(server.counts()).toMatchObject({ connections: 3, refused: {} })
    expect(proxy.connections()).toBe(2)
  })

  it('gets what was on its way to a connection that is replaced, once and in order', async () => {
    const { near, far, got, proxy, server } = await meeting()
    await far.putReply(frame(1))
    // With its ack.
    await vi.waitFor(() => {
      expect(got.near).toEqual([frame(1)])
      expect(server.counts().handles.envelopes).toBe(0)
    }, within)
    proxy.freeze()
    await far.putReply(frame(2))
    await far.putReply(frame(3))
    near.reconnectNow()
    await far.putReply(frame(4))
    await vi.waitFor(() => expect(got.near).toContainEqual(frame(4)), within)
    await far.putReply(frame(5))
    await vi.waitFor(() => expect(got.near).toContainEqual(frame(5)), within)
    expect(got.near).toEqual([1, 2, 3, 4, 5].map(frame))
  })

  it('gets the goodbye that was on its way when its connection was dead', async () => {
    const { near, far, got, proxy } = await meeting()
    proxy.freeze()
    await far.putReply(frame(1))
    far.close()
    near.reconnectNow()
    await vi.waitFor(() => expect(got.near).toEqual([frame(1)]), within)
    await expect(near.putReply(frame(2))).rejects.toMatchObject({ code: 'gone' })
  })

  it('does not wait for its next turn when it is told that the network is back', async () => {
    const { near, got, proxy, server } = await meeting()
    proxy.forwardTo('http://127.0.0.1:1')
    proxy.kill()
    const sent = near.putReply(frame(1))
    await vi.waitFor(() => expect(proxy.connections()).toBe(2), within)
    proxy.forwardTo(server.url)
    near.reconnectNow()
    await sent
    await vi.waitFor(() => expect(got.far).toEqual([frame(1)]), within)
  })

  it('leaves a connection alone that gives a sign of life', async () => {
    const { near, got, proxy, returns } = await meeting()
    near.check()
    // Answered after the question.
    await near.putReply(frame(1))
    near.check()
    await near.putReply(frame(2))
    await vi.waitFor(() => expect(got.far).toEqual([frame(1), frame(2)]), within)
    expect([proxy.connections(), returns.count]).toEqual([1, 0])
  })

  it('replaces a connection that gives no sign of life as soon as the server can be reached', async () => {
    const { near, far, got, proxy, returns } = await meeting()
    proxy.freeze()
    const sent = near.putReply(frame(1))
    near.check()
    near.check()
    await sent
    await vi.waitFor(() => expect(got.far).toEqual([frame(1)]), within)
    expect(returns.count).toBe(1)
    await far.putReply(frame(2))
    await vi.waitFor(() => expect(got.near).toEqual([frame(2)]), within)
  })

  it('sits at a server from before seats had names', async () => {
    const { openDrop, handle } = await setup()
    const asked: object[] = []
    const old = await fakeServer((socket) => {
      socket.on('reply.open', (payload, answer) => {
        asked.push(payload)
        answer('seat' in payload ? { ok: false, code: 'bad-shape' } : { ok: true })
      })
      socket.on('reply.put', (_payload, answer) => answer({ ok: true }))
    })
    const drop = openDrop(old.url)
    await drop.openReply(handle, () => {})
    await drop.putReply(frame(1))
    expect(asked).toEqual([{ handle, seat: expect.stringMatching(/^[\w-]{22}$/) as string }, { handle }])
  })

  it('names its seat by nothing that another call has', async () => {
    const { openDrop, handle } = await setup()
    const seats: unknown[] = []
    const fake = await fakeServer((socket) =>
      socket.on('reply.open', (payload, answer) => {
        seats.push((payload as { seat: string }).seat)
        answer({ ok: true })
      }),
    )
    for (let call = 0; call < 3; call++) await openDrop(fake.url).openReply(handle, () => {})
    expect(new Set(seats).size).toBe(3)
  })

  it('gives the handle up when it is closed, and rejects everything after', async () => {
    const { near, far, server, proxy, address } = await meeting()
    near.close()
    near.close()
    near.reconnectNow()
    near.check()
    await vi.waitFor(() => expect(server.counts().connections).toBe(1), within)
    await expect(far.putReply(frame(1))).rejects.toMatchObject({ code: 'gone' })
    for (const attempt of [
      near.putReply(frame(2)),
      near.prekey(address),
      near.put(address, frame(3), 1),
      near.relay(),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'server-unreachable' })
    }
    expect(proxy.connections()).toBe(1)
  })

  it('gets relay credentials for its seat, fresh ones each time, also after a cut', async () => {
    const { near, far, proxy, server } = await meeting()
    const [one, other] = [await near.relay(), await far.relay()]
    expect(one?.urls).toEqual(relay.urls)
    expect(one?.username).toMatch(/^\d{10}:[a-z2-7]{16}$/)
    expect(other?.username.split(':')[1]).not.toBe(one?.username.split(':')[1])
    proxy.kill()
    await vi.waitFor(() => expect(server.counts().connections).toBe(1), within)
    const again = await near.relay()
    expect(again?.username.split(':')[1]).toBe(one?.username.split(':')[1])
    expect(server.counts().relay).toEqual({ issued: 3, ending: 0 })
  })

  it('has no relay at a server that has none, or is from before there were relays', async () => {
    const { openDrop, handle } = await setup()
    for (const code of ['no-relay', 'bad-shape']) {
      const without = await fakeServer((socket) => {
        socket.on('reply.open', (_payload, answer) => answer({ ok: true }))
        socket.on('turn.get', (_payload, answer) => answer({ ok: false, code }))
      })
      const drop = openDrop(without.url)
      await drop.openReply(handle, () => {})
      expect(await drop.relay()).toBeNull()
    }
  })

  it.each([
    ['an address that is none', { urls: ['https://turn.example'], username: 'u', credential: 'c' }],
    ['no address', { urls: [], username: 'u', credential: 'c' }],
    ['nine addresses', { urls: Array(9).fill('turn:turn.example'), username: 'u', credential: 'c' }],
    ['a long name', { urls: relay.urls, username: 'u'.repeat(129), credential: 'c' }],
    ['no password', { urls: relay.urls, username: 'u' }],
  ])('takes nothing for relay credentials that has %s', async (_what, answerOf) => {
    const { openDrop, handle } = await setup()
    const lying = await fakeServer((socket) => {
      socket.on('reply.open', (_payload, answer) => answer({ ok: true }))
      socket.on('turn.get', (_payload, answer) => answer({ ok: true, ...answerOf }))
    })
    const drop = openDrop(lying.url)
    await drop.openReply(handle, () => {})
    await expect(drop.relay()).rejects.toMatchObject({ code: 'server-refused' })
  })

  it('passes on that its share of relay credentials is used up, or that the handle was given up', async () => {
    const { near, far } = await meeting()
    for (let n = 0; n < 6; n += 1) await near.relay()
    await expect(near.relay()).rejects.toMatchObject({ name: 'WireRefused', code: 'full' })
    far.close()
    await vi.waitFor(() => expect(near.relay()).rejects.toMatchObject({ code: 'gone' }), within)
  })

  it('asks for no relay without a seat', async () => {
    const { server, openDrop } = await setup()
    const drop = openDrop(server.url)
    await expect(drop.relay()).rejects.toMatchObject({ code: 'server-unreachable' })
    expect(server.counts().connections).toBe(0)
  })

  it('lets go of what waits for the network when it is closed', async () => {
    const { near, proxy } = await meeting()
    proxy.forwardTo('http://127.0.0.1:1')
    proxy.kill()
    const waiting = Array.from({ length: 64 }, (_, s) => near.putReply(frame(s)))
    const outcomes = Promise.allSettled(waiting)
    await expect(near.putReply(frame(64))).rejects.toMatchObject({ code: 'server-unreachable' })
    near.close()
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true)
  })
})

it('makes its connection once whoever asked has gone on, and none where it is closed before that', async () => {
  let opened = 0
  const deaf: Socket = {
    connected: false,
    active: true,
    on: () => undefined,
    connect: () => undefined,
    disconnect: () => undefined,
    timeout: () => ({ emitWithAck: () => new Promise(() => undefined) }),
  }
  const parts = {
    openSocket: () => (opened++, deaf),
    clock: systemClock,
    seat: base64url(rng(16)),
    reachable: async () => undefined,
  }
  const address = addressOf(identityFromSeed(rng(32)).publicKey) as Address
  const closed = createDrop(parts)
  const asked = closed.prekey(address)
  closed.close()
  await expect(asked).rejects.toMatchObject({ code: 'server-unreachable' })
  expect(opened).toBe(0)

  const drop = createDrop(parts)
  closing.push(drop.close)
  drop.prekey(address).catch(() => undefined)
  expect(opened).toBe(0)
  await Promise.resolve()
  expect(opened).toBe(1)
})
