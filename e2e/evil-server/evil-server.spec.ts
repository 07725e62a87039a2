// That the attacks really happen: a call that survives an attack which was never made proves nothing.
import { expect, test as base } from '@playwright/test'
import { bundleOf, connect, hello, logIn, newPerson, randomText } from '../../signaling-server/test-client.ts'
import {
  cut,
  drop,
  envelopeFields,
  flipBit,
  hold,
  redirect,
  reflect,
  repeat,
  swapFirstTwo,
} from './attacks.ts'
import { startEvilServer, type EvilServer, type EvilServerOptions } from './evil-server.ts'

const test = base.extend<{ start: (options?: EvilServerOptions) => Promise<EvilServer> }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
  start: async ({}, use) => {
    const started: EvilServer[] = []
    await use(async (options) => {
      const evil = await startEvilServer(options)
      started.push(evil)
      return evil
    })
    for (const evil of started) await evil.close()
  },
})

/** Two parties at a handle, the caller first. */
async function meet(evil: EvilServer) {
  const [caller, callee] = [await connect(evil.url, '/drop'), await connect(evil.url, '/drop')]
  const handle = randomText(16)
  for (const side of [caller, callee]) await side.ask('reply.open', { handle })
  const say = async (side: typeof caller, ...envelopes: object[]) => {
    for (const env of envelopes) expect(await side.ask('reply.put', { handle, env })).toEqual({ ok: true })
  }
  const heard = async (side: typeof caller, count: number) =>
    (await side.arrival('reply.env', count)).map((message) => (message as { env: unknown }).env)
  return { handle, caller, callee, say, heard }
}

const frame = (s: number) => ({ k: 3, s, box: 'AAAA' })

test('passes everything on without an attack', async ({ start }) => {
  const { caller, callee, say, heard } = await meet(await start())
  await say(caller, frame(0), frame(1))
  expect(await heard(callee, 2)).toEqual([frame(0), frame(1)])
})

test('flips one bit of one member of one kind', async ({ start }) => {
  const evil = await start({ transform: flipBit(3, 'box') })
  const { caller, callee, say, heard } = await meet(evil)
  await say(caller, { k: 4, box: 'AAAA' }, frame(0))
  expect(await heard(callee, 2)).toEqual([
    { k: 4, box: 'AAAA' },
    { k: 3, s: 0, box: 'AAEA' },
  ])
  evil.attack(flipBit(3, 's'))
  await say(callee, frame(6))
  expect(await heard(caller, 1)).toEqual([frame(7)])
})

test('can change each member of each kind', async ({ start }) => {
  const evil = await start()
  const { caller, callee, say, heard } = await meet(evil)
  let count = 0
  for (const [kind, fields] of Object.entries(envelopeFields)) {
    for (const field of fields) {
      const env = { k: Number(kind), pkid: 'AAAA', ct: 'AAAA', s: 2, box: 'AAAA' }
      for (const attack of [flipBit, cut]) {
        evil.attack(attack(env.k, field))
        await say(caller, env)
        count += 1
        const arrived = (await heard(callee, count)).at(-1) as typeof env
        expect(arrived[field]).not.toEqual(env[field])
        expect({ ...arrived, [field]: env[field] }).toEqual(env)
      }
    }
  }
})

test('cuts, repeats and drops', async ({ start }) => {
  const evil = await start({ transform: cut(3, 'box') })
  const { caller, callee, say, heard } = await meet(evil)
  await say(caller, frame(0))
  evil.attack(drop(3))
  await say(caller, frame(1))
  evil.attack(repeat(3))
  await say(caller, frame(2))
  expect(await heard(callee, 3)).toEqual([{ ...frame(0), box: 'AAA' }, frame(2), frame(2)])
})

test('exchanges the first two of a kind in each direction', async ({ start }) => {
  const { caller, callee, say, heard } = await meet(await start({ transform: swapFirstTwo(3) }))
  await say(caller, frame(0))
  await say(callee, frame(10), frame(11))
  await say(caller, frame(1), frame(2))
  expect(await heard(callee, 3)).toEqual([frame(1), frame(0), frame(2)])
  expect(await heard(caller, 2)).toEqual([frame(11), frame(10)])
})

test('holds envelopes back and sends them later', async ({ start }) => {
  const held = hold(1)
  const evil = await start({ transform: held.transform })
  const bob = newPerson()
  const { box } = await logIn(evil.url, bob)
  const anonymous = await connect(evil.url, '/drop')
  const put = (env: object) => anonymous.ask('box.put', { to: bob.address, env, ttlS: 60 })
  for (const env of [{ k: 1 }, { k: 5 }]) expect(await put(env)).toEqual({ ok: true })
  expect(await box.arrival('env', 1)).toEqual([{ id: expect.any(String), env: { k: 5 } }])
  held.release()
  expect((await box.arrival('env', 2))[1]).toMatchObject({ env: { k: 1 } })
})

test('sends back what it also passes on', async ({ start }) => {
  const { caller, callee, say, heard } = await meet(await start({ transform: reflect(3) }))
  await say(caller, frame(0))
  await say(callee, frame(10))
  expect(await heard(caller, 2)).toEqual([frame(0), frame(10)])
  expect(await heard(callee, 2)).toEqual([frame(0), frame(10)])
})

