// What is wrong with my own microphone in a call, looked at once a second.
import type { LinkMeasured } from '../../contract/link.ts'
import { createMicrophoneJudge } from './microphone-judge.ts'
import { createRawSound } from './raw-sound.ts'
import type { RawSoundOptions } from './raw-sound.ts'

export interface OwnSound {
  /** `isOn`: the person has not muted it. Nothing of a muted microphone is listened to. */
  look(track: MediaStreamTrack | null, isOn: boolean): NonNullable<LinkMeasured['sound']>['microphone']
  close(): void
}

export interface OwnSoundOptions extends RawSoundOptions {
  readonly now?: () => number
}

export function createOwnSound({ now = () => performance.now(), ...raw }: OwnSoundOptions): OwnSound {
  const judge = createMicrophoneJudge()
  const sound = createRawSound(raw)
  return {
    look(track, isOn) {
      const live = track?.readyState === 'live'
      return judge.judge({
        atMs: now(),
        live,
        on: isOn,
        muted: track?.muted ?? false,
        level: sound.look(live && isOn ? track : null),
      })
    },
    close: sound.close,
  }
}
