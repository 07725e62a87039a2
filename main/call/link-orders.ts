// What the page is told of the link of a call, from what it gets ready before to its keys, and what it answers. Keeps back
// what the link says of itself until both sides have agreed. Knows no phases.
import type { CallId } from '../../contract/ids.ts'
import type { LinkFailed, LinkSignal } from '../../contract/link.ts'
import type { CallEffect, CallEvent } from './call-state.ts'
import type { OrderParts } from './call-orders.ts'
import type { Exchange } from './exchange.ts'
import type { Way } from './reach.ts'

/** As much as a page says of one connection before it is asked for more. */
const maxHeld = 80

type Effect<D extends CallEffect['do']> = Extract<CallEffect, { do: D }>

/** `other`: another certificate than the one that may have been signed. `unasked`: the page was not told to prepare. */
export type CallPrepared = 'taken' | 'other' | 'unasked'

export interface LinkOrders {
  warm(callId: CallId): void
  /** Nothing comes of what was got ready. */
  cool(callId: CallId): void
  prepare(effect: Effect<'prepare-link'>): void
  /** M1 leaves once there is a certificate, and M2 likewise. */
  invite(effect: Effect<'invite'>): void
  accept(effect: Effect<'accept'>): void
  begin(effect: Effect<'begin-link'>): void
  open(effect: Effect<'open-link'>): void
  /** The page that had it is gone, or the link is. */
  suspend(): void
  close(callId: CallId): void
  /** See `CallOrders`. */
  certified(callId: CallId, fingerprint: string): void
  prepared(fingerprint: string | null): CallPrepared
  isPreparing(): boolean
  /** What the page answered last, `sha-256 AA:BB…`; null before it has, and where it could not. */
  fingerprint(): string | null
  signal(callId: CallId, signal: LinkSignal): void
  /** See `CallOrders`. */
  failed(callId: CallId, code: LinkFailed['code']): boolean
  pageGone(): void
  networkChanged(): void
  /** There are keys for it, and what the page says of it leaves. */
  isOpen(): boolean
  /** Notes that the peer has offered it; whether that restarts it, because there was an offer before. */
  offered(): boolean
  /** How the link that was opened last reaches the peer; null before that is known. */
  way(): Way | null
}

/** The latest link that the page was told to prepare. */
interface OrderedLink {
  way: Way | null
  /** The page makes its connection, or has made it, before there are keys. */
  begun: Effect<'begin-link'> | null
  /** Both have agreed, and it is not known yet whether there is a relay. */
  opening: Effect<'open-link'> | null
  /** There are keys, and what the page says of it leaves. */
  isOpen: boolean
  isOffered: boolean
  held: LinkSignal[]
}
const newLink = (): OrderedLink => ({
  way: null,
  begun: null,
  opening: null,
  isOpen: false,
  isOffered: false,
  held: [],
})

