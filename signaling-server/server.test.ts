// The wire of SP1 section 3 over real sockets: login, prekeys, mailboxes, reply handles.
import { afterEach, describe, expect, it } from 'vitest'
import { createMailboxes } from './mailbox.ts'
import { createReplyHandles } from './reply-handles.ts'
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from './server.ts'
import {
  bundleOf,
  connect,
  hello,
  logIn,
  newPerson,
  randomText,
  signChallenge,
  type Connection,
} from './test-client.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

const roomy = {
  connectsPerIpPerMinute: 10_000,
  connectionsPerIp: 1000,
  requests: { perSecond: 1000, burst: 1000 },
}

async function start(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const server = await createSignalingServer({ ...options, limits: { ...roomy, ...options.limits } })
  toEnd.push(() => server.close())
  return server
}
async function open(...args: Parameters<typeof connect>): Promise<Connection> {
  const connection = await connect(...args)
  toEnd.push(() => connection.socket.disconnect())
  return connection
}
async function loggedIn(...args: Parameters<typeof logIn>): ReturnType<typeof logIn> {
  const login = await logIn(...args)
  toEnd.push(() => login.box.socket.disconnect())
  return login
}

describe('login', () => {
  it('lets in who signs the challenge, which names the origin and the socket', async () => {
    const server = await start()
    const box = await open(server.url, '/box')
    const { answer, sig } = await hello(box, newPerson(), server.url)
    expect(answer).toMatchObject({ ok: true, sid: box.socket.id, origin: server.url })
    expect(await box.ask('auth', { sig })).toEqual({ ok: true, waiting: 0 })
    expect(server.counts().logins).toBe(1)
  })

  it('sp1 S1: refuses a signature a second time on the same socket', async () => {
    const server = await start()
    const person = newPerson()
    const box = await open(server.url, '/box')
    const { sig } = await hello(box, person, server.url)
    await box.ask('auth', { sig })
    expect(await box.ask('auth', { sig })).toEqual({ ok: false, code: 'stale' })
    await hello(box, person, server.url)
    expect(await box.ask('auth', { sig })).toEqual({ ok: false, code: 'bad-signature' })
  })

  it('sp1 S2: refuses a signature that was made for another socket', async () => {
    const server = await start()
    const person = newPerson()
    const [first, second] = [await open(server.url, '/box'), await open(server.url, '/box')]
    const { sig } = await hello(first, person, server.url)
    expect(await second.ask('auth', { sig })).toEqual({ ok: false, code: 'stale' })
    await hello(second, person, server.url)
    expect(await second.ask('auth', { sig })).toEqual({ ok: false, code: 'bad-signature' })
    expect(server.counts().logins).toBe(0)
  })

  it('sp1 S3: refuses a challenge that another server relays, because the signature names that server', async () => {
    const server = await start()
    const person = newPerson()
    const relay = await open(server.url, '/box')
    const cNonce = randomText(32)
    const answer = await relay.ask('hello', { v: 1, address: person.address, cNonce })
    const sig = signChallenge(person, cNonce, answer, 'http://evil.example:7117')
    expect(await relay.ask('auth', { sig })).toEqual({ ok: false, code: 'bad-signature' })
  })

  it('sp1 S5: refuses a challenge after 30 seconds', async () => {
    let nowMs = Date.now()
    const server = await start({ now: () => nowMs })
    const box = await open(server.url, '/box')
    const person = newPerson()
    const inTime = await hello(box, person, server.url)
    nowMs += 30_000
    expect(await box.ask('auth', { sig: inTime.sig })).toMatchObject({ ok: true })
    const other = await open(server.url, '/box')
    const late = await hello(other, person, server.url)
    nowMs += 30_001
    expect(await other.ask('auth', { sig: late.sig })).toEqual({ ok: false, code: 'stale' })
  })

  it('uses a challenge up when it is answered wrongly', async () => {
    const server = await start()
    const box = await open(server.url, '/box')
    const { sig } = await hello(box, newPerson(), server.url)
    expect(await box.ask('auth', { sig: randomText(64) })).toEqual({ ok: false, code: 'bad-signature' })
    expect(await box.ask('auth', { sig })).toEqual({ ok: false, code: 'stale' })
  })

  it('refuses an address with a typo', async () => {
    const server = await start()
    const box = await open(server.url, '/box')
    const { address } = newPerson()
    const typo = (address.startsWith('a') ? 'b' : 'a') + address.slice(1)
    expect(await box.ask('hello', { v: 1, address: typo, cNonce: randomText(32) })).toEqual({
      ok: false,
      code: 'bad-shape',
    })
  })

  it('refuses a second identity on a connection', async () => {
    const server = await start()
    const { box } = await loggedIn(server.url, newPerson())
    const { sig } = await hello(box, newPerson(), server.url)
    expect(await box.ask('auth', { sig })).toEqual({ ok: false, code: 'bad-shape' })
    expect(server.counts().logins).toBe(1)
  })

  it('ends the older login of the same address with `replaced`', async () => {
    const server = await start()
    const person = newPerson()
    const older = await loggedIn(server.url, person)
    const newer = await loggedIn(server.url, person)
    await older.box.closed
    expect(older.box.received('replaced')).toEqual([{}])
    expect(newer.box.socket.connected).toBe(true)
    expect(server.counts().logins).toBe(1)
  })

  it('tells how many owners are logged in', async () => {
    const seen: number[] = []
    let settled = () => {}
    const empty = new Promise<void>((resolve) => (settled = resolve))
    const server = await start({
      onLoginsChanged: (count) => {
        seen.push(count)
        if (count === 0) settled()
      },
    })
    const person = newPerson()
    await loggedIn(server.url, person)
    const { box } = await loggedIn(server.url, person)
    box.socket.disconnect()
    await empty
    expect(seen).toEqual([1, 1, 0])
  })
})

