// `turn.get` over real sockets: who gets credentials, and when the server says that they are to be closed.
import { afterEach, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { RelayAccess } from '../contract/signaling.ts'
import { relayNames } from './relay-access.ts'
import { createSignalingServer, type SignalingServerOptions } from './server.ts'
import { connect, randomText } from './test-client.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

const urls = ['turn:turn.example:3478?transport=udp']

async function start(options: SignalingServerOptions = {}) {
  let nowMs = Date.now()
  const closed: string[][] = []
  const server = await createSignalingServer({
    relay: { urls, secrets: ['secret'], onClosed: (names) => closed.push([...names].sort()) },
    timeouts: { sweepMs: 5 },
    now: () => nowMs,
    ...options,
  })
  toEnd.push(() => server.close())
  const open = async () => {
    const drop = await connect(server.url, '/drop')
    toEnd.push(() => drop.socket.disconnect())
    return drop
  }
  const [alice, bob, eve] = [await open(), await open(), await open()]
  const handle = randomText(16)
  for (const side of [alice, bob]) await side.ask('reply.open', { handle })
  const pass = (ms: number) => (nowMs += ms)
  return { server, alice, bob, eve, handle, closed, pass, names: [...relayNames(handle)].sort() }
}

describe('turn.get', () => {
  it('gives each side of a call its own credentials', async () => {
    const { alice, bob, handle, names } = await start()
    const given = [await alice.ask('turn.get', { handle }), await bob.ask('turn.get', { handle })]
    const accesses = given.map((answer) => v.parse(RelayAccess, answer))
    expect(accesses.map(({ urls }) => urls)).toEqual([urls, urls])
    expect(accesses.map(({ username }) => username.split(':')[1]).sort()).toEqual(names)
  })

  it('refuses who does not sit at the handle, and who had six', async () => {
    const { server, alice, eve, handle } = await start()
    expect(await eve.ask('turn.get', { handle })).toEqual({ ok: false, code: 'gone' })
    expect(await eve.ask('turn.get', { handle: randomText(16) })).toEqual({ ok: false, code: 'gone' })
    for (let n = 0; n < 6; n += 1) expect(await alice.ask('turn.get', { handle })).toMatchObject({ ok: true })
    expect(await alice.ask('turn.get', { handle })).toEqual({ ok: false, code: 'full' })
    expect(server.counts()).toMatchObject({ relay: { issued: 6 }, refused: { gone: 2, full: 1 } })
  })

  it('refuses another shape, and a handle that is the text of no bytes', async () => {
    const { alice } = await start()
    const handle = `${'A'.repeat(21)}B`
    await alice.ask('reply.open', { handle })
    for (const payload of [{}, { handle: 7 }, { handle, side: 'a' }, { handle }]) {
      expect(await alice.ask('turn.get', payload)).toEqual({ ok: false, code: 'bad-shape' })
    }
    expect(await alice.ask('reply.close', { handle })).toEqual({ ok: true })
  })

  it('counts against the limit of the handle traffic', async () => {
    const { alice, handle } = await start({ limits: { handleTraffic: { perSecond: 1, burst: 3 } } })
    expect(await alice.ask('turn.get', { handle })).toMatchObject({ ok: true })
    expect(await alice.ask('turn.get', { handle })).toEqual({ ok: false, code: 'rate' })
  })

  it('says so where there is no relay', async () => {
    const server = await createSignalingServer()
    toEnd.push(() => server.close())
    const drop = await connect(server.url, '/drop')
    toEnd.push(() => drop.socket.disconnect())
    const handle = randomText(16)
    await drop.ask('reply.open', { handle })
    expect(await drop.ask('turn.get', { handle })).toEqual({ ok: false, code: 'no-relay' })
    expect(server.counts().relay).toBeNull()
  })

  it('makes credentials with the secrets of a renewal', async () => {
    const { server, alice, handle } = await start({ now: () => 0 })
    const before = await alice.ask('turn.get', { handle })
    server.renewRelay(['another', 'secret'])
    const after = await alice.ask('turn.get', { handle })
    expect(after['username']).toBe(before['username'])
    expect(after['credential']).not.toBe(before['credential'])
    server.renewRelay([])
    expect(await alice.ask('turn.get', { handle })).toEqual({ ok: false, code: 'no-relay' })
  })
})

describe('the relay of a call that is over', () => {
  it('R16: is closed for both sides when one hangs up', async () => {
    const { alice, closed, handle, names } = await start()
    await alice.ask('reply.close', { handle })
    expect(closed).toEqual([names])
  })

  it('is left alone when sockets merely drop', async () => {
    const { server, alice, bob, closed, pass, handle } = await start()
    alice.socket.disconnect()
    bob.socket.disconnect()
    await expect.poll(() => server.counts().connections).toBe(1)
    // Forgotten after a minute, and the call may still go on over the relay.
    pass(60_000)
    await expect.poll(() => server.counts().handles.handles).toBe(0)
    expect(server.counts().relay?.ending).toBe(2)
    const back = await connect(server.url, '/drop')
    toEnd.push(() => back.socket.disconnect())
    await back.ask('reply.open', { handle })
    expect(server.counts().relay?.ending).toBe(0)
    expect(closed).toEqual([])
  })

  it('R16: is closed when nobody came back', async () => {
    const { server, alice, bob, closed, pass, names } = await start()
    alice.socket.disconnect()
    bob.socket.disconnect()
    await expect.poll(() => server.counts().connections).toBe(1)
    pass(60_000)
    await expect.poll(() => server.counts().relay?.ending).toBe(2)
    pass(540_000)
    await expect.poll(() => closed).toEqual([names])
  })
})
