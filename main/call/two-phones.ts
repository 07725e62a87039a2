// Test kit: call engines with real keys on a virtual clock, and an in-memory server between them whose envelopes a
// test can drop, repeat, hold back or alter.
import type { CallView } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import type { IceServer } from '../../contract/link.ts'
import { defaultSettings, type RelayWish, type Settings } from '../../contract/settings.ts'
import { addressOf } from '../../sp1/address.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import { identityFromSeed, type Identity } from '../../sp1/identity.ts'
import { createPrekey, type Prekey, type PrekeyBundle } from '../../sp1/prekey.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import type { Succession } from '../../sp1/succession.ts'
import { WireRefused, type Drop } from '../signaling/drop.ts'
import { createChat, type Chat } from '../chat/chat.ts'
import { exposureLimit } from '../trust/sas-exposure.ts'
import { createMailbox } from '../signaling/mailbox.ts'
import { createCallEngine, type CallEngine, type CallEngineParts } from './call-engine.ts'
import { createContactKeys, type ContactKeys } from '../trust/contact-keys.ts'
import { createContactKeysInCall } from './contact-keys-in-call.ts'
import { createLinkPolicy } from './link-policy.ts'
import { createRingPolicy } from './ring-policy.ts'
import { createTestPages, type TestPage } from './test-pages.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** What happens to one envelope: the envelopes that arrive in its place. */
export type Tamper = (envelope: Envelope, way: 'box' | 'reply') => readonly Envelope[]

interface Seat {
  readonly phone: number
  readonly handle: string
  readonly owner: symbol
  readonly receive: (envelope: unknown) => void
  readonly onReturn: () => void
}

export interface Network {
  tamper: Tamper
  /** Every envelope as it left. */
  readonly sent: Envelope[]
  /** The delivery keys shown with what went to mailboxes. */
  readonly keys: (string | null)[]
  online: boolean
  /** The number of a phone whose connection is dead, as nobody knows yet: what is sent to its seats arrives nowhere. */
  deaf: number | null
  /** Nobody has chosen a server. */
  nowhere: boolean
  /** What the server answers a call that asks for its relay: null is none. */
  relay: () => ReturnType<Drop['relay']>
  /** Who asked for a relay, in order: by the handle of the call. */
  readonly asked: string[]
  /** How many connections to the server are open for calls. */
  drops: number
  /** The server answers whoever asks for a prekey once this resolves. */
  prekeys: Promise<unknown>
  /** Where calls go. */
  serverUrl: string
  /** What was asked of the server for invitations: whose prekey. */
  readonly sought: Address[]
  /** How often somebody made a connection anew at once, or asked whether it is alive. */
  reconnects: number
  checks: number
}

export interface TestPhone {
  readonly address: Address
  readonly engine: CallEngine
  readonly identity: Identity
  readonly prekeys: Prekey[]
  /** Refusals counted by the engine and the mailbox. */
  readonly refusals: RefusalCode[]
  readonly records: Parameters<CallEngineParts['record']>[0][]
  readonly marks: string[]
  readonly keys: ContactKeys
  /** What its owner wants of relays, and what it knows of them. */
  readonly reach: { wish: RelayWish; verified: boolean; own: IceServer | null; readonly told: Address[] }
  readonly warnings: Parameters<CallEngineParts['warn']>[0][]
  /** Which microphone is used; null is the system's default. */
  readonly devices: { microphoneId: string | null; readonly cameraId: null }
  readonly page: TestPage
  readonly chat: Chat
  deliver(envelope: unknown): void
  view(): CallView
}

/** Random enough, and the same in every run. */
function createTestRng(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0 || 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0xff
    })
}

