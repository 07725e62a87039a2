// Two people and a call between them, for tests of this folder and of its users: real keys and real messages from
// a generator that gives the same bytes every time.
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, u32be, utf8 } from './encode.ts'
import type { Rng } from './encode.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import { completeCall, startCall } from './handshake-caller.ts'
import type { CallRequest } from './handshake-caller.ts'
import { identityFromSeed } from './identity.ts'
import { checkPrekey, createPrekey } from './prekey.ts'
import { createSeenCalls } from './seen-calls.ts'

/** The moment at which every rehearsal takes place. */
export const REHEARSAL_MS = 1_800_000_000_000

/** Bytes that depend on `name` and on what was drawn before. Not random: for tests only. */
export function rehearsedRng(name: string): Rng {
  let block = 0
  return (length) => {
    const parts: Uint8Array[] = []
    for (let filled = 0; filled < length; filled += 32) {
      parts.push(sha256(concat(utf8(name), u32be(block++))))
    }
    return concat(...parts).slice(0, length)
  }
}

/** Of a certificate that nobody made. Draws 32 bytes. */
export function rehearsedFingerprint(rng: Rng): string {
  const digits = Array.from(rng(32), (byte) => byte.toString(16).padStart(2, '0').toUpperCase())
  return `sha-256 ${digits.join(':')}`
}

export type Person = ReturnType<typeof rehearsePerson>

/** An identity with one prekey, a memory of calls and a certificate's fingerprint. */
export function rehearsePerson(name: string) {
  const rng = rehearsedRng(name)
  const identity = identityFromSeed(rng(32))
  const fingerprint = rehearsedFingerprint(rng)
  return {
    identity,
    prekeys: [createPrekey(identity, REHEARSAL_MS, rng)] as const,
    seen: createSeenCalls(),
    fingerprint,
    rng,
  }
}

/** M1 from one person to another; `changes` replaces parts of the request. */
export function rehearseCall(caller: Person, callee: Person, changes: Partial<CallRequest> = {}) {
  const [prekey] = callee.prekeys
  return startCall({
    identity: caller.identity,
    peer: callee.identity.publicKey,
    prekey: checkPrekey(prekey.bundle, callee.identity.publicKey, REHEARSAL_MS),
    fingerprint: caller.fingerprint,
    media: 'av',
    callId: caller.rng(16),
    reply: caller.rng(16),
    nowMs: REHEARSAL_MS,
    rng: caller.rng,
    ...changes,
  })
}

/** A call that was accepted: both sessions, the callee's not yet revealed to, and M3 on its way. */
export function rehearseAcceptedCall(caller: Person, callee: Person) {
  const { outgoing, wire: m1 } = rehearseCall(caller, callee)
  const incoming = receiveCall({ ...callee, nowMs: REHEARSAL_MS }, m1)
  const { wire: m2, session: calleeSession } = acceptCall({ ...callee, incoming, media: 'av' })
  const { session: callerSession, wire: m3 } = completeCall(outgoing, m2)
  return { outgoing, incoming, m1, m2, m3, callerSession, calleeSession }
}

/** Both ends of a call that is ready to talk. */
export function rehearseSessions(callerName = 'alice', calleeName = 'bob') {
  const call = rehearseAcceptedCall(rehearsePerson(callerName), rehearsePerson(calleeName))
  call.calleeSession.receive(call.m3, REHEARSAL_MS)
  return { caller: call.callerSession, callee: call.calleeSession }
}
