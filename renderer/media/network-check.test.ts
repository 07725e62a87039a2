import { describe, expect, it } from 'vitest'
import type { IceServer } from '../../contract/link.ts'
import { hasUdpRelay, type FoundCandidate, type Gathered } from './ice-gathering.ts'
import { checkNetwork, outcomeOf, type CheckParts, type CheckResult } from './network-check.ts'

const relays: readonly IceServer[] = [
  { urls: ['stun:relay.example:3478'] },
  {
    urls: [
      'turn:relay.example:3478?transport=udp',
      'turn:relay.example:3478?transport=tcp',
      'turns:relay.example:443?transport=tcp',
    ],
    username: 'u',
    credential: 'c',
  },
]
const candidate = (type: string): FoundCandidate => ({
  type,
  protocol: 'udp',
  address: '203.0.113.9',
  port: 1,
  relatedAddress: '10.0.0.2',
  relatedPort: 2,
})

/** A network that lets these through. */
function network(lets: { udp?: boolean; tcp?: boolean; tls?: boolean; ms?: number | null } = {}) {
  const { udp = true, tcp = true, tls = true, ms = 20 } = lets
  const passes = (url: string) => (url.startsWith('turns:') ? tls : url.includes('transport=tcp') ? tcp : udp)
  return {
    async gather(servers: readonly IceServer[], { relayOnly }: { relayOnly: boolean }): Promise<Gathered> {
      const urls = servers.flatMap((server) => server.urls)
      const good = urls.filter(passes)
      const candidates = [
        ...(relayOnly ? [] : [candidate('host'), ...good.map(() => candidate('srflx'))]),
        ...good.filter((url) => url.startsWith('turn')).map(() => candidate('relay')),
      ]
      return { candidates, failed: urls.filter((url) => !passes(url)), complete: true }
    },
    relayTime: async () => ms,
  }
}

async function check(parts: Partial<CheckParts> = {}, signal = new AbortController().signal) {
  const told: (readonly CheckResult[])[] = []
  const results = await checkNetwork(
    {
      microphone: async () => 'good',
      speaker: async () => 'good',
      camera: async () => 'good',
      server: () => 'good',
      relays: async () => relays,
      changed: (now) => told.push(now),
      ...network(),
      ...parts,
    },
    signal,
  )
  return { told, results, verdicts: Object.fromEntries(results.map(({ name, verdict }) => [name, verdict])) }
}

describe('a relay by UDP', () => {
  it.each([
    ['turn:relay.example', true],
    ['turn:relay.example:3478?transport=udp', true],
    ['turn:relay.example:3478?transport=tcp', false],
    ['turns:relay.example', false],
    ['stun:relay.example', false],
  ])('%s: %s', (url, is) => {
    expect(hasUdpRelay([{ urls: [url] }])).toBe(is)
  })
})

describe('the check before a call', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { verdicts, results } = await check()
    expect(verdicts).toEqual({
      microphone: 'good',
      speaker: 'good',
      camera: 'good',
      server: 'good',
      stun: 'good',
      'relay-udp': 'good',
      'relay-tcp': 'good',
      'relay-tls': 'good',
      'relay-time': 'good',
      nat: 'unknown',
    })
    expect(outcomeOf(results)).toBe('good')
    expect(results.find(({ name }) => name === 'relay-time')?.figure).toBe(20)
  })
  it('says that UDP is blocked only where another way works', async () => {
    const blocked = await check(network({ udp: false }))
    expect(blocked.verdicts).toMatchObject({ stun: 'failed', 'relay-udp': 'blocked', 'relay-tcp': 'good' })
    expect(outcomeOf(blocked.results)).toBe('no-udp')
    const dead = await check(network({ udp: false, tcp: false, tls: false, ms: null }))
    expect(dead.verdicts).toMatchObject({
      'relay-udp': 'failed',
      'relay-tcp': 'failed',
      'relay-time': 'failed',
    })
    expect(outcomeOf(dead.results)).toBe('no-way')
  })
  it('tells a relay that is not offered from one that does not answer', async () => {
    const { verdicts, results } = await check({ relays: async () => [] })
    expect(verdicts).toMatchObject({
      stun: 'unset',
      'relay-udp': 'unset',
      'relay-time': 'unset',
      nat: 'unknown',
    })
    expect(outcomeOf(results)).toBe('no-relay')
  })
  it('does not take a server that does not say for one that has no relay', async () => {
    const { verdicts } = await check({ relays: async () => null })
    expect(verdicts).toMatchObject({
      stun: 'failed',
      'relay-udp': 'failed',
      'relay-tls': 'failed',
      'relay-time': 'failed',
      nat: 'unknown',
    })
  })
  it('names a far relay, and what is wrong with devices and server', async () => {
    expect((await check(network({ ms: 180 }))).verdicts['relay-time']).toBe('far')
    expect(outcomeOf((await check({ microphone: async () => 'silent' })).results)).toBe('devices')
    expect(outcomeOf((await check({ server: () => 'offline' })).results)).toBe('no-way')
    expect(outcomeOf((await check({ camera: async () => 'missing' })).results)).toBe('good')
  })
  it('asks the devices one after the other', async () => {
    let open = 0
    const device = async (): Promise<'good'> => {
      expect(++open).toBe(1)
      await Promise.resolve()
      open -= 1
      return 'good'
    }
    await check({ microphone: device, speaker: device, camera: device })
  })
  it('tells nothing more once it was called off', async () => {
    const end = new AbortController()
    const { told } = await check(
      {
        async speaker() {
          end.abort()
          return 'good'
        },
      },
      end.signal,
    )
    expect(told.at(-1)?.find(({ name }) => name === 'speaker')?.state).toBe('running')
    expect(told.at(-1)?.find(({ name }) => name === 'camera')?.state).toBe('waiting')
  })
})