export function createTwoPhones(
  options: {
    contacts?: boolean
    seed?: number
    name?: string
    successions?: (identity: Identity) => readonly Succession[]
    whoMayRing?: Settings['whoMayRing']
  } = {},
) {
  const clock = createVirtualClock()
  const network: Network = {
    tamper: (envelope) => [envelope],
    sent: [],
    keys: [],
    online: true,
    deaf: null,
    nowhere: false,
    relay: async () => null,
    asked: [],
    drops: 0,
    prekeys: Promise.resolve(),
    serverUrl: 'https://calls.example.org',
    sought: [],
    reconnects: 0,
    checks: 0,
  }
  /** The network is there again, and all take their seats, or only this phone. */
  function comeBack(only?: number): void {
    network.online = true
    network.deaf = null
    for (const { phone, onReturn } of seats) if (only === undefined || phone === only) onReturn()
  }
  const phones = new Map<Address, TestPhone>()
  const seats: Seat[] = []
  const pages = createTestPages()
  /** False is a computer whose pages cannot encrypt. */
  const framesWork = { all: true }
  const rng = createTestRng(options.seed ?? 7)

  function openDrop(phone: number): Drop {
    if (network.nowhere) throw new PhoneError('server-unreachable')
    const owner = Symbol('drop')
    network.drops += 1
    let handle: string | null = null
    const pass = (envelope: Envelope, way: 'box' | 'reply') => {
      network.sent.push(envelope)
      return network.online ? network.tamper(envelope, way) : []
    }
    return {
      async prekey(address): Promise<PrekeyBundle> {
        network.sought.push(address)
        await network.prekeys
        const bundle = phones.get(address)?.prekeys[0]?.bundle
        if (!bundle) throw new WireRefused('no-prekey')
        return bundle
      },
      async put(to, envelope, _ttlS, key) {
        network.keys.push(key ?? null)
        for (const each of pass(envelope, 'box'))
          void Promise.resolve().then(() => phones.get(to)?.deliver(structuredClone(each)))
      },
      async openReply(opened, receive, onReturn = () => {}) {
        handle = opened
        seats.push({ phone, handle: opened, owner, receive, onReturn })
      },
      reconnectNow: () => void network.reconnects++,
      check: () => void network.checks++,
      async putReply(envelope) {
        for (const each of pass(envelope, 'reply'))
          void Promise.resolve().then(() => {
            for (const seat of seats)
              if (seat.handle === handle && seat.owner !== owner && seat.phone !== network.deaf)
                seat.receive(structuredClone(each))
          })
      },
      relay() {
        network.asked.push(handle ?? 'nowhere')
        return network.relay()
      },
      close() {
        network.drops -= 1
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
    const marks: string[] = []
    const warnings: TestPhone['warnings'] = []
    const devices: TestPhone['devices'] = { microphoneId: null, cameraId: null }
    const reach: TestPhone['reach'] = { wish: defaultSettings.relay, verified: false, own: null, told: [] }
    const prekeys = [createPrekey(identity, clock.now() - 1000, rng)]
    const keys = createContactKeys({ kept: null, rng, onChange: () => {} })
    const page: TestPage = pages.addPage(
      number,
      () => engine.link,
      () => chat,
    )
    const chat = createChat({ clock, send: page.take, count: (code) => refusals.push(code) })
    const engine: CallEngine = createCallEngine({
      identity,
      clock,
      rng,
      policy: createLinkPolicy(),
      openDrop: () => openDrop(number),
      reach: {
        wish: () => reach.wish,
        isVerified: () => reach.verified,
        ownRelay: () => reach.own,
        wasTold: (peer) => reach.told.includes(peer),
        told: (peer) => void reach.told.push(peer),
        serverUrl: () => (network.nowhere ? null : network.serverUrl),
      },
      people: {
        view: (peer, claimedName) => ({
          address: peer,
          name: null,
          claimedName,
          clash: null,
          vouchedFor: null,
          trust: { state: 'V0' },
        }),
        isContact: () => options.contacts ?? true,
        isRefused: (peer) => marks.includes(`mismatched ${peer}`) || marks.includes(`blocked ${peer}`),
        isBlocked: (peer) => marks.includes(`blocked ${peer}`),
        verified: (peer) => marks.push(`verified ${peer}`),
        mismatched: (peer) => marks.push(`mismatched ${peer}`),
        vouched: (peer, olds) => marks.push(`vouched ${peer} by ${olds.join(' ')}`),
        exposed: (peer) => marks.push(`exposed ${peer}`),
        isExhausted: () => marks.filter((mark) => mark.startsWith('exposed ')).length >= exposureLimit,
      },
      ringing: createRingPolicy({
        whoMayRing: () => options.whoMayRing ?? 'anyone',
        isContact: () => options.contacts ?? true,
        quiet: { isOn: () => false, favouritesThrough: () => false, isFavourite: () => false },
        tones: { ofEverybody: () => 'chime', ofContact: () => null, plays: () => true },
        nowMs: clock.now,
      }),
      keys: createContactKeysInCall({
        keys,
        isContact: () => options.contacts ?? true,
        isRefused: (peer) => marks.includes(`mismatched ${peer}`) || marks.includes(`blocked ${peer}`),
      }),
      warn: (warning) => warnings.push(warning),
      record: (entry) => records.push(entry),
      ownName: () => options.name ?? `Phone ${number}`,
      successions: () => options.successions?.(identity) ?? [],
      padPictures: () => false,
      chosenDevices: () => devices,
      count: (code) => refusals.push(code),
      send: page.take,
      chat,
      framesWork: () => framesWork.all,
    })
    engine.onChange(() => chat.follow(engine.view()))
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
      marks,
      keys,
      reach,
      warnings,
      devices,
      page,
      chat,
      deliver: mailbox.deliver,
      view: engine.view,
    }
    phones.set(address, phone)
    return phone
  }

  return {
    clock,
    network,
    comeBack,
    framesWork,
    air: pages.air,
    alice: addPhone(1),
    bob: addPhone(2),
    addPhone,
  }
}
