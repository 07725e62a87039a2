// Test kit: two call engines with real keys on a virtual clock, an in-memory server between them whose envelopes a test
// can drop, repeat, hold back or alter, and a page that answers as a well-behaved one would.
import type { CallView } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { LinkSignal } from '../../contract/link.ts'
import { addressOf } from '../../sp1/address.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import { identityFromSeed, type Identity } from '../../sp1/identity.ts'
import { createPrekey, type Prekey, type PrekeyBundle } from '../../sp1/prekey.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import type { Clock } from '../clock.ts'
import { WireRefused, type Drop } from '../signaling/drop.ts'
import { createMailbox } from '../signaling/mailbox.ts'
import { createCallEngine, type CallEngine, type CallEngineParts } from './call-engine.ts'
import { createLinkPolicy } from './link-policy.ts'

export interface VirtualClock extends Clock {
  advance(ms: number): Promise<void>
}

export function createVirtualClock(startMs = 1_800_000_000_000): VirtualClock {
  let nowMs = startMs
  const tasks = new Set<{ atMs: number; run: () => void }>()
  const due = (untilMs: number) =>
    [...tasks].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
  return {
    now: () => nowMs,
    after(ms, run) {
      const task = { atMs: nowMs + ms, run }
      tasks.add(task)
      return () => tasks.delete(task)
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let task = due(untilMs); task; task = due(untilMs)) {
        tasks.delete(task)
        nowMs = Math.max(nowMs, task.atMs)
        task.run()
        await settle()
      }
      nowMs = untilMs
    },
  }
}

/** Lets everything that is already on its way arrive. */
export async function settle(turns = 300): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve()
}

/** What happens to one envelope: the envelopes that arrive in its place. */
export type Tamper = (envelope: Envelope, way: 'box' | 'reply') => readonly Envelope[]

interface Seat {
  readonly handle: string
  readonly owner: symbol
  readonly receive: (envelope: unknown) => void
}

export interface Network {
  tamper: Tamper
  /** Every envelope as it left. */
  readonly sent: Envelope[]
  online: boolean
}

export interface TestPhone {
  readonly address: Address
  readonly engine: CallEngine
  readonly identity: Identity
  readonly prekeys: Prekey[]
  /** Refusals counted by the engine and the mailbox. */
  readonly refusals: RefusalCode[]
  readonly records: Parameters<CallEngineParts['record']>[0][]
  /** What main told the page, by name. */
  readonly orders: { name: string; push: unknown }[]
  readonly marks: string[]
  readonly page: TestPage
  deliver(envelope: unknown): void
  view(): CallView
}

interface TestPage {
  /** The page's answer to `link.prepare`; false is a page that stays silent. */
  prepares: boolean
  fingerprint: string
  /** What its transport sees; by default the peer's real certificate. */
  seen: string | null
  offerSdp: ((fingerprint: string) => string) | null
  tracks: { micOn: boolean; cameraOn: boolean } | null
  open: boolean
}

export const sdpWith = (fingerprint: string): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=fingerprint:${fingerprint}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:111 opus/48000/2',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    '',
  ].join('\r\n')

const fingerprintOf = (byte: number) =>
  `sha-256 ${Array(32).fill(byte.toString(16).toUpperCase().padStart(2, '0')).join(':')}`

/** Random enough, and the same in every run. */
export function createTestRng(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0 || 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0xff
    })
}

