// Runs the call machine: queues what happened, has its orders carried out, keeps its one deadline, and publishes the
// view. The machine decides, the orders act, the page owns the media; this only connects them.
import type { CallView, ScreenProblem } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import type * as link from '../../contract/link.ts'
import { addressOf, parseAddress } from '../../sp1/address.ts'
import { base64url, equal } from '../../sp1/encode.ts'
import { survivingCaller } from '../../sp1/glare.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { sasView } from '../../sp1/sas.ts'
import { createCallOrders, newCallId, type OrderParts } from './call-orders.ts'
import { idle, reduce } from './call-machine.ts'
import { deadlineOf } from './call-deadlines.ts'
import { isLookingAnew } from './call-recovery.ts'
import { isRenewing } from './call-renewal.ts'
import type { CallEvent, CallState } from './call-state.ts'
import { isTalking, setTracks } from './call-step.ts'
import { newFrameWatch, watchFrames } from './frame-watch.ts'
import { callViewOf, type ViewSources } from './call-view-of.ts'
import { lacksRelay, linkFacts, noFacts, recheck } from './link-facts.ts'
import { createProvenMicrophone } from './proven-microphone.ts'
import type { RingPolicy } from './ring-policy.ts'
import { userEvent } from './user-event.ts'

/** A hang-up goes by the server; the link that closes with it is heard of sooner. In milliseconds. */
const hangUpComesMs = 1_000

export interface CallEngineParts extends OrderParts {
  readonly people: OrderParts['people'] & {
    view: ViewSources['peer']
    isRefused(address: Address): boolean
    isBlocked(address: Address): boolean
    /** Codes are being tried, and this person was never verified: no code proves anything now. */
    isExhausted(address: Address): boolean
  }
  readonly ringing: RingPolicy
}

export interface CallEngine {
  view(): CallView
  onChange(listener: () => void): () => void
  /** Throws PhoneError `call-in-progress`, `own-address`, `no-call` or `sas-exhausted`. */
  command(command: CallCommand): void
  /** A person is about to call this one. Nothing is said to anybody but the server, and nothing where a call would not begin. */
  warm(peer: Address): void
  readonly link: {
    certified(message: link.LinkCertified): void
    prepared(message: link.LinkPrepared): void
    signal(message: link.LinkSignalled): void
    bind(message: link.LinkBind): void
    frame(message: link.LinkFrame): void
    measured(message: link.LinkMeasured): void
    failed(message: link.LinkFailed): void
    screen(message: link.LinkScreen): void
  }
  readonly screen: {
    /** A person has chosen what to show in this call. `what`: its name, null where the system does not tell. */
    chosen(callId: CallId, what: string | null): void
    notChosen(callId: CallId, problem: ScreenProblem | null): void
  }
  pageGone(): void
  /** A page of the main window is there and listens: the first one, or the successor of one that is gone. */
  pageReady(): void
  /** The chosen devices changed: a call that runs follows. */
  devicesChanged(): void
  /** The addresses of this computer are others, or it woke up; `online`: it has any. */
  networkChanged(online: boolean): void
  /** A call whose signature and freshness were checked. */
  called(incoming: IncomingCall): void
  cancelled(callerKey: Uint8Array, callId: CallId): void
  /** A call that was over before anybody could be asked. */
  missed(incoming: IncomingCall): void
  /** Ends a call with somebody who was just blocked. */
  blocked(peer: Address): void
  /** A person found out that this identity is somebody else's: a call with it ends at once. */
  mismatched(peer: Address): void
  /** Ends the call, saying goodbye. Resolves once everything that was said has left. */
  leave(): Promise<void>
}

