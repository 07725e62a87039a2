// How a call may reach its peer, decided as a pure table, and how long a link waits for a relay.
import { describe, expect, it, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import { defaultSettings, type RelayWish } from '../../contract/settings.ts'
import { choose, createReach, type AskForRelay, type FoundRelay, type ReachParts } from './reach.ts'
import { createVirtualClock, settle } from './virtual-clock.ts'

const relay = { urls: ['turn:relay.example.org'], username: 'u', credential: 'c' }
const stun = { urls: ['stun:relay.example.org'] }
const peer = 'a'.repeat(56) as Address

const automatic: RelayWish = { use: 'automatic', directToVerified: true }
const careful: RelayWish = { use: 'automatic', directToVerified: false }
const always: RelayWish = { use: 'always', directToVerified: true }
const direct = (...iceServers: object[]) => ({ iceServers, relayOnly: false, relayMissed: false })
const onlyRelay = { iceServers: [relay], relayOnly: true, relayMissed: false }

describe('the way of a call', () => {
  const found: readonly [string, FoundRelay][] = [
    ['a relay', [relay]],
    ['a relay and STUN', [stun, relay]],
    ['STUN alone', [stun]],
    ['no relay', 'none'],
    ['no answer about a relay', 'failed'],
  ]
  // In the order of `found`.
  const table: readonly [string, RelayWish, boolean, readonly unknown[]][] = [
    [
      'automatic, not verified',
      automatic,
      false,
      [onlyRelay, onlyRelay, direct(stun), direct(), 'relay-failed'],
    ],
    [
      'automatic, verified',
      automatic,
      true,
      [direct(relay), direct(stun, relay), direct(stun), direct(), { ...direct(), relayMissed: true }],
    ],
    [
      'automatic without direct calls, verified',
      careful,
      true,
      [onlyRelay, onlyRelay, direct(stun), direct(), 'relay-failed'],
    ],
    ['always, not verified', always, false, [onlyRelay, onlyRelay, 'no-relay', 'no-relay', 'relay-failed']],
    ['always, verified', always, true, [onlyRelay, onlyRelay, 'no-relay', 'no-relay', 'relay-failed']],
  ]
  const cases = table.flatMap(([who, wish, isVerified, ways]) =>
    found.map(([what, relays], index) => ({ who, what, wish, isVerified, relays, way: ways[index] })),
  )

  it.each(cases)('R18 with $who and $what', ({ wish, isVerified, relays, way }) => {
    expect(choose(wish, isVerified, relays)).toEqual(way)
  })

  it('R18 is through a relay or not at all for whoever asks for one always', () => {
    for (const isVerified of [true, false])
      for (const [, relays] of found) {
        const way = choose(always, isVerified, relays)
        expect(typeof way === 'string' || way.relayOnly).toBe(true)
      }
  })

  it('R20 names no server that nobody has named', () => {
    expect(choose(defaultSettings.relay, false, 'none')).toEqual(direct())
    expect(choose(defaultSettings.relay, true, 'failed')).toMatchObject({ iceServers: [] })
  })
})

function reachWith(answer: AskForRelay, more: Partial<ReachParts> = {}) {
  const clock = createVirtualClock()
  const told: Address[] = []
  const counted: string[] = []
  let asked = 0
  const parts: ReachParts = {
    clock,
    wish: () => automatic,
    isVerified: () => false,
    ownRelay: () => null,
    wasTold: (address) => told.includes(address),
    told: (address) => void told.push(address),
    count: (code) => counted.push(code),
    ...more,
  }
  let heard = 0
  const reach = createReach(parts, {
    peer,
    serverHost: 'calls.example.org',
    ask: () => {
      asked += 1
      return answer()
    },
    onFound: () => void (heard += 1),
  })
  return { reach, clock, told, counted, asked: () => asked, heard: () => heard }
}
const never = () => new Promise<null>(() => undefined)

test('a relay is asked for once, and its answer is used by the link', async () => {
  const { reach, asked, heard } = reachWith(async () => relay)
  reach.prepare()
  reach.prepare()
  await settle(20)
  expect([asked(), heard()]).toEqual([1, 1])
  expect(await reach.way()).toEqual(onlyRelay)
  expect(asked()).toBe(1)
})

test('a link that is opened before anybody asked asks itself', async () => {
  const { reach } = reachWith(async () => relay)
  expect(await reach.way()).toEqual(onlyRelay)
})

test('a link that comes much later asks anew, and one that comes soon does not', async () => {
  const { reach, asked, clock } = reachWith(async () => relay)
  await reach.way()
  await clock.advance(89_000)
  reach.prepare()
  expect(await reach.way()).toEqual(onlyRelay)
  expect(asked()).toBe(1)
  await clock.advance(1_000)
  reach.prepare()
  expect(await reach.way()).toEqual(onlyRelay)
  expect(asked()).toBe(2)
})

test('a server that refused is asked again for the next link', async () => {
  const answers = [() => Promise.reject(new Error('refused')), async () => relay]
  const { reach } = reachWith(() => answers.shift()!())
  expect(await reach.way()).toBe('relay-failed')
  expect(await reach.way()).toEqual(onlyRelay)
})

test.each([
  ['that refuses', () => Promise.reject(new Error('refused'))],
  ['that names nothing usable', async () => ({ ...relay, urls: ['turn:127.0.0.1'] })],
])('a server %s is no server without a relay: nobody unverified is reached directly', async (_, answer) => {
  const { reach } = reachWith(answer)
  expect(await reach.way()).toBe('relay-failed')
})

test('each URL of a server that may not be used is counted', async () => {
  const { reach, counted } = reachWith(async () => ({
    ...relay,
    urls: ['turn:127.0.0.1', 'http://evil.example', 'turn:relay.example.org'],
  }))
  expect(await reach.way()).toEqual(onlyRelay)
  expect(counted).toEqual(['relay-url', 'relay-url'])
})

test('a server that never answers holds up a link ten seconds where a relay is needed', async () => {
  const { reach, clock } = reachWith(never)
  let way: unknown = 'waiting'
  void reach.way().then((found) => (way = found))
  await clock.advance(9_900)
  expect(way).toBe('waiting')
  await clock.advance(200)
  expect(way).toBe('relay-failed')
})

test('… and a moment only where it is not, and then it says that a relay was missed', async () => {
  const { reach, clock } = reachWith(never, { isVerified: () => true })
  let way: unknown = 'waiting'
  void reach.way().then((found) => (way = found))
  await clock.advance(1_600)
  expect(way).toEqual({ ...direct(), relayMissed: true })
})

test('R20 who has a relay of their own asks no server for one', async () => {
  const own = { urls: ['turns:mine.example.org'], username: 'me', credential: 'secret' }
  const { reach, asked } = reachWith(async () => relay, { ownRelay: () => own })
  reach.prepare()
  expect(await reach.way()).toEqual({ ...onlyRelay, iceServers: [own] })
  expect(asked()).toBe(0)
})

test('a relay of one’s own that is entered while it rings is the one that is used, and taken out it is not', async () => {
  const own = { urls: ['turns:mine.example.org'], username: 'me', credential: 'secret' }
  let entered: typeof own | null = null
  const { reach, asked } = reachWith(async () => null, { ownRelay: () => entered })
  reach.prepare()
  await settle(20)
  entered = own
  expect(await reach.way()).toEqual({ ...onlyRelay, iceServers: [own] })
  entered = null
  expect(await reach.way()).toEqual(direct())
  expect(asked()).toBe(1)
})

test('a relay of one’s own that is entered while the server is asked is the one that is used', async () => {
  const own = { urls: ['turns:mine.example.org'], username: 'me', credential: 'secret' }
  let entered: typeof own | null = null
  let say = (_: null): void => undefined
  const { reach } = reachWith(() => new Promise((resolve) => void (say = resolve)), {
    ownRelay: () => entered,
  })
  const way = reach.way()
  entered = own
  say(null)
  expect(await way).toEqual({ ...onlyRelay, iceServers: [own] })
})

describe('a link whose path is sought again', () => {
  const fresh = { ...relay, credential: 'fresh' }
  /** The first answer is that of the link, and the next ones are what the test says. */
  async function openedWith(next: AskForRelay, more: Partial<ReachParts> = {}) {
    let first = true
    const rig = reachWith(() => {
      if (!first) return next()
      first = false
      return Promise.resolve({ ...relay, urls: [...stun.urls, ...relay.urls] })
    }, more)
    const way = await rig.reach.way()
    if (typeof way === 'string') throw new Error(way)
    return { ...rig, way }
  }

  it('uses what was given less than a minute and a half ago, however often that is', async () => {
    const { reach, way, clock, asked } = await openedWith(async () => fresh)
    await clock.advance(89_000)
    for (let each = 0; each < 10; each++) expect(await reach.again(way)).toEqual([relay])
    expect(asked()).toBe(1)
  })
  it('asks anew for what is older, once', async () => {
    const { reach, way, clock, asked } = await openedWith(async () => fresh)
    await clock.advance(90_000)
    expect(await Promise.all([reach.again(way), reach.again(way)])).toEqual([[fresh], [fresh]])
    expect(asked()).toBe(2)
  })
  it('goes on with what it has where the server keeps silent or has nothing more', async () => {
    const silent = await openedWith(never)
    await silent.clock.advance(90_000)
    let servers: unknown = null
    void silent.reach.again(silent.way).then((found) => (servers = found))
    void silent.reach.again(silent.way)
    await silent.clock.advance(1_600)
    expect(servers).toEqual([relay])
    // One question is enough, however long it waits for its answer.
    expect(silent.asked()).toBe(2)
    const refused = await openedWith(() => Promise.reject(new Error('rate')))
    await refused.clock.advance(90_000)
    expect(await refused.reach.again(refused.way)).toEqual([relay])
  })
  it('waits for nothing where it may be direct, and has the relay of today the next time', async () => {
    let give = (_: typeof fresh): void => undefined
    const { reach, way, clock } = await openedWith(() => new Promise((resolve) => void (give = resolve)), {
      isVerified: () => true,
    })
    await clock.advance(90_000)
    expect(await reach.again(way)).toEqual(way.iceServers)
    give(fresh)
    await settle(20)
    expect(await reach.again(way)).toEqual([fresh])
  })
  it('R18 is given relays only, where it was opened for those only', async () => {
    const { reach, way, clock } = await openedWith(async () => ({
      ...fresh,
      urls: ['stun:evil.example', ...relay.urls],
    }))
    await clock.advance(90_000)
    expect(await reach.again(way)).toEqual([fresh])
  })
})

describe('R19 what a person is told before a call is answered', () => {
  it('is that it depends, until it is known whether there is a relay', async () => {
    const { reach } = reachWith(async () => null)
    expect(reach.notice()).toBe('unless-relay')
    reach.prepare()
    await settle(20)
    expect(reach.notice()).toBe('direct')
  })
  it.each([
    ['refuses', () => Promise.reject(new Error('refused'))],
    ['names nothing usable', async () => ({ ...relay, urls: ['turn:127.0.0.1'] })],
  ])('is that it depends where the server %s: it may yet say that it has none', async (_, first) => {
    const answers: AskForRelay[] = [first, async () => null]
    const { reach, told } = reachWith(() => answers.shift()!())
    reach.prepare()
    await settle(20)
    expect(reach.notice()).toBe('unless-relay')
    expect(await reach.way()).toEqual(direct())
    expect(told).toEqual([peer])
  })
  it('is nothing once there is a relay', async () => {
    const { reach, told } = reachWith(async () => relay)
    reach.prepare()
    await settle(20)
    expect(reach.notice()).toBeNull()
    await reach.way()
    expect(told).toEqual([])
  })
  it('is that somebody who is verified is reached directly, once', async () => {
    const { reach, told } = reachWith(async () => relay, { isVerified: () => true })
    expect(reach.notice()).toBe('direct')
    await reach.way()
    expect(told).toEqual([peer])
    expect(reach.notice()).toBeNull()
  })
  it('is nothing to who always wants a relay, and to who has one', () => {
    expect(reachWith(never, { wish: () => always }).reach.notice()).toBeNull()
    expect(reachWith(never, { ownRelay: () => relay }).reach.notice()).toBeNull()
  })
})