export function createLinkOrders(
  parts: Pick<OrderParts, 'send' | 'chosenDevices' | 'padPictures' | 'framesWork' | 'count'> & {
    readonly exchange: (callId: CallId) => Exchange | undefined
    readonly emit: (event: CallEvent) => void
    /** Carries an order out once this person's own screen has been told. */
    readonly afterwards: (order: () => void) => void
  },
): LinkOrders {
  const { send, exchange, emit } = parts
  let prepared: string | null = null
  let preparing = false
  /** The call that the page has been told to get ready for, or to prepare, and its certificate. */
  let ready: { readonly callId: CallId; fingerprint: string | null; isWarm: boolean } | null = null
  /** A person has called or accepted, and the certificate is not there yet. */
  let waiting: Effect<'invite' | 'accept'> | null = null
  let link = newLink()

  function speakCertified(): void {
    const fingerprint = ready?.fingerprint ?? null
    if (!waiting || ready?.callId !== waiting.callId || fingerprint === null) return
    // SECURITY: whoever cannot encrypt neither calls nor answers. The page tries it out while the microphone opens.
    if (!parts.framesWork()) return
    const { do: what, callId, video } = waiting
    waiting = null
    if (what === 'accept') return exchange(callId)?.accept(video, fingerprint)
    const inviting = exchange(callId)
    if (inviting) void inviting.invite(fingerprint, video)
    else emit({ type: 'server/refused', callId, reason: 'server-unreachable' })
  }

  function certified(callId: CallId, fingerprint: string): void {
    // SECURITY: one for each link. What is signed stays signed, whatever the page says next.
    if (ready?.callId !== callId || ready.fingerprint !== null) return
    ready.fingerprint = fingerprint
    exchange(callId)?.certified()
    speakCertified()
  }

  function speak(effect: Effect<'invite' | 'accept'>): void {
    waiting = effect
    speakCertified()
  }

  async function begin(effect: Effect<'begin-link'>): Promise<void> {
    const beginning = link
    link.begun = effect
    const way = await exchange(effect.callId)?.reach()?.likelyWay()
    // Whether there is no way is told once it is needed.
    if (way && typeof way !== 'string' && beginning === link && !link.way) tellOpen(effect, way)
  }

  function tellOpen(effect: { readonly callId: CallId; readonly initiator: boolean }, way: Way): void {
    const { callId, initiator } = effect
    link.way = way
    link.held = []
    send('link.open', { callId, initiator, iceServers: way.iceServers, relayOnly: way.relayOnly })
  }

  async function open(effect: Effect<'open-link'>): Promise<void> {
    const { callId } = effect
    const ordered = link
    link.opening = effect
    const way = await exchange(callId)?.reach()?.way()
    const talk = exchange(callId)?.conversation()
    // The call is over, or wants another link by now.
    if (!way || !talk || ordered !== link) return
    if (typeof way === 'string') return emit({ type: 'link/no-way', callId, code: way })
    const frames = talk.frameKeys(parts.padPictures())
    if (!frames) return
    const { relayOnly } = way
    if (relayOnly) emit({ type: 'link/relay-only', callId })
    // SECURITY: what was made while it rang stands only if it hides as much as is wanted now. Nor does it without a relay
    // that has answered since.
    const stands = link.way?.relayOnly === relayOnly && (!link.way.relayMissed || way.relayMissed)
    if (!stands) tellOpen(effect, way)
    send('link.keys', { callId, frames })
    talk.openLink({ relayOnly })
    // The page has its own copy by now: what is sent to it is cloned before `send` returns.
    for (const key of [...Object.values(frames.send), ...Object.values(frames.receive)]) key.fill(0)
    link.isOpen = true
    for (const signal of link.held.splice(0)) talk.signal(signal)
  }

  return {
    warm(callId) {
      ready = { callId, fingerprint: null, isWarm: true }
      parts.afterwards(() => {
        if (ready?.callId === callId && ready.isWarm) send('link.warm', { callId })
      })
    },
    cool(callId) {
      if (ready?.callId !== callId || !ready.isWarm) return
      ready = null
      send('link.close', { callId })
    },
    prepare({ callId, video }) {
      const { microphoneId, cameraId } = parts.chosenDevices()
      prepared = null
      preparing = true
      link = newLink()
      // What is warm becomes this link; every other one is made anew, with a certificate of its own.
      if (ready?.callId === callId && ready.isWarm) ready.isWarm = false
      else ready = { callId, fingerprint: null, isWarm: false }
      send('link.prepare', { callId, video, microphoneId, cameraId })
    },
    invite: speak,
    accept: speak,
    begin: (effect) => void begin(effect),
    open: (effect) => void open(effect),
    suspend() {
      prepared = null
      preparing = false
      link = newLink()
    },
    close(callId) {
      preparing = false
      waiting = null
      ready = null
      link = newLink()
      send('link.close', { callId })
    },
    certified,
    prepared(fingerprint) {
      if (!preparing) return 'unasked'
      preparing = false
      prepared = null
      // Without a microphone there is no call, and nothing to accept.
      if (fingerprint === null) return 'taken'
      // What is signed stays signed: a page with another certificate has lost the one before.
      if (ready && ready.fingerprint !== null && ready.fingerprint !== fingerprint) return 'other'
      prepared = fingerprint
      if (ready) certified(ready.callId, fingerprint)
      speakCertified()
      return 'taken'
    },
    isPreparing: () => preparing,
    fingerprint: () => prepared,
    signal(callId, said) {
      if (link.isOpen) return exchange(callId)?.conversation()?.signal(said)
      // Of a connection that was made anew, what the one before has said is of no use.
      if (said.type === 'offer') link.held = []
      if (link.held.length < maxHeld) link.held.push(said)
      else parts.count('rate')
    },
    failed(callId, code) {
      // A camera or microphone that went away takes nothing of the connection with it.
      if (link.isOpen || (code !== 'link-failed' && code !== 'frames-failed')) return true
      // Another is made once it is needed.
      link.way = null
      link.held = []
      if (code === 'frames-failed' && ready?.callId === callId && ready.isWarm) ready = null
      return false
    },
    pageGone() {
      if (ready) ready = { ...ready, fingerprint: null }
    },
    networkChanged() {
      const { begun, opening, isOpen } = link
      if (!begun || isOpen) return
      // What a connection has found out about another network is of no use.
      link = { ...newLink(), begun }
      void (opening ? open(opening) : begin(begun))
    },
    isOpen: () => link.isOpen,
    offered() {
      const before = link.isOffered
      link.isOffered = true
      return before
    },
    way: () => link.way,
  }
}
