// The ring: one sound on one or several outputs at once, each an audio element of its own. Knows neither calls nor who may
// ring; what is not to ring is given no element at all, so that not a sample of it is played.
import type { Ringtone } from '../../contract/ringing.ts'
import type { RingSounds } from './ring-sounds.ts'
import { takesSink } from './sink.ts'

export interface RingOutput {
  /** None is the system's default. */
  readonly deviceIds: readonly string[]
  /** 0 is silent, 1 is full. */
  readonly volume: number
}

export interface Ring {
  /** What is to ring now, on and on; null is silence, at once. */
  play(tone: Ringtone | null): void
  use(output: RingOutput): void
}

const systemDefault = ''

export function createRing(page: Pick<Document, 'createElement'>, sounds: RingSounds): Ring {
  let output: RingOutput = { deviceIds: [], volume: 1 }
  let wanted: Ringtone | null = null
  /** Where the sound is, once it is there. */
  let url: string | null = null
  /** The tone could not be played, and another one stands in for it. */
  let standsIn = false
  /** By device; one that has not been taken by its device yet does not sound. */
  const elements = new Map<string, HTMLAudioElement>()

  function drop(deviceId: string): void {
    elements.get(deviceId)?.pause()
    elements.delete(deviceId)
  }
  function silence(): void {
    url = null
    for (const deviceId of [...elements.keys()]) drop(deviceId)
  }

  async function ringOn(deviceId: string, source: string): Promise<void> {
    if (elements.has(deviceId)) return
    const element = page.createElement('audio')
    elements.set(deviceId, element)
    const isMine = () => elements.get(deviceId) === element
    element.loop = true
    element.volume = output.volume
    element.addEventListener('error', () => isMine() && broken(deviceId))
    element.src = source
    const taken = await takesSink(element, deviceId)
    if (!isMine()) return
    if (taken) await element.play().catch(() => undefined)
    else elements.delete(deviceId)
  }

  /** Rings on every output that takes the sound. One that does not is passed over, unless nothing else is left. */
  async function ringOnAll(source: string): Promise<void> {
    const wishes = output.deviceIds.length > 0 ? output.deviceIds : [systemDefault]
    for (const deviceId of [...elements.keys()]) if (!wishes.includes(deviceId)) drop(deviceId)
    await Promise.all(wishes.map((deviceId) => ringOn(deviceId, source)))
    if (url === source && elements.size === 0) await ringOn(systemDefault, source)
  }

  /** A call that nobody hears is worse than one with another tone. */
  function broken(deviceId: string): void {
    const tone = wanted
    // What is drawn in code is sound: the device is at fault, and the others ring on.
    if (tone === null || standsIn) return drop(deviceId)
    silence()
    standsIn = true
    void start(sounds.insteadOf(tone), tone)
  }

  async function start(source: Promise<string>, tone: Ringtone): Promise<void> {
    const found = await source
    if (wanted !== tone || url !== null) return
    url = found
    await ringOnAll(found)
  }

  return {
    play(tone) {
      if (tone === wanted) return
      silence()
      wanted = tone
      standsIn = false
      if (tone !== null) void start(sounds.urlOf(tone), tone)
    },
    use(next) {
      output = next
      for (const element of elements.values()) element.volume = next.volume
      if (url !== null) void ringOnAll(url)
    },
  }
}
