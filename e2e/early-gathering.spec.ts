// What the person called has gathered at a relay while the offer was on its way is what the link goes by, with the real coturn
// and a real Chromium: the address of a relay that is gone by the time of the offer is there all the same.
import { readFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import { mintRelayAccess } from '../signaling-server/relay-access.ts'
import { freePort, startLocalCoturn } from '../signaling-server/turn/local-coturn.ts'
import { test } from './peer-link/links.ts'
import { installCoturn, ownIp } from './runtime/coturn.ts'

// coturn has no port for Windows, and nobody tests one for macOS.
test.skip(process.platform !== 'linux', 'coturn is tested on Linux')
test.beforeAll(installCoturn)

const relayPorts = [53_300, 53_399] as const

/** What coturn relays by: its log says nothing of it. */
async function relayedPorts(): Promise<number[]> {
  const open = (await readFile('/proc/net/udp', 'utf8')).matchAll(/^ *\d+: [\dA-F]{8}:([\dA-F]{4}) /gm)
  return [...open]
    .map(([, port = '']) => Number.parseInt(port, 16))
    .filter((port) => port >= relayPorts[0] && port <= relayPorts[1])
}

test('whoever is called has its addresses at the relay before the offer comes, and tells those', async ({
  links,
}) => {
  const ip = ownIp()
  const port = await freePort(ip)
  const secret = 'a-secret-of-this-test'
  const coturn = await startLocalCoturn({
    listenIp: ip,
    relayIp: ip,
    port,
    relayPorts,
    realm: 'turn.example.org',
    secrets: [secret],
  })
  try {
    const urls = [`turn:${ip}:${port}?transport=udp`]
    await links.waitForOffer([mintRelayAccess('somebody', { urls, secret, nowMs: Date.now() })])
    // One for each network of this computer.
    await expect.poll(relayedPorts).not.toEqual([])
    // Chromium hears of them a moment later.
    await new Promise((next) => setTimeout(next, 1_000))
    const relayed = await relayedPorts()
    await coturn.stop()

    const signal = await links.offerToWaiting()
    const told = signal.type === 'candidates' ? signal.list.map(({ candidate }) => candidate) : []
    expect(told).not.toEqual([])
    for (const line of told) {
      expect(line).toContain(' typ relay ')
      expect(relayed).toContain(Number(line.split(' ')[5]))
    }
  } finally {
    await coturn.stop()
  }
})
