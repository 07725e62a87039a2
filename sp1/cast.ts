// Who takes part in an attack, for tests: three honest people, of whose prekeys one has leaked, and an adversary with
// two identities of its own. Made once: keys of X-Wing are slow, and no run changes them.
import { base64url } from './encode.ts'
import { identityFromSeed } from './identity.ts'
import { PREKEY_LIFETIME_MS, createPrekey } from './prekey.ts'
import type { Prekey, PrekeyBundle } from './prekey.ts'
import { REHEARSAL_MS, rehearsePerson, rehearsedFingerprint, rehearsedRng } from './rehearsal.ts'

/** Someone whose prekey anybody may seal to. */
export type Recipient = { readonly publicKey: Uint8Array; readonly prekey: Prekey }

export const HONEST = ['alice', 'bob', 'carol'].map((name) => {
  const { identity, prekeys } = rehearsePerson(name)
  const rng = rehearsedRng(`${name}'s other prekeys`)
  const [current] = prekeys
  const leaked = createPrekey(identity, REHEARSAL_MS - 1, rng)
  const expired = createPrekey(identity, REHEARSAL_MS - PREKEY_LIFETIME_MS - 1, rng)
  return {
    name,
    identity,
    publicKey: identity.publicKey,
    prekeys: [current, leaked, expired],
    current,
    leaked,
  }
})

export const ADVERSARIES = ['mallory', 'eve'].map((name) => {
  const rng = rehearsedRng(name)
  const identity = identityFromSeed(rng(32))
  return { identity, publicKey: identity.publicKey, prekey: createPrekey(identity, REHEARSAL_MS, rng) }
})

/**
 * The prekeys whose secrets the adversary has. SECURITY: those of the honest cost the secrecy of the envelope (SP1
 * section 3), and nothing else may depend on them.
 */
export const STOLEN: readonly Recipient[] = [
  ...HONEST.map(({ publicKey, leaked }) => ({ publicKey, prekey: leaked })),
  ...ADVERSARIES,
]

/** Every bundle that a server has ever seen, and whose it is. */
export const BUNDLES: readonly {
  readonly owner: Uint8Array
  readonly bundle: PrekeyBundle
  readonly expired: boolean
}[] = [
  ...HONEST.flatMap(({ publicKey, prekeys }) =>
    prekeys.map(({ bundle, toMs }) => ({ owner: publicKey, bundle, expired: toMs < REHEARSAL_MS })),
  ),
  ...ADVERSARIES.map(({ publicKey, prekey }) => ({
    owner: publicKey,
    bundle: prekey.bundle,
    expired: false,
  })),
]

export const PUBLIC_KEYS: readonly Uint8Array[] = [...HONEST, ...ADVERSARIES].map(
  ({ publicKey }) => publicKey,
)

/** Of the one certificate that the adversary uses. */
export const ADVERSARY_CERTIFICATE = rehearsedFingerprint(rehearsedRng('a certificate of the adversary'))

/** The honest person with this key, or null. */
export function honestName(publicKey: Uint8Array): string | null {
  const key = base64url(publicKey)
  return HONEST.find((person) => base64url(person.publicKey) === key)?.name ?? null
}
