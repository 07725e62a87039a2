// One phone's end of one call, for tests, and what its phone runs and gives away. Shapes only.
import type { Envelope } from './envelope.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import type { IncomingCall } from './handshake-callee.ts'
import { completeCall, startCall } from './handshake-caller.ts'
import type { OutgoingCall } from './handshake-caller.ts'
import type { Identity } from './identity.ts'
import type { Role } from './key-schedule.ts'
import type { Prekey } from './prekey.ts'
import type { RefusalCode } from './refusal.ts'
import { createSeenCalls } from './seen-calls.ts'
import type { SeenCalls } from './seen-calls.ts'
import type { Session } from './session.ts'

/** What the phones run. A test may put something weaker in a place, to see that it is found out. */
export type Protocol = {
  readonly start: typeof startCall
  readonly receive: typeof receiveCall
  readonly accept: typeof acceptCall
  readonly complete: typeof completeCall
  readonly memory: () => SeenCalls
  /** The certificates that are compared and proved, of those that the transport really uses. */
  readonly proved: (session: Session, used: Certificates) => Certificates
}

export type Certificates = { readonly own: string; readonly seen: string }

export const SP1: Protocol = {
  start: startCall,
  receive: receiveCall,
  accept: acceptCall,
  complete: completeCall,
  memory: createSeenCalls,
  proved: (_, used) => used,
}

/** All a phone derives from a call, and the code that its person reads aloud. */
export type Secrets = { readonly sas: string; readonly keys: string }

/** One phone's end of one call. `peer` is who it believes to be at the other. */
export type Leg = {
  readonly owner: string
  readonly role: Role
  readonly peer: Uint8Array
  readonly callId: Uint8Array
  /** Where its envelopes go. */
  readonly handle: string
  /** When it was dialled, or when it rang. */
  readonly atMs: number
  /** The certificate it made for this call, and the one the peer signed. */
  readonly own: string
  signedPeer: string | null
  readonly outgoing: OutgoingCall | null
  readonly incoming: IncomingCall | null
  session: Session | null
  /** There as soon as the session is ready, and kept when it is gone. */
  secrets: Secrets | null
  /** The certificate at the other end of its DTLS connection. */
  seen: string | null
  bound: boolean
  over: boolean
}

export type Owner = {
  readonly name: string
  readonly identity: Identity
  readonly prekeys: readonly Prekey[]
}

/** What a phone gives away. */
export type Wire = {
  readonly nowMs: () => number
  readonly toMailbox: (owner: Uint8Array, envelope: Envelope, leg: Leg) => void
  readonly toHandle: (handle: string, envelope: Envelope, leg: Leg) => void
  readonly toChannel: (mac: Uint8Array, leg: Leg) => void
  readonly refused: (code: RefusalCode) => void
}

/** Calls that were started before, by what was asked for. */
export type DialledCalls = Map<string, ReturnType<typeof startCall>>
