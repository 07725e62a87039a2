// Presence tokens (SP1 section 11): what two people who have talked can publish to find each other, and nobody else can
// connect with them or with the tokens of another period. Pure; who publishes what where is not known here.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64url, concat, u32be, utf8 } from './encode.ts'

export const PRESENCE_PERIOD_MS = 6 * 3_600_000
/** A set is padded to a multiple of this, so that its size says little about how many contacts there are. */
export const PRESENCE_QUANTUM = 32
/** Two clocks may differ by as much as they may for an invitation (SP1 section 4). */
export const PRESENCE_SKEW_MS = 300_000

export const presencePeriod = (nowMs: number): number => Math.floor(nowMs / PRESENCE_PERIOD_MS)

/** The period of now, and near its edge the neighbour in which the other clock may still or already be. */
export function presencePeriods(nowMs: number): number[] {
  return [...new Set([nowMs - PRESENCE_SKEW_MS, nowMs, nowMs + PRESENCE_SKEW_MS].map(presencePeriod))]
}

/** Milliseconds until `presencePeriods` gives something else. */
export function presenceChangesInMs(nowMs: number): number {
  const sinceStart = nowMs % PRESENCE_PERIOD_MS
  if (sinceStart < PRESENCE_SKEW_MS) return PRESENCE_SKEW_MS - sinceStart
  const untilEdge = PRESENCE_PERIOD_MS - PRESENCE_SKEW_MS - sinceStart
  return untilEdge > 0 ? untilEdge : untilEdge + 2 * PRESENCE_SKEW_MS
}

/** `HMAC-SHA256(pair, "SP1 presence" || u32be(period))`; `pair` is the 32 bytes of `session.pairKey()`. */
export function presenceToken(pair: Uint8Array, period: number): string {
  return base64url(hmac(sha256, pair, concat(utf8('SP1 presence'), u32be(period))))
}

/**
 * The tokens to publish for `pairs`, padded for each period with tokens that nobody else can make, in an order that says
 * nothing.
 * SECURITY: the padding is derived from `paddingKey`, 32 bytes that stay here, and not drawn anew: whoever saw two sets
 * of one period could otherwise tell the real tokens by their being in both.
 */
export function presenceSet(
  pairs: readonly Uint8Array[],
  paddingKey: Uint8Array,
  periods: readonly number[],
): string[] {
  const tokens = periods.flatMap((period) => {
    const own = pairs.map((pair) => presenceToken(pair, period))
    const size = Math.max(1, Math.ceil(own.length / PRESENCE_QUANTUM)) * PRESENCE_QUANTUM
    const padding = Array.from({ length: size - own.length }, (_, index) =>
      base64url(hmac(sha256, paddingKey, concat(utf8('SP1 presence padding'), u32be(period), u32be(index)))),
    )
    return [...own, ...padding]
  })
  return tokens.sort()
}
