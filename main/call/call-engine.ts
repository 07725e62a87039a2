// Runs the call machine: queues what happened, carries out what it orders, keeps its one deadline, and publishes the
// view. The machine decides, the exchange speaks, the page owns the media; this only connects them.
import type { CallView, LinkFacts } from '../../contract/call-view.ts'
import { assertNever, PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { CallCommand, Push } from '../../contract/ipc.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import type * as link from '../../contract/link.ts'
import { addressOf, parseAddress } from '../../sp1/address.ts'
import { base64url, equal, type Rng } from '../../sp1/encode.ts'
import { survivingCaller } from '../../sp1/glare.ts'
import type { IncomingCall } from '../../sp1/handshake-callee.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { RefusalCode } from '../../sp1/refusal.ts'
import { sasView } from '../../sp1/sas.ts'
import type { Clock } from '../clock.ts'
import type { Drop } from '../signaling/drop.ts'
import { idle, isTalking, reduce } from './call-machine.ts'
import type { CallEffect, CallEvent, CallState } from './call-state.ts'
import { callViewOf, type ViewSources } from './call-view-of.ts'
import { createExchange, type Exchange } from './exchange.ts'
import type { LinkPolicy } from './link-policy.ts'

export interface CallEngineParts {
  readonly identity: Identity
  readonly clock: Clock
  readonly rng: Rng
  readonly policy: LinkPolicy
  /** Opens a connection to where this person can be reached; null is my own server. */
  readonly openDrop: (peer: Address | null) => Drop
  readonly people: {
    view: ViewSources['peer']
    isContact(address: Address): boolean
    isRefused(address: Address): boolean
    verified(address: Address): void
    mismatched(address: Address): void
  }
  readonly record: (entry: Omit<Extract<CallEffect, { do: 'record' }>, 'do'> & { atMs: number }) => void
  readonly ownName: () => string
  readonly chosenDevices: () => { microphoneId: string | null; cameraId: string | null }
  readonly send: <N extends Extract<PushName, `link.${string}`>>(name: N, push: Push<N>) => void
  readonly count: (code: RefusalCode) => void
}

export interface CallEngine {
  view(): CallView
  onChange(listener: () => void): () => void
  /** Throws PhoneError `call-in-progress`, `own-address` or `no-call`. */
  command(command: CallCommand): void
  readonly link: {
    prepared(message: link.LinkPrepared): void
    signal(message: link.LinkSignalled): void
    bind(message: link.LinkBind): void
    frame(message: link.LinkFrame): void
    measured(message: link.LinkMeasured): void
    failed(message: link.LinkFailed): void
  }
  pageGone(): void
  /** The chosen devices changed: a call that runs follows. */
  devicesChanged(): void
  /** A call whose signature and freshness were checked. */
  called(incoming: IncomingCall): void
  cancelled(callerKey: Uint8Array, callId: CallId): void
  /** A call that was over before anybody could be asked. */
  missed(incoming: IncomingCall): void
  /** Ends the call, saying goodbye. */
  leave(): void
}

const noFacts: LinkFacts = {
  own: null,
  seen: null,
  signedOwn: null,
  signedPeer: null,
  match: false,
  bound: false,
  dtlsVersion: null,
  dtlsCipher: null,
  srtpCipher: null,
  path: null,
  traffic: null,
}

export function createCallEngine(parts: CallEngineParts): CallEngine {
  const { identity, clock, rng, policy, people, send } = parts
  let state: CallState = idle
  let cancelDeadline = (): void => undefined
  let draining = false
  const queue: CallEvent[] = []
  const listeners = new Set<() => void>()
  const exchanges = new Map<CallId, Exchange>()
  /** The certificate of the link the page prepared for a call. */
  let fingerprint: string | null = null
  let measured: link.LinkMeasured | null = null

  function emit(event: CallEvent): void {
    queue.push(event)
    if (draining) return
    draining = true
    const before = state
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const step = reduce(state, next, clock.now())
        state = step.state
        for (const effect of step.effects) perform(effect)
      }
    } finally {
      draining = false
    }
    if (state !== before) changed()
  }

  function changed(): void {
    cancelDeadline()
    cancelDeadline = () => undefined
    if ('deadlineMs' in state) {
      const { callId, deadlineMs } = state
      cancelDeadline = clock.after(Math.max(0, deadlineMs - clock.now()), () =>
        emit({ type: 'deadline/passed', callId }),
      )
    }
    for (const listener of listeners) listener()
  }

  function perform(effect: CallEffect): void {
    switch (effect.do) {
      case 'prepare-link': {
        const { microphoneId, cameraId } = parts.chosenDevices()
        fingerprint = null
        measured = null
        return send('link.prepare', {
          callId: effect.callId,
          video: effect.video,
          microphoneId,
          cameraId,
        })
      }
      case 'invite':
        if (fingerprint !== null)
          void exchangeOf(effect.callId, effect.peer).invite(effect.peer, effect.video, fingerprint)
        return
      case 'cancel':
        return exchanges.get(effect.callId)?.cancel()
      case 'ring-back':
        // SECURITY: a stranger does not learn that somebody is here to be rung.
        if (state.phase === 'incoming' && people.isContact(state.peer))
          exchanges.get(effect.callId)?.answer('ring')
        return
      case 'refuse':
        return exchanges.get(effect.callId)?.answer(effect.kind)
      case 'accept':
        if (fingerprint !== null) exchanges.get(effect.callId)?.accept(effect.video, fingerprint)
        return
      case 'open-link':
        return send('link.open', {
          callId: effect.callId,
          initiator: effect.initiator,
          iceServers: [],
          relayOnly: false,
        })
      case 'set-tracks':
        return send('link.tracks', {
          callId: effect.callId,
          micOn: effect.micOn,
          cameraOn: effect.cameraOn,
          ...parts.chosenDevices(),
        })
      case 'tell-state':
        return exchanges.get(effect.callId)?.say({ t: 'state', mic: effect.micOn, camera: effect.cameraOn })
      case 'tell-name':
        return exchanges.get(effect.callId)?.say({ t: 'name', name: parts.ownName() })
      case 'hang-up':
        return exchanges.get(effect.callId)?.hangUp(effect.reason)
      case 'close-link':
        return send('link.close', { callId: effect.callId })
      case 'forget':
        exchanges.get(effect.callId)?.forget()
        exchanges.delete(effect.callId)
        return
      case 'mark-verified':
        return people.verified(effect.peer)
      case 'mark-mismatched':
        return people.mismatched(effect.peer)
      case 'record': {
        const { do: _do, ...entry } = effect
        return parts.record({ ...entry, atMs: clock.now() - entry.durationMs })
      }
      default:
        return assertNever(effect)
    }
  }

  function exchangeOf(callId: CallId, peer: Address | null): Exchange {
    const existing = exchanges.get(callId)
    if (existing) return existing
    const exchange = createExchange({
      callId,
      identity,
      drop: parts.openDrop(peer),
      policy,
      clock,
      rng,
      emit,
      toPage: {
        signal: (signal) => send('link.signal', { callId, signal }),
        frame: (data) => send('link.frame', { callId, data }),
      },
      count: parts.count,
    })
    exchanges.set(callId, exchange)
    return exchange
  }

  /** The exchange of the call the page speaks of, if that is still the call. */
  const exchangeFor = (callId: CallId) =>
    state.phase !== 'idle' && state.callId === callId ? exchanges.get(callId) : undefined

  function facts(): LinkFacts {
    const binding = state.phase === 'idle' ? null : (exchanges.get(state.callId)?.binding() ?? null)
    if (!binding) return noFacts
    const { callId: _callId, connection: _connection, ...live } = measured ?? { callId: 0, connection: 0 }
    const known = { ...noFacts, ...live }
    const signed = { signedOwn: binding.signedOwn(), signedPeer: binding.signedPeer() }
    const match = known.own === signed.signedOwn && known.seen === signed.signedPeer
    return { ...known, ...signed, match, bound: binding.isBound() }
  }

  function view(): CallView {
    return callViewOf(state, {
      peer: people.view,
      facts,
      sas() {
        const sas = state.phase === 'idle' ? null : exchanges.get(state.callId)?.sas()
        return sas ? sasView(sas) : null
      },
    })
  }

  function command(order: CallCommand): void {
    if (order.type === 'dial') return dial(order.address, order.video)
    if (state.phase === 'idle' || state.callId !== order.callId) throw new PhoneError('no-call')
    const { callId } = order
    switch (order.type) {
      case 'answer':
        return emit({ type: 'user/answered', callId, video: order.video })
      case 'decline':
        return emit({ type: 'user/declined', callId })
      case 'silence':
        return emit({ type: 'user/silenced', callId })
      case 'hang-up':
        return emit({ type: 'user/hung-up', callId })
      case 'mute':
        return emit({ type: 'user/muted', callId, micOn: !order.on })
      case 'camera':
        return emit({ type: 'user/camera-switched', callId, cameraOn: order.on })
      case 'sas':
        if (!isTalking(state)) throw new PhoneError('no-call')
        return emit({ type: 'user/compared', callId, answer: order.answer })
      case 'dismiss':
        return emit({ type: 'user/dismissed', callId })
      default:
        return assertNever(order)
    }
  }

  function dial(peer: Address, video: boolean): void {
    if (equal(keyOf(peer), identity.publicKey)) throw new PhoneError('own-address')
    const answers = state.phase === 'incoming' && state.peer === peer
    if (state.phase !== 'idle' && state.phase !== 'ended' && !answers)
      throw new PhoneError('call-in-progress')
    const callId = base64url(rng(16)) as CallId
    emit({ type: 'user/dialed', callId, peer, video, refusedPeer: people.isRefused(peer) })
  }

  function measuredNow(message: link.LinkMeasured): void {
    if (!exchangeFor(message.callId)) return
    measured = message
    const { callId, connection } = message
    if (connection === 'interrupted') emit({ type: 'link/interrupted', callId })
    else if (connection === 'connected') emit({ type: 'link/restored', callId })
    else if (connection === 'failed') emit({ type: 'link/failed', callId })
    for (const listener of listeners) listener()
  }

  return {
    view,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    command,
    link: {
      prepared(message) {
        if (state.phase === 'idle' || state.callId !== message.callId) return
        const { callId } = message
        if (!message.ok) return emit({ type: 'link/not-prepared', callId, code: message.code })
        fingerprint = message.fingerprint
        emit({ type: 'link/prepared', callId, cameraProblem: message.cameraProblem })
      },
      signal: ({ callId, signal }) => exchangeFor(callId)?.signal(signal),
      bind: ({ callId, own, seen }) => exchangeFor(callId)?.bind(own, seen),
      frame: ({ callId, data }) => exchangeFor(callId)?.frame(data),
      measured: measuredNow,
      failed({ callId, code }) {
        if (!exchangeFor(callId)) return
        if (code === 'link-failed') emit({ type: 'link/failed', callId })
        else if (code === 'camera-busy' || code === 'camera-denied' || code === 'camera-missing')
          emit({ type: 'link/camera-failed', callId, code })
        // A microphone that went away in a call leaves a silent call that can still be heard and ended.
        else emit({ type: 'user/muted', callId, micOn: false })
      },
    },
    pageGone() {
      if (state.phase !== 'idle' && state.phase !== 'ended') emit({ type: 'page/gone', callId: state.callId })
    },
    devicesChanged() {
      if (!isTalking(state)) return
      const { callId, micOn, cameraOn } = state
      send('link.tracks', { callId, micOn, cameraOn, ...parts.chosenDevices() })
    },
    called(incoming) {
      const peer = addressOf(incoming.callerKey) as Address
      const callId = base64url(incoming.callId) as CallId
      if (people.isRefused(peer)) return parts.count('policy')
      exchangeOf(callId, null).ring(incoming)
      const survives = equal(survivingCaller(identity.publicKey, incoming.callerKey), incoming.callerKey)
      emit({ type: 'peer/called', callId, peer, video: incoming.media === 'av', survives })
    },
    cancelled(callerKey, callId) {
      if (state.phase === 'idle' || state.peer !== addressOf(callerKey)) return
      emit({ type: 'peer/cancelled', callId })
    },
    missed({ callerKey, media, sentAtMs }) {
      const peer = addressOf(callerKey) as Address
      if (people.isRefused(peer)) return parts.count('policy')
      parts.record({
        peer,
        direction: 'in',
        video: media === 'av',
        outcome: 'missed',
        durationMs: 0,
        atMs: sentAtMs,
      })
    },
    leave() {
      if (state.phase === 'incoming') emit({ type: 'user/declined', callId: state.callId })
      else if (state.phase !== 'idle') emit({ type: 'user/hung-up', callId: state.callId })
    },
  }
}

const keyOf = (address: Address): Uint8Array => {
  try {
    return parseAddress(address)
  } catch (cause) {
    throw new PhoneError('bad-address', { cause })
  }
}
