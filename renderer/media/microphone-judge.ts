// What may be wrong with a microphone that is open: levels in, verdict out. Knows no device, no link and no clock.
import type { MicrophoneVerdict } from '../../contract/link.ts'

export interface MicrophoneSample {
  /** Milliseconds that never go back. */
  readonly atMs: number
  /** There is a track whose device lives. */
  readonly live: boolean
  /** Not muted by the person. */
  readonly on: boolean
  /** The system says that nothing comes (`track.muted`). */
  readonly muted: boolean
  /**
   * Root mean square of the peaks since the sample before, 0 to 1 of full scale; 0 is digital silence: not one bit that is
   * not zero. Null when nothing was measured yet.
   */
  readonly level: number | null
}

export interface MicrophoneJudge {
  /** About once a second. Null when there is nothing to say. */
  judge(sample: MicrophoneSample): MicrophoneVerdict | null
}

/** Two looks at a second each: noticed within three seconds, and no click or pause of a driver counts. */
const lastsMs = 1_900
/**
 * Peaks of a voice come near full scale for moments; on the average of two seconds only a wave that is cut off does. A noise
 * floor, however low, is never zero for so long: one bit of 16 is -90 dB, and peaks are ten times what the ear takes it for.
 */
const clippedLevel = 0.9

export function createMicrophoneJudge(): MicrophoneJudge {
  /** Since when each has been so without a break. */
  let silentMs: number | null = null
  let clippedMs: number | null = null
  let lastMs: number | null = null

  function begin(): void {
    silentMs = clippedMs = null
  }

  return {
    judge({ atMs, live, on, muted, level }) {
      const beforeMs = lastMs ?? atMs
      lastMs = atMs
      if (!live || !on || muted || level === null) {
        begin()
        // The next level is of a time that in part was like this.
        if (!live || !on || muted) lastMs = null
        return live ? (on && muted ? 'muted' : null) : 'none'
      }
      // A sample speaks of the time before it.
      silentMs = level === 0 ? (silentMs ?? beforeMs) : null
      clippedMs = level >= clippedLevel ? (clippedMs ?? beforeMs) : null
      if (silentMs !== null && atMs - silentMs >= lastsMs) return 'silent'
      return clippedMs !== null && atMs - clippedMs >= lastsMs ? 'clipped' : null
    },
  }
}
