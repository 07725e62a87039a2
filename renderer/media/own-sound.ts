// What becomes of my own voice before it is encrypted, read once a second out of the statistics that are asked for anyway:
// no device is opened for it and no sound is touched.
import type { LinkMeasured } from '../../contract/link.ts'
import { createMicrophoneJudge } from './microphone-judge.ts'
import type { StatsReport } from './link-stats.ts'

/** Of RTCAudioSourceStats (W3C webrtc-stats section 8.2); energy is the square of the peaks, times their duration. */
interface AudioSource {
  readonly type: string
  readonly kind?: string
  readonly trackIdentifier?: string
  readonly totalAudioEnergy?: number
  readonly totalSamplesDuration?: number
}

export interface OwnSound {
  /** `isOn`: the person has not muted it. `flows`: the transport takes sound, so that what is not measured did not come. */
  look(
    report: StatsReport,
    track: MediaStreamTrack | null,
    state: { readonly isOn: boolean; readonly flows: boolean },
  ): NonNullable<LinkMeasured['sound']>['microphone']
}

export function createOwnSound(now: () => number = () => performance.now()): OwnSound {
  const judge = createMicrophoneJudge()
  let before: { readonly id: string; readonly energy: number; readonly seconds: number } | null = null

  function levelSince(report: StatsReport, id: string | undefined, flows: boolean): number | null {
    const source = ([...report.values()] as AudioSource[]).find(
      ({ type, kind, trackIdentifier }) =>
        type === 'media-source' && kind === 'audio' && trackIdentifier === id,
    )
    const last = before
    before =
      source && id !== undefined
        ? { id, energy: source.totalAudioEnergy ?? 0, seconds: source.totalSamplesDuration ?? 0 }
        : null
    if (!before || !last || last.id !== id || !flows) return null
    const seconds = before.seconds - last.seconds
    return seconds > 0 ? Math.sqrt(Math.max(0, before.energy - last.energy) / seconds) : 0
  }

  return {
    look: (report, track, { isOn, flows }) =>
      judge.judge({
        atMs: now(),
        live: track?.readyState === 'live',
        on: isOn,
        muted: track?.muted ?? false,
        level: levelSince(report, track?.id, flows),
      }),
  }
}
