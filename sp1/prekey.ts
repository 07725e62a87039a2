// Prekeys: the key a caller seals the first message to (SP1 section 3). Making, checking and keeping one; when
// to rotate and what to delete is the host's, by the constants here.
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBody, encodeBody } from './body.ts'
import { base64url, equal, fromBase64url } from './encode.ts'
import type { Rng } from './encode.ts'
import { bytes, natural, oneOf, record } from './fields.ts'
import { signLabelled, verifyLabelled } from './identity.ts'
import type { Identity } from './identity.ts'
import { Refusal } from './refusal.ts'
import { KEM_PUBLIC_KEY_BYTES, KEM_SEED_BYTES, kemKeysFromSeed } from './xwing.ts'

const DAY_MS = 86_400_000

/** How long a bundle is valid after it was made. */
export const PREKEY_LIFETIME_MS = 14 * DAY_MS
/** When a new one is due. */
export const PREKEY_ROTATION_MS = 7 * DAY_MS
/** When the secret of an old one is erased, counted from its making. */
export const PREKEY_SECRET_LIFETIME_MS = 21 * DAY_MS
/** A bundle that claims to live longer is refused. */
const MAX_LIFETIME_MS = 15 * DAY_MS
/** How far in the future a bundle may begin, for clocks that differ. */
const MAX_CLOCK_LEAD_MS = DAY_MS

/** What the server hands out: canonical JSON and its detached signature, both base64url. */
export type PrekeyBundle = { readonly body: string; readonly sig: string }

export type Prekey = {
  readonly secretKey: Uint8Array
  readonly publicKey: Uint8Array
  readonly pkid: Uint8Array
  readonly fromMs: number
  readonly toMs: number
  readonly bundle: PrekeyBundle
}

/** A prekey as JSON for the host to keep encrypted: `seed` is secret. */
export type StoredPrekey = PrekeyBundle & { readonly seed: string }

/** What a caller needs of somebody's prekey. */
export type PeerPrekey = { readonly publicKey: Uint8Array; readonly pkid: Uint8Array }

/** The signed body of a bundle. */
export const BUNDLE = record({
  v: oneOf(1),
  id: bytes(32),
  kem: bytes(KEM_PUBLIC_KEY_BYTES),
  from: natural,
  to: natural,
})

/** Draws 32 bytes. Valid from `nowMs` for `PREKEY_LIFETIME_MS`. */
export function createPrekey(identity: Identity, nowMs: number, rng: Rng): Prekey {
  const keys = kemKeysFromSeed(rng(KEM_SEED_BYTES))
  const from = nowMs
  const to = nowMs + PREKEY_LIFETIME_MS
  const body = encodeBody(BUNDLE, { v: 1, id: identity.publicKey, kem: keys.publicKey, from, to })
  const bundle = { body: base64url(body), sig: base64url(signLabelled(identity, 'prekey', body)) }
  return { ...keys, pkid: prekeyId(body), fromMs: from, toMs: to, bundle }
}

/**
 * Checks a bundle from the server by the key in the dialled address. Refused as `prekey-signature`,
 * `prekey-identity`, `prekey-expired`, or for its form.
 */
export function checkPrekey(bundle: PrekeyBundle, ownerPublicKey: Uint8Array, nowMs: number): PeerPrekey {
  const { kem, from, to, pkid } = openBundle(bundle, ownerPublicKey)
  if (from > nowMs + MAX_CLOCK_LEAD_MS || nowMs > to || to - from > MAX_LIFETIME_MS) {
    throw new Refusal('prekey-expired')
  }
  return { publicKey: kem, pkid }
}

export function storePrekey(prekey: Prekey): StoredPrekey {
  return { ...prekey.bundle, seed: base64url(prekey.secretKey) }
}

/** The inverse of `storePrekey`. What does not belong to this identity or to itself is refused. */
export function restorePrekey(stored: StoredPrekey, ownerPublicKey: Uint8Array): Prekey {
  const { kem, from, to, pkid } = openBundle(stored, ownerPublicKey)
  const keys = kemKeysFromSeed(fromBase64url(stored.seed, KEM_SEED_BYTES))
  if (!equal(keys.publicKey, kem)) throw new Refusal('bad-key')
  return { ...keys, pkid, fromMs: from, toMs: to, bundle: { body: stored.body, sig: stored.sig } }
}

function openBundle(bundle: PrekeyBundle, ownerPublicKey: Uint8Array) {
  const body = fromBase64url(bundle.body)
  if (!verifyLabelled(ownerPublicKey, 'prekey', body, fromBase64url(bundle.sig, 64))) {
    throw new Refusal('prekey-signature')
  }
  const fields = decodeBody(BUNDLE, body)
  if (!equal(fields.id, ownerPublicKey)) throw new Refusal('prekey-identity')
  return { ...fields, pkid: prekeyId(body) }
}

function prekeyId(body: Uint8Array): Uint8Array {
  return sha256(body).slice(0, 16)
}
