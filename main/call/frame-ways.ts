// Which way a sealed frame of a conversation leaves: by the bound link, by the server, or by both, and what is said
// again when one of them has failed. The peer takes whichever comes first. Knows nothing of what the frames hold.
import type { Envelope3 } from '../../sp1/envelope.ts'

/** How many of the latest frames are kept, to be said once more. */
const maxKept = 32

export interface FrameWays {
  /** By the link once it is bound, so that a dead server cannot swallow it; else by the server. */
  send(envelope: Envelope3): void
  /** By every way there is, and after all that one of them may have swallowed: a gap would hold it back. */
  sendBothWays(envelope: Envelope3): void
  /** By every way there is, for the last one. */
  sendLast(envelope: Envelope3): void
  /** Whether the link carries anything now, as the page measures it. */
  setFlowing(flowing: boolean): void
  isFlowing(): boolean
  /** What the server may have lost is said there once more; not while the link carries everything. */
  repeat(): void
  /**
   * The link is bound. What the server may have swallowed until now goes by it once more when what is returned is called, and before
   * anything that goes by every way; if the link is lost before, it is as if it had not been bound.
   */
  linkBound(): () => void
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
  /** The latest that left, and whether the server was given them. What did arrive is refused by the peer as a repeat. */
  let kept: { readonly envelope: Envelope3; atServer: boolean }[] = []
  /** What the bound link is still to carry once more. */
  let owed: typeof kept = []
  let flowing = true

  const isFlowing = () => isBound() && flowing
  function leave(envelope: Envelope3, atServer: boolean): void {
    if (isBound()) byLink(envelope)
    if (atServer) byServer(envelope)
    kept = [...kept, { envelope, atServer }].slice(-maxKept)
  }
  /** What a link took with it would hold back everything after it. */
  function repeatByServer(which: (atServer: boolean) => boolean): void {
    for (const each of kept.filter(({ atServer }) => which(atServer))) {
      each.atServer = true
      byServer(each.envelope)
    }
  }
  /** The server may have died with some of them. */
  function pay(): void {
    const now = owed
    owed = []
    for (const { envelope } of now) byLink(envelope)
    // A link that carries nothing just now may never have carried them.
    if (isFlowing()) kept = kept.filter((each) => !now.includes(each))
  }
  const catchUp = () => repeatByServer((atServer) => !atServer)

  return {
    send(envelope) {
      // A link that is interrupted cannot carry the offer that would restart it.
      leave(envelope, !isFlowing())
    },
    sendBothWays(envelope) {
      pay()
      catchUp()
      leave(envelope, true)
    },
    sendLast(envelope) {
      pay()
      leave(envelope, true)
    },
    setFlowing(now) {
      if (flowing === now) return
      flowing = now
      if (!flowing && isBound()) catchUp()
    },
    isFlowing,
    repeat() {
      if (!isFlowing()) repeatByServer(() => true)
    },
    linkBound() {
      flowing = true
      owed = [...kept]
      return pay
    },
    linkLost() {
      owed = []
      catchUp()
    },
  }
}
