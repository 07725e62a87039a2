// What must be true after any attack, for tests: a judge who sees what every phone believes and what the adversary
// has. The words are those of Lowe's hierarchy of authentication: whoever is sure of a call is in the same call as
// exactly one other, and that other meant it.
import { base64url } from './encode.ts'
import { secretsOfOwn } from './adversary.ts'
import type { OwnSession } from './adversary.ts'
import type { Leg } from './leg.ts'
import type { RefusalCode } from './refusal.ts'

/** How long after it was dialled a call may ring, in milliseconds. */
const MAX_AGE_MS = 300_000

/**
 * One line for every broken promise among these ends of calls; none if all hold. `nameOf` knows the honest by their
 * keys.
 */
export function violations(
  legs: readonly Leg[],
  adversarys: readonly OwnSession[],
  nameOf: (publicKey: Uint8Array) => string | null,
): string[] {
  const found: string[] = []
  const known = adversarys.flatMap((session) => secretsOfOwn(session) ?? [])
  for (const leg of legs) {
    const peer = nameOf(leg.peer)
    const say = (what: string) =>
      found.push(`${leg.owner} (${leg.role}, peer ${peer ?? 'adversary'}): ${what}`)
    if (leg.secrets) checkCode(leg, legs, say)
    if (peer === null) continue
    const others = legs.filter((other) => isCounterpart(leg, other, peer, nameOf))
    const [other] = others
    if (leg.role === 'b') checkRing(leg, legs, other, say)
    if (!leg.secrets) continue
    const partners = others.filter((candidate) => candidate.session && agree(leg, candidate))
    if (partners.length !== 1) say(`is sure of a call that ${partners.length} others are in`)
    checkSecrets(leg, partners[0], known, say)
    if (leg.bound) checkBound(leg, partners[0], say)
  }
  return found
}

/** The other end, by owner, peer, role and call: what it has signed is not compared yet. */
function isCounterpart(
  leg: Leg,
  other: Leg,
  peer: string,
  nameOf: (key: Uint8Array) => string | null,
): boolean {
  const means = nameOf(other.peer) === leg.owner && other.owner === peer
  return means && other.role !== leg.role && same(leg.callId, other.callId)
}

const agree = (leg: Leg, other: Leg) => leg.own === other.signedPeer && leg.signedPeer === other.own

/** Nobody rings in the name of somebody who has not dialled this phone, now, and once for each ring. */
function checkRing(
  leg: Leg,
  legs: readonly Leg[],
  dialled: Leg | undefined,
  say: (what: string) => void,
): void {
  if (!dialled) return void say('rings in the name of somebody who has not dialled')
  if (Math.abs(leg.atMs - dialled.atMs) > MAX_AGE_MS) say('rings for a call of long ago')
  if (leg.incoming?.fingerprint !== dialled.own) say('was told of another certificate')
  const rings = legs.filter(
    (ring) =>
      ring.role === 'b' &&
      ring.owner === leg.owner &&
      same(ring.peer, leg.peer) &&
      same(ring.callId, leg.callId),
  )
  if (rings.length !== 1) say(`rings ${rings.length} times for one call`)
}

/** The code that is read aloud is that of the one who is in the same call, and of nobody else. */
function checkCode(leg: Leg, legs: readonly Leg[], say: (what: string) => void): void {
  const alike = legs.filter((other) => other !== leg && other.secrets?.sas === leg.secrets?.sas)
  if (alike.length > 1) say('shares its code with more than one')
  if (alike.some((other) => other.secrets?.keys !== leg.secrets?.keys)) say('has the code of another call')
}

function checkSecrets(
  leg: Leg,
  partner: Leg | undefined,
  known: readonly { sas: string; keys: string }[],
  say: (what: string) => void,
): void {
  const { secrets } = leg
  if (!secrets) return
  if (leg.role === 'b' && !partner?.secrets) say('is sure of somebody who is not')
  if (partner?.secrets && partner.secrets.keys !== secrets.keys) say('has other keys than its peer')
  if (partner?.secrets && partner.secrets.sas !== secrets.sas) say('has another code than its peer')
  if (known.some(({ keys }) => keys === secrets.keys)) say('shares its keys with the adversary')
  if (known.some(({ sas }) => sas === secrets.sas)) say('shares its code with the adversary')
}

/** A bound link is this very DTLS connection, seen from both ends. */
function checkBound(leg: Leg, partner: Leg | undefined, say: (what: string) => void): void {
  if (!partner?.secrets) return void say('is bound to somebody who has no keys')
  if (leg.seen !== partner.own) say("is bound over a certificate that is not the peer's")
  if (partner.seen !== leg.own) say('is bound to somebody who sees another certificate')
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return base64url(one) === base64url(other)
}

/** What a run has come to, so that a test can tell an attack from a walk in the park. */
export function accountOf(
  legs: readonly Leg[],
  refused: ReadonlySet<RefusalCode>,
  nameOf: (publicKey: Uint8Array) => string | null,
) {
  const ready = legs.filter(({ secrets }) => secrets)
  const deceived = ready.filter(({ peer }) => nameOf(peer) === null)
  const bound = legs.filter((leg) => leg.bound)
  return {
    /** Both ends of a call between the honest are bound to each other. */
    together:
      bound.filter(({ peer, role }) => role === 'a' && nameOf(peer)).length > 0 &&
      bound.filter(({ peer, role }) => role === 'b' && nameOf(peer)).length > 0,
    /** Somebody is bound to the adversary, under the adversary's name. */
    withAdversary: bound.some(({ peer }) => !nameOf(peer)),
    /** The adversary has keys with two honest people at once. */
    between: new Set(deceived.map(({ owner }) => owner)).size > 1,
    refused: [...refused],
  }
}
