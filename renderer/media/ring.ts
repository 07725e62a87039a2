// The ring: one sound on one or several outputs at once, each an audio element of its own whose sound is read before it rings:
// that takes some 50 ms. Knows neither calls nor who may ring; what is not to ring is never told to play.
import type { BuiltInRingtone, Ringtone } from '../../contract/ringing.ts'
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
  /**
   * What will ring next, most likely, on the outputs of now: its sound is read, and not a sample of it is played. Null where it
   * has to be asked for first.
   */
  expect(tone: BuiltInRingtone | null): void
  use(output: RingOutput): void
}

const systemDefault = ''

function rewind(element: HTMLAudioElement): void {
  if (element.currentTime > 0) element.currentTime = 0
}

export function createRing(page: Pick<Document, 'createElement'>, sounds: RingSounds): Ring {
  let output: RingOutput = { deviceIds: [], volume: 1 }
  let wanted: Ringtone | null = null
  /** Where the sound is, once it is there. */
  let url: string | null = null
  /** The tone could not be played, and another one stands in for it. */
  let standsIn = false
  /** By device; one that has not been taken by its device yet does not sound. */
  const elements = new Map<string, HTMLAudioElement>()
  let expecting: BuiltInRingtone | null = null
  /** Where its sound is. */
  let expected: string | null = null
  /** By device; silent, with what is expected. Its device is asked only once it rings: it may be gone by then. */
  const ready = new Map<string, HTMLAudioElement>()

  const devices = (): readonly string[] => (output.deviceIds.length > 0 ? output.deviceIds : [systemDefault])

  function make(deviceId: string, source: string): HTMLAudioElement {
    const element = page.createElement('audio')
    element.loop = true
    element.volume = output.volume
    element.addEventListener('error', () => {
      if (elements.get(deviceId) === element) broken(deviceId)
      else if (ready.get(deviceId) === element) ready.delete(deviceId)
    })
    element.preload = 'auto'
    element.src = source
    return element
  }

  /** For every output that has none. Those of other outputs or of another sound go. */
  function getReady(): void {
    const wishes = devices()
    for (const [deviceId, element] of ready)
      if (!wishes.includes(deviceId) || element.src !== expected) ready.delete(deviceId)
    if (expected === null) return
    // The sound begins anew each time, and to go back takes some 10 ms.
    for (const element of ready.values()) rewind(element)
    for (const deviceId of wishes) {
      if (ready.has(deviceId) || elements.has(deviceId)) continue
      ready.set(deviceId, make(deviceId, expected))
    }
  }

  function take(deviceId: string, source: string): HTMLAudioElement {
    const element = ready.get(deviceId)
    ready.delete(deviceId)
    if (element?.src !== source) return make(deviceId, source)
    rewind(element)
    element.volume = output.volume
    return element
  }

  function drop(deviceId: string): void {
    const element = elements.get(deviceId)
    elements.delete(deviceId)
    if (!element) return
    element.pause()
    // One that a device has taken would not notice that the device is gone.
    if (deviceId !== systemDefault || element.src !== expected || element.error) return
    ready.set(deviceId, element)
  }
  function silence(): void {
    url = null
    for (const deviceId of [...elements.keys()]) drop(deviceId)
  }

  async function ringOn(deviceId: string, source: string): Promise<void> {
    if (elements.has(deviceId)) return
    const element = take(deviceId, source)
    elements.set(deviceId, element)
    // In the same breath where it can be: who is called is to hear it before the screen is drawn.
    const taken = element.sinkId === deviceId || (await takesSink(element, deviceId))
    if (elements.get(deviceId) !== element) return
    if (taken) await element.play().catch(() => undefined)
    else elements.delete(deviceId)
  }

  /** Rings on every output that takes the sound. One that does not is passed over, unless nothing else is left. */
  async function ringOnAll(source: string): Promise<void> {
    const wishes = devices()
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
    if (wanted === tone && url === null) begin(found)
  }
  function begin(source: string): void {
    url = source
    void ringOnAll(source)
  }

  return {
    play(tone) {
      if (tone === wanted) return
      silence()
      wanted = tone
      standsIn = false
      if (tone === null) return
      if (tone === expecting && expected !== null) begin(expected)
      else void start(sounds.urlOf(tone), tone)
    },
    expect(tone) {
      if (tone === expecting) return getReady()
      expecting = tone
      expected = null
      if (tone === null) return getReady()
      void sounds.urlOf(tone).then((found) => {
        if (expecting !== tone) return
        expected = found
        getReady()
      })
    },
    use(next) {
      output = next
      for (const element of elements.values()) element.volume = next.volume
      if (url !== null) void ringOnAll(url)
    },
  }
}
