// "My key is now this one": a statement that the old key and the new one both sign (SP1 section 2). Says nothing about
// whether anybody should believe it: whoever stole an old key can sign one too, so trust begins anew.
import { encodeBody } from './body.ts'
import { checkIdentityKey } from './ed25519.ts'
import { concat, equal, fromBase64url, base64url, u64be } from './encode.ts'
import { bytes, natural, oneOf, record } from './fields.ts'
import { signLabelled, verifyLabelled } from './identity.ts'
import type { Identity } from './identity.ts'
import { Refusal } from './refusal.ts'

/** One step from an old key to the next. The next one is named by whoever hands the step over. */
export type Succession = {
  readonly old: Uint8Array
  readonly signedAtMs: number
  readonly byOld: Uint8Array
  readonly byNew: Uint8Array
}

/** How many steps may be handed over: a contact who missed some still finds the key it knows. */
export const MAX_SUCCESSIONS = 4

/** The body that both keys sign, under the label `succ`. */
export const STATEMENT = record({
  t: oneOf('succ'),
  v: oneOf(1),
  old: bytes(32),
  new: bytes(32),
  ts: natural,
})

/** The statement of one step, signed by both keys. `nowMs` is wall-clock milliseconds. */
export function signSuccession(old: Identity, next: Identity, nowMs: number): Succession {
  if (equal(old.publicKey, next.publicKey)) throw new Refusal('reflection')
  const body = statement(old.publicKey, next.publicKey, nowMs)
  return {
    old: old.publicKey,
    signedAtMs: nowMs,
    byOld: signLabelled(old, 'succ', body),
    byNew: signLabelled(next, 'succ', body),
  }
}

/**
 * The keys that a chain of steps leads back to, the latest first; `newest` is the key the first step leads to.
 * SECURITY: every step must hold. Refused as `size` (none, or too many), `bad-key`, `reflection` (a key that stands in
 * it twice) or `signature`.
 */
export function openSuccessions(newest: Uint8Array, steps: readonly Succession[]): readonly Uint8Array[] {
  if (steps.length === 0 || steps.length > MAX_SUCCESSIONS) throw new Refusal('size')
  const keys = [newest]
  for (const { old, signedAtMs, byOld, byNew } of steps) {
    const next = keys.at(-1) ?? newest
    checkIdentityKey(old)
    if (keys.some((key) => equal(key, old))) throw new Refusal('reflection')
    const body = statement(old, next, signedAtMs)
    if (!verifyLabelled(old, 'succ', body, byOld) || !verifyLabelled(next, 'succ', body, byNew))
      throw new Refusal('signature')
    keys.push(old)
  }
  return keys.slice(1)
}

/** A chain as text for a link: base64url of `old || u64be(ts) || byOld || byNew` for each step. */
export function writeSuccessions(steps: readonly Succession[]): string {
  return base64url(
    concat(...steps.map(({ old, signedAtMs, byOld, byNew }) => concat(old, u64be(signedAtMs), byOld, byNew))),
  )
}

/** The inverse of `writeSuccessions`; nothing is verified yet. Refused as `base64`, `size` or `type`. */
export function readSuccessions(text: string): Succession[] {
  const all = fromBase64url(text)
  if (all.length === 0 || all.length % STEP_BYTES !== 0 || all.length > MAX_SUCCESSIONS * STEP_BYTES)
    throw new Refusal('size')
  return Array.from({ length: all.length / STEP_BYTES }, (_, index) => {
    const step = all.subarray(index * STEP_BYTES, (index + 1) * STEP_BYTES)
    const signedAtMs = Number(new DataView(step.buffer, step.byteOffset + 32).getBigUint64(0))
    if (!Number.isSafeInteger(signedAtMs)) throw new Refusal('type')
    return {
      old: step.slice(0, 32),
      signedAtMs,
      byOld: step.slice(40, 104),
      byNew: step.slice(104),
    }
  })
}

const STEP_BYTES = 32 + 8 + 64 + 64

const statement = (old: Uint8Array, next: Uint8Array, ts: number): Uint8Array =>
  encodeBody(STATEMENT, { t: 'succ', v: 1, old, new: next, ts })
