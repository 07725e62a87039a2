// Carries out what the call machine orders: tells the page, and speaks to the peer through the exchange of each call.
// Knows no phases: an order for a call that is over does nothing.
import type { AddressNotice, CallWarning } from '../../contract/call-view.ts'
import { assertNever, PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { Push } from '../../contract/ipc.ts'
import type { IceServer, LinkSignal } from '../../contract/link.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, type Rng } from '../../sp1/encode.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import type { Succession } from '../../sp1/succession.ts'
import type { Clock } from '../clock.ts'
import type { Drop } from '../signaling/drop.ts'
import type { CallEffect, CallEvent } from './call-state.ts'
import type { Conversation } from './conversation.ts'
import type { ContactKeysInCall } from './contact-keys-in-call.ts'
import { createCallConnections } from './call-connections.ts'
import { createExchange, type Exchange } from './exchange.ts'
import type { LinkPolicy } from './link-policy.ts'
import { createPageSignals } from './page-signals.ts'
import { createReach, noticeBefore, type ReachParts, type Way } from './reach.ts'

export interface OrderParts {
  readonly identity: Identity
  readonly clock: Clock
  readonly rng: Rng
  readonly policy: LinkPolicy
  /** Opens a connection to where this person can be reached; null is my own server. */
  readonly openDrop: (peer: Address | null) => Drop
  /** How calls reach their peers. */
  readonly reach: Omit<ReachParts, 'clock' | 'count'> & {
    /** Host name of the server that a call with this person goes through; null is my own server. */
    serverHost(peer: Address | null): string
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
  readonly send: <N extends Extract<PushName, `link.${string}`>>(name: N, push: Push<N>) => void
  readonly count: (code: RefusalCode) => void
}

export interface CallOrders {
  carryOut(effect: CallEffect): void
  /** The page has made the certificate of this call, `sha-256 AA:BB…`. Dropped when it was not asked for one. */
  certified(callId: CallId, fingerprint: string): void
  /**
   * The page has answered `link.prepare` for the call that is on: with a certificate, as `sha-256 AA:BB…`, or null if it
   * could not. False when it was not asked.
   */
  prepared(fingerprint: string | null): boolean
  /** What the page's WebRTC stack wants to tell the peer's. SECURITY: kept here until both have agreed. */
  signal(callId: CallId, signal: LinkSignal): void
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

/** As much as a page says of one connection before it is asked for more. */
const maxHeld = 80

/** The latest link that the page was told to prepare, and how it reaches the peer once that is known. */
interface OrderedLink {
  way: Way | null
  /** The page makes its connection, or has made it, before there are keys. */
  begun: Extract<CallEffect, { do: 'begin-link' }> | null
  /** There are keys, and what the page says of it leaves. */
  isOpen: boolean
  held: LinkSignal[]
}
const newLink = (): OrderedLink => ({ way: null, begun: null, isOpen: false, held: [] })

/** `onReach`: something that `addressNotice` says is known now. */
export function createCallOrders(
  parts: OrderParts,
  emit: (event: CallEvent) => void,
  onReach: () => void,
): CallOrders {
  const { identity, clock, rng, policy, people, send } = parts
  const exchanges = new Map<CallId, Exchange>()
  const connections = createCallConnections(parts.openDrop)
  let prepared: string | null = null
  let preparing = false
  /** The call that the page has been told to get ready for, or to prepare, and its certificate. */
  let ready: { readonly callId: CallId; fingerprint: string | null; isWarm: boolean } | null = null
  /** A person has accepted, and the certificate is not there yet. */
  let accepting: Extract<CallEffect, { do: 'accept' }> | null = null
  let link = newLink()
  const reachParts: ReachParts = { ...parts.reach, clock, count: parts.count }

  const conversation = (callId: CallId) => exchanges.get(callId)?.conversation() ?? null

  /** What a link that is restarted may use. */
  async function iceServersOf(callId: CallId): Promise<readonly IceServer[]> {
    const { way } = link
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
    const restarts = signal.type === 'offer' && conversation(callId)?.binding.isBound() === true
    pageSignals.pass(callId, signal, restarts)
  }

  function carryOut(effect: CallEffect): void {
    switch (effect.do) {
      case 'warm-link':
        ready = { callId: effect.callId, fingerprint: null, isWarm: true }
        return afterwards(() => {
          if (ready?.callId === effect.callId && ready.isWarm) send('link.warm', { callId: effect.callId })
        })
      case 'prepare-link': {
        const { microphoneId, cameraId } = parts.chosenDevices()
        prepared = null
        preparing = true
        link = newLink()
        // What is warm becomes this link; every other one is made anew, with a certificate of its own.
        if (ready?.callId === effect.callId && ready.isWarm) ready.isWarm = false
        else ready = { callId: effect.callId, fingerprint: null, isWarm: false }
        return send('link.prepare', {
          callId: effect.callId,
          video: effect.video,
          microphoneId,
          cameraId,
        })
      }
      case 'seek':
        return seek(effect)
      case 'invite':
        return invite(effect)
      case 'cancel':
        return exchanges.get(effect.callId)?.cancel()
      case 'ring-back':
        // SECURITY: a stranger does not learn that somebody is here to be rung.
        return people.isContact(effect.peer)
          ? afterwards(() => exchanges.get(effect.callId)?.answer('ring'))
          : undefined
      case 'refuse':
        return exchanges.get(effect.callId)?.answer(effect.kind)
      case 'accept':
        accepting = effect
        return acceptCertified()
      case 'begin-link':
        return void beginLink(effect)
      case 'open-link':
        return void openLink(effect)
      case 'restart-link':
        return restartLink(effect)
      case 'suspend-link':
        // A page that is gone answers no more.
        prepared = null
        preparing = false
        link = newLink()
        return conversation(effect.callId)?.suspend()
      case 'rekey':
        exchanges.get(effect.callId)?.reach()?.prepare()
        return prepared ? conversation(effect.callId)?.renew(prepared) : undefined
      case 'set-tracks':
        return send('link.tracks', {
          callId: effect.callId,
          micOn: effect.micOn,
          cameraOn: effect.cameraOn,
          hear: effect.hear,
          ...parts.chosenDevices(),
        })
      case 'tell-state':
        return conversation(effect.callId)?.say({ t: 'state', mic: effect.micOn, camera: effect.cameraOn })
      case 'introduce':
        return introduce(effect)
      case 'hang-up':
        return conversation(effect.callId)?.hangUp(effect.reason)
      case 'close-link':
        preparing = false
        accepting = null
        ready = null
        link = newLink()
        return send('link.close', { callId: effect.callId })
      case 'forget':
        exchanges.get(effect.callId)?.forget()
        exchanges.delete(effect.callId)
        return
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

  /** Once this person's own screen has been told. */
  function afterwards(order: () => void): void {
    void Promise.resolve().then(order)
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

  /** M2 needs the certificate and nothing else of the page. */
  function acceptCertified(): void {
    const fingerprint = ready?.fingerprint ?? null
    if (!accepting || ready?.callId !== accepting.callId || fingerprint === null) return
    // SECURITY: whoever cannot encrypt does not answer. The page tries it out while the microphone opens.
    if (!parts.framesWork()) return
    const { callId, video } = accepting
    accepting = null
    exchanges.get(callId)?.accept(video, fingerprint)
  }

  async function beginLink(effect: Extract<CallEffect, { do: 'begin-link' }>): Promise<void> {
    const beginning = link
    const { callId } = effect
    const way = await exchanges.get(callId)?.reach()?.likelyWay()
    // Whether there is no way is told once it is needed.
    if (!way || typeof way === 'string' || beginning !== link || link.way) return
    link.begun = effect
    tellOpen(effect, way)
  }

  function tellOpen(
    { callId, initiator }: { readonly callId: CallId; readonly initiator: boolean },
    way: Way,
  ): void {
    link.way = way
    link.held = []
    send('link.open', { callId, initiator, iceServers: way.iceServers, relayOnly: way.relayOnly })
  }

  async function openLink(effect: Extract<CallEffect, { do: 'open-link' }>): Promise<void> {
    const { callId } = effect
    const opening = link
    const way = await exchanges.get(callId)?.reach()?.way()
    const talk = conversation(callId)
    // The call is over, or wants another link by now.
    if (!way || !talk || opening !== link) return
    if (typeof way === 'string') return emit({ type: 'link/no-way', callId, code: way })
    const frames = talk.frameKeys(parts.padPictures())
    if (!frames) return
    const { relayOnly } = way
    if (relayOnly) emit({ type: 'link/relay-only', callId })
    // SECURITY: what was made while it rang stands only if it hides as much as is wanted now.
    if (link.way?.relayOnly !== relayOnly) tellOpen(effect, way)
    send('link.keys', { callId, frames })
    talk.openLink({ relayOnly })
    // The page has its own copy by now: what is sent to it is cloned before `send` returns.
    for (const key of [...Object.values(frames.send), ...Object.values(frames.receive)]) key.fill(0)
    link.isOpen = true
    for (const signal of link.held.splice(0)) talk.signal(signal)
  }

  function signal(callId: CallId, said: LinkSignal): void {
    if (link.isOpen) return conversation(callId)?.signal(said)
    // Of a connection that was made anew, what the one before has said is of no use.
    if (said.type === 'offer') link.held = []
    if (link.held.length < maxHeld) link.held.push(said)
    else parts.count('rate')
  }

  function restartLink({ callId, initiator }: Extract<CallEffect, { do: 'restart-link' }>): void {
    const talk = conversation(callId)
    if (!talk) return
    exchanges.get(callId)?.checkServer()
    // An offer that is still on its way is worth as much as a new one, and holds back the new one.
    talk.repeat()
    if (initiator) void tellRestart(callId)
    else talk.say({ t: 'restart-ask' })
  }

  function seek({ callId, peer, video }: Extract<CallEffect, { do: 'seek' }>): void {
    try {
      openExchange(callId, peer).seek(peer, video)
    } catch (error) {
      // There is no server. That is told once the microphone is open, which is the first thing to be missed.
      if (!(error instanceof PhoneError)) throw error
    }
  }

  function invite({ callId }: Extract<CallEffect, { do: 'invite' }>): void {
    if (prepared === null) return
    const exchange = exchanges.get(callId)
    if (exchange) void exchange.invite(prepared)
    else emit({ type: 'server/refused', callId, reason: 'server-unreachable' })
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
          serverHost: parts.reach.serverHost(peer),
          ask,
          onFound: onReach,
        }),
      toPage: {
        signal: (signal) => tellPage(callId, signal),
        frame: (data) => send('link.frame', { callId, data }),
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

  function certified(callId: CallId, fingerprint: string): void {
    // SECURITY: one for each link. What is signed stays signed, whatever the page says next.
    if (ready?.callId !== callId || ready.fingerprint !== null) return
    ready.fingerprint = fingerprint
    exchanges.get(callId)?.certified(fingerprint)
    acceptCertified()
  }

  return {
    carryOut,
    certified,
    prepared(fingerprint) {
      if (!preparing) return false
      preparing = false
      prepared = fingerprint
      if (ready && fingerprint !== null) certified(ready.callId, fingerprint)
      acceptCertified()
      return true
    },
    signal,
    pageGone() {
      if (ready) ready = { ...ready, fingerprint: null }
    },
    isPreparing: () => preparing,
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
    way: (callId) => (exchanges.has(callId) ? link.way : null),
    addressNotice(callId, peer) {
      const reach = exchanges.get(callId)?.reach()
      return reach ? reach.notice() : noticeBefore(reachParts, peer, null)
    },
    conversation,
    reconnectNow() {
      connections.reconnectNow()
      // What a connection has found out about another network is of no use.
      if (link.begun && !link.isOpen) {
        const { begun } = link
        link = newLink()
        void beginLink(begun)
      }
    },
    allClosed: connections.allClosed,
  }
}
