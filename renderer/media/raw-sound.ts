// What a microphone delivers before anything is made of it. The sound of a call tells no silence: the echo canceller adds
// noise of its own, measured as loud as what is left of a quiet room. So the same device is opened a second time, as it is.
import { createLevelMeter, peakOf } from './level-meter.ts'
import { openTrack } from './open-track.ts'
import type { Capture } from './open-track.ts'

export interface RawSound {
  /**
   * Root mean square of the peaks since the look before, 0 to 1 of full scale; 0 is digital silence. Null when nothing was
   * measured. Follows the device of `track`, and is closed while there is none.
   */
  look(track: MediaStreamTrack | null): number | null
  close(): void
}

export interface RawSoundOptions {
  readonly capture: Capture
  readonly meter?: typeof createLevelMeter
}

const asItIs = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

export function createRawSound({ capture, meter = createLevelMeter }: RawSoundOptions): RawSound {
  let followed: MediaStreamTrack | null = null
  let stop = (): void => undefined
  let windows = 0
  let squares = 0

  function close(): void {
    stop()
    stop = () => undefined
    followed = null
    windows = squares = 0
  }

  function follow(track: MediaStreamTrack): void {
    close()
    followed = track
    openTrack(capture, 'audio', track.getSettings().deviceId ?? null, asItIs)
      .then((raw) => {
        if (track !== followed) return raw.stop()
        stop = () => raw.stop()
        // Heard by the meter alone.
        raw.enabled = true
        const { stop: still } = meter(raw, (_, samples) => {
          windows++
          squares += peakOf(samples) ** 2
        })
        stop = () => {
          still()
          raw.stop()
        }
      })
      // A device that opens once only: nothing is known of its sound.
      .catch(() => {
        if (track === followed) stop()
      })
  }

  return {
    look(track) {
      if (!track) {
        close()
        return null
      }
      if (track !== followed) follow(track)
      const level = windows > 0 ? Math.sqrt(squares / windows) : null
      windows = squares = 0
      return level
    },
    close,
  }
}
