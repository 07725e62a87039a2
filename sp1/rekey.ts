// New keys for a new link in a call that goes on (SP1 section 5): M1, M2 and M3 once more, inside the call's sealed
// channel, chained to the keys of the link before. Sends nothing, keeps no time, and has no code to compare: the call
// keeps that of its first exchange.
import { sha256 } from '@noble/hashes/sha2.js'
import { openBody, signBody } from './body.ts'
import { equal } from './encode.ts'
import type { Rng } from './encode.ts'
import { bytes, fingerprint, oneOf, record } from './fields.ts'
import type { Identity } from './identity.ts'
import {
  commitment,
  rekeyedFirstKey,
  secondKey,
  transcript1,
  transcript2,
  transcript3,
} from './key-schedule.ts'
import type { Role } from './key-schedule.ts'
import { createLinkSecrets } from './link-secrets.ts'
import type { LinkSecrets } from './link-secrets.ts'
import { Refusal } from './refusal.ts'
import {
  KEM_ENCAPSULATION_SEED_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  decapsulate,
  encapsulate,
  kemKeysFromSeed,
} from './xwing.ts'

/** Who renews a link with whom. */
export type RekeyParties = {
  readonly identity: Identity
  /** The identity key that signed the first exchange of this call. */
  readonly peer: Uint8Array
  /** The latest link of this call whose keys are complete. */
  readonly old: LinkSecrets
}

/** The caller's half, until the answer has come. */
export type StartedRekey = {
  readonly parties: RekeyParties
  /** 16 random bytes: the new link's own. */
  readonly callId: Uint8Array
  readonly fingerprint: string
  readonly th1: Uint8Array
  readonly nonceA: Uint8Array
  readonly ephemeralSecret: Uint8Array
  phase: 'sent' | 'over'
}

/** An M1 that was checked, until it is answered. */
export type OpenedRekey = {
  readonly parties: RekeyParties
  readonly callId: Uint8Array
  readonly th1: Uint8Array
  readonly ephemeralKey: Uint8Array
  readonly commitment: Uint8Array
  readonly peerFingerprint: string
  phase: 'open' | 'over'
}

/** The callee's half, until the caller has revealed. */
export type AcceptedRekey = {
  readonly opened: OpenedRekey
  readonly fingerprint: string
  readonly nonceB: Uint8Array
  readonly th2: Uint8Array
  readonly k1: Uint8Array
  phase: 'revealing' | 'over'
}

const PARTIES = { v: oneOf(1), old: bytes(16), cid: bytes(16), a: bytes(32), b: bytes(32) }

/** The signed bodies, in the order on the wire. Both under the label `rekey`; `t` tells them apart. */
export const REKEY = record({
  t: oneOf('rekey'),
  ...PARTIES,
  kem: bytes(KEM_PUBLIC_KEY_BYTES),
  fp: fingerprint,
  com: bytes(32),
})
export const REKEY_ACCEPT = record({
  t: oneOf('rekey-accept'),
  ...PARTIES,
  m1: bytes(32),
  ct: bytes(32),
  fp: fingerprint,
  nb: bytes(32),
})

/**
 * M1 of a rekey. Draws 16 bytes (the link's id), 32 (nonce), 32 (ephemeral key), in this order. Refused as `state`
 * once the old link's keys are erased, or as `type` if the fingerprint is malformed.
 */
export function startRekey(
  parties: RekeyParties,
  own: { readonly fingerprint: string; readonly rng: Rng },
): { started: StartedRekey; m1: Uint8Array } {
  const { identity, peer, old } = parties
  if (!old.isReady()) throw new Refusal('state')
  const callId = own.rng(16)
  const nonceA = own.rng(32)
  const ephemeral = kemKeysFromSeed(own.rng(KEM_SEED_BYTES))
  const m1 = signBody(identity, 'rekey', REKEY, {
    t: 'rekey',
    v: 1,
    old: old.callId,
    cid: callId,
    a: identity.publicKey,
    b: peer,
    kem: ephemeral.publicKey,
    fp: own.fingerprint,
    com: commitment(nonceA),
  })
  const started: StartedRekey = {
    parties,
    callId,
    fingerprint: own.fingerprint,
    th1: transcript1(m1),
    nonceA,
    ephemeralSecret: ephemeral.secretKey,
    phase: 'sent',
  }
  return { started, m1 }
}

/**
 * The callee's check of M1. Refused as `signature` (not the peer of this call), for its form, or as `bind`: of other
 * people, of another link than the latest, or under an id that was used.
 */
export function openRekey(parties: RekeyParties, m1: Uint8Array): OpenedRekey {
  const { identity, peer, old } = parties
  const fields = openBody(peer, 'rekey', REKEY, m1)
  checkParties(fields, { old: old.callId, a: peer, b: identity.publicKey })
  if (equal(fields.cid, old.callId)) throw new Refusal('bind')
  return {
    parties,
    callId: fields.cid,
    th1: transcript1(m1),
    ephemeralKey: fields.kem,
    commitment: fields.com,
    peerFingerprint: fields.fp,
    phase: 'open',
  }
}

