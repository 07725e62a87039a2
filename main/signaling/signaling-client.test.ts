import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PhoneError } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { createSignalingServer, type SignalingServerOptions } from '../../signaling-server/server.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { createPrekey } from '../../sp1/prekey.ts'
import { systemClock, type Clock } from '../clock.ts'
import { createSignalingClient, type SignalingClient } from './signaling-client.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const envelope = (box: string) => ({ k: 3, s: 0, box }) as const
const within = { timeout: 15_000, interval: 10 }

/** Signed by itself, for 127.0.0.1. It guards nothing. */
const cert = `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUMqkDSBrCFRXTxLeR6y316g+WUwQwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMDIyMTY1MloYDzIxMjYxMDI3
MjIxNjUyWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARlQ2ft8W96kgosy8YXdQdBqsL0f4SXeDayeDJclTQrtH9bk7IgE59j
pdoEyjzol3OLED6D3cvpGs9bKNNJDHp9o2QwYjAdBgNVHQ4EFgQU9eeG8Q7ale1w
1xj+oiLZvVWzlc0wHwYDVR0jBBgwFoAU9eeG8Q7ale1w1xj+oiLZvVWzlc0wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQDSD1M9+cqZg2xPa+AhHMrK9OeKM/0YD9Hgsh3POWBmKAIhAOXTRByrE7SFvtbQ
uDKusg8A1vcwmtXVs102zWGv9zhX
-----END CERTIFICATE-----`
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4p9PzCxYKY0b51PC
7SCyJQtRJkPq4I226+K8tS0FCWShRANCAARlQ2ft8W96kgosy8YXdQdBqsL0f4SX
eDayeDJclTQrtH9bk7IgE59jpdoEyjzol3OLED6D3cvpGs9bKNNJDHp9
-----END PRIVATE KEY-----`

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function startServer(options: SignalingServerOptions = {}) {
  const roomy = { perSecond: 1000, burst: 1000 }
  const limits = { requests: roomy, mailbox: roomy, connectsPerIpPerMinute: 1000, connectionsPerIp: 100 }
  const server = await createSignalingServer({ limits, ...options })
  closing.push(() => server.close())
  return server
}

function newPerson(clock: Clock = systemClock) {
  const identity = identityFromSeed(rng(32))
  const { bundle } = createPrekey(identity, Date.now(), rng)
  const events: string[] = []
  const states: string[] = []
  const start = () => {
    const client = createSignalingClient({
      identity,
      bundle: async () => bundle,
      onEnvelope: async (value) => {
        events.push((value as { box: string }).box)
        if (events.at(-1) === 'bad') throw new Error('refused')
      },
      onSettled: () => events.push('settled'),
      clock,
      rng,
    })
    client.onChange(() => states.push(client.state().code ?? client.state().state))
    closing.push(() => client.close())
    return client
  }
  return { address: addressOf(identity.publicKey) as Address, bundle, events, states, start }
}

const reaches = (client: SignalingClient, state: string, code: string | null = null) =>
  vi.waitFor(() => expect(client.state()).toEqual({ state, code }), within)

function dropAt(client: SignalingClient, url: string) {
  const drop = client.openDrop(url)
  closing.push(() => drop.close())
  return drop
}

describe('signaling client', () => {
  it('is nowhere until told where to go', () => {
    const client = newPerson().start()
    client.retry()
    expect(client.state()).toEqual({ state: 'none', code: null })
  })

  it('logs in and is online once callers are given its prekey', async () => {
    const server = await startServer()
    const person = newPerson()
    const client = person.start()
    client.connect(server.url.replace('http', 'ws'))
    expect(client.state().state).toBe('connecting')
    await reaches(client, 'online')
    expect(await dropAt(client, server.url).prekey(person.address)).toEqual(person.bundle)
    expect(person.states).toEqual(['connecting', 'online'])
    client.connect(null)
    expect(client.state()).toEqual({ state: 'none', code: null })
    await vi.waitFor(() => expect(server.counts().logins).toBe(0), within)
  })

  it('sp1 S4 signs nothing for a server that names another origin, and does not return by itself', async () => {
    const server = await startServer({ publicOrigin: 'https://elsewhere.example' })
    const later = vi.fn(() => () => {})
    const client = newPerson({ now: Date.now, after: later }).start()
    client.connect(server.url)
    await reaches(client, 'offline', 'server-origin')
    await vi.waitFor(() => expect(server.counts().connections).toBe(0), within)
    // A signature that was sent would have been refused as bad, and one over the lie accepted.
    expect(server.counts()).toMatchObject({ logins: 0, refused: {} })
    expect(later).not.toHaveBeenCalled()
    client.retry()
    expect(client.state().state).toBe('connecting')
    await reaches(client, 'offline', 'server-origin')
  })

  it('hands over in order what waited, acks it whether it was refused or not, and then says so', async () => {
    const server = await startServer()
    const person = newPerson()
    const client = person.start()
    const drop = dropAt(newPerson().start(), server.url)
    for (const box of ['one', 'bad', 'three']) await drop.put(person.address, envelope(box), 60)
    client.connect(server.url)
    await vi.waitFor(() => expect(person.events).toEqual(['one', 'bad', 'three', 'settled']), within)
    await drop.put(person.address, envelope('four'), 60)
    await vi.waitFor(() => expect(person.events.at(-1)).toBe('four'), within)
    await vi.waitFor(() => expect(server.counts().mailboxes).toMatchObject({ envelopes: 0 }), within)
  })

  it('stays away when the same identity logged in elsewhere', async () => {
    const server = await startServer()
    const person = newPerson()
    const first = person.start()
    const second = person.start()
    first.connect(server.url)
    await reaches(first, 'online')
    second.connect(server.url)
    await reaches(second, 'online')
    await reaches(first, 'offline', 'server-replaced')
    expect(server.counts().logins).toBe(1)
  })

  it('logs in again and leaves its prekey again when the server comes back', async () => {
    const before = await startServer()
    const person = newPerson()
    const client = person.start()
    client.connect(before.url)
    await reaches(client, 'online')
    await before.close()
    await reaches(client, 'offline', 'server-unreachable')
    const after = await startServer({ port: Number(new URL(before.url).port) })
    await reaches(client, 'online')
    expect(await dropAt(client, after.url).prekey(person.address)).toEqual(person.bundle)
    expect(person.events).toEqual(['settled', 'settled'])
  })

  it('leaves the prekey that became due while it stayed connected', async () => {
    const server = await startServer()
    const identity = identityFromSeed(rng(32))
    const older = createPrekey(identity, Date.now() - 1000, rng).bundle
    const newer = createPrekey(identity, Date.now(), rng).bundle
    const tasks = new Set<() => void>()
    let current = older
    const client = createSignalingClient({
      identity,
      bundle: async () => current,
      onEnvelope: async () => {},
      onSettled: () => {},
      clock: {
        now: Date.now,
        after(_ms, task) {
          tasks.add(task)
          return () => tasks.delete(task)
        },
      },
      rng,
    })
    closing.push(() => client.close())
    client.connect(server.url)
    await reaches(client, 'online')
    current = newer
    for (const task of [...tasks]) task()
    const drop = dropAt(newPerson().start(), server.url)
    const address = addressOf(identity.publicKey) as Address
    await vi.waitFor(async () => expect(await drop.prekey(address)).toEqual(newer), within)
  })

  it('E28 takes a certificate that nobody vouches for as a refusal, and sends nothing', async () => {
    let requests = 0
    const https = createHttpsServer({ key, cert }, () => (requests += 1)).listen(0, '127.0.0.1')
    await once(https, 'listening')
    closing.push(() => https.close())
    const client = newPerson().start()
    client.connect(`https://127.0.0.1:${(https.address() as AddressInfo).port}`)
    await reaches(client, 'offline', 'server-refused')
    expect(requests).toBe(0)
  })

  it('logs in anew at once over another connection, and what waited is handed over once', async () => {
    const server = await startServer()
    const person = newPerson()
    const client = person.start()
    client.reconnectNow()
    expect(client.state().state).toBe('none')
    client.connect(server.url)
    await reaches(client, 'online')
    const drop = dropAt(newPerson().start(), server.url)
    await drop.put(person.address, envelope('one'), 60)
    await vi.waitFor(() => expect(person.events).toContain('one'), within)
    client.reconnectNow()
    expect(client.state().state).toBe('connecting')
    await drop.put(person.address, envelope('two'), 60)
    await reaches(client, 'online')
    await vi.waitFor(() => expect(person.events).toContain('two'), within)
    expect(person.events.filter((event) => event !== 'settled')).toEqual(['one', 'two'])
    await vi.waitFor(() => expect(server.counts()).toMatchObject({ logins: 1, connections: 2 }), within)
    expect(await drop.prekey(person.address)).toEqual(person.bundle)
  })

  it('is not sent back to where a person has to decide first', async () => {
    const server = await startServer({ publicOrigin: 'https://elsewhere.example' })
    const client = newPerson().start()
    client.connect(server.url)
    await reaches(client, 'offline', 'server-origin')
    client.reconnectNow()
    expect(client.state()).toEqual({ state: 'offline', code: 'server-origin' })
  })

  it('keeps trying a server that cannot be reached', async () => {
    const vacant = createServer().listen(0, '127.0.0.1')
    await once(vacant, 'listening')
    const { port } = vacant.address() as AddressInfo
    vacant.close()
    const client = newPerson().start()
    client.connect(`http://127.0.0.1:${port}`)
    await reaches(client, 'offline', 'server-unreachable')
    await startServer({ port })
    await reaches(client, 'online')
  })

  it('refuses to go without TLS anywhere but to this computer, and stays where it is', async () => {
    const server = await startServer()
    const client = newPerson().start()
    client.connect(server.url)
    await reaches(client, 'online')
    for (const url of ['http://example.org', 'ws://192.168.0.7:80', 'http://localhost.example.org']) {
      expect(() => client.connect(url)).toThrow(new PhoneError('server-insecure'))
      expect(() => client.openDrop(url)).toThrow(new PhoneError('server-insecure'))
    }
    expect(client.state().state).toBe('online')
  })

  it('hands nothing over once it is closed', async () => {
    const server = await startServer()
    const person = newPerson()
    const client = person.start()
    client.connect(server.url)
    await reaches(client, 'online')
    await client.close()
    await dropAt(newPerson().start(), server.url).put(person.address, envelope('late'), 60)
    await vi.waitFor(() => expect(server.counts().logins).toBe(0), within)
    expect(person.events).toEqual(['settled'])
    expect(server.counts().mailboxes).toMatchObject({ envelopes: 1 })
  })
})