export function createCallEngine(parts: CallEngineParts): CallEngine {
  const { identity, clock, policy, people } = parts
  const orders = createCallOrders(parts, emit, tellListeners)
  let state: CallState = idle
  /** What the one timer runs for. */
  let armed: { readonly callId: CallId; readonly deadlineMs: number } | null = null
  let cancelDeadline = (): void => undefined
  let draining = false
  const queue: CallEvent[] = []
  const listeners = new Set<() => void>()
  let measured: link.LinkMeasured | null = null
  let left = false
  const microphone = createProvenMicrophone(() => parts.chosenDevices().microphoneId)
  /** What the page said of its certificates before its microphone was open. */
  let unproved: link.LinkBind | null = null
  let frameWatch = newFrameWatch

  function emit(event: CallEvent): void {
    queue.push(event)
    if (draining) return
    draining = true
    const before = state
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const step = reduce(state, next, clock.now())
        state = step.state
        for (const effect of step.effects) {
          // What was measured is of the link before; the frame watch begins anew with the first measurement.
          if (effect.do === 'prepare-link') {
            measured = unproved = null
            microphone.ordered()
          }
          orders.carryOut(effect)
        }
      }
    } finally {
      draining = false
    }
    if (state !== before) changed()
  }

  function changed(): void {
    keepDeadline()
    tellListeners()
  }

  function tellListeners(): void {
    for (const listener of listeners) listener()
  }

  /** One timer for one deadline: set anew with every change, it would follow a clock that is put back. */
  function keepDeadline(): void {
    const deadlineMs = deadlineOf(state)
    const due = state.phase === 'idle' || deadlineMs === null ? null : { callId: state.callId, deadlineMs }
    if (due?.callId === armed?.callId && due?.deadlineMs === armed?.deadlineMs) return
    armed = due
    cancelDeadline()
    cancelDeadline = () => undefined
    if (due === null) return
    cancelDeadline = clock.after(Math.max(0, due.deadlineMs - clock.now()), () =>
      emit({ type: 'deadline/passed', ...due }),
    )
  }

  /** SECURITY: what the page says of another call than the one that is on is dropped. */
  const isAbout = (callId: CallId) => state.phase !== 'idle' && state.callId === callId
  /**
   * SECURITY: while the page prepares a link, whatever else it says is of the link before, which is gone: what was said
   * of that one must not be taken for the new one. Requests of a page arrive in order, so after `link.prepared` all is new.
   * There is none before the first link of a call, which opens while the page prepares.
   */
  const speaksOfLink = (callId: CallId) => isAbout(callId) && !(isTalking(state) && orders.isPreparing())
  const conversationOf = (callId: CallId) => (speaksOfLink(callId) ? orders.conversation(callId) : null)

  function view(): CallView {
    const callId = state.phase === 'idle' ? null : state.callId
    const conversation = callId && orders.conversation(callId)
    const latest = measured?.callId === callId ? measured : null
    return callViewOf(state, {
      peer: people.view,
      tone: parts.ringing.toneOf,
      facts: () =>
        conversation && callId ? linkFacts(conversation.binding, latest, orders.way(callId)) : noFacts,
      sound: () => latest?.sound ?? null,
      addressNotice: () => (state.phase === 'idle' ? null : orders.addressNotice(state.callId, state.peer)),
      sas() {
        const sas = conversation?.sas()
        return sas && state.phase !== 'idle'
          ? { ...sasView(sas), exhausted: people.isExhausted(state.peer) }
          : null
      },
    })
  }

  function command(order: CallCommand): void {
    if (order.type === 'dial') return dial(order.address, order.video)
    if (state.phase === 'idle' || state.callId !== order.callId) throw new PhoneError('no-call')
    // SECURITY (R3): a page cannot have somebody marked who was not heard through the keys of this call.
    if (order.type === 'sas' && !(isTalking(state) && state.secure)) throw new PhoneError('no-call')
    if (state.phase === 'incoming' && (order.type === 'decline' || order.type === 'hang-up'))
      parts.ringing.declined(state.peer)
    if (order.type === 'sas' && order.answer === 'match' && people.isExhausted(state.peer))
      throw new PhoneError('sas-exhausted')
    emit(userEvent(order))
  }

  const isFree = () => state.phase === 'idle' || state.phase === 'ended'

  const isCallable = (peer: Address) => !people.isRefused(peer) && !people.isBlocked(peer)

  function warm(peer: Address): void {
    if (left || !isFree() || !isCallable(peer) || equal(keyOf(peer), identity.publicKey)) return
    if (parts.framesWork()) orders.warmCall.expect(peer)
  }

  function dial(peer: Address, video: boolean): void {
    if (equal(keyOf(peer), identity.publicKey)) throw new PhoneError('own-address')
    const ringing = state.phase === 'incoming' && state.peer === peer ? state.callId : null
    if (!isFree() && ringing === null) throw new PhoneError('call-in-progress')
    // SECURITY: only a call that begins may take what is ready, or nobody would ever close it.
    if (!isCallable(peer)) orders.warmCall.end()
    emit({
      type: 'user/dialed',
      callId: ringing ?? orders.warmCall.take(peer) ?? newCallId(parts.rng),
      peer,
      video,
      refusedPeer: people.isRefused(peer),
      blocked: people.isBlocked(peer),
      proven: microphone.isProven() && parts.framesWork(),
    })
  }

  function measuredNow(message: link.LinkMeasured): void {
    const { callId, connection } = message
    const conversation = conversationOf(callId)
    if (!conversation) return
    if (measured?.callId !== callId) frameWatch = newFrameWatch
    measured = message
    if (connection === 'connected') conversation.setFlowing(true)
    else if (connection !== 'connecting') conversation.setFlowing(false)
    try {
      recheck(conversation.binding, message, policy)
      tellLink(callId, connection)
      tellRelay(message)
      if (conversation.binding.isBound()) tellFrames(message)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      parts.count(error.code)
      emit({ type: 'link/altered', callId, code: error.code })
    }
    tellListeners()
  }

  function tellLink(callId: CallId, connection: link.LinkMeasured['connection']): void {
    if (connection === 'connecting') return
    if (connection === 'connected') return emit({ type: 'link/restored', callId })
    if (connection === 'stalled') return emit({ type: 'link/stalled', callId })
    // Where ICE is restarted, perhaps over another network, how long to wait is the deadline's to say.
    const hopeless = connection === 'failed' && !isTalking(state) && !isLookingAnew(state)
    emit({ type: hopeless ? 'link/failed' : 'link/interrupted', callId })
  }

  /** The relay did not answer, and there is no other way: nobody has to wait for the deadline. */
  function tellRelay({ callId, relay }: link.LinkMeasured): void {
    const way = orders.way(callId)
    if (way?.relayOnly && lacksRelay(way, relay) && !isLookingAnew(state))
      emit({ type: 'link/no-way', callId, code: 'relay-failed' })
  }

  function tellFrames({ callId, frames }: link.LinkMeasured): void {
    frameWatch = watchFrames(frameWatch, frames, clock.now())
    if (frames.worker.opened.audio > 0) emit({ type: 'link/secured', callId })
    emit({ type: 'link/frames-judged', callId, verdict: frameWatch.verdict })
  }

  /** A link that closes before it is bound does so because the peer has hung up, as a rule: that may say so first. */
  function linkFailed(callId: CallId): void {
    const fail = () => emit({ type: 'link/failed', callId })
    if (state.phase === 'connecting') clock.after(hangUpComesMs, fail)
    else fail()
  }

  function prove({ callId, own, seen }: link.LinkBind): void {
    unproved = null
    conversationOf(callId)?.binding.report(own, seen)
  }

  function missed({ callerKey, media, sentAtMs }: IncomingCall): void {
    const peer = addressOf(callerKey) as Address
    if (people.isRefused(peer) || !parts.ringing.mayLeaveTrace(peer)) return parts.count('policy')
    const video = media === 'av'
    parts.record({ peer, direction: 'in', video, outcome: 'missed', durationMs: 0, atMs: sentAtMs })
  }

  return {
    view,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    command,
    warm,
    link: {
      certified: ({ callId, fingerprint }) => orders.certified(callId, fingerprint),
      prepared(message) {
        const { callId } = message
        const prepared = isAbout(callId)
          ? orders.prepared(message.ok ? message.fingerprint : null)
          : 'unasked'
        if (prepared === 'unasked') return
        if (!message.ok) return emit({ type: 'link/not-prepared', callId, code: message.code })
        microphone.opened()
        if (prepared === 'other') return emit({ type: 'link/not-prepared', callId, code: 'link-failed' })
        // SECURITY: the page's word that it is ready is not enough: what was not seen to work encrypts nothing.
        if (!parts.framesWork()) return emit({ type: 'link/not-prepared', callId, code: 'frames-failed' })
        emit({ type: 'link/prepared', callId, cameraProblem: message.cameraProblem })
        if (unproved) prove(unproved)
      },
      signal({ callId, signal }) {
        if (speaksOfLink(callId)) orders.signal(callId, signal)
      },
      bind(message) {
        // Without a microphone there is no call, and the peer must not be told that there is one.
        if (speaksOfLink(message.callId) && orders.isPreparing()) unproved = message
        else prove(message)
      },
      frame: ({ callId, data }) => conversationOf(callId)?.frame(data),
      measured: measuredNow,
      failed({ callId, code }) {
        if (orders.warmCall.isAbout(callId)) return orders.warmCall.end()
        if (!speaksOfLink(callId)) return
        const isNeeded = orders.failed(callId, code)
        // Another is made by the time there are keys.
        if (orders.isPreparing() && !isNeeded && code !== 'frames-failed') return
        if (code === 'link-failed') linkFailed(callId)
        else if (code === 'frames-failed') emit({ type: 'link/frames-failed', callId })
        else if (code === 'camera-busy' || code === 'camera-denied' || code === 'camera-missing')
          emit({ type: 'link/camera-failed', callId, code })
        // A microphone that went away in a call leaves a silent call that can still be heard and ended.
        else {
          microphone.lost()
          emit({ type: 'user/muted', callId, micOn: false })
        }
      },
      screen({ callId, state: now }) {
        if (!speaksOfLink(callId)) return
        if (now === 'on') return emit({ type: 'link/screen-opened', callId })
        emit({ type: 'link/screen-closed', callId, problem: problemsOfScreen[now] })
      },
    },
    screen: {
      chosen: (callId, what) => emit({ type: 'screen/chosen', callId, what }),
      notChosen: (callId, problem) => emit({ type: 'screen/not-chosen', callId, problem }),
    },
    pageGone() {
      microphone.lost()
      orders.pageGone()
      if (state.phase !== 'idle' && state.phase !== 'ended') emit({ type: 'page/gone', callId: state.callId })
    },
    pageReady() {
      if (isTalking(state)) emit({ type: 'page/ready', callId: state.callId })
    },
    devicesChanged() {
      if (!isTalking(state) || isRenewing(state)) return
      orders.carryOut(setTracks(state))
    },
    networkChanged(online) {
      if (online) orders.reconnectNow()
      if (isTalking(state) || state.phase === 'connecting')
        emit({ type: 'network/changed', callId: state.callId, online })
    },
    called(incoming) {
      const peer = addressOf(incoming.callerKey) as Address
      const callId = base64url(incoming.callId) as CallId
      if (people.isRefused(peer)) return parts.count('policy')
      // Whoever I am dialling just now may call me: both have consented.
      const crossed = (state.phase === 'dialing' || state.phase === 'ringing') && state.peer === peer
      const ring = crossed ? 'aloud' : parts.ringing.judge(peer)
      if (ring === 'not') return parts.count('policy')
      const taken = orders.take(incoming)
      if (taken === 'known') return parts.count('replay')
      if (taken === 'unanswerable') return missed(incoming)
      const survives = equal(survivingCaller(identity.publicKey, incoming.callerKey), incoming.callerKey)
      emit({
        type: 'peer/called',
        callId,
        peer,
        video: incoming.media === 'av',
        survives,
        silent: ring === 'silently',
      })
    },
    cancelled(callerKey, callId) {
      if (state.phase === 'idle' || state.peer !== addressOf(callerKey)) return
      emit({ type: 'peer/cancelled', callId })
    },
    missed,
    blocked(peer) {
      orders.warmCall.end()
      if (state.phase !== 'idle' && state.peer === peer) emit({ type: 'user/blocked', callId: state.callId })
    },
    mismatched(peer) {
      orders.warmCall.end()
      if (state.phase === 'idle' || state.phase === 'ended' || state.peer !== peer) return
      const { callId } = state
      if (isTalking(state)) emit({ type: 'user/compared', callId, answer: 'different' })
      else emit({ type: state.phase === 'incoming' ? 'user/declined' : 'user/hung-up', callId })
    },
    leave() {
      left = true
      orders.warmCall.end()
      if (state.phase === 'incoming') emit({ type: 'user/declined', callId: state.callId })
      else if (state.phase !== 'idle') emit({ type: 'user/hung-up', callId: state.callId })
      return orders.allClosed()
    },
  }
}

const problemsOfScreen = { cancelled: null, failed: 'screen-failed', ended: 'screen-gone' } as const

const keyOf = (address: Address): Uint8Array => {
  try {
    return parseAddress(address)
  } catch (cause) {
    throw new PhoneError('bad-address', { cause })
  }
}
