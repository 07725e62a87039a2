// Two phones and the relay between them: who asks for it and when, what may cross, and what there is without it.
import { describe, expect, test } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { LinkOpen, LinkSignal } from '../../contract/link.ts'
import { sdpWith } from './test-pages.ts'
import { createTwoPhones, type TestPhone } from './two-phones.ts'
import { settle } from './virtual-clock.ts'

const access = { urls: ['turn:relay.example.org'], username: 'u', credential: 'c' }
const relayUrl = 'turn:relay.example.org'
const host = 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host'
const relayed = 'candidate:2 1 udp 41885439 198.51.100.7 50001 typ relay raddr 192.0.2.1 rport 50000'
const hidden = 'candidate:2 1 udp 41885439 198.51.100.7 50001 typ relay raddr 0.0.0.0 rport 0'

function callIdOf(phone: TestPhone): CallId {
  const view = phone.view()
  if (view.phase === 'idle') throw new Error('no call')
  return view.callId
}
const pushesOf = <T>(phone: TestPhone, name: string): T[] =>
  phone.page.orders.filter((order) => order.name === name).map(({ push }) => push as T)
const openOf = (phone: TestPhone) => pushesOf<LinkOpen>(phone, 'link.open').at(-1)
/** What the peer's stack said, as this phone's page got it. */
const heardBy = (phone: TestPhone) =>
  pushesOf<{ signal: LinkSignal }>(phone, 'link.signal').map((p) => p.signal)
const candidatesTo = (phone: TestPhone) =>
  heardBy(phone).flatMap((signal) =>
    signal.type === 'candidates' ? signal.list.map(({ candidate }) => candidate) : [],
  )
const sendCandidates = (phone: TestPhone, ...lines: string[]) =>
  phone.engine.link.signal({
    callId: callIdOf(phone),
    signal: {
      type: 'candidates',
      list: lines.map((candidate) => ({ candidate, sdpMid: '0', sdpMLineIndex: 0 })),
    },
  })
function factsOf(phone: TestPhone) {
  const view = phone.view()
  if (view.phase !== 'talking' && view.phase !== 'reconnecting') throw new Error(`not talking: ${view.phase}`)
  return view.facts
}
/** Repeats come in every call. */
const droppedBy = (phone: TestPhone) => phone.refusals.filter((code) => code !== 'seq')
function reasonOf(phone: TestPhone): string {
  const view = phone.view()
  return view.phase === 'ended' ? view.reason : view.phase
}
const noticeTo = (phone: TestPhone) => {
  const view = phone.view()
  return 'addressNotice' in view ? view.addressNotice : `none while ${view.phase}`
}

function rigWith(
  change: (rig: ReturnType<typeof createTwoPhones>) => void = () => undefined,
  options: Parameters<typeof createTwoPhones>[0] = {},
) {
  const rig = createTwoPhones(options)
  rig.network.relay = async () => access
  change(rig)
  return rig
}
async function ring(rig: ReturnType<typeof createTwoPhones>) {
  rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
  await rig.clock.advance(10)
}
/** Of a page that was silent when it was told to. */
function openMicrophone(phone: TestPhone): void {
  const { fingerprint } = phone.page
  phone.engine.link.prepared({ callId: callIdOf(phone), ok: true, fingerprint, cameraProblem: null })
}
async function answer(rig: ReturnType<typeof createTwoPhones>) {
  rig.bob.engine.command({ type: 'answer', callId: callIdOf(rig.bob), video: false })
  await rig.clock.advance(100)
}
const always = { use: 'always', directToVerified: true } as const

