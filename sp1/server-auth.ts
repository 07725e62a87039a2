// How a client proves its identity to the signaling server (SP1 section 3): the bytes that are signed and their
// check. Issuing, expiring and deleting challenges is the server's; checking origin and socket id the client's.
import { concat, lp } from './encode.ts'
import { signLabelled, verifyLabelled } from './identity.ts'
import type { Identity } from './identity.ts'

/**
 * Everything one login is bound to. `origin` is `new URL(x).origin` with ws mapped to http, `sid` the socket
 * id, the nonces 32 bytes each, `channelBinding` the RFC 9266 exporter as 64 hex characters or ''.
 */
export type AuthChallenge = {
  readonly origin: string
  readonly sid: string
  readonly sNonce: Uint8Array
  readonly cNonce: Uint8Array
  readonly publicKey: Uint8Array
  readonly channelBinding: string
}

/** What RFC 9266 takes from TLS 1.3: this label, no context, 32 bytes. */
export const channelBindingExporter = { label: 'EXPORTER-Channel-Binding', bytes: 32 } as const

/** 64 bytes. SECURITY: call it only after origin and sid were compared with the client's own view. */
export function signAuth(identity: Identity, challenge: AuthChallenge): Uint8Array {
  return signLabelled(identity, 'server-auth', authBody(challenge))
}

/** True if the owner of `challenge.publicKey` signed exactly this challenge; never throws. */
export function verifyAuth(challenge: AuthChallenge, signature: Uint8Array): boolean {
  return verifyLabelled(challenge.publicKey, 'server-auth', authBody(challenge), signature)
}

/** The signed body without its label. */
export function authBody(challenge: AuthChallenge): Uint8Array {
  const { origin, sid, sNonce, cNonce, publicKey, channelBinding } = challenge
  return concat(lp(origin), lp(sid), lp(sNonce), lp(cNonce), lp(publicKey), lp(channelBinding))
}
