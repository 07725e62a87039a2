// What the peer's WebRTC stack says, on its way to the page, in the order in which it was said. An offer that restarts a
// link waits until the page knows which relays it may use by then, and what follows waits behind it.
import type { CallId } from '../../contract/ids.ts'
import type { LinkSignal } from '../../contract/link.ts'

export interface PageSignals {
  /** `restarts`: it is the offer of a restart. */
  pass(callId: CallId, signal: LinkSignal, restarts: boolean): void
}

export function createPageSignals(
  send: (callId: CallId, signal: LinkSignal) => void,
  /** Tells the page of the relays for a restart. */
  prepare: (callId: CallId) => Promise<void>,
): PageSignals {
  let waiting = 0
  let turn: Promise<void> = Promise.resolve()

  return {
    pass(callId, signal, restarts) {
      if (!restarts && waiting === 0) return send(callId, signal)
      waiting += 1
      turn = turn
        // Without relays of today the link may still find a direct path.
        .then(() => (restarts ? prepare(callId).catch(() => undefined) : undefined))
        .then(() => {
          waiting -= 1
          send(callId, signal)
        })
    },
  }
}
