// Notices that the peer's sound has stopped coming. A peer always sends some, fifty packets a second, muted ones as well
// (SP1 section 11), so that silence on the wire is a path that is dead. Knows no worker and no link.

/** Longer than a hiccup of a radio link, and sooner than the transport notices anything (about five seconds). */
const stalledAfterMs = 400
export const lookEveryMs = 50
/** Whoever looks later than this has stood still, and what came meanwhile is still to be handed over. */
const maxLateMs = 200

export interface SoundWatch {
  /** A frame of sound came, whatever is in it. */
  heard(): void
  /** To be called every `lookEveryMs`. */
  look(): void
}

/** Begins with the first frame: before that there is nothing to have stopped. `now` in milliseconds that never go back. */
export function createSoundWatch(tell: (flowing: boolean) => void, now: () => number): SoundWatch {
  let heardMs: number | null = null
  let lookedMs = now()
  let flowing = true

  return {
    heard() {
      heardMs = now()
      if (flowing) return
      flowing = true
      tell(true)
    },
    look() {
      const nowMs = now()
      const stoodStill = nowMs - lookedMs > maxLateMs
      lookedMs = nowMs
      if (heardMs === null || !flowing) return
      if (stoodStill) heardMs = nowMs
      if (nowMs - heardMs < stalledAfterMs) return
      flowing = false
      tell(false)
    },
  }
}