describe('prekeys', () => {
  it('are served to anybody, also after the owner went offline', async () => {
    const server = await start()
    const bob = newPerson()
    const bundle = bundleOf(bob)
    const { box } = await loggedIn(server.url, bob)
    expect(await box.ask('prekey.put', bundle)).toEqual({ ok: true })
    box.socket.disconnect()
    const drop = await open(server.url, '/drop')
    expect(await drop.ask('prekey.get', { address: bob.address })).toEqual({ ok: true, ...bundle })
  })

  it('are answered with `no-prekey` for an address that never left one', async () => {
    const server = await start()
    const drop = await open(server.url, '/drop')
    expect(await drop.ask('prekey.get', { address: newPerson().address })).toEqual({
      ok: false,
      code: 'no-prekey',
    })
  })

  it('are taken only from their owner, and only while they are valid', async () => {
    const server = await start()
    const bob = newPerson()
    const early = await open(server.url, '/box')
    expect(await early.ask('prekey.put', bundleOf(bob))).toEqual({ ok: false, code: 'not-authenticated' })
    const { box } = await loggedIn(server.url, bob)
    expect(await box.ask('prekey.put', bundleOf(newPerson()))).toEqual({ ok: false, code: 'bad-signature' })
    const day = 86_400_000
    expect(await box.ask('prekey.put', bundleOf(bob, Date.now() - 15 * day))).toEqual({
      ok: false,
      code: 'stale',
    })
    expect(await box.ask('prekey.put', bundleOf(bob, Date.now() + 2 * day))).toEqual({
      ok: false,
      code: 'stale',
    })
    expect(server.counts().mailboxes.prekeys).toBe(0)
  })
})

