// The track of one device through a call: switched on and off, moved to another device, and replaced when its device
// is unplugged. Knows no call and no link.
import { problemOf } from './media-problem.ts'
import type { MediaProblem } from './media-problem.ts'

export interface LiveTrack {
  track(): MediaStreamTrack | null
  /** The first opening. Rejects with the error of getUserMedia. The track stays disabled until `set`. */
  open(deviceId: string | null): Promise<void>
  /**
   * On or off, and from which device; null is the system's default. Opens what is not open when it is on. Stays
   * with the device it has where the other does not open.
   */
  set(on: boolean, deviceId: string | null): void
  /** Opens the same device once more and moves over to it, switched on or off as it is: what it was opened with changed. */
  again(): void
  /** Closes the device until the next `set`. */
  drop(): void
  /** For good: what opens later is stopped. */
  close(): void
}

export interface LiveTrackEvents {
  /** There is another track, or none. */
  readonly changed: () => void
  /** The device is gone. Resolves once whoever chooses has been told, and may have chosen another. */
  readonly gone: () => Promise<void>
  /** No device could take over. */
  readonly lost: (problem: MediaProblem) => void
}

export function createLiveTrack(
  openDevice: (deviceId: string | null) => Promise<MediaStreamTrack>,
  { changed, gone, lost }: LiveTrackEvents,
): LiveTrack {
  let current: MediaStreamTrack | null = null
  let on = false
  /** The device that is open or being opened; undefined is none. */
  let wanted: string | null | undefined
  /** Counts openings, so that one that was overtaken is stopped when it comes. */
  let round = 0
  let closed = false

  function replace(track: MediaStreamTrack | null): void {
    const old = current
    current = track
    changed()
    old?.stop()
  }

  async function open(deviceId: string | null): Promise<void> {
    if (closed) return
    const mine = ++round
    wanted = deviceId
    const track = await openDevice(deviceId)
    if (mine !== round) return track.stop()
    track.enabled = on
    // `ended` comes from the device, never from `stop`.
    track.addEventListener('ended', () => {
      if (track === current) void replaceGone()
    })
    replace(track)
  }

  /** The next wish, if main names one; else the default, so that nobody stays without. */
  async function replaceGone(): Promise<void> {
    const mine = round
    await gone()
    if (mine === round && !closed) reopen(null)
  }

  function reopen(deviceId: string | null): void {
    const mine = round + 1
    open(deviceId).catch((error: unknown) => {
      // A device that still works is better than none.
      if (mine !== round || current?.readyState === 'live') return
      drop()
      lost(problemOf(error))
    })
  }

  function drop(): void {
    round++
    on = false
    wanted = undefined
    if (current) replace(null)
  }

  return {
    track: () => current,
    open,
    set(nowOn, deviceId) {
      on = nowOn
      if (current) current.enabled = on
      if (deviceId !== wanted && (on || current)) reopen(deviceId)
    },
    again() {
      if (wanted !== undefined && current) reopen(wanted)
    },
    drop,
    close() {
      closed = true
      round++
      current?.stop()
      current = null
    },
  }
}
