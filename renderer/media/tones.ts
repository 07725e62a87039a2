// Plays the tones of a call where people are heard. The ring is not among them: it has outputs of its own.
import { sendTo } from './sink.ts'
import { waveOf } from './tone-wave.ts'
import type { Tone } from './tone-for.ts'

export interface Tones {
  /** The tone that is to be heard now. Repeating it changes nothing, so that a tone that has ended stays ended. */
  play(tone: Tone | null): void
  /** Null is the system's default. */
  use(speakerDeviceId: string | null): void
}

const looping: readonly Tone[] = ['ring-back']

export function createTones(page: Document): Tones {
  const elements = new Map<Tone, HTMLAudioElement>()
  let deviceId: string | null = null
  let current: Tone | null = null

  function elementOf(tone: Tone): HTMLAudioElement {
    const known = elements.get(tone)
    if (known) return known
    const element = page.createElement('audio')
    element.loop = looping.includes(tone)
    element.src = URL.createObjectURL(new Blob([waveOf(tone)], { type: 'audio/wav' }))
    elements.set(tone, element)
    return element
  }

  return {
    play(tone) {
      if (tone === current) return
      if (current) elementOf(current).pause()
      current = tone
      if (!tone) return
      const element = elementOf(tone)
      element.currentTime = 0
      void sendTo(element, deviceId).then(() => {
        if (current === tone) element.play().catch(() => undefined)
      })
    },
    use(speakerDeviceId) {
      deviceId = speakerDeviceId
      for (const element of elements.values()) void sendTo(element, deviceId)
    },
  }
}