describe('a call with somebody who is not verified, at a server with a relay', () => {
  test('is opened on both sides for the relay only, each with what its own seat was given', async () => {
    const rig = rigWith()
    await ring(rig)
    await answer(rig)
    for (const phone of [rig.alice, rig.bob]) {
      expect(openOf(phone)).toMatchObject({ relayOnly: true, iceServers: [access] })
      expect(phone.view().phase).toBe('talking')
    }
    const [first, second, ...more] = rig.network.asked
    expect([first === second, more]).toEqual([true, []])
  })

  test('R18 no address of either leaves or arrives, also not beside a relayed one', async () => {
    const rig = rigWith()
    await ring(rig)
    await answer(rig)
    sendCandidates(rig.alice, host, relayed)
    await settle()
    expect(candidatesTo(rig.bob)).toEqual([hidden])
    expect(droppedBy(rig.alice)).toEqual(['relay-only'])
  })

  test('R18 what the peer says of its own address is dropped and counted, and the call goes on', async () => {
    // Bob has verified Alice and may be direct; she has not verified him.
    const rig = rigWith(({ bob }) => (bob.reach.verified = true))
    await ring(rig)
    await answer(rig)
    expect([openOf(rig.alice)?.relayOnly, openOf(rig.bob)?.relayOnly]).toEqual([true, false])
    sendCandidates(rig.bob, host, hidden)
    await settle()
    expect(candidatesTo(rig.alice)).toEqual([hidden])
    expect(droppedBy(rig.alice)).toEqual(['relay-only'])
    expect(rig.alice.view().phase).toBe('talking')
  })

  test('R18 addresses inside a description are left out in both directions', async () => {
    const withAddresses = (fingerprint: string) =>
      sdpWith(fingerprint).replace('c=IN IP4 0.0.0.0', `c=IN IP4 192.0.2.1\r\na=${host}`)
    const rig = rigWith(({ alice, bob }) => {
      bob.reach.verified = true
      alice.page.offerSdp = withAddresses
      bob.page.offerSdp = withAddresses
    })
    await ring(rig)
    await answer(rig)
    expect(rig.alice.view().phase).toBe('talking')
    const [offer] = heardBy(rig.bob)
    const [reply] = heardBy(rig.alice)
    expect([offer?.type, reply?.type]).toEqual(['offer', 'answer'])
    expect(JSON.stringify([offer, reply])).not.toContain('192.0.2.1')
    // Hers on its way out, and his on its way in.
    expect(droppedBy(rig.alice)).toEqual(['relay-only', 'relay-only'])
  })

  test.each([
    ['a contact, while it rings', true, 2],
    ['a stranger, only once somebody answers', false, 1],
  ])(
    'does not ask for the relay before the invitation has left; called by %s',
    async (_, contacts, asked) => {
      const rig = rigWith(({ alice }) => (alice.page.prepares = false), { contacts })
      rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
      await rig.clock.advance(10)
      expect(rig.network.asked).toEqual([])
      openMicrophone(rig.alice)
      await rig.clock.advance(10)
      expect(rig.bob.view().phase).toBe('incoming')
      expect(rig.network.asked).toHaveLength(asked)
      // Nobody reaches the relay itself before somebody has answered: that would show it an address.
      expect(openOf(rig.bob)).toBeUndefined()
      await answer(rig)
      expect(rig.network.asked).toHaveLength(2)
    },
  )

  test('keeps what the caller said until the callee knows what may pass, and loses none of it', async () => {
    const answers: ((value: typeof access) => void)[] = []
    const rig = rigWith(({ network }) => {
      let asked = 0
      network.relay = () =>
        asked++ === 0 ? Promise.resolve(access) : new Promise((resolve) => void answers.push(resolve))
    })
    await ring(rig)
    await answer(rig)
    sendCandidates(rig.alice, relayed)
    await settle()
    expect(heardBy(rig.bob)).toEqual([])
    answers[0]!(access)
    await rig.clock.advance(100)
    expect(heardBy(rig.bob).map(({ type }) => type)).toEqual(['offer', 'candidates'])
    expect(rig.bob.view().phase).toBe('talking')
  })

  test('asks anew for the link that replaces one that broke later on', async () => {
    const rig = rigWith()
    await ring(rig)
    await answer(rig)
    const before = rig.network.asked.length
    await rig.clock.advance(120_000)
    rig.alice.engine.link.failed({ callId: callIdOf(rig.alice), code: 'link-failed' })
    await rig.clock.advance(1_000)
    expect(rig.alice.view().phase).toBe('talking')
    expect(rig.network.asked.length).toBeGreaterThan(before)
    expect(openOf(rig.alice)?.relayOnly).toBe(true)
    sendCandidates(rig.alice, host)
    expect(rig.alice.refusals).toContain('relay-only')
  })

  test('R18 restarts over what the relay gives by then, on both sides, and still drops what is direct', async () => {
    const fresh = { ...access, credential: 'fresh' }
    const rig = rigWith()
    await ring(rig)
    await answer(rig)
    await rig.clock.advance(100_000)
    rig.network.relay = async () => fresh
    rig.alice.page.measure({ connection: 'interrupted' })
    await rig.clock.advance(1_000)
    for (const phone of [rig.alice, rig.bob])
      expect(pushesOf(phone, 'link.restart').at(-1)).toMatchObject({ iceServers: [fresh] })
    sendCandidates(rig.alice, host)
    expect(droppedBy(rig.alice)).toContain('relay-only')
  })

  test('R26 says by which relay it goes, as main named it, and that the peer was told no address', async () => {
    const rig = rigWith()
    await ring(rig)
    await answer(rig)
    // Chromium writes out what a URL leaves out.
    const relay = { found: true, sought: false, url: `${relayUrl}:3478?transport=udp` }
    rig.alice.page.measure({ path: 'relay', relay })
    const reach = { relayOnly: true, relay: 'relay.example.org', relayUnavailable: false }
    expect(factsOf(rig.alice).reach).toEqual(reach)
    // A page cannot make up another.
    rig.alice.page.measure({ path: 'relay', relay: { ...relay, url: 'turn:friendly.example.org' } })
    expect(factsOf(rig.alice).reach).toEqual({ ...reach, relay: null })
  })
})

