// One connection's login (SP1 section 3): a challenge that can be answered once, and who answered it. Knows no
// sockets and no mailboxes.
import { randomBytes } from 'node:crypto'
import { wireLimits } from '../contract/signaling.ts'
import { parseAddress } from '../sp1/address.ts'
import { base64url, fromBase64url } from '../sp1/encode.ts'
import { Refusal } from '../sp1/refusal.ts'
import { verifyAuth, type AuthChallenge } from '../sp1/server-auth.ts'
import { refused, type Answer, type Refused } from './door.ts'

export interface Owner {
  readonly address: string
  readonly publicKey: Uint8Array
}

export interface Auth {
  /** Answers with a new challenge `{sid, sNonce, origin}`; an older one is void. */
  hello(request: { readonly address: string; readonly cNonce: string }): Answer
  /** The owner, if the signature answers the challenge. A challenge is used up by the attempt. */
  prove(request: { readonly sig: string }): Owner | Refused
}

export interface AuthOptions {
  /** Of this server, as clients configure it. SECURITY: signed, so that a login cannot be relayed elsewhere. */
  readonly origin: string
  /** Id of the socket that logs in. */
  readonly sid: string
  /** Of the connection that logs in, as its two ends see it; '' where TLS ends in front of this process. */
  readonly channelBinding: string
  readonly now: () => number
}

export function createAuth({ origin, sid, channelBinding, now }: AuthOptions): Auth {
  let pending: { readonly owner: Owner; readonly challenge: AuthChallenge; readonly untilMs: number } | null =
    null

  return {
    hello({ address, cNonce }) {
      pending = null
      const parsed = orNull(() => ({ publicKey: parseAddress(address), cNonce: fromBase64url(cNonce, 32) }))
      if (parsed === null) return refused('bad-shape')
      const sNonce = randomBytes(32)
      pending = {
        owner: { address, publicKey: parsed.publicKey },
        challenge: { origin, sid, sNonce, ...parsed, channelBinding },
        untilMs: now() + wireLimits.challengeMs,
      }
      return { ok: true, sid, sNonce: base64url(sNonce), origin }
    },
    prove({ sig }) {
      const current = pending
      pending = null
      if (current === null || now() > current.untilMs) return refused('stale')
      const signature = orNull(() => fromBase64url(sig, 64))
      if (signature === null) return refused('bad-shape')
      return verifyAuth(current.challenge, signature) ? current.owner : refused('bad-signature')
    },
  }
}

/** Null for what SP1 refuses; a bug still throws. */
export function orNull<T>(attempt: () => T): T | null {
  try {
    return attempt()
  } catch (cause) {
    if (cause instanceof Refusal) return null
    throw cause
  }
}
