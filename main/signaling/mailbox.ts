// Opens what was left for this identity and says what it is: somebody calls, somebody gave up. Everything else is
// refused in silence and counted. Knows no server and no call.
import type { CallId } from '../../contract/ids.ts'
import { wireLimits } from '../../contract/signaling.ts'
import { base64url } from '../../sp1/encode.ts'
import { parseEnvelope } from '../../sp1/envelope.ts'
import { openCancel, receiveCall, type IncomingCall } from '../../sp1/handshake-callee.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { Prekey } from '../../sp1/prekey.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import { createSeenCalls } from '../../sp1/seen-calls.ts'

/** An invitation that waited longer is a missed call (SP1 section 3). */
const ringWithinMs = 60_000
/** SECURITY: a server that never says that all is read must not fill the memory. One that keeps to the rules has no more. */
const maxWaiting = wireLimits.envelopesPerMailbox
/** As long as a repeated invitation would be refused anyway. */
const rememberCancelMs = 600_000

export interface Mailbox {
  /** One envelope, as it came. Never throws on foreign input. */
  deliver(foreign: unknown): void
  /** What waited while nobody was here has been read: now it is known what still rings. */
  settled(): void
  /** The connection is gone; what comes first after the next one has waited. */
  unsettled(): void
}

export function createMailbox(parts: {
  readonly identity: Identity
  readonly prekeys: () => readonly Prekey[]
  readonly nowMs: () => number
  readonly onCall: (call: IncomingCall) => void
  /** `callerKey` says who cancels: only a call of theirs may end. */
  readonly onCancel: (callerKey: Uint8Array, callId: CallId) => void
  readonly onMissed: (call: IncomingCall) => void
  readonly count: (code: RefusalCode) => void
}): Mailbox {
  const { identity, nowMs, count } = parts
  const seen = createSeenCalls()
  const cancelledAtMs = new Map<string, number>()
  let waiting: IncomingCall[] | null = []

  const keyOf = (call: { callerKey: Uint8Array; callId: Uint8Array }) =>
    `${base64url(call.callerKey)} ${base64url(call.callId)}`

  function open(foreign: unknown): void {
    const envelope = parseEnvelope(foreign)
    const request = { identity, prekeys: parts.prekeys() }
    if (envelope.k === 1) {
      const call = receiveCall({ ...request, seen, nowMs: nowMs() }, envelope)
      if (waiting && waiting.length >= maxWaiting) parts.onMissed(call)
      else if (waiting) waiting.push(call)
      // Whoever is here now is rung by an invitation of any clock within the allowed skew.
      else if (cancelledAtMs.has(keyOf(call))) parts.onMissed(call)
      else parts.onCall(call)
    } else if (envelope.k === 5) {
      const cancel = openCancel(request, envelope)
      for (const [key, atMs] of cancelledAtMs)
        if (nowMs() - atMs > rememberCancelMs) cancelledAtMs.delete(key)
      cancelledAtMs.set(keyOf(cancel), nowMs())
      parts.onCancel(cancel.callerKey, base64url(cancel.callId) as CallId)
    } else throw new Refusal('state')
  }

  return {
    deliver(foreign) {
      try {
        open(foreign)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        count(error.code)
      }
    },
    settled() {
      const calls = waiting ?? []
      waiting = null
      for (const call of calls) {
        const rings = nowMs() - call.sentAtMs <= ringWithinMs && !cancelledAtMs.has(keyOf(call))
        if (rings) parts.onCall(call)
        else parts.onMissed(call)
      }
    },
    unsettled() {
      waiting ??= []
    },
  }
}