/** M2 and its ciphertext. Draws 32 bytes (nonce), then 64 (encapsulation). Once only; then refused as `state`. */
export function acceptRekey(
  opened: OpenedRekey,
  own: { readonly fingerprint: string; readonly rng: Rng },
): { accepted: AcceptedRekey; ct: Uint8Array; m2: Uint8Array } {
  if (opened.phase !== 'open') throw new Refusal('state')
  const { parties, callId, th1 } = opened
  const { identity, peer, old } = parties
  if (!old.isReady()) throw new Refusal('state')
  const nonceB = own.rng(32)
  const { ciphertext, sharedSecret } = encapsulate(opened.ephemeralKey, own.rng(KEM_ENCAPSULATION_SEED_BYTES))
  const m2 = signBody(identity, 'rekey', REKEY_ACCEPT, {
    t: 'rekey-accept',
    v: 1,
    old: old.callId,
    cid: callId,
    a: peer,
    b: identity.publicKey,
    m1: th1,
    ct: sha256(ciphertext),
    fp: own.fingerprint,
    nb: nonceB,
  })
  opened.phase = 'over'
  const th2 = transcript2(th1, ciphertext, m2)
  const k1 = chainedKey(old, th2, sharedSecret)
  const accepted: AcceptedRekey = {
    opened,
    fingerprint: own.fingerprint,
    nonceB,
    th2,
    k1,
    phase: 'revealing',
  }
  return { accepted, ct: ciphertext, m2 }
}

/**
 * Takes M2: the new link's keys, and the nonce that the peer now has to be told. The ephemeral key is used once.
 * Refused as `state`, `signature`, `bind` (another rekey, other people, another ciphertext) or for its form. Only a
 * signed answer to this very rekey ends it; whatever else is refused leaves it waiting, so that junk breaks nothing.
 */
export function completeRekey(
  started: StartedRekey,
  answer: { readonly ct: Uint8Array; readonly m2: Uint8Array },
): { link: LinkSecrets; nonceA: Uint8Array } {
  if (started.phase !== 'sent') throw new Refusal('state')
  const { parties, callId, th1, nonceA } = started
  const { identity, peer, old } = parties
  const fields = openBody(peer, 'rekey', REKEY_ACCEPT, answer.m2)
  checkParties(fields, { old: old.callId, a: identity.publicKey, b: peer })
  // What answers an earlier rekey, which a crashed page has cut short, says nothing about this one.
  if (!equal(fields.cid, callId)) throw new Refusal('bind')
  const bound = equal(fields.m1, th1) && equal(fields.ct, sha256(answer.ct))
  if (!bound) {
    dropRekey(started)
    throw new Refusal('bind')
  }
  try {
    const th2 = transcript2(th1, answer.ct, answer.m2)
    const k1 = chainedKey(old, th2, decapsulate(started.ephemeralSecret, answer.ct))
    const revealed = nonceA.slice()
    const link = linkOf('a', callId, { own: started.fingerprint, peer: fields.fp })
    link.fill(secondKey(transcript3(th2, nonceA, fields.nb), k1))
    k1.fill(0)
    return { link: link.secrets, nonceA: revealed }
  } finally {
    dropRekey(started)
  }
}

/**
 * Takes M3: the same keys. SECURITY: the nonce must be the one that M1 committed to. Refused as `state`, as `bind` for
 * another rekey's reveal, or as `commit`, and then this rekey is over.
 */
export function revealRekey(
  accepted: AcceptedRekey,
  reveal: { readonly cid: Uint8Array; readonly na: Uint8Array },
): LinkSecrets {
  if (accepted.phase !== 'revealing') throw new Refusal('state')
  const { opened, th2, nonceB, k1 } = accepted
  if (!equal(reveal.cid, opened.callId)) throw new Refusal('bind')
  if (!equal(commitment(reveal.na), opened.commitment)) {
    dropAcceptedRekey(accepted)
    throw new Refusal('commit')
  }
  const link = linkOf('b', opened.callId, { own: accepted.fingerprint, peer: opened.peerFingerprint })
  link.fill(secondKey(transcript3(th2, reveal.na, nonceB), k1))
  dropAcceptedRekey(accepted)
  return link.secrets
}

/** Gives up a rekey that was not answered and erases its secrets. */
export function dropRekey(started: StartedRekey): void {
  started.phase = 'over'
  started.ephemeralSecret.fill(0)
  started.nonceA.fill(0)
}

/** The same for one that was answered and not revealed. */
export function dropAcceptedRekey(accepted: AcceptedRekey): void {
  accepted.phase = 'over'
  accepted.k1.fill(0)
}

/** The first key of the new link. Erases what it is made from, whatever comes of it. */
function chainedKey(old: LinkSecrets, th2: Uint8Array, sharedSecret: Uint8Array): Uint8Array {
  let chainKey: Uint8Array | null = null
  try {
    chainKey = old.chainKey()
    return rekeyedFirstKey(th2, sharedSecret, chainKey)
  } finally {
    chainKey?.fill(0)
    sharedSecret.fill(0)
  }
}

function linkOf(
  role: Role,
  callId: Uint8Array,
  fingerprints: { readonly own: string; readonly peer: string },
) {
  return createLinkSecrets({
    role,
    callId,
    ownFingerprint: fingerprints.own,
    peerFingerprint: fingerprints.peer,
  })
}

/** SECURITY: between these two, and only from the link that both had last. */
function checkParties(
  fields: { readonly old: Uint8Array; readonly a: Uint8Array; readonly b: Uint8Array },
  wanted: { readonly old: Uint8Array; readonly a: Uint8Array; readonly b: Uint8Array },
): void {
  const fits = equal(fields.old, wanted.old) && equal(fields.a, wanted.a) && equal(fields.b, wanted.b)
  if (!fits) throw new Refusal('bind')
}
