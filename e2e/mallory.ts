// Mallory: somebody with one identity, a place at the server and a browser, who speaks the protocol to several people at
// once. Built of the product's protocol code, without its app.
import { randomBytes } from 'node:crypto'
import { chromium } from '@playwright/test'
import type { Address } from '../contract/ids.ts'
import { systemClock } from '../main/clock.ts'
import { createMailbox } from '../main/signaling/mailbox.ts'
import { createSignalingClient } from '../main/signaling/signaling-client.ts'
import { addressOf } from '../sp1/address.ts'
import type { IncomingCall } from '../sp1/handshake-callee.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { createPrekey } from '../sp1/prekey.ts'
import { createLeg, type Leg } from './mallory/leg.ts'
import { installLegs, type Said } from './mallory/leg-page.ts'
import { chromiumPath } from './runtime/chromium-binary.ts'

export interface MalloryOptions {
  readonly serverUrl: string
  /** Every link uses another certificate than the signed one. */
  readonly swapsCertificates?: boolean
}

export interface Mallory {
  readonly address: Address
  /** Resolves with the next call that comes in, not yet answered; or with one that came. */
  called(): Promise<Leg>
  /** Invites somebody. Resolves when the invitation has left. */
  call(peer: Address): Promise<Leg>
  close(): Promise<void>
}

export async function startMallory(options: MalloryOptions): Promise<Mallory> {
  const { serverUrl, swapsCertificates = false } = options
  const rng = (length: number) => randomBytes(length)
  const identity = identityFromSeed(rng(32))
  const prekey = createPrekey(identity, Date.now(), rng)
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
  await page.evaluate(installLegs)

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
    prekeys: () => [prekey],
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
    address: addressOf(identity.publicKey) as Address,
    called: () => {
      const leg = came.shift()
      return leg ? Promise.resolve(leg) : new Promise((resolve) => waiting.push(resolve))
    },
    async call(peer) {
      const leg = addLeg(null)
      await leg.invite(peer)
      return leg
    },
    async close() {
      over = true
      await client.close()
      await browser.close()
    },
  }
}
