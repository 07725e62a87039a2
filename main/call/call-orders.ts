// Carries out what the call machine orders: tells the page, and speaks to the peer through the exchange of each call.
// Knows no phases: an order for a call that is over does nothing.
import type { AddressNotice, CallWarning } from '../../contract/call-view.ts'
import { assertNever, PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { Push } from '../../contract/ipc.ts'
import type { IceServer, LinkFailed, LinkSignal } from '../../contract/link.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, type Rng } from '../../sp1/encode.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import type { Succession } from '../../sp1/succession.ts'
import type { Chat } from '../chat/chat.ts'
import type { Clock } from '../clock.ts'
import type { Drop } from '../signaling/drop.ts'
import type { CallEffect, CallEvent } from './call-state.ts'
import { firstSoundMs, type Conversation } from './conversation.ts'
import type { ContactKeysInCall } from './contact-keys-in-call.ts'
import { createCallConnections } from './call-connections.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { createLinkOrders, type CallPrepared } from './link-orders.ts'
import type { LinkPolicy } from './link-policy.ts'
import { createPageSignals } from './page-signals.ts'
import { createReach, noticeBefore, type ReachParts, type Way } from './reach.ts'
import { createWarmCall, type WarmCall } from './warm-call.ts'

export const newCallId = (rng: Rng) => base64url(rng(16)) as CallId

/**
 * To make a connection keeps a computer busy while somebody waits for the ring, and no person answers one sooner. Where
 * nobody has to answer, it is made at once. In milliseconds.
 */
const connectsAfterMs = 300

export interface OrderParts {
  readonly identity: Identity
  readonly clock: Clock
  readonly rng: Rng
  readonly policy: LinkPolicy
  /** Opens a connection to where this person can be reached; null is my own server. */
  readonly openDrop: (peer: Address | null) => Drop
  /** How calls reach their peers. */
  readonly reach: Omit<ReachParts, 'clock' | 'count'> & {
    /** The server that a call with this person goes through, and null as a person my own; null where there is none. */
    serverUrl(peer: Address | null): string | null
  }
  readonly people: {
    isContact(address: Address): boolean
    verified(address: Address): void
    mismatched(address: Address): void
    /** The keys of these addresses, the latest first, vouch for this one. */
    vouched(address: Address, olds: readonly Address[]): void
    /** A call ended before its code could be compared. */
    exposed(address: Address): void
  }
  readonly keys: ContactKeysInCall
  readonly warn: (warning: Omit<CallWarning, 'name'>) => void
  readonly record: (entry: Omit<Extract<CallEffect, { do: 'record' }>, 'do'> & { atMs: number }) => void
  readonly ownName: () => string
  /** What leads from my earlier keys to this one, the latest step first; empty for a first key. */
  readonly successions: () => readonly Succession[]
  /** Strict mode: pictures leave in few sizes only. */
  readonly padPictures: () => boolean
  /** The encryption of sound and pictures was seen to work in this version. Without it nobody is called or answered. */
  readonly framesWork: () => boolean
  readonly chosenDevices: () => { microphoneId: string | null; cameraId: string | null }
  /** The chat of a call follows its links. */
  readonly chat: Pick<Chat, 'bound' | 'lost'>
  readonly send: <N extends Extract<PushName, `link.${string}`>>(name: N, push: Push<N>) => void
  readonly count: (code: RefusalCode) => void
}

export interface CallOrders {
  carryOut(effect: CallEffect): void
  /** What is got ready for a call that is likely: what needs nobody there and opens no device. */
  readonly warmCall: WarmCall
  /** The page has made the certificate of this call, `sha-256 AA:BB…`. Dropped when it was not asked for one. */
  certified(callId: CallId, fingerprint: string): void
  /**
   * The page has answered `link.prepare` for the call that is on: with a certificate, as `sha-256 AA:BB…`, or null if it
   * could not.
   */
  prepared(fingerprint: string | null): CallPrepared
  /** What the page's WebRTC stack wants to tell the peer's. SECURITY: kept here until both have agreed. */
  signal(callId: CallId, signal: LinkSignal): void
  /** What the page got ready is of no use. False where nothing depends on it yet, and another is made once it is needed. */
  failed(callId: CallId, code: LinkFailed['code']): boolean
  /** The page is gone, with everything that was ready in it. */
  pageGone(): void
  /** The page was told to prepare a link and has not answered. */
  isPreparing(): boolean
  /**
   * Takes a call that came in and waits at its reply handle. `known`: a call under its id is on. `unanswerable`: no
   * server to answer through, or too many callers are being answered just now.
   */
  take(incoming: IncomingCall): 'taken' | 'known' | 'unanswerable'
  /** How the link that was opened last may reach the peer; null before there is one. */
  way(callId: CallId): Way | null
  /** What answering this call will tell the peer about me. */
  addressNotice(callId: CallId, peer: Address): AddressNotice
  /** Null before there are keys, and for a call that is over. */
  conversation(callId: CallId): Conversation | null
  /** The network is another one: every connection to a server is made anew. */
  reconnectNow(): void
  /** Every call has said its last word and left its server. */
  allClosed(): Promise<void>
}

/** `onReach`: something that `addressNotice` says is known now. */
export function createCallOrders(
  parts: OrderParts,
  emit: (event: CallEvent) => void,
  onReach: () => void,
): CallOrders {
  const { identity, clock, rng, policy, people, send } = parts
  const exchanges = new Map<CallId, Exchange>()
  const connections = createCallConnections(parts.openDrop)
  const reachParts: ReachParts = { ...parts.reach, clock, count: parts.count }

  /** Once this person's own screen has been told. */
  const afterwards = (order: () => void) => void Promise.resolve().then(order)
  const link = createLinkOrders({
    ...parts,
    emit,
    afterwards,
    exchange: (callId) => exchanges.get(callId),
  })

  const warmCall = createWarmCall({
    clock,
    newId: () => newCallId(rng),
    async open(callId, peer) {
      link.warm(callId)
      const exchange = exchangeWith(callId, peer)
      if (!exchange) return false
      // SECURITY: nobody sees it yet, and it is the page that says whom it is about: no server is asked for anybody but
      // contacts.
      return people.isContact(peer) ? exchange.seek(peer) : exchange.sit(peer)
    },
    check: (callId) => exchanges.get(callId)?.checkServer(),
    close(callId) {
      link.cool(callId)
      forget(callId)
    },
    serverTo: parts.reach.serverUrl,
  })

  const conversation = (callId: CallId) => exchanges.get(callId)?.conversation() ?? null

  /** What a link that is restarted may use. */
  async function iceServersOf(callId: CallId): Promise<readonly IceServer[]> {
    const way = link.way()
    return (way && (await exchanges.get(callId)?.reach()?.again(way))) ?? []
  }
  const tellRestart = async (callId: CallId): Promise<void> => {
    const iceServers = await iceServersOf(callId)
    if (conversation(callId)) send('link.restart', { callId, iceServers })
  }
  const pageSignals = createPageSignals(
    (callId, signal) => send('link.signal', { callId, signal }),
    tellRestart,
  )
  function tellPage(callId: CallId, signal: LinkSignal): void {
    const restarts = signal.type === 'offer' && link.offered()
    if (restarts) emit({ type: 'peer/restarts', callId })
    pageSignals.pass(callId, signal, restarts)
  }

  function carryOut(effect: CallEffect): void {
    switch (effect.do) {
      case 'warm-link':
        return link.warm(effect.callId)
      case 'prepare-link':
        return link.prepare(effect)
      case 'seek':
        return void exchangeWith(effect.callId, effect.peer)?.seek(effect.peer)
      case 'invite':
        return link.invite(effect)
      case 'cancel':
        return exchanges.get(effect.callId)?.cancel()
      case 'ring-back':
        // SECURITY: a stranger does not learn that somebody is here to be rung.
        return people.isContact(effect.peer) ? afterwards(() => ringBack(effect.callId)) : undefined
      case 'refuse':
        return exchanges.get(effect.callId)?.answer(effect.kind, effect.note)
      case 'accept':
        return link.accept(effect)
      case 'begin-link':
        return effect.initiator
          ? void clock.after(connectsAfterMs, () => exchanges.has(effect.callId) && link.begin(effect))
          : link.begin(effect)
      case 'open-link':
        return link.open(effect)
      case 'restart-link':
        return restartLink(effect)
      case 'remind-of-restart':
        return void clock.after(effect.afterMs, () =>
          emit({ type: 'link/restart-due', callId: effect.callId, tries: effect.tries }),
        )
      case 'suspend-link':
        return suspendLink(effect.callId)
      case 'rekey':
        exchanges.get(effect.callId)?.reach()?.prepare()
        return renew(effect.callId)
      case 'set-tracks':
        return send('link.tracks', {
          callId: effect.callId,
          micOn: effect.micOn,
          cameraOn: effect.cameraOn,
          screenOn: effect.screenOn,
          hear: effect.hear,
          ...parts.chosenDevices(),
        })
      case 'tell-state':
        return conversation(effect.callId)?.say({ t: 'state', mic: effect.micOn, camera: effect.cameraOn })
      case 'tell-screen':
        return conversation(effect.callId)?.say({ t: 'screen', on: effect.on })
      case 'introduce':
        // Whatever is said at this moment comes before the first words of the people.
        return void clock.after(firstSoundMs, () => introduce(effect))
      case 'hang-up':
        return conversation(effect.callId)?.hangUp(effect.reason)
      case 'close-link':
        parts.chat.lost(effect.callId)
        return link.close(effect.callId)
      case 'forget':
        return forget(effect.callId)
      case 'mark-verified':
        return people.verified(effect.peer)
      case 'mark-mismatched':
        return people.mismatched(effect.peer)
      case 'count-exposure':
        return people.exposed(effect.peer)
      case 'warn': {
        const { do: _do, peer, ...warning } = effect
        return parts.warn({ ...warning, address: peer, atMs: clock.now() })
      }
      case 'record': {
        const { do: _do, ...entry } = effect
        return parts.record({ ...entry, atMs: clock.now() - entry.durationMs })
      }
      default:
        return assertNever(effect)
    }
  }

  function forget(callId: CallId): void {
    exchanges.get(callId)?.forget()
    exchanges.delete(callId)
  }

  /** Who is called gets the credentials for the relay as well; the relay itself hears of nobody who has not answered. */
  function ringBack(callId: CallId): void {
    const exchange = exchanges.get(callId)
    exchange?.answer('ring')
    exchange?.reach()?.prepare()
  }

  /** Whatever took the link may have taken the connection to the server as well, and by that alone there is another link. */
  function suspendLink(callId: CallId): void {
    exchanges.get(callId)?.checkServer()
    link.suspend()
    parts.chat.lost(callId)
    conversation(callId)?.suspend()
  }

  function renew(callId: CallId): void {
    const fingerprint = link.fingerprint()
    if (fingerprint !== null) conversation(callId)?.renew(fingerprint)
  }

  function introduce({ callId, peer }: Extract<CallEffect, { do: 'introduce' }>): void {
    const told = conversation(callId)
    if (!told) return
    told.say({ t: 'name', name: parts.ownName() })
    const steps = parts.successions()
    // SECURITY: a stranger does not learn which key I had before.
    if (steps.length > 0 && people.isContact(peer)) told.say({ t: 'succession', steps })
    parts.keys.bound(peer, told)
  }

  function restartLink({ callId, initiator }: Extract<CallEffect, { do: 'restart-link' }>): void {
    const talk = conversation(callId)
    // What is not open yet has said nothing to anybody.
    if (!talk || !link.isOpen()) return
    exchanges.get(callId)?.checkServer()
    // An offer that is still on its way is worth as much as a new one, and holds back the new one.
    talk.repeat()
    if (initiator) void tellRestart(callId)
    else talk.say({ t: 'restart-ask' })
  }

  /** Null where there is no server, which is told when somebody is to be invited. */
  function exchangeWith(callId: CallId, peer: Address): Exchange | null {
    try {
      return exchanges.get(callId) ?? openExchange(callId, peer)
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error
      return null
    }
  }

  function openExchange(callId: CallId, peer: Address | null): Exchange {
    const exchange = createExchange({
      callId,
      identity,
      drop: connections.open(peer),
      policy,
      clock,
      rng,
      emit,
      reachTo: (to, ask) =>
        createReach(reachParts, {
          peer: to,
          serverHost: URL.parse(parts.reach.serverUrl(peer) ?? '')?.hostname ?? '',
          ask,
          onFound: onReach,
        }),
      toPage: {
        signal: (signal) => tellPage(callId, signal),
        frame: (data) => send('link.frame', { callId, data }),
        chat: (keys) => parts.chat.bound(callId, keys),
      },
      onVouched: (peerKey, oldKeys) =>
        people.vouched(
          addressOf(peerKey) as Address,
          oldKeys.map((key) => addressOf(key) as Address),
        ),
      keys: parts.keys,
      count: parts.count,
    })
    exchanges.set(callId, exchange)
    return exchange
  }

  return {
    carryOut,
    warmCall,
    certified: link.certified,
    prepared: link.prepared,
    signal: link.signal,
    failed: link.failed,
    pageGone: link.pageGone,
    isPreparing: link.isPreparing,
    take(incoming) {
      const callId = base64url(incoming.callId) as CallId
      // SECURITY: the caller chooses the id. A second call under the id of a running one must not get at its keys.
      if (exchanges.has(callId)) return 'known'
      if (connections.areFull()) return 'unanswerable'
      try {
        openExchange(callId, null).ring(incoming)
        return 'taken'
      } catch (error) {
        // The server it came from was given up while the call waited.
        if (!(error instanceof PhoneError)) throw error
        return 'unanswerable'
      }
    },
    way: (callId) => (exchanges.has(callId) ? link.way() : null),
    addressNotice(callId, peer) {
      const reach = exchanges.get(callId)?.reach()
      return reach ? reach.notice() : noticeBefore(reachParts, peer, null)
    },
    conversation,
    reconnectNow() {
      connections.reconnectNow()
      link.networkChanged()
    },
    allClosed: connections.allClosed,
  }
}
