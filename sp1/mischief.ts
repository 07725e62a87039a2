// What an adversary does that nobody else would, for tests: each move takes four numbers, which choose among what
// there is. Whether a move leads to anything is not known here.
import type { Adversary, KnownCall } from './adversary.ts'
import { ADVERSARIES, ADVERSARY_CERTIFICATE, HONEST, PUBLIC_KEYS, honestName } from './cast.ts'
import { base64url } from './encode.ts'
import type { Envelope } from './envelope.ts'
import { flipped } from './forgery.ts'
import type { Leg } from './leg.ts'

/** A mailbox, by its owner's key, or a reply handle. */
export type Place = { readonly mailbox: Uint8Array } | { readonly handle: string }

export type Message = {
  readonly envelope: Envelope
  readonly to: Place
  readonly from: Leg | null
  delivered: boolean
}

/** What the adversary sees and reaches. */
export type Reach = {
  readonly adversary: Adversary
  readonly messages: readonly Message[]
  readonly macs: readonly { readonly mac: Uint8Array; readonly from: Leg }[]
  readonly legs: () => readonly Leg[]
  readonly nowMs: () => number
  /** Leaves an envelope of its own on the wire. */
  readonly put: (envelope: Envelope, to: Place) => void
  readonly deliver: (envelope: Envelope, to: Place, from: Leg | null) => void
  readonly connect: (leg: Leg, seen: string) => void
  readonly prove: (leg: Leg, mac: Uint8Array) => void
}

type Numbers = readonly [a: number, b: number, c: number, d: number]

export function pick<T>(list: readonly T[], choice: number): T | undefined {
  return list[choice % Math.max(1, list.length)]
}

export function createMischief(reach: Reach) {
  const { adversary, messages, macs, legs, nowMs, put, deliver } = reach

  const certificate = (n: number) =>
    pick([ADVERSARY_CERTIFICATE, ...legs().map((leg) => leg.own)], n) ?? ADVERSARY_CERTIFICATE

  function place(n: number): Place {
    const handles = legs().map(({ handle }) => ({ handle }))
    const mailboxes = HONEST.map(({ publicKey }) => ({ mailbox: publicKey }))
    return pick([...handles, ...mailboxes], n) ?? { handle: '' }
  }

  /** A call in its own name: new, or somebody's with another name under it, or parts of somebody's. */
  function call([a, b, c, d]: Numbers): void {
    const base = d % 4 === 0 ? undefined : pick(adversary.calls, c)
    const named = HONEST.find(({ name }) => base && name === honestName(base.fields.b))
    const [caller, callee] = [pick(ADVERSARIES, a), (d % 2 === 1 ? named : null) ?? pick(HONEST, b)]
    if (!caller || !callee) return
    const { publicKey } = callee
    const to = { publicKey, prekey: d % 3 === 0 ? callee.leaked : callee.current }
    const parts = base ? partsOf(base, d % 4 < 3 ? ALL_PARTS : b) : {}
    const fields = { ts: nowMs(), fp: certificate(c), ...parts }
    put(adversary.call(caller.identity, to, fields), { mailbox: publicKey })
  }

  /** Somebody's signed call, sealed to somebody else. */
  function reseal([a, b, c]: Numbers): void {
    const [known, callee] = [pick(adversary.calls, a), pick(HONEST, b)]
    if (!known || !callee) return
    const { publicKey, leaked, current } = callee
    const to = { publicKey, prekey: c % 2 === 0 ? leaked : current }
    put(adversary.sealed(to, known.message), { mailbox: publicKey })
  }

  /** Again, or later, or to somebody else. */
  function redeliver([a, b, c]: Numbers): void {
    const message = pick(messages, a)
    if (message) deliver(message.envelope, c % 3 === 0 ? place(b) : message.to, null)
  }

  function twist([a, b, c, d]: Numbers): void {
    const [one, other] = [pick(messages, a), pick(messages, b)]
    if (one && other) {
      deliver(twisted(one.envelope, other.envelope, c), d % 4 === 0 ? place(d) : one.to, null)
    }
  }

  /** An answer to any call it has read, whoever it was for. */
  function accept([a, b, c, d]: Numbers): void {
    const [known, callee, signer] = [pick(adversary.calls, a), pick(PUBLIC_KEYS, b), pick(ADVERSARIES, d)]
    const [m1, nonceB] = [pick(adversary.calls, c)?.th1, pick(adversary.nonces, d)]
    if (!known || !callee || !signer || !m1 || !nonceB) return
    const claims = { callee, fp: certificate(c), nonceB, m1: d % 3 === 0 ? m1 : known.th1 }
    put(adversary.accept(signer.identity, known, claims), { handle: base64url(known.fields.reply) })
  }

  /** In a session of its own: a nonce that it has not committed to, or a frame at the wrong place. */
  function frame([a, b, c, d]: Numbers): void {
    const [session, nonce] = [pick(adversary.sessions, a), pick(adversary.nonces, b)]
    if (!session || !nonce) return
    const early = session.sent === 0 && c % 2 === 0
    const made = early
      ? adversary.reveal(session, nonce)
      : adversary.frame(session, { t: 'name', name: 'x' }, d % 3 === 0 ? d : undefined)
    put(made, { handle: session.handle })
  }

  function connect([a, b]: Numbers): void {
    const leg = pick(legs(), a)
    if (leg) reach.connect(leg, certificate(b))
  }

  /** Somebody's proof, or one of its own over any two certificates. */
  function prove([a, b, c, d]: Numbers): void {
    const [leg, session] = [pick(legs(), a), pick(adversary.sessions, c)]
    if (!leg) return
    const made = session
      ? adversary.mac(session, d % 2 === 0 ? 'a' : 'b', certificate(c), certificate(d))
      : null
    const mac = (b % 2 === 0 ? made : null) ?? pick(macs, b)?.mac
    if (mac) reach.prove(leg, mac)
  }

  return { call, reseal, redeliver, twist, accept, frame, connect, prove }
}

const ALL_PARTS = 31

/** The parts of somebody's call that the bits of `which` name. */
function partsOf({ fields }: KnownCall, which: number): Partial<KnownCall['fields']> {
  const { cid, kem, fp, com, reply } = fields
  return Object.assign(
    {},
    which & 1 ? { cid } : {},
    which & 2 ? { kem } : {},
    which & 4 ? { fp } : {},
    which & 8 ? { com } : {},
    which & 16 ? { reply } : {},
  )
}

/** The envelope with one thing changed; the other one gives what is needed. */
function twisted(envelope: Envelope, other: Envelope, how: number): Envelope {
  const changes: readonly (() => object)[] = [
    () => ({ box: flipped(envelope.box) }),
    () => ('ct' in envelope ? { ct: flipped(envelope.ct) } : { s: envelope.s + 1 }),
    () => ({ box: other.box }),
    () => ('ct' in envelope && 'ct' in other ? { ct: other.ct } : { s: 70 }),
    () => ('pkid' in envelope ? { k: envelope.k === 1 ? 5 : 1 } : { k: envelope.k === 2 ? 4 : 2 }),
    () => ('pkid' in envelope && 'pkid' in other ? { pkid: other.pkid } : { pkid: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    () => ({ box: `${envelope.box.slice(0, -1)}=` }),
  ]
  return { ...envelope, ...pick(changes, how)?.() } as Envelope
}
