// Presence tokens over real sockets (SP1 section 11): whoever shares one is told, and the server forgets.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPresenceBoard } from './presence.ts'
import { createSignalingServer } from './server.ts'
import { connect, logIn, newPerson, randomText } from './test-client.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

async function people(count: number) {
  const server = await createSignalingServer({
    limits: { connectsPerIpPerMinute: 1000, requests: { perSecond: 1000, burst: 1000 } },
  })
  toEnd.push(() => server.close())
  const boxes = []
  for (let n = 0; n < count; n++) {
    const { box } = await logIn(server.url, newPerson())
    toEnd.push(() => box.socket.disconnect())
    boxes.push(box)
  }
  return { server, boxes }
}
const latest = (box: { received(event: string): unknown[] }) => box.received('presence').at(-1)
const [ab, ac, a, b] = ['ab', 'ac', 'a', 'b'].map(() => randomText(32)) as [string, string, string, string]

describe('presence', () => {
  it('tells two who publish the same token, each of its own only, and nobody else', async () => {
    const { boxes } = await people(3)
    const [alice, bob, carol] = boxes as [(typeof boxes)[0], (typeof boxes)[0], (typeof boxes)[0]]
    expect(await alice.ask('presence.put', { tokens: [ab, ac, a] })).toEqual({ ok: true })
    await bob.ask('presence.put', { tokens: [ab, b] })
    await carol.ask('presence.put', { tokens: [randomText(32)] })
    await Promise.all([alice.arrival('presence', 1), bob.arrival('presence', 1)])
    expect([latest(alice), latest(bob)]).toEqual([{ tokens: [ab] }, { tokens: [ab] }])
    expect(carol.received('presence')).toEqual([])
  })

  it('S24: forgets the tokens of a connection that ends, and tells who shared them', async () => {
    const { server, boxes } = await people(2)
    const [alice, bob] = boxes as [(typeof boxes)[0], (typeof boxes)[0]]
    await alice.ask('presence.put', { tokens: [ab, a] })
    await bob.ask('presence.put', { tokens: [ab, b] })
    await alice.arrival('presence', 1)
    bob.socket.disconnect()
    await alice.arrival('presence', 2)
    expect(latest(alice)).toEqual({ tokens: [] })
    expect(server.counts().presence).toEqual({ parties: 1, tokens: 2 })
    alice.socket.disconnect()
    await vi.waitFor(() => expect(server.counts().presence).toEqual({ parties: 0, tokens: 0 }))
  })

  it('replaces a set whole', async () => {
    const { boxes } = await people(2)
    const [alice, bob] = boxes as [(typeof boxes)[0], (typeof boxes)[0]]
    await alice.ask('presence.put', { tokens: [ab, ac] })
    await bob.ask('presence.put', { tokens: [ab, ac] })
    await alice.arrival('presence', 1)
    await bob.ask('presence.put', { tokens: [ac] })
    await alice.arrival('presence', 2)
    expect(latest(alice)).toEqual({ tokens: [ac] })
    await bob.ask('presence.put', { tokens: [] })
    await alice.arrival('presence', 3)
    expect(latest(alice)).toEqual({ tokens: [] })
  })

  it('takes nothing before a login, nothing malformed and no more than 256 tokens', async () => {
    const { server, boxes } = await people(1)
    const [alice] = boxes as [(typeof boxes)[0]]
    const outside = await connect(server.url, '/box')
    toEnd.push(() => outside.socket.disconnect())
    expect(await outside.ask('presence.put', { tokens: [ab] })).toEqual({
      ok: false,
      code: 'not-authenticated',
    })
    for (const tokens of [['short'], [1], 'x', Array.from({ length: 257 }, () => randomText(32))])
      expect(await alice.ask('presence.put', { tokens })).toEqual({ ok: false, code: 'bad-shape' })
    const many = Array.from({ length: 256 }, () => randomText(32))
    expect(await alice.ask('presence.put', { tokens: many })).toEqual({ ok: true })
  })
})

describe('the board', () => {
  it('S2: lets one party publish a few times a minute', () => {
    let nowMs = 0
    const place = createPresenceBoard(() => nowMs).join(() => {})
    const puts = (count: number) =>
      Array.from({ length: count }, () => place.put([ab])).filter((code) => !code)
    expect(puts(50)).toHaveLength(12)
    nowMs += 60_000
    expect(puts(50)).toHaveLength(12)
  })

  it('keeps nothing of a party that left while its request was in hand', () => {
    const board = createPresenceBoard(() => 0)
    const place = board.join(() => {})
    place.leave()
    expect(place.put([ab])).toBe('gone')
    expect(board.counts()).toEqual({ parties: 0, tokens: 0 })
  })
})
