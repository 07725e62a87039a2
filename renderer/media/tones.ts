// Plays the tone of the moment: the ring on its own device and with its own volume, the others where people are heard.
import { sendTo } from './sink.ts'
import { waveOf } from './tone-wave.ts'
import type { Tone } from './tone-for.ts'

interface ToneOutput {
  /** Null is the system's default. */
  readonly ringDeviceId: string | null
  readonly speakerDeviceId: string | null
  /** 0 is silent, 1 is full. */
  readonly ringVolume: number
}

export interface Tones {
  /** The tone that is to be heard now. Repeating it changes nothing, so that a tone that has ended stays ended. */
  play(tone: Tone | null): void
  use(output: ToneOutput): void
}

const looping: readonly Tone[] = ['ring', 'ring-back']

export function createTones(page: Document): Tones {
  const elements = new Map<Tone, HTMLAudioElement>()
  let output: ToneOutput = { ringDeviceId: null, speakerDeviceId: null, ringVolume: 1 }
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

  async function aim(tone: Tone, element: HTMLAudioElement): Promise<void> {
    element.volume = tone === 'ring' ? output.ringVolume : 1
    await sendTo(element, tone === 'ring' ? output.ringDeviceId : output.speakerDeviceId)
  }

  return {
    play(tone) {
      if (tone === current) return
      if (current) elementOf(current).pause()
      current = tone
      if (!tone) return
      const element = elementOf(tone)
      element.currentTime = 0
      void aim(tone, element).then(() => {
        if (current === tone) element.play().catch(() => undefined)
      })
    },
    use(next) {
      output = next
      for (const [tone, element] of elements) void aim(tone, element)
    },
  }
}
