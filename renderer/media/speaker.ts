// Where the other person is heard: one audio element. Never Web Audio, whose output the echo canceller does not know.
import { sendTo } from './sink.ts'

export interface Speaker {
  /** Null is silence. */
  play(track: MediaStreamTrack | null): void
  /** Null is the system's default. */
  use(deviceId: string | null): void
  /** The device did not take the sound, and the system's default plays it. */
  isRefused(): boolean
}

export function createSpeaker(page: Document): Speaker {
  const element = page.createElement('audio')
  element.id = 'peer-audio'
  element.autoplay = true
  page.body.append(element)
  let wanted: string | null = null
  let refused = false
  /** In turn: of two at once the later one would be overtaken. */
  let turning: Promise<unknown> = Promise.resolve()

  return {
    play(track) {
      element.srcObject = track && new MediaStream([track])
    },
    use(deviceId) {
      // What was refused is tried again whenever main says anything of devices: it may be back.
      if (deviceId === wanted && !refused) return
      wanted = deviceId
      turning = turning.then(async () => {
        if (wanted !== deviceId) return
        const taken = await sendTo(element, deviceId)
        if (wanted === deviceId) refused = !taken
      })
    },
    isRefused: () => refused,
  }
}
