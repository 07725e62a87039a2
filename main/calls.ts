// Puts the call engine, the mailbox and the connections to servers together: who hears of what, and which server a
// call is made through. Each of them knows the others only as what it is handed here.
import type { Address } from '../contract/ids.ts'
import { PhoneError } from '../contract/errors.ts'
import type { ChosenDevice, Push } from '../contract/ipc.ts'
import type { Ringtone } from '../contract/ringing.ts'
import type { Settings } from '../contract/settings.ts'
import type { PushName } from '../contract/ipc-names.ts'
import type { Rng } from '../sp1/encode.ts'
import { isAlarm } from './call/call-endings.ts'
import { createCallEngine } from './call/call-engine.ts'
import { createContactKeysInCall } from './call/contact-keys-in-call.ts'
import { createLinkPolicy } from './call/link-policy.ts'
import { createRateLimit } from './call/rate-limit.ts'
import { relaysOf } from './call/relay-check.ts'
import { createRingPolicy } from './call/ring-policy.ts'
import { createChat } from './chat/chat.ts'
import type { Clock } from './clock.ts'
import type { CallParts, StartedCalls } from './phone.ts'
import { createPresence } from './presence.ts'
import { createMailbox } from './signaling/mailbox.ts'
import { createPostings } from './signaling/postings.ts'
import { createPrekeyShelf } from './signaling/prekey-shelf.ts'
import { createSignalingClient } from './signaling/signaling-client.ts'

const relayChecksPerMinute = 6
const warmCallsPerMinute = 10

export interface CallSurroundings extends CallParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly ownName: () => string
  readonly wishes: () => Pick<
    Settings,
    'whoMayRing' | 'presence' | 'availability' | 'favouritesThrough' | 'ringTone' | 'relay'
  >
  /** Do not disturb or quiet hours hold now. */
  readonly isHushed: () => boolean
  /** A tone that is there and was not found to be unreadable. */
  readonly tonePlays: (tone: Ringtone) => boolean
  readonly padPictures: () => boolean
  readonly chosenDevices: () => {
    readonly [Role in 'microphone' | 'camera']: Pick<ChosenDevice, 'deviceId'>
  }
  /** The page has shown that it can encrypt sound and pictures. */
  readonly framesWork: () => boolean
  /** To the main window's page. */
  readonly send: <N extends Extract<PushName, `link.${string}` | `chat.${string}`>>(
    name: N,
    value: Push<N>,
  ) => void
  /** Foreign input that was dropped, by the code of its refusal. */
  readonly count: (code: string) => void
}