describe('a call with somebody who is verified', () => {
  const verified = (rig: ReturnType<typeof createTwoPhones>) => {
    rig.alice.reach.verified = true
    rig.bob.reach.verified = true
  }
  test('may be direct, with the relay as a help', async () => {
    const rig = rigWith(verified)
    await ring(rig)
    await answer(rig)
    expect(openOf(rig.alice)).toMatchObject({ relayOnly: false, iceServers: [access] })
    sendCandidates(rig.alice, host)
    await settle()
    expect(candidatesTo(rig.bob)).toEqual([host])
  })
  test('is direct where the server keeps silent about its relay, and says that the relay is missing', async () => {
    const rig = rigWith(verified)
    rig.network.relay = () => new Promise(() => undefined)
    await ring(rig)
    await answer(rig)
    await rig.clock.advance(5_000)
    expect(rig.alice.view().phase).toBe('talking')
    expect(openOf(rig.alice)).toMatchObject({ relayOnly: false, iceServers: [] })
    expect(factsOf(rig.alice).reach.relayUnavailable).toBe(true)
  })
  test('is direct where the relay is dead, and says so once nothing more can come', async () => {
    const rig = rigWith(verified)
    await ring(rig)
    await answer(rig)
    rig.alice.page.measure({ path: 'direct', relay: { found: false, sought: false, url: null } })
    expect(factsOf(rig.alice).reach.relayUnavailable).toBe(false)
    rig.alice.page.measure({ path: 'direct', relay: { found: false, sought: true, url: null } })
    expect(factsOf(rig.alice).reach).toEqual({ relayOnly: false, relay: null, relayUnavailable: true })
    expect(rig.alice.view().phase).toBe('talking')
  })
  test('is relayed for whoever wants that always', async () => {
    const rig = rigWith(verified)
    rig.alice.reach.wish = always
    await ring(rig)
    await answer(rig)
    expect([openOf(rig.alice)?.relayOnly, openOf(rig.bob)?.relayOnly]).toEqual([true, false])
  })
})

describe('who wants a relay always', () => {
  test.each([
    ['offers none', 'no-relay', (): Promise<null> => Promise.resolve(null)],
    ['refuses it', 'relay-failed', (): Promise<null> => Promise.reject(new Error('refused'))],
    ['names one that may not be used', 'relay-failed', async () => ({ ...access, urls: ['turn:127.0.0.1'] })],
  ] as const)('gets no call where the server %s, and a reason at once', async (_, reason, relay) => {
    const rig = rigWith(({ alice, bob, network }) => {
      alice.reach.wish = always
      // He may do without, so that it is she who finds no way.
      bob.reach.verified = true
      network.relay = relay
    })
    await ring(rig)
    await answer(rig)
    expect(reasonOf(rig.alice)).toBe(reason)
    expect(openOf(rig.alice)).toBeUndefined()
    expect(reasonOf(rig.bob)).not.toBe('talking')
  })

  test('gets none where the server keeps silent, within fifteen seconds', async () => {
    const rig = rigWith(({ alice, network }) => {
      alice.reach.wish = always
      network.relay = () => new Promise(() => undefined)
    })
    await ring(rig)
    await answer(rig)
    await rig.clock.advance(14_800)
    expect(reasonOf(rig.alice)).toBe('relay-failed')
    expect(openOf(rig.alice)).toBeUndefined()
  })

  /** Both want a relay always, somebody has answered, and nothing of what the pages say connects them. */
  async function answerThroughADeadRelay() {
    const rig = rigWith(({ alice, bob, air }) => {
      for (const { reach } of [alice, bob]) reach.wish = always
      alice.page.seen = bob.page.seen = ''
      air.open = false
    })
    await ring(rig)
    await answer(rig)
    return rig
  }

  test('gets none through a dead relay, as soon as the page has looked everywhere', async () => {
    const rig = await answerThroughADeadRelay()
    expect(reasonOf(rig.alice)).toBe('connecting')
    const relay = { found: false, sought: false, url: null }
    rig.alice.page.measure({ connection: 'connecting', relay })
    expect(reasonOf(rig.alice)).toBe('connecting')
    rig.alice.page.measure({ connection: 'connecting', relay: { ...relay, sought: true } })
    expect(reasonOf(rig.alice)).toBe('relay-failed')
    await settle()
    // He did not hang up, and neither did she.
    expect(reasonOf(rig.bob)).toBe('connection-lost')
  })

  test('… but for a while it may be the relay as it was looked for by addresses that are gone', async () => {
    const rig = await answerThroughADeadRelay()
    rig.alice.engine.networkChanged(true)
    rig.alice.page.measure({ connection: 'connecting', relay: { found: false, sought: true, url: null } })
    expect(reasonOf(rig.alice)).toBe('connecting')
    await rig.clock.advance(15_000)
    expect(reasonOf(rig.alice)).toBe('relay-failed')
  })

  test('… and within fifteen seconds when the page says nothing; no address has left', async () => {
    const rig = rigWith(({ alice, bob, air }) => {
      alice.reach.wish = always
      alice.page.seen = bob.page.seen = ''
      air.open = false
    })
    await ring(rig)
    await answer(rig)
    sendCandidates(rig.alice, host)
    await rig.clock.advance(14_950)
    expect(reasonOf(rig.alice)).toBe('relay-failed')
    expect(candidatesTo(rig.bob)).toEqual([])
  })
})

