// One call of Mallory's with one victim: the protocol in Node, spoken without a fault by the product's own code, and the
// media in Mallory's page. What is evil about it is decided by whoever starts it.
import { createHash, randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { Address, CallId } from '../../contract/ids.ts'
import type { FrameBaseKeys, LinkSignal } from '../../contract/link.ts'
import type { CallEvent } from '../../main/call/call-state.ts'
import { createExchange } from '../../main/call/exchange.ts'
import { createLinkPolicy, type LinkPolicy } from '../../main/call/link-policy.ts'
import { systemClock } from '../../main/clock.ts'
import type { Drop } from '../../main/signaling/drop.ts'
import { base64url } from '../../sp1/encode.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import type { Identity } from '../../sp1/identity.ts'
import { sasView } from '../../sp1/sas.ts'
import type { PlainFrameKeys, Said } from './leg-page.ts'

export interface LegOptions {
  readonly name: string
  readonly identity: Identity
  readonly drop: Drop
  readonly page: Page
  /** Mallory is leaving: what the page has not done by then, it need not do. */
  readonly isOver: () => boolean
  /** The certificate that is signed is not the one that the link uses, nor the one its SDP names. */
  readonly swapsCertificate: boolean
}

export interface Leg {
  readonly callId: CallId
  /** From the page. */
  hear(said: Said): void
  /** `borrowed`: a fingerprint of somebody else's, signed as if it were ours. There is no link of our own then. */
  invite(peer: Address, borrowed?: string): Promise<void>
  ring(call: IncomingCall): void
  accept(borrowed?: string): Promise<void>
  /** The fingerprint that the victim has signed; null before the answer to an invitation. */
  signedByPeer(): string | null
  /** Passes every description and candidate of the victim on to the other leg, whose link it becomes. */
  relayTo(other: Leg): void
  /** Says to the victim what another victim's stack has said. */
  say(signal: LinkSignal): void
  /** What happened so far, oldest first: the names of the call's events. */
  happened(): readonly CallEvent['type'][]
  /** The two numbers of the code; null before there is one. */
  code(): readonly [string, string] | null
  hangUp(): Promise<void>
}

const asFingerprint = (digits: string): string => `sha-256 ${digits.toUpperCase()}`
const fingerprintOf = (der: readonly number[]): string =>
  asFingerprint(
    createHash('sha256')
      .update(Uint8Array.from(der))
      .digest('hex')
      .replaceAll(/..(?!$)/g, '$&:'),
  )

/** Whoever sends a forged description does not check it first. */
const careless: LinkPolicy = {
  ...createLinkPolicy(),
  checkDescription: (sdp) => ({ sdp, dropped: 0 }),
}

export function createLeg(options: LegOptions, call: IncomingCall | null): Leg {
  const { name, identity, drop, page, isOver, swapsCertificate } = options
  const callId = base64url(call?.callId ?? randomBytes(16)) as CallId
  const events: CallEvent['type'][] = []
  let relay: Leg | null = null
  let hasLink = true

  const inPage = {
    prepare: () =>
      page.evaluate(([leg, swap]) => window.mallory.prepare(leg, swap), [name, swapsCertificate] as const),
    open: (initiator: boolean) =>
      page.evaluate(([leg, initiator, keys]) => window.mallory.open(leg, initiator, keys), [
        name,
        initiator,
        frameKeys(),
      ] as const),
  }
  function frameKeys(): PlainFrameKeys {
    const keys = exchange.conversation()?.frameKeys(false)
    if (!keys) throw new Error('a link without keys')
    const plain = ({ audio, video, screen }: FrameBaseKeys) => ({
      audio: [...audio],
      video: [...video],
      screen: [...screen],
    })
    return { role: keys.role, send: plain(keys.send), receive: plain(keys.receive) }
  }
  function inBackground(doing: Promise<unknown>): void {
    doing.catch((error: unknown) => {
      if (!isOver()) throw error
    })
  }
  const exchange = createExchange({
    callId,
    identity,
    drop,
    policy: careless,
    clock: systemClock,
    rng: (length) => randomBytes(length),
    keys: { bound: () => undefined, heard: () => undefined, deliveryKeyOf: () => null },
    count: () => undefined,
    onVouched: () => undefined,
    reachTo: () => ({
      prepare: () => undefined,
      way: async () => ({ iceServers: [], relayOnly: false, relayMissed: false }),
      likelyWay: async () => ({ iceServers: [], relayOnly: false, relayMissed: false }),
      again: async () => [],
      notice: () => null,
    }),
    emit(event) {
      events.push(event.type)
      if (event.type === 'peer/accepted' || event.type === 'peer/revealed')
        exchange.conversation()?.openLink({ relayOnly: false })
      // Both legs open as the two apps would: the caller's first.
      if (!hasLink) return
      if (event.type === 'peer/accepted') inBackground(inPage.open(true))
      if (event.type === 'peer/revealed') inBackground(inPage.open(false))
    },
    toPage: {
      signal(signal) {
        if (relay) return relay.say(signal)
        inBackground(
          page.evaluate(([leg, signal]) => window.mallory.signal(leg, signal), [name, signal] as const),
        )
      },
      chat: () => undefined,
      frame: (text) =>
        inBackground(page.evaluate(([leg, text]) => window.mallory.frame(leg, text), [name, text] as const)),
    },
  })

  return {
    callId,
    hear(said) {
      const conversation = exchange.conversation()
      if (said.what === 'signal') conversation?.signal(said.signal)
      else if (said.what === 'frame') conversation?.frame(said.text)
      else conversation?.binding.report(asFingerprint(said.own), fingerprintOf(said.seen))
    },
    async invite(peer, borrowed) {
      hasLink = borrowed === undefined
      void exchange.seek(peer)
      await exchange.invite(borrowed ?? asFingerprint(await inPage.prepare()), false)
    },
    ring: (incoming) => exchange.ring(incoming),
    async accept(borrowed) {
      hasLink = borrowed === undefined
      exchange.accept(false, borrowed ?? asFingerprint(await inPage.prepare()))
    },
    signedByPeer: () => call?.fingerprint ?? exchange.conversation()?.binding.signedPeer() ?? null,
    relayTo(other) {
      relay = other
    },
    say: (signal) => exchange.conversation()?.signal(signal),
    happened: () => events,
    code() {
      const sas = exchange.conversation()?.sas()
      return sas ? sasView(sas).digits : null
    },
    async hangUp() {
      exchange.conversation()?.hangUp('hung-up')
      exchange.forget()
      await page.evaluate((leg) => window.mallory.close(leg), name)
    },
  }
}
