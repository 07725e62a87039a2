// Opens the screen or window that a person has just chosen, for as long as main says so. What was chosen only main knows;
// Chromium gives out that one or nothing.

export type ScreenCapture = Pick<MediaDevices, 'getDisplayMedia'>

/** Rejects with the error of getDisplayMedia. SECURITY: no sound: that of a computer has the other person's voice in it. */
export async function openScreen(capture: ScreenCapture): Promise<MediaStreamTrack> {
  const stream = await capture.getDisplayMedia({
    video: { frameRate: { ideal: 15, max: 30 }, width: { max: 2560 }, height: { max: 1600 } },
    audio: false,
  })
  const [track] = stream.getVideoTracks()
  if (!track) throw new DOMException('no track', 'NotFoundError')
  // Sharp letters rather than smooth movement.
  track.contentHint = 'detail'
  return track
}

export type ScreenOutcome = 'on' | 'cancelled' | 'failed' | 'ended'

export interface SharedScreen {
  track(): MediaStreamTrack | null
  /** Opens once for each beginning, and closes at the end; what opens after that is stopped. */
  set(on: boolean): void
}

export function createSharedScreen(
  open: () => Promise<MediaStreamTrack>,
  events: {
    /** There is another track, or none. */
    readonly changed: () => void
    /** What came of a beginning, unless it was taken back, and that what was shown is gone. */
    readonly told: (outcome: ScreenOutcome) => void
  },
): SharedScreen {
  let current: MediaStreamTrack | null = null
  let on = false
  /** Counts beginnings and ends, so that one that was overtaken is stopped when it comes. */
  let round = 0

  function replace(track: MediaStreamTrack | null): void {
    const old = current
    current = track
    if (old !== track) events.changed()
    old?.stop()
  }

  async function begin(): Promise<void> {
    const mine = ++round
    try {
      const track = await open()
      if (mine !== round) return track.stop()
      // From the system or the window that was shown; never from `stop`.
      track.addEventListener('ended', () => {
        if (track !== current) return
        replace(null)
        events.told('ended')
      })
      replace(track)
      events.told('on')
    } catch (error) {
      if (mine === round) events.told(outcomeOf(error))
    }
  }

  return {
    track: () => current,
    set(now) {
      if (now === on) return
      on = now
      if (on) return void begin()
      round++
      replace(null)
    },
  }
}

/** Who closes the system's picker has not met with a failure (W3C screen-capture section 5.1). */
function outcomeOf(error: unknown): ScreenOutcome {
  const name = error instanceof DOMException ? error.name : ''
  return name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled' : 'failed'
}
