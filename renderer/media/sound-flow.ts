// What a link's connection is worth, as far as sound tells: it stops long before the transport notices, and comes back
// before the transport says so. Knows no link and no worker.
import type { LinkMeasured } from '../../contract/link.ts'

type Connection = LinkMeasured['connection']

/** What was under way when the sound stopped arrives within this time. */
const stragglersMs = 1_000

export interface SoundFlow {
  /** The peer's sound has stopped coming, or comes again. */
  changed(flowing: boolean): void
  /** `connection`: what the transport says. `lastPacketMs`: when it last received anything, on the wall clock; null if unknown. */
  judge(connection: Connection, lastPacketMs: number | null): Connection
}

export function createSoundFlow(now: () => number = Date.now): SoundFlow {
  /** Null while nothing is known: the transport is believed. */
  let flowing: boolean | null = null
  let stoppedMs = 0

  return {
    changed(nowFlowing) {
      flowing = nowFlowing
      if (!flowing) stoppedMs = now()
    },
    judge(connection, lastPacketMs) {
      // A peer whose microphone went away in the call has no sound to send. Everything else of it still comes.
      const isAlive = lastPacketMs !== null && lastPacketMs > stoppedMs + stragglersMs
      if (flowing === false && isAlive) flowing = null
      if (flowing === true) return 'connected'
      return flowing === false && connection === 'connected' ? 'stalled' : connection
    },
  }
}
