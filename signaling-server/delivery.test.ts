// Delivery keys over real sockets (SP1 section 3): who gets past the limit for strangers, and what the answers tell.
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { standingOf } from './delivery.ts'
import { defaultLimits, type ServerLimits } from './limits.ts'
import { createSignalingServer } from './server.ts'
import { bundleOf, connect, logIn, newPerson, randomText } from './test-client.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

const hashOf = (key: string) => createHash('sha256').update(Buffer.from(key, 'base64url')).digest('base64url')
const [current, previous, foreign] = [randomText(16), randomText(16), randomText(16)]
const envelope = (n: number) => ({ k: 1, box: `envelope ${n}` })

describe('what a key says', () => {
  const hashes = [hashOf(current), hashOf(previous)]
  it.each([
    ['the current key', current, 'known', 'known'],
    ['the one before', previous, 'stranger', 'stranger'],
    ['another', foreign, 'stranger', 'unwanted'],
    ['none', undefined, 'stranger', 'unwanted'],
    ['an empty one', '', 'stranger', 'unwanted'],
  ])('%s', (_, key, usually, whereOnlyKeysCount) => {
    expect(standingOf({ hashes, only: false }, key)).toBe(usually)
    expect(standingOf({ hashes, only: true }, key)).toBe(whereOnlyKeysCount)
    expect(standingOf(null, key)).toBe('stranger')
  })
})

/** Somebody with a mailbox and one anonymous connection. */
async function mailbox(put?: { hashes: string[]; only: boolean }, limits: Partial<ServerLimits> = {}) {
  const server = await createSignalingServer({
    limits: {
      connectsPerIpPerMinute: 1000,
      connectionsPerIp: 100,
      requests: { perSecond: 1000, burst: 1000 },
      ...limits,
    },
  })
  toEnd.push(() => server.close())
  const person = newPerson()
  const { box } = await logIn(server.url, person)
  toEnd.push(() => box.socket.disconnect())
  expect(await box.ask('prekey.put', bundleOf(person))).toEqual({ ok: true })
  if (put) expect(await box.ask('delivery.put', put)).toEqual({ ok: true })
  const drop = await connect(server.url, '/drop')
  toEnd.push(() => drop.socket.disconnect())
  let sent = 0
  const leave = (key?: string, to = person.address) =>
    drop.ask('box.put', { to, env: envelope(++sent), ttlS: 60, ...(key !== undefined && { key }) })
  const times = async (count: number, key?: string) => {
    const answers = []
    for (let n = 0; n < count; n++) answers.push(await leave(key))
    return answers
  }
  return { server, person, box, leave, times }
}

describe('the mailbox', () => {
  const roomy = { perSecond: 1000, burst: 1000 }

  it('S13: lets a contact in when strangers have used up what they may leave in an hour', async () => {
    const { leave, times } = await mailbox({ hashes: [hashOf(current)], only: false }, { mailbox: roomy })
    await times(defaultLimits.firstContactsPerMailboxPerHour)
    expect(await leave()).toEqual({ ok: false, code: 'rate' })
    expect(await leave(foreign)).toEqual({ ok: false, code: 'rate' })
    for (const answer of await times(40, current)) expect(answer).toEqual({ ok: true })
  })

  it('S13: lets a contact in while strangers knock as fast as they may', async () => {
    const { leave, times } = await mailbox({ hashes: [hashOf(current)], only: false })
    expect((await times(21)).at(-1)).toEqual({ ok: false, code: 'rate' })
    expect(await leave(current)).toEqual({ ok: true })
    // A contact that knocks without end is slowed down as well.
    expect((await times(20, current)).at(-1)).toEqual({ ok: false, code: 'rate' })
  })

  it('counts the key before the current one as a stranger', async () => {
    const hashes = [hashOf(current), hashOf(previous)]
    const { leave, times } = await mailbox({ hashes, only: true }, { mailbox: roomy })
    await times(defaultLimits.firstContactsPerMailboxPerHour, previous)
    expect(await leave(previous)).toEqual({ ok: false, code: 'rate' })
    expect(await leave(current)).toEqual({ ok: true })
  })

  it('keeps nothing of strangers where only keys count, and delivers what has one', async () => {
    const { server, box, leave } = await mailbox({ hashes: [hashOf(current), hashOf(previous)], only: true })
    await leave()
    await leave(foreign)
    await leave(current)
    await leave(previous)
    const arrived = await box.arrival('env', 2)
    expect(arrived).toMatchObject([{ env: envelope(3) }, { env: envelope(4) }])
    expect(server.counts().mailboxes.envelopes).toBeLessThanOrEqual(2)
  })

  it('S9: answers the same, whether an envelope is kept or not, its owner is here or not, or nobody is there', async () => {
    const here = await mailbox({ hashes: [hashOf(current)], only: true })
    const away = await mailbox({ hashes: [hashOf(current)], only: true })
    away.box.socket.disconnect()
    const open = await mailbox()
    const answers = [
      await here.leave(),
      await here.leave(foreign),
      await here.leave(current),
      await away.leave(),
      await away.leave(foreign),
      await away.leave(current),
      await open.leave(),
      await open.leave(foreign),
      await open.leave(undefined, newPerson().address),
      await open.leave(foreign, newPerson().address),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"ok":true}']))
  })

  it('S9: refuses an envelope that is too big, and one too many, alike', async () => {
    const only = await mailbox({ hashes: [hashOf(current)], only: true }, { mailbox: roomy })
    const open = await mailbox(undefined, { mailbox: roomy })
    const answers = async ({ times }: typeof only) =>
      (await times(31)).map((answer) => JSON.stringify(answer))
    expect(await answers(only)).toEqual(await answers(open))
    const big = { to: only.person.address, env: { k: 1, box: 'A'.repeat(70_000) }, ttlS: 60, key: current }
    const drop = await connect(only.server.url, '/drop')
    toEnd.push(() => drop.socket.disconnect())
    expect(await drop.ask('box.put', big)).toEqual({ ok: false, code: 'too-big' })
  })

  it('takes keys from the owner only, replaces them whole, and keeps them through a new prekey and a logout', async () => {
    const { server, person, box, leave } = await mailbox({ hashes: [hashOf(previous)], only: true })
    const stranger = await connect(server.url, '/box')
    toEnd.push(() => stranger.socket.disconnect())
    const put = { hashes: [hashOf(foreign)], only: false }
    expect(await stranger.ask('delivery.put', put)).toEqual({ ok: false, code: 'not-authenticated' })
    await box.ask('delivery.put', { hashes: [hashOf(current)], only: true })
    await box.ask('prekey.put', bundleOf(person))
    box.socket.disconnect()
    await leave(previous)
    await leave(current)
    expect(server.counts().mailboxes.envelopes).toBe(1)
  })

  it.each([
    ['no hash', { hashes: [], only: true }],
    ['three hashes', { hashes: [1, 2, 3].map(() => hashOf(current)), only: true }],
    ['a short hash', { hashes: ['AAAA'], only: true }],
    ['a stranger member', { hashes: [hashOf(current)], only: true, more: 1 }],
  ])('refuses %s', async (_, put) => {
    const { box } = await mailbox()
    expect(await box.ask('delivery.put', put)).toEqual({ ok: false, code: 'bad-shape' })
  })

  it('knows no keys of somebody who left no prekey', async () => {
    const { server } = await mailbox()
    const { box } = await logIn(server.url, newPerson())
    toEnd.push(() => box.socket.disconnect())
    const put = { hashes: [hashOf(current)], only: true }
    expect(await box.ask('delivery.put', put)).toEqual({ ok: false, code: 'no-prekey' })
  })
})
