// Somebody between two people who tries nonces until both are shown the same code, for tests. Real are the transcripts,
// the two keys and the code, from key-schedule.ts. Not real are the messages: random bytes stand for M1, M2 and the
// KEM, because X-Wing would take minutes and a signature does not depend on the nonce of the other side. The code is
// cut to eight bits, so that what 30 bits make rare can be counted.
import { firstKey, sasBytes, secondKey, transcript2, transcript3 } from './key-schedule.ts'
import type { Rng } from './encode.ts'

export const CODES = 256

/** Far more than anybody needs: 256 are enough on average. */
const MAX_TRIES = 16_384

/** One of the two calls that the adversary is in, up to M2. */
type Half = { readonly th2: Uint8Array; readonly k1: Uint8Array }

function half(rng: Rng): Half {
  const th2 = transcript2(rng(32), rng(32), rng(32))
  return { th2, k1: firstKey(th2, rng(32)) }
}

/** The code of eight bits that the person at the honest end is shown. */
function shortCode({ th2, k1 }: Half, nonceA: Uint8Array, nonceB: Uint8Array): number {
  return sasBytes(secondKey(transcript3(th2, nonceA, nonceB), k1))[0] ?? 0
}

/** The first of its nonces under which a call shows this code, or null. */
export function ground(rng: Rng, code: number, codeWith: (nonce: Uint8Array) => number): Uint8Array | null {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const nonce = rng(32)
    if (codeWith(nonce) === code) return nonce
  }
  return null
}

/**
 * Alice calls the adversary, the adversary calls Bob. By the rules: Alice's nonce is shown to nobody before she has
 * the one of her callee, and the adversary is bound to its own before it sees Bob's. It answers Alice last, with all
 * that it can know by then: Bob's code, and of her nonce a guess. True if both are shown one code.
 */
export function attackOnCommitted(rng: Rng): boolean {
  const [toAdversary, toBob] = [half(rng), half(rng)]
  const [hidden, committed, bobs] = [rng(32), rng(32), rng(32)]
  const shownToBob = shortCode(toBob, committed, bobs)
  const guess = rng(32)
  const answer = guessed(rng, shownToBob, (nonce) => shortCode(toAdversary, guess, nonce))
  return shortCode(toAdversary, hidden, answer) === shownToBob
}

/** The same without the commitment: the adversary names its nonce to Bob when it has seen all others. */
export function attackOnUncommitted(rng: Rng): boolean {
  const [toAdversary, toBob] = [half(rng), half(rng)]
  const [alices, answer, bobs] = [rng(32), rng(32), rng(32)]
  const shownToAlice = shortCode(toAdversary, alices, answer)
  const late = ground(rng, shownToAlice, (nonce) => shortCode(toBob, nonce, bobs))
  return late !== null && shortCode(toBob, late, bobs) === shownToAlice
}

/** A few tries: against a guess, more of them are worth nothing. */
function guessed(rng: Rng, code: number, codeWith: (nonce: Uint8Array) => number): Uint8Array {
  const nonces = [rng(32), rng(32), rng(32)]
  return nonces.find((nonce) => codeWith(nonce) === code) ?? rng(32)
}
