// A phone that follows the protocol, for tests: everything that reaches it came through the attacker's hands. It does
// with an envelope what the app does, by the same functions, and keeps what it believes for a judge to compare.
import { base64url, concat } from './encode.ts'
import { parseEnvelope } from './envelope.ts'
import type { Envelope } from './envelope.ts'
import { openCancel, sealAnswer } from './handshake-callee.ts'
import type { IncomingCall } from './handshake-callee.ts'
import { dropCall, openAnswer, sealCancel } from './handshake-caller.ts'
import type { CallRequest, OutgoingCall } from './handshake-caller.ts'
import type { AnswerKind } from './handshake-messages.ts'
import type { Role } from './key-schedule.ts'
import type { DialledCalls, Leg, Owner, Protocol, Secrets, Wire } from './leg.ts'
import { checkPrekey } from './prekey.ts'
import type { PeerPrekey, PrekeyBundle } from './prekey.ts'
import { Refusal } from './refusal.ts'
import type { RefusalCode } from './refusal.ts'
import { rehearsedFingerprint, rehearsedRng } from './rehearsal.ts'
import { sasView } from './sas.ts'
import type { Session } from './session.ts'

/** `dialled` is shared by many runs: X-Wing is slow, and a phone may begin with a copy of the very same call. */
export function createPhone(owner: Owner, protocol: Protocol, wire: Wire, dialled: DialledCalls) {
  const { name, identity, prekeys } = owner
  const seen = protocol.memory()
  const legs: Leg[] = []

  /** The door: foreign input is refused and counted, never thrown further. */
  function guard(attempt: () => void, onRefused: (code: RefusalCode) => void = () => undefined): void {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      wire.refused(error.code)
      onRefused(error.code)
    }
  }

  function begin(role: Role, leg: Pick<Leg, 'peer' | 'callId' | 'handle' | 'own'> & Partial<Leg>): Leg {
    const begun: Leg = {
      owner: name,
      role,
      atMs: wire.nowMs(),
      signedPeer: null,
      outgoing: null,
      incoming: null,
      session: null,
      secrets: null,
      seen: null,
      bound: false,
      over: false,
      ...leg,
    }
    legs.push(begun)
    return begun
  }

  function end(leg: Leg): void {
    leg.over = true
    leg.session?.destroy()
    if (leg.outgoing?.phase === 'sent') dropCall(leg.outgoing)
  }

  // ---- what its person does

  /** `bundle` is what the server says is the prekey of `peer`. */
  function dial(peer: Uint8Array, bundle: PrekeyBundle): void {
    guard(() => {
      const prekey = checkPrekey(bundle, peer, wire.nowMs())
      const draw = `${name} dials ${legs.length} ${base64url(peer)} ${bundle.sig} ${wire.nowMs()}`
      const started = dialled.get(draw) ?? protocol.start(request(peer, prekey, draw))
      dialled.set(draw, started)
      const outgoing = copied(started.outgoing)
      const { callId, fingerprint } = outgoing
      const handle = base64url(outgoing.reply)
      wire.toMailbox(peer, started.wire, begin('a', { peer, callId, handle, own: fingerprint, outgoing }))
    })
  }

  function request(peer: Uint8Array, prekey: PeerPrekey, draw: string): CallRequest {
    const rng = rehearsedRng(draw)
    const fingerprint = rehearsedFingerprint(rng)
    const [callId, reply] = [rng(16), rng(16)]
    const nowMs = wire.nowMs()
    return { identity, peer, prekey, fingerprint, media: 'a', callId, reply, nowMs, rng }
  }

  function accept(leg: Leg): void {
    const { incoming, own } = leg
    if (leg.over || leg.session || !incoming) return
    const rng = rehearsedRng(`${name} accepts ${legs.indexOf(leg)}`)
    guard(() => {
      const accepted = protocol.accept({ identity, incoming, fingerprint: own, media: 'a', rng })
      leg.session = accepted.session
      leg.signedPeer = accepted.session.peerFingerprint
      wire.toHandle(leg.handle, accepted.wire, leg)
    })
  }

  function answer(leg: Leg, kind: AnswerKind): void {
    const { incoming } = leg
    if (leg.over || leg.session || !incoming) return
    const rng = rehearsedRng(`${name} answers ${legs.indexOf(leg)}`)
    guard(() => wire.toHandle(leg.handle, sealAnswer({ identity, incoming, kind, rng }), leg))
    if (kind !== 'ring') end(leg)
  }

  function giveUp(leg: Leg): void {
    const { outgoing } = leg
    if (leg.over || outgoing?.phase !== 'sent') return
    const rng = rehearsedRng(`${name} cancels ${legs.indexOf(leg)}`)
    guard(() => wire.toMailbox(leg.peer, sealCancel({ identity, outgoing, rng }), leg))
    end(leg)
  }

  function say(leg: Leg, words: string): void {
    const { session } = leg
    if (session && !leg.over)
      guard(() => wire.toHandle(leg.handle, session.send({ t: 'name', name: words }), leg))
  }

  // ---- what reaches it

  function fromMailbox(foreign: Envelope): void {
    guard(() => {
      const envelope = parseEnvelope(foreign)
      if (envelope.k === 1) ring(protocol.receive({ identity, prekeys, seen, nowMs: wire.nowMs() }, envelope))
      else if (envelope.k === 5) cancelled(openCancel({ identity, prekeys }, envelope))
      else throw new Refusal('state')
    })
  }

  function ring(incoming: IncomingCall): void {
    const own = rehearsedFingerprint(rehearsedRng(`${name} is called ${legs.length}`))
    const { callerKey: peer, callId } = incoming
    begin('b', { peer, callId, handle: base64url(incoming.reply), own, incoming })
  }

  function cancelled(call: { callerKey: Uint8Array; callId: Uint8Array }): void {
    const same = (leg: Leg) => isEqual(leg.peer, call.callerKey) && isEqual(leg.callId, call.callId)
    const ringing = legs.find((leg) => leg.incoming?.phase === 'pending' && same(leg))
    if (ringing) end(ringing)
  }

  function fromHandle(leg: Leg, foreign: Envelope): void {
    if (leg.over) return
    guard(() => {
      const envelope = parseEnvelope(foreign)
      if (envelope.k === 3 && leg.session) leg.session.receive(envelope, wire.nowMs())
      else if (envelope.k === 2 && leg.outgoing?.phase === 'sent') {
        const { outgoing } = leg
        guard(
          () => {
            const { session, wire: reveal } = protocol.complete(outgoing, envelope)
            leg.session = session
            leg.signedPeer = session.peerFingerprint
            wire.toHandle(leg.handle, reveal, leg)
          },
          (code) => code !== 'replay' && end(leg),
        )
      } else if (envelope.k === 4 && leg.outgoing?.phase === 'sent') {
        if (openAnswer(leg.outgoing, envelope).kind !== 'ring') end(leg)
      } else throw new Refusal('state')
    })
    if (leg.session?.phase() === 'ready') leg.secrets ??= secretsOf(leg.session)
    if (leg.session?.phase() === 'destroyed') end(leg)
  }

  // ---- DTLS and its proof (SP1 section 5)

  /** Its DTLS connection stands, with this certificate at the other end. */
  function connect(leg: Leg, seenCertificate: string): void {
    const { session } = leg
    if (leg.over || leg.seen !== null || session?.phase() !== 'ready') return
    leg.seen = seenCertificate
    const used = protocol.proved(session, { own: leg.own, seen: seenCertificate })
    if (used.own === session.ownFingerprint && used.seen === session.peerFingerprint) {
      wire.toChannel(session.dtlsMac(used.own, used.seen), leg)
      return
    }
    wire.refused('certificate')
    end(leg)
  }

  /** The first message on its data channel. */
  function fromChannel(leg: Leg, mac: Uint8Array): void {
    const { session } = leg
    if (leg.over || leg.bound || leg.seen === null || !session) return
    const used = protocol.proved(session, { own: leg.own, seen: leg.seen })
    if (session.verifyDtlsMac(mac, used.own, used.seen)) {
      leg.bound = true
      return
    }
    wire.refused('dtls-bind')
    end(leg)
  }

  return {
    name,
    identity,
    legs,
    dial,
    accept,
    answer,
    giveUp,
    say,
    fromMailbox,
    fromHandle,
    connect,
    fromChannel,
  }
}

function copied(outgoing: OutgoingCall): OutgoingCall {
  const { nonceA, ephemeralSecret } = outgoing
  return {
    ...outgoing,
    nonceA: nonceA.slice(),
    ephemeralSecret: ephemeralSecret.slice(),
    tried: [],
    phase: 'sent',
  }
}

function secretsOf(session: Session): Secrets {
  const roles = ['a', 'b'] as const
  const kinds = ['audio', 'video', 'screen'] as const
  const media = roles.flatMap((role) => kinds.map((kind) => session.frameKey(role, kind)))
  const keys = concat(...media, ...roles.map((role) => session.chatKey(role)), session.pairKey())
  return { sas: sasView(session.sas()).digits.join(' '), keys: base64url(keys) }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return base64url(one) === base64url(other)
}