describe('a mailbox', () => {
  it('passes an envelope on and forgets it when the owner acked it', async () => {
    const server = await start()
    const bob = newPerson()
    const { box } = await loggedIn(server.url, bob)
    const drop = await open(server.url, '/drop')
    await drop.ask('box.put', { to: bob.address, env: { k: 1, box: 'x' }, ttlS: 60 })
    const [first] = await box.arrival('env', 1)
    expect(first).toEqual({ id: expect.any(String), env: { k: 1, box: 'x' } })
    // The ack is on its way before this request, on the same connection.
    await box.ask('hello', {})
    expect(server.counts().mailboxes).toMatchObject({ envelopes: 0, bytes: 0 })
  })

  it('keeps what came while the owner was away, in order, and what was not acked', async () => {
    const server = await start()
    const bob = newPerson()
    const drop = await open(server.url, '/drop')
    for (const n of [1, 2, 3]) await drop.ask('box.put', { to: bob.address, env: { n }, ttlS: 60 })
    const silent = await loggedIn(server.url, bob, { ack: false })
    expect(silent.answer).toEqual({ ok: true, waiting: 3 })
    const unacked = await silent.box.arrival('env', 3)
    const again = await loggedIn(server.url, bob)
    const acked = await again.box.arrival('env', 3)
    expect(acked).toEqual(unacked)
    expect(acked.map((message) => (message as { env: unknown }).env)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  it('R10: forgets an envelope after its time', async () => {
    let nowMs = Date.now()
    const server = await start({ now: () => nowMs })
    const bob = newPerson()
    const drop = await open(server.url, '/drop')
    await drop.ask('box.put', { to: bob.address, env: { k: 1 }, ttlS: 60 })
    nowMs += 60_000
    expect((await loggedIn(server.url, bob)).answer).toEqual({ ok: true, waiting: 0 })
  })

  it('S9: answers the same for an owner who is online, one who is offline and one who never was', async () => {
    const server = await start()
    const [online, offline, never] = [newPerson(), newPerson(), newPerson()]
    await loggedIn(server.url, online)
    const { box } = await loggedIn(server.url, offline)
    box.socket.disconnect()
    const drop = await open(server.url, '/drop')
    const answers = []
    for (const { address } of [online, offline, never]) {
      answers.push(await drop.ask('box.put', { to: address, env: { k: 1 }, ttlS: 60 }))
    }
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }])
  })

  it('S5: takes an envelope of 64 KiB and answers `too-big` to one byte more', async () => {
    const server = await start()
    const bob = newPerson()
    const { box } = await loggedIn(server.url, bob)
    const drop = await open(server.url, '/drop')
    const put = (bytes: number) =>
      drop.ask('box.put', {
        to: bob.address,
        env: { k: 1, box: 'A'.repeat(bytes - '{"k":1,"box":""}'.length) },
        ttlS: 60,
      })
    expect(await put(64 * 1024 + 1)).toEqual({ ok: false, code: 'too-big' })
    expect(await put(64 * 1024)).toEqual({ ok: true })
    const [message] = await box.arrival('env', 1)
    expect(JSON.stringify((message as { env: unknown }).env)).toHaveLength(64 * 1024)
  })

  it('answers `full` to the 101st envelope and `rate` beyond the limit of a mailbox', async () => {
    const server = await start({
      limits: { firstContactsPerMailboxPerHour: 150, mailbox: { perSecond: 1000, burst: 1000 } },
    })
    const { address } = newPerson()
    const drop = await open(server.url, '/drop')
    const codes = []
    for (let n = 1; n <= 151; n++) {
      const answer = await drop.ask('box.put', { to: address, env: { n }, ttlS: 60 })
      codes.push(answer.ok ? 'ok' : answer.code)
    }
    expect([codes[99], codes[100], codes[149], codes[150]]).toEqual(['ok', 'full', 'full', 'rate'])
    expect(server.counts().refused).toEqual({ full: 50, rate: 1 })
  })

  it('refuses a second of waiting beyond the limit, and an address with a typo', async () => {
    const server = await start()
    const { address } = newPerson()
    const drop = await open(server.url, '/drop')
    const refusal = { ok: false, code: 'bad-shape' }
    expect(await drop.ask('box.put', { to: address, env: { k: 1 }, ttlS: 61 })).toEqual(refusal)
    const typo = (address.startsWith('a') ? 'b' : 'a') + address.slice(1)
    expect(await drop.ask('box.put', { to: typo, env: { k: 1 }, ttlS: 60 })).toEqual(refusal)
    expect(await drop.ask('box.put', { to: address, env: { k: 1 }, ttlS: 60, from: address })).toEqual(
      refusal,
    )
  })
})

