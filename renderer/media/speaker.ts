// Where the other person is heard: one audio element. Never Web Audio, whose output the echo canceller does not know.
import { sendTo } from './sink.ts'

export interface Speaker {
  /** Null is silence. */
  play(track: MediaStreamTrack | null): void
  /** Null is the system's default. */
  use(deviceId: string | null): void
}

export function createSpeaker(page: Document): Speaker {
  const element = page.createElement('audio')
  element.id = 'peer-audio'
  element.autoplay = true
  page.body.append(element)

  return {
    play(track) {
      element.srcObject = track && new MediaStream([track])
    },
    use(deviceId) {
      void sendTo(element, deviceId)
    },
  }
}
