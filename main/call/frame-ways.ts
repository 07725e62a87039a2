// Which way a sealed frame of a conversation leaves: by the bound link, by the server, or by both, and what is said
// again when one of them has failed. The peer takes whichever comes first. Knows nothing of what the frames hold.
import type { Envelope3 } from '../../sp1/envelope.ts'

/** Of the frames that went one way only, how many may have been lost with it. */
const maxInFlight = 32

export interface FrameWays {
  /** By the link once it is bound, so that a dead server cannot swallow it; else by the server. */
  send(envelope: Envelope3): void
  /** By every way there is, for the last one. */
  sendLast(envelope: Envelope3): void
  /** Whether the link carries anything now, as the page measures it. */
  setFlowing(flowing: boolean): void
  /** The link is bound: what the server may have swallowed goes by it once more. */
  linkBound(): void
  /** The link that was bound is gone. */
  linkLost(): void
}

export function createFrameWays(parts: {
  readonly isBound: () => boolean
  readonly byLink: (data: string) => void
  readonly byServer: (envelope: Envelope3) => void
}): FrameWays {
  const { isBound, byServer } = parts
  const byLink = (envelope: Envelope3) => parts.byLink(JSON.stringify(envelope))
  /** What went one way only: by the server before the link was bound, by the link after. */
  let sentOneWay: Envelope3[] = []
  let flowing = true

  /** What the link took with it would hold back everything after it. */
  function repeatByServer(): void {
    for (const envelope of sentOneWay.splice(0)) byServer(envelope)
  }

  return {
    send(envelope) {
      const bound = isBound()
      if (bound) byLink(envelope)
      // A link that is interrupted cannot carry the offer that would restart it.
      if (!bound || !flowing) byServer(envelope)
      if (!bound || flowing) sentOneWay = [...sentOneWay, envelope].slice(-maxInFlight)
    },
    sendLast(envelope) {
      if (isBound()) byLink(envelope)
      byServer(envelope)
    },
    setFlowing(now) {
      if (flowing === now) return
      flowing = now
      if (!flowing && isBound()) repeatByServer()
    },
    linkBound() {
      flowing = true
      // The server may have died with some of them, and a missing frame would hold back all later ones. What did arrive
      // is refused as a repeat.
      for (const envelope of sentOneWay.splice(0)) byLink(envelope)
    },
    linkLost: repeatByServer,
  }
}
