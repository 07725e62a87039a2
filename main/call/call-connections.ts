// The connections to servers that calls have opened, and when the last of them is closed. Knows no call.
import type { Address } from '../../contract/ids.ts'
import type { Drop } from '../signaling/drop.ts'

/**
 * SECURITY: every call that comes in costs a connection of mine, also the one that is only told "busy". Without a limit
 * a crowd of callers would use up what the server allows one network, and end the connections of my own calls.
 */
const maxConnections = 8

export interface CallConnections {
  /** Throws what `openDrop` throws. Whoever opens it closes it, once its last word has left. */
  open(peer: Address | null): Drop
  /** Whether answering one more caller would be too much. My own calls are not held back by it. */
  areFull(): boolean
  /** Replaces every one of them at once, however alive it looks. */
  reconnectNow(): void
  allClosed(): Promise<void>
}

export function createCallConnections(openDrop: (peer: Address | null) => Drop): CallConnections {
  const drops = new Set<Drop>()
  let told: (() => void)[] = []

  function closed(drop: Drop): void {
    drops.delete(drop)
    if (drops.size > 0) return
    for (const tell of told) tell()
    told = []
  }

  return {
    open(peer) {
      const drop = openDrop(peer)
      drops.add(drop)
      return {
        ...drop,
        close() {
          drop.close()
          closed(drop)
        },
      }
    },
    reconnectNow() {
      for (const drop of drops) drop.reconnectNow()
    },
    areFull: () => drops.size >= maxConnections,
    allClosed: () =>
      drops.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => void told.push(resolve)),
  }
}
