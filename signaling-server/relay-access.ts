// Credentials for the relay (SP1 section 10; draft-uberti-behave-turn-rest-00): what a relay that shares a secret with
// this server lets allocate. Knows no sockets and keeps nothing: whoever knows the secret can tell which are genuine.
import { createHash, createHmac } from 'node:crypto'
import { wireLimits, type RelayAccess } from '../contract/signaling.ts'
import { base32 } from '../sp1/base32.ts'
import { concat, fromBase64url, label, utf8 } from '../sp1/encode.ts'
import { orNull } from './auth.ts'

/** The seats of a reply handle: whoever opened it first, and the other. */
export type RelaySide = 'a' | 'b'
const sides: readonly RelaySide[] = ['a', 'b']

/**
 * The name of one seat at the relay, 16 characters of base32. SECURITY (R15): a hash of the random reply handle and
 * nothing else, so that it names nobody and has nothing in common with that of another call or of the other side.
 * Null for a reply handle that is not the canonical base64url of 16 bytes.
 */
export function relayName(replyHandle: string, side: RelaySide): string | null {
  const handle = orNull(() => fromBase64url(replyHandle, 16))
  if (handle === null) return null
  const hash = createHash('sha256')
    .update(concat(label('turn'), handle, utf8(side)))
    .digest()
  return base32(hash.subarray(0, 10))
}

/** The names of both seats; none for a reply handle that is no handle. */
export const relayNames = (replyHandle: string): readonly string[] =>
  sides.map((side) => relayName(replyHandle, side)).filter((name) => name !== null)

/**
 * Username `<expiry in Unix seconds>:<name>` and its HMAC-SHA1 under the shared secret in base64. It starts something
 * for `relayTtlS` seconds by this server's clock; what it has started goes on, and is closed when the call ends.
 */
export function mintRelayAccess(
  name: string,
  {
    urls,
    secret,
    nowMs,
  }: { readonly urls: readonly string[]; readonly secret: string; readonly nowMs: number },
): RelayAccess {
  const username = `${Math.floor(nowMs / 1000) + wireLimits.relayTtlS}:${name}`
  return { urls, username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
