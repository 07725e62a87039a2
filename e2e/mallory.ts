// Mallory: somebody with one identity, a place at the server and a browser, who speaks the protocol to several people at
// once. Built of the product's protocol code, without its app.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Address } from '../contract/ids.ts'
import { systemClock } from '../main/clock.ts'
import { createMailbox } from '../main/signaling/mailbox.ts'
import { createSignalingClient } from '../main/signaling/signaling-client.ts'
import { addressOf } from '../sp1/address.ts'
import type { IncomingCall } from '../sp1/handshake-callee.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { createPrekey, type PrekeyBundle } from '../sp1/prekey.ts'
import { createLeg, type Leg } from './mallory/leg.ts'
import type { Said } from './mallory/leg-page.ts'
import { servePage } from './peer-link/serve-page.ts'
import { chromiumPath } from './runtime/chromium-binary.ts'

export interface MalloryOptions {
  readonly serverUrl: string
  /** Every link uses another certificate than the signed one. */
  readonly swapsCertificates?: boolean
  /** Has older prekeys than the one at the server, of these ages. */
  readonly olderPrekeysMs?: readonly number[]
}

export interface Mallory {
  readonly address: Address
  /** Resolves with the next call that comes in, not yet answered; or with one that came. */
  called(): Promise<Leg>
  /** Whether a call came in that `called` has not given out. */
  hasBeenCalled(): boolean
  /** Invites somebody. Resolves when the invitation has left. */
  call(peer: Address, borrowed?: string): Promise<Leg>
  /** The bundles of the older prekeys, in the order of the ages. */
  readonly olderBundles: readonly PrekeyBundle[]
  close(): Promise<void>
}

export async function startMallory(options: MalloryOptions): Promise<Mallory> {
  const { serverUrl, swapsCertificates = false, olderPrekeysMs = [] } = options
  const rng = (length: number) => randomBytes(length)
  const identity = identityFromSeed(rng(32))
  const prekey = createPrekey(identity, Date.now(), rng)
  const older = olderPrekeysMs.map((ageMs) => createPrekey(identity, Date.now() - ageMs, rng))
  const legs = new Map<string, Leg>()
  let over = false

  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  })
  const page = await browser.newPage()
  await page.exposeFunction('said', (name: string, said: Said) => legs.get(name)?.hear(said))
  const served = await servePage(join(import.meta.dirname, 'mallory/leg-page.ts'))
  await page.goto(served.url)
  await page.waitForFunction(() => 'mallory' in window)

  function addLeg(call: IncomingCall | null): Leg {
    const name = `leg ${legs.size + 1}`
    const drop = client.openDrop(serverUrl)
    const leg = createLeg(
      { name, identity, drop, page, isOver: () => over, swapsCertificate: swapsCertificates },
      call,
    )
    legs.set(name, leg)
    return leg
  }

  const came: Leg[] = []
  let waiting: ((leg: Leg) => void)[] = []
  const mailbox = createMailbox({
    identity,
    prekeys: () => [prekey, ...older],
    nowMs: () => Date.now(),
    onCall(call) {
      const leg = addLeg(call)
      leg.ring(call)
      const [next, ...others] = waiting
      waiting = others
      if (next) next(leg)
      else came.push(leg)
    },
    onCancel: () => undefined,
    onMissed: () => undefined,
    count: () => undefined,
  })
  const client = createSignalingClient({
    identity,
    bundle: async () => prekey.bundle,
    onEnvelope: async (envelope) => mailbox.deliver(envelope),
    onSettled: mailbox.settled,
    clock: systemClock,
    rng,
  })
  const online = new Promise<void>((resolve) => {
    client.onChange(() => {
      if (client.state().state === 'online') resolve()
    })
  })
  client.connect(serverUrl)
  await online

  return {
    olderBundles: older.map(({ bundle }) => bundle),
    address: addressOf(identity.publicKey) as Address,
    hasBeenCalled: () => came.length > 0,
    called: () => {
      const leg = came.shift()
      return leg ? Promise.resolve(leg) : new Promise((resolve) => waiting.push(resolve))
    },
    async call(peer, borrowed) {
      const leg = addLeg(null)
      await leg.invite(peer, borrowed)
      return leg
    },
    async close() {
      over = true
      await client.close()
      await browser.close()
      await served.close()
    },
  }
}