export function createTwoPhones(options: { contacts?: boolean; seed?: number } = {}) {
  const clock = createVirtualClock()
  const network: Network = { tamper: (envelope) => [envelope], sent: [], online: true }
  const phones = new Map<Address, TestPhone>()
  const seats: Seat[] = []
  const rng = createTestRng(options.seed ?? 7)

  function openDrop(): Drop {
    const owner = Symbol('drop')
    let handle: string | null = null
    const pass = (envelope: Envelope, way: 'box' | 'reply') => {
      network.sent.push(envelope)
      return network.online ? network.tamper(envelope, way) : []
    }
    return {
      async prekey(address): Promise<PrekeyBundle> {
        const bundle = phones.get(address)?.prekeys[0]?.bundle
        if (!bundle) throw new WireRefused('no-prekey')
        return bundle
      },
      async put(to, envelope) {
        for (const each of pass(envelope, 'box'))
          void Promise.resolve().then(() => phones.get(to)?.deliver(structuredClone(each)))
      },
      async openReply(opened, receive) {
        handle = opened
        seats.push({ handle: opened, owner, receive })
      },
      async putReply(envelope) {
        for (const each of pass(envelope, 'reply'))
          void Promise.resolve().then(() => {
            for (const seat of seats)
              if (seat.handle === handle && seat.owner !== owner) seat.receive(structuredClone(each))
          })
      },
      close() {
        const index = seats.findIndex((seat) => seat.owner === owner)
        if (index >= 0) seats.splice(index, 1)
      },
    }
  }

  function addPhone(number: number): TestPhone {
    const identity = identityFromSeed(Uint8Array.from({ length: 32 }, (_, i) => (number * 37 + i) & 0xff))
    const address = addressOf(identity.publicKey) as Address
    const refusals: RefusalCode[] = []
    const records: TestPhone['records'] = []
    const orders: TestPhone['orders'] = []
    const marks: string[] = []
    const prekeys = [createPrekey(identity, clock.now() - 1000, rng)]
    const page: TestPage = {
      prepares: true,
      fingerprint: fingerprintOf(number),
      seen: null,
      offerSdp: null,
      tracks: null,
      open: false,
    }
    const other = () => [...phones.values()].find((phone) => phone.page !== page && phone.page.open)?.page
    const describe = () => (page.offerSdp ?? sdpWith)(page.fingerprint)

    const answer = (callId: CallId, signal: LinkSignal) => {
      if (signal.type === 'offer') engine.link.signal({ callId, signal: { type: 'answer', sdp: describe() } })
      if (signal.type === 'offer' || signal.type === 'answer') connect(callId)
    }
    /** Both descriptions are there: the channel opens and the page reports both certificates. */
    const connect = (callId: CallId) => {
      void settle(20).then(() => {
        const seen = page.seen ?? other()?.fingerprint
        if (page.open && seen) engine.link.bind({ callId, own: page.fingerprint, seen })
      })
    }

    const engine: CallEngine = createCallEngine({
      identity,
      clock,
      rng,
      policy: createLinkPolicy({ relayOnly: false }),
      openDrop,
      people: {
        view: (peer, claimedName) => ({ address: peer, name: null, claimedName, trust: { state: 'V0' } }),
        isContact: () => options.contacts ?? true,
        isRefused: (peer) => marks.includes(`mismatched ${peer}`),
        verified: (peer) => marks.push(`verified ${peer}`),
        mismatched: (peer) => marks.push(`mismatched ${peer}`),
      },
      record: (entry) => records.push(entry),
      ownName: () => `Phone ${number}`,
      chosenDevices: () => ({ microphoneId: null, cameraId: null }),
      count: (code) => refusals.push(code),
      send(name, push) {
        orders.push({ name, push })
        const { callId } = push as { callId: CallId }
        if (name === 'link.prepare' && page.prepares)
          void Promise.resolve().then(() =>
            engine.link.prepared({ callId, ok: true, fingerprint: page.fingerprint, cameraProblem: null }),
          )
        if (name === 'link.open') {
          page.open = true
          if ((push as { initiator: boolean }).initiator)
            void Promise.resolve().then(() =>
              engine.link.signal({ callId, signal: { type: 'offer', sdp: describe() } }),
            )
        }
        if (name === 'link.signal') answer(callId, (push as { signal: LinkSignal }).signal)
        if (name === 'link.tracks') page.tracks = push as TestPage['tracks']
        if (name === 'link.close') {
          page.open = false
          page.tracks = null
        }
        if (name === 'link.frame') {
          const { data } = push as { data: string }
          // Two pages that are both open are one channel; each knows the call by its own name.
          void Promise.resolve().then(() => {
            const peer = [...phones.values()].find((phone) => phone.page !== page && phone.page.open)
            const call = peer?.view()
            if (peer && call && call.phase !== 'idle') peer.engine.link.frame({ callId: call.callId, data })
          })
        }
      },
    })
    const mailbox = createMailbox({
      identity,
      prekeys: () => prekeys,
      nowMs: clock.now,
      onCall: engine.called,
      onCancel: engine.cancelled,
      onMissed: engine.missed,
      count: (code) => refusals.push(code),
    })
    mailbox.settled()
    const phone: TestPhone = {
      address,
      engine,
      identity,
      prekeys,
      refusals,
      records,
      orders,
      marks,
      page,
      deliver: mailbox.deliver,
      view: engine.view,
    }
    phones.set(address, phone)
    return phone
  }

  return { clock, network, alice: addPhone(1), bob: addPhone(2), addPhone }
}