test('delivers to another person than the one it was left for', async ({ start }) => {
  const evil = await start()
  const [bob, mallory] = [newPerson(), newPerson()]
  const boxes = [await logIn(evil.url, bob), await logIn(evil.url, mallory)]
  evil.attack(redirect(1, { mailbox: mallory.address }))
  const anonymous = await connect(evil.url, '/drop')
  for (const env of [{ k: 1 }, { k: 5 }]) await anonymous.ask('box.put', { to: bob.address, env, ttlS: 60 })
  const [toBob, toMallory] = await Promise.all(boxes.map(({ box }) => box.arrival('env', 1)))
  expect([toBob, toMallory]).toMatchObject([[{ env: { k: 5 } }], [{ env: { k: 1 } }]])
})

test('delivers into another call than the one it was said in', async ({ start }) => {
  const evil = await start()
  const [one, other] = [await meet(evil), await meet(evil)]
  evil.attack(redirect(3, { handle: other.handle, side: 'callee' }))
  await one.say(one.caller, frame(0))
  expect(await other.heard(other.callee, 1)).toEqual([frame(0)])
  expect(one.callee.received('reply.env')).toEqual([])
})

test('keeps what passed, and puts it anywhere again, or what nobody ever sent', async ({ start }) => {
  const evil = await start()
  const bob = newPerson()
  const { box } = await logIn(evil.url, bob)
  const first = await meet(evil)
  await first.say(first.caller, frame(0))
  await first.heard(first.callee, 1)
  expect(evil.passed()).toEqual([
    { via: 'reply.put', k: 3, env: frame(0), place: { handle: first.handle, side: 'callee' } },
  ])
  const [old] = evil.passed()
  const second = await meet(evil)
  for (const place of [
    old!.place,
    { handle: second.handle, side: 'caller' } as const,
    { mailbox: bob.address },
  ])
    expect(evil.inject(place, old!.env)).toBeNull()
  expect(await first.heard(first.callee, 2)).toEqual([frame(0), frame(0)])
  expect(await second.heard(second.caller, 1)).toEqual([frame(0)])
  expect(await box.arrival('env', 1)).toMatchObject([{ env: frame(0) }])
  expect(evil.inject({ handle: randomText(16), side: 'caller' }, frame(0))).toBe('gone')
})

test('refuses what nothing is wrong with, and is honest again', async ({ start }) => {
  const evil = await start()
  const { caller, handle } = await meet(evil)
  const bob = newPerson()
  const requests = {
    'box.put': { to: bob.address, env: { k: 1 }, ttlS: 60 },
    'reply.open': { handle: randomText(16) },
    'reply.put': { handle, env: frame(0) },
  }
  for (const request of ['box.put', 'reply.open', 'reply.put'] as const) {
    for (const code of ['rate', 'full'] as const) {
      evil.refuse({ request, code })
      expect(await caller.ask(request, requests[request])).toEqual({ ok: false, code })
    }
    evil.refuse(null)
    expect(await caller.ask(request, requests[request])).toEqual({ ok: true })
  }
  // What was refused was not kept, and what was sent in honesty was.
  expect(evil.passed().map(({ via }) => via)).toEqual(['box.put', 'reply.put'])
})

test('names the relay that it likes, and refuses it', async ({ start }) => {
  const urls = ['turn:somewhere.example:3478']
  const evil = await start({ relay: { urls, secrets: ['secret'] } })
  const { caller, handle } = await meet(evil)
  expect(await caller.ask('turn.get', { handle })).toMatchObject({ ok: true, urls })
  evil.refuse({ request: 'turn.get', code: 'full' })
  expect(await caller.ask('turn.get', { handle })).toEqual({ ok: false, code: 'full' })
  const plain = await start()
  const other = await meet(plain)
  expect(await other.caller.ask('turn.get', { handle: other.handle })).toEqual({
    ok: false,
    code: 'no-relay',
  })
})

test('claims another origin in its hello', async ({ start }) => {
  const evil = await start({ claimedOrigin: 'https://bank.example' })
  const box = await connect(evil.url, '/box')
  const { answer } = await hello(box, newPerson(), evil.url)
  expect(answer).toMatchObject({ origin: 'https://bank.example' })
})

test('serves somebody else’s prekey, or an older one', async ({ start }) => {
  const [bob, mallory] = [newPerson(), newPerson()]
  const foreign = bundleOf(mallory)
  let serve: 'foreign' | 'oldest' = 'foreign'
  const evil: EvilServer = await start({
    prekey: (address) => (serve === 'foreign' ? foreign : evil.bundles.get(address)![0]!),
  })
  const { box } = await logIn(evil.url, bob)
  const [older, newer] = [bundleOf(bob), bundleOf(bob)]
  for (const bundle of [older, newer]) await box.ask('prekey.put', bundle)
  const anonymous = await connect(evil.url, '/drop')
  expect(await anonymous.ask('prekey.get', { address: bob.address })).toEqual({ ok: true, ...foreign })
  serve = 'oldest'
  expect(await anonymous.ask('prekey.get', { address: bob.address })).toEqual({ ok: true, ...older })
})

test('remembers every request as it came, with its connection', async ({ start }) => {
  const evil = await start()
  const bob = newPerson()
  await logIn(evil.url, bob)
  const anonymous = await connect(evil.url, '/drop')
  await anonymous.ask('box.put', { to: bob.address, env: { k: 1, name: 'Zoë' }, ttlS: 60 })
  expect(evil.seen()).toEqual([
    {
      connection: 0,
      namespace: '/box',
      event: 'hello',
      payload: expect.objectContaining({ address: bob.address }),
    },
    { connection: 0, namespace: '/box', event: 'auth', payload: { sig: expect.any(String) } },
    {
      connection: 1,
      namespace: '/drop',
      event: 'box.put',
      payload: { to: bob.address, env: { k: 1, name: 'Zoë' }, ttlS: 60 },
    },
  ])
})
