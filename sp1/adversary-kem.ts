// X-Wing as the adversary uses it, for tests: what it has once worked out it does not work out again, not even in the
// next run, because X-Wing is slow. The keys and the results are real.
import { base64url, fromBase64url } from './encode.ts'
import { rehearsedRng } from './rehearsal.ts'
import { decapsulate, encapsulate, kemKeysFromSeed } from './xwing.ts'

/** One key pair for all its calls: freshness protects only those who care for it. */
export const ephemeral = kemKeysFromSeed(rehearsedRng('the key of all calls of the adversary')(32))
const encapsulations = new Map<string, ReturnType<typeof encapsulate>>()
const sharedSecrets = new Map<string, Uint8Array>()

export function decapsulated(secretKey: Uint8Array, ciphertext: string): Uint8Array {
  return kept(sharedSecrets, `${base64url(secretKey)} ${ciphertext}`, () =>
    decapsulate(secretKey, fromBase64url(ciphertext)),
  )
}

/** One encapsulation for each key. */
export function encapsulated(publicKey: Uint8Array): ReturnType<typeof encapsulate> {
  const key = base64url(publicKey)
  return kept(encapsulations, key, () => encapsulate(publicKey, rehearsedRng(key)(64)))
}

function kept<T>(known: Map<string, T>, key: string, work: () => T): T {
  const value = known.get(key) ?? work()
  known.set(key, value)
  return value
}