test('R20 with a relay of one’s own no server is asked, and no relay but one’s own is used', async () => {
  const own = { urls: ['turns:mine.example.org'], username: 'me', credential: 'secret' }
  const rig = rigWith(({ alice }) => (alice.reach.own = own))
  await ring(rig)
  await answer(rig)
  expect(openOf(rig.alice)).toMatchObject({ relayOnly: true, iceServers: [own] })
  // His.
  expect(rig.network.asked).toHaveLength(1)
})

describe('R19 what each side is told before the call is answered', () => {
  test.each([
    ['a contact', true, 'direct'],
    ['a stranger, for whom nothing was asked yet', false, 'unless-relay'],
  ] as const)(
    'at a server without a relay: both that an address is seen, called by %s',
    async (_, contacts, bobs) => {
      const rig = rigWith(({ network }) => (network.relay = async () => null), { contacts })
      await ring(rig)
      expect([noticeTo(rig.alice), noticeTo(rig.bob)]).toEqual(['direct', bobs])
      await answer(rig)
      expect([rig.alice.reach.told, rig.bob.reach.told]).toEqual([[rig.bob.address], [rig.alice.address]])
    },
  )
  test('a server that says only after the answer that it has no relay hides no notice from the callee', async () => {
    const rig = rigWith(({ network }) => (network.relay = () => Promise.reject(new Error('refused'))))
    await ring(rig)
    expect([noticeTo(rig.alice), noticeTo(rig.bob)]).toEqual(['unless-relay', 'unless-relay'])
    rig.network.relay = async () => null
    await answer(rig)
    expect(openOf(rig.bob)).toMatchObject({ relayOnly: false })
    expect(rig.bob.reach.told).toEqual([rig.alice.address])
  })
  test('at a server with one: the caller nothing, once that is known', async () => {
    const rig = rigWith(({ alice }) => (alice.page.prepares = false))
    rig.alice.engine.command({ type: 'dial', address: rig.bob.address, video: false })
    await rig.clock.advance(10)
    expect(noticeTo(rig.alice)).toBe('unless-relay')
    const told: unknown[] = []
    rig.alice.engine.onChange(() => told.push(noticeTo(rig.alice)))
    openMicrophone(rig.alice)
    await rig.clock.advance(10)
    expect(told.at(-1)).toBeNull()
  })
  test('and not again in the next call with the same person', async () => {
    const rig = rigWith(({ network }) => (network.relay = async () => null))
    for (const notices of [
      ['direct', 'direct'],
      [null, null],
    ]) {
      await ring(rig)
      expect([noticeTo(rig.alice), noticeTo(rig.bob)]).toEqual(notices)
      await answer(rig)
      rig.alice.engine.command({ type: 'hang-up', callId: callIdOf(rig.alice) })
      await rig.clock.advance(100)
    }
  })
})
