// Which counters of one key have been seen: all that is remembered against repeated frames (SP1 section 7).

/** How far behind the newest frame one may be and still be told from a repeat. */
const size = 1024
const span = BigInt(size)

export interface ReplayWindow {
  /** False for a counter that was marked, and for one too old to know. */
  isFresh(ctr: bigint): boolean
  /** SECURITY: only for a frame that proved authentic, or anybody could push the window ahead of the peer. */
  mark(ctr: bigint): void
}

export function createReplayWindow(): ReplayWindow {
  /** One bit for each of the last 1024 counters, at the counter's remainder. */
  const seen = new Uint8Array(size / 8)
  let newest = -1n

  const bitOf = (ctr: bigint) => {
    const place = Number(ctr % span)
    return { byte: place >> 3, bit: 1 << (place & 7) }
  }
  const has = (ctr: bigint): boolean => {
    const { byte, bit } = bitOf(ctr)
    return ((seen[byte] ?? 0) & bit) !== 0
  }
  function set(ctr: bigint, on: boolean): void {
    const { byte, bit } = bitOf(ctr)
    const others = (seen[byte] ?? 0) & ~bit
    seen[byte] = on ? others | bit : others
  }

  return {
    isFresh: (ctr) => ctr > newest || (newest - ctr < span && !has(ctr)),
    mark(ctr) {
      if (ctr - newest >= span) seen.fill(0)
      // What was skipped takes over the bits of what is now too old.
      else for (let skipped = newest + 1n; skipped < ctr; skipped++) set(skipped, false)
      if (ctr > newest) newest = ctr
      set(ctr, true)
    },
  }
}