describe('a reply handle', () => {
  it('carries envelopes between two connections, both ways, in order', async () => {
    const server = await start()
    const [caller, callee] = [await open(server.url, '/drop'), await open(server.url, '/drop')]
    const handle = randomText(16)
    for (const side of [caller, callee, caller])
      expect(await side.ask('reply.open', { handle })).toEqual({ ok: true })
    for (const n of [1, 2]) await callee.ask('reply.put', { handle, env: { n } })
    await caller.ask('reply.put', { handle, env: { n: 3 } })
    expect(await caller.arrival('reply.env', 2)).toEqual([1, 2].map((n) => ({ handle, env: { n } })))
    expect(await callee.arrival('reply.env', 1)).toEqual([{ handle, env: { n: 3 } }])
  })

  it('keeps what is said to a side that is not there, and answers the open before it comes', async () => {
    const server = await start()
    const [caller, callee] = [await open(server.url, '/drop'), await open(server.url, '/drop')]
    const handle = randomText(16)
    await caller.ask('reply.open', { handle })
    for (let n = 0; n < 64; n++) await caller.ask('reply.put', { handle, env: { n } })
    expect(await caller.ask('reply.put', { handle, env: { n: 64 } })).toEqual({ ok: false, code: 'full' })
    const arrivedBefore = await new Promise((resolve) =>
      callee.socket.emit('reply.open', { handle }, () => resolve(callee.received('reply.env').length)),
    )
    expect(arrivedBefore).toBe(0)
    expect(await callee.arrival('reply.env', 64)).toHaveLength(64)
  })

  it('refuses a third connection until one of the two has left', async () => {
    const server = await start()
    const [caller, callee, third] = await Promise.all([1, 2, 3].map(() => open(server.url, '/drop')))
    const handle = randomText(16)
    await caller!.ask('reply.open', { handle })
    await callee!.ask('reply.open', { handle })
    expect(await third!.ask('reply.open', { handle })).toEqual({ ok: false, code: 'full' })
    expect(await third!.ask('reply.put', { handle, env: {} })).toEqual({ ok: false, code: 'gone' })
    callee!.socket.disconnect()
    await expect.poll(() => third!.ask('reply.open', { handle })).toEqual({ ok: true })
    await caller!.ask('reply.put', { handle, env: { n: 1 } })
    expect(await third!.arrival('reply.env', 1)).toEqual([{ handle, env: { n: 1 } }])
  })

  it('is gone for both when one side closes it', async () => {
    const server = await start()
    const [caller, callee] = [await open(server.url, '/drop'), await open(server.url, '/drop')]
    const handle = randomText(16)
    await caller.ask('reply.open', { handle })
    await callee.ask('reply.open', { handle })
    await callee.ask('reply.put', { handle, env: { last: true } })
    expect(await callee.ask('reply.close', { handle })).toEqual({ ok: true })
    expect(await caller.arrival('reply.env', 1)).toHaveLength(1)
    expect(await caller.ask('reply.put', { handle, env: {} })).toEqual({ ok: false, code: 'gone' })
    expect(await caller.ask('reply.open', { handle })).toEqual({ ok: false, code: 'gone' })
  })
})

describe('the two namespaces', () => {
  it('cannot be joined over one connection', async () => {
    const server = await start()
    const box = await open(server.url, '/box')
    const drop = box.socket.io.socket('/drop')
    const refusal = await new Promise<Error>((resolve) => drop.once('connect_error', resolve).connect())
    expect(refusal.message).toBe('refused')
  })

  it('leave no trace of a caller in the stores', async () => {
    const kept: string[] = []
    const spy = <T extends object>(store: T): T =>
      new Proxy(store, {
        get: (target, name) =>
          typeof Reflect.get(target, name) !== 'function'
            ? Reflect.get(target, name)
            : (...args: unknown[]) => {
                kept.push(JSON.stringify(args))
                return (Reflect.get(target, name) as (...args: unknown[]) => unknown)(...args)
              },
      })
    const server = await start({
      mailboxes: spy(createMailboxes(Date.now)),
      handles: spy(createReplyHandles(Date.now)),
    })
    const [alice, bob] = [newPerson(), newPerson()]
    const home = await start()
    await loggedIn(home.url, alice)
    await loggedIn(server.url, bob)
    const drop = await open(server.url, '/drop')
    const handle = randomText(16)
    await drop.ask('reply.open', { handle })
    await drop.ask('box.put', { to: bob.address, env: { k: 1, box: 'sealed' }, ttlS: 60 })
    await drop.ask('reply.put', { handle, env: { k: 3 } })
    const text = kept.join('\n')
    expect(text).toContain(bob.address)
    expect(text).toContain(handle)
    expect(text).not.toContain(alice.address)
    expect(text).not.toContain('127.0.0.1')
    expect(text).not.toContain(drop.socket.id)
  })
})
