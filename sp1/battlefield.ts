// A world in which three honest phones and an adversary live, for tests. Every message lies where the adversary can
// reach it and goes where it wants; every certificate a phone sees is the one the adversary shows, even one that no
// DTLS would let it show. A run is a list of steps, all of whose choices are numbers: a generator makes them.
import { createAdversary } from './adversary.ts'
import type { KnownCall } from './adversary.ts'
import { accountOf, violations } from './agreement.ts'
import {
  ADVERSARIES,
  ADVERSARY_CERTIFICATE,
  BUNDLES,
  HONEST,
  PUBLIC_KEYS,
  STOLEN,
  honestName,
} from './cast.ts'
import { base64url } from './encode.ts'
import type { Envelope } from './envelope.ts'
import { createPhone } from './honest-phone.ts'
import { SP1 } from './leg.ts'
import type { DialledCalls, Leg, Protocol, Wire } from './leg.ts'
import { createMischief, pick } from './mischief.ts'
import type { Message, Place } from './mischief.ts'
import type { RefusalCode } from './refusal.ts'
import { REHEARSAL_MS, rehearsedRng } from './rehearsal.ts'

/** How often each move is made. `flow` is the way of the world: what would happen if nobody interfered. */
export const MOVES = {
  flow: 50,
  dial: 3,
  call: 3,
  redeliver: 2,
  twist: 2,
  frame: 2,
  person: 2,
  accept: 1,
  reseal: 1,
  connect: 2,
  prove: 1,
  wait: 1,
} as const

export type Move = keyof typeof MOVES

/** One step; the numbers choose among what there is at that moment. */
export type Step = readonly [move: Move, a: number, b: number, c: number, d: number]

const WAIT_MS = 200_000

/** `dialled` is shared by the runs of one protocol, see `createPhone`. */
export function createBattlefield(dialled: DialledCalls, protocol: Protocol = SP1) {
  const adversary = createAdversary(STOLEN)
  const messages: Message[] = []
  const macs: { readonly mac: Uint8Array; readonly from: Leg }[] = []
  const refused = new Set<RefusalCode>()
  const answered = new Set<KnownCall>()
  let nowMs = REHEARSAL_MS

  const wire: Wire = {
    nowMs: () => nowMs,
    toMailbox: (mailbox, envelope, from) => put(envelope, { mailbox }, from),
    toHandle: (handle, envelope, from) => put(envelope, { handle }, from),
    toChannel: (mac, from) => macs.push({ mac, from }),
    refused: (code) => refused.add(code),
  }
  const phones = HONEST.map((owner) => createPhone(owner, protocol, wire, dialled))
  const legs = () => phones.flatMap((phone) => phone.legs)
  const phoneOf = (leg: Leg) => phones.find((phone) => phone.name === leg.owner)

  const mischief = createMischief({
    adversary,
    messages,
    macs,
    legs,
    nowMs: () => nowMs,
    put: (envelope, to) => put(envelope, to, null),
    deliver,
    connect: (leg, seen) => phoneOf(leg)?.connect(leg, seen),
    prove: (leg, mac) => phoneOf(leg)?.fromChannel(leg, mac),
  })

  function put(envelope: Envelope, to: Place, from: Leg | null): void {
    messages.push({ envelope, to, from, delivered: false })
    adversary.observe(envelope, 'handle' in to ? to.handle : null)
  }

  function deliver(envelope: Envelope, to: Place, from: Leg | null): void {
    if ('mailbox' in to) {
      const owner = honestName(to.mailbox)
      phones.find((phone) => phone.name === owner)?.fromMailbox(envelope)
      return
    }
    for (const leg of legs()) {
      if (leg.handle === to.handle && leg !== from) phoneOf(leg)?.fromHandle(leg, envelope)
    }
  }

  // ---- the way of the world: messages arrive, people accept, links are made, and the adversary keeps its calls

  function natural(): (() => void)[] {
    return [
      ...messages
        .filter(({ delivered }) => !delivered)
        .map((message) => () => {
          message.delivered = true
          deliver(message.envelope, message.to, message.from)
        }),
      ...legs()
        .filter(({ over }) => !over)
        .flatMap(naturalFor),
      ...adversary.calls.filter((call) => !answered.has(call)).flatMap(answering),
      ...adversary.sessions.flatMap((session) =>
        session.role === 'a' && session.sent === 0
          ? [() => put(adversary.reveal(session, adversary.ownNonce), { handle: session.handle }, null)]
          : [],
      ),
    ]
  }

  function naturalFor(leg: Leg): (() => void)[] {
    const phone = phoneOf(leg)
    const { session, signedPeer, seen } = leg
    if (!phone || leg.bound) return []
    if (leg.incoming && !session) return [() => phone.accept(leg)]
    if (session?.phase() !== 'ready' || signedPeer === null) return []
    if (seen === null) return [() => phone.connect(leg, signedPeer)]
    const theirs = macs.filter(({ from }) => from !== leg && from.handle === leg.handle)
    const own = adversary.sessions.filter(({ handle, role }) => handle === leg.handle && role !== leg.role)
    const made = own.flatMap((one) => adversary.mac(one, one.role, seen, leg.own) ?? [])
    return [...theirs.map(({ mac }) => mac), ...made].map((mac) => () => phone.fromChannel(leg, mac))
  }

  /** The adversary takes a call that was meant for it. */
  function answering(call: KnownCall): (() => void)[] {
    const callee = ADVERSARIES.find(({ publicKey }) => base64url(publicKey) === base64url(call.fields.b))
    if (!callee) return []
    return [
      () => {
        answered.add(call)
        const nonceB = rehearsedRng(`the adversary's answer ${answered.size}`)(32)
        const claims = { callee: callee.publicKey, fp: ADVERSARY_CERTIFICATE, nonceB, m1: call.th1 }
        put(adversary.accept(callee.identity, call, claims), { handle: base64url(call.fields.reply) }, null)
      },
    ]
  }

  // ---- what people do of themselves

  function dial(a: number, b: number, c: number, d: number): void {
    const phone = pick(phones, a)
    const peer = pick(
      d % 16 === 0 ? PUBLIC_KEYS : PUBLIC_KEYS.filter((key) => key !== phone?.identity.publicKey),
      b,
    )
    // Mostly a bundle that is valid: a call with another ends before it begins.
    const served = d % 8 === 0 ? BUNDLES : BUNDLES.filter(({ owner, expired }) => owner === peer && !expired)
    const bundle = pick(served, c)?.bundle
    if (phone && peer && bundle) phone.dial(peer, bundle)
  }

  function person(a: number, b: number): void {
    const leg = pick(legs(), a)
    const phone = leg && phoneOf(leg)
    if (!leg || !phone) return
    const wishes = [
      () => phone.say(leg, 'hello'),
      () => phone.answer(leg, 'ring'),
      () => phone.answer(leg, 'busy'),
      () => phone.giveUp(leg),
    ]
    pick(wishes, b)?.()
  }

  function step([move, a, b, c, d]: Step): void {
    if (move === 'flow') pick(natural(), a)?.()
    else if (move === 'dial') dial(a, b, c, d)
    else if (move === 'person') person(a, b)
    else if (move === 'wait') nowMs += WAIT_MS
    else mischief[move]([a, b, c, d])
  }

  return {
    step,
    violations: () => violations(legs(), adversary.sessions, honestName),
    account: () => accountOf(legs(), refused, honestName),
  }
}