export async function startCalls(parts: CallSurroundings): Promise<StartedCalls> {
  const { identity, contacts, history, warnings, clock, rng, count } = parts
  const isRefused = (address: Address) => contacts.trustOf(address).state === 'X'
  const sharesWith = (address: Address) => contacts.has(address) && !isRefused(address)
  let ownServer: string | null = null
  const relayChecks = createRateLimit(relayChecksPerMinute, clock)
  const warmCalls = createRateLimit(warmCallsPerMinute, clock)

  const shelf = createPrekeyShelf({ identity, file: parts.prekeys, clock, rng })
  await shelf.open()

  /** Where a call with this person goes: the server in the contact, else mine. */
  const serverFor = (peer: Address | null): string | null =>
    (peer === null ? null : contacts.serverOf(peer)) ?? ownServer

  const isVerified = (peer: Address): boolean => contacts.trustOf(peer).state === 'V2'
  const ringing = createRingPolicy({
    whoMayRing: () => parts.wishes().whoMayRing,
    isContact: contacts.has,
    quiet: {
      isOn: parts.isHushed,
      favouritesThrough: () => parts.wishes().favouritesThrough,
      isFavourite: contacts.isFavourite,
    },
    tones: {
      ofEverybody: () => parts.wishes().ringTone,
      ofContact: contacts.toneOf,
      plays: parts.tonePlays,
    },
    nowMs: clock.now,
  })
  contacts.onChange(ringing.contactsChanged)

  const chat = createChat({ clock, send: parts.send, count })
  const engine = createCallEngine({
    chat,
    identity,
    clock,
    rng,
    policy: createLinkPolicy(),
    openDrop(peer) {
      const url = serverFor(peer)
      if (url === null) throw new PhoneError('server-unreachable')
      return client.openDrop(url)
    },
    reach: {
      wish: () => parts.wishes().relay,
      isVerified,
      ownRelay: parts.reach.ownRelay,
      wasTold: parts.reach.wasTold,
      // What a full disk cannot keep is told again.
      told: (peer) => void parts.reach.told(peer).catch(() => undefined),
      serverUrl: serverFor,
    },
    people: {
      view: contacts.view,
      isContact: contacts.has,
      isRefused,
      isBlocked: contacts.isBlocked,
      // What a full disk cannot keep is still true until the app ends.
      verified: (address) => void contacts.verified(address, 'sas').catch(() => undefined),
      mismatched: (address) => void contacts.mismatched(address).catch(() => undefined),
      vouched: contacts.vouched,
      // Whoever is verified needs no code, so that none can be tried.
      exposed: (address) => isVerified(address) || void warnings.exposed().catch(() => undefined),
      isExhausted: (address) => !isVerified(address) && warnings.codesTried(),
    },
    ringing,
    keys: createContactKeysInCall({ keys: contacts.keys, isContact: contacts.has, isRefused }),
    warn: (warning) => void warnings.warn(warning).catch(() => undefined),
    record: ({ peer, ...entry }) => void history.record({ address: peer, ...entry }).catch(() => undefined),
    ownName: parts.ownName,
    successions: parts.successions,
    padPictures: parts.padPictures,
    chosenDevices() {
      const { microphone, camera } = parts.chosenDevices()
      return { microphoneId: microphone.deviceId, cameraId: camera.deviceId }
    },
    send: parts.send,
    framesWork: parts.framesWork,
    count,
  })

  engine.onChange(() => chat.follow(engine.view()))

  const mailbox = createMailbox({
    identity,
    prekeys: shelf.secrets,
    nowMs: clock.now,
    onCall: engine.called,
    onCancel: engine.cancelled,
    onMissed: engine.missed,
    count,
  })

  const presence = createPresence({
    isOn: () => parts.wishes().presence && parts.wishes().availability !== 'invisible',
    keys: contacts.keys,
    sharesWith,
    nowMs: clock.now,
  })
  const postings = createPostings({
    clock,
    presence,
    delivery() {
      const { keys } = contacts
      const everybody = contacts.list().flatMap(({ address }) => (sharesWith(address) ? [address] : []))
      const allHaveIt = keys.areKeptBy(everybody)
      const only = allHaveIt && parts.wishes().whoMayRing === 'contacts'
      if (only) keys.use()
      if (!keys.inUse()) return null
      return {
        // Once nobody needs the older key any more, whoever was blocked with it is a stranger without one.
        hashes: allHaveIt ? keys.hashes().slice(0, 1) : keys.hashes(),
        only,
      }
    },
  })
  contacts.onChange(postings.changed)

  const client = createSignalingClient({
    identity,
    bundle: shelf.bundle,
    onEnvelope: async (envelope) => mailbox.deliver(envelope),
    onSettled: mailbox.settled,
    postings,
    clock,
    rng,
  })
  client.onChange(() => {
    if (client.state().state !== 'online') mailbox.unsettled()
  })

  return {
    calls: {
      view: engine.view,
      chat,
      link: engine.link,
      screen: engine.screen,
      onChange: engine.onChange,
      pageGone: engine.pageGone,
      pageReady: engine.pageReady,
      devicesChanged: engine.devicesChanged,
      networkChanged(online) {
        if (online) client.reconnectNow()
        engine.networkChanged(online)
      },
      async relays() {
        const own = parts.reach.ownRelay()
        if (own) return [own]
        if (ownServer === null) throw new PhoneError('server-unreachable')
        // SECURITY: the page's word alone, and each time costs a server a connection.
        try {
          relayChecks.count()
        } catch (cause) {
          throw new PhoneError('not-ready', { cause })
        }
        return relaysOf(client.openDrop(ownServer), rng, URL.parse(ownServer)?.hostname ?? '')
      },
      settingsChanged() {
        postings.changed()
        presence.switched()
      },
      // SECURITY: says nothing to the server, which would learn when this person sleeps.
      quietChanged() {
        // Whoever asks for silence means the call that rings as well.
        const call = engine.view()
        if (call.phase === 'incoming' && !call.silenced && ringing.isHushed(call.peer.address))
          engine.command({ type: 'silence', callId: call.callId })
      },
      isHushed: ringing.isHushed,
      blocked: engine.blocked,
      command(order) {
        if (order.type === 'dial' && serverFor(order.address) === null) {
          throw new PhoneError('server-unreachable')
        }
        const before = engine.view()
        engine.command(order)
        // Who has seen that a call was stopped has read its warning. SECURITY: no other end counts as read, or a caller
        // could ring once more under the same id and take the warning away.
        const isRead = order.type === 'dismiss' && before.phase === 'ended' && isAlarm(before.reason)
        if (isRead) {
          const { callId, peer } = before
          void warnings.dismiss({ callId, address: peer.address }).catch(() => undefined)
        }
      },
      warm(peer) {
        // SECURITY: the page's word alone, and nobody sees it. Without it a call only begins a moment later.
        try {
          warmCalls.count()
        } catch {
          return
        }
        engine.warm(peer)
      },
      mismatched: engine.mismatched,
      async leave() {
        await Promise.all([engine.leave(), client.close()])
      },
    },
    presence,
    connection: {
      state: client.state,
      retry: client.retry,
      onChange: client.onChange,
      connect(url, channelBinding) {
        ownServer = url
        client.connect(url, channelBinding)
      },
    },
  }
}
