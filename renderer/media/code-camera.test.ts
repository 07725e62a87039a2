import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCodeCamera } from './code-camera.ts'

class FakeTrack {
  enabled = true
  stopped = false
  onended: (() => void) | null = null
  stop(): void {
    this.stopped = true
  }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A camera that sees these texts one after the other, null for a picture without a code. */
function lookingAt(...sights: (string | null)[]) {
  const tracks: FakeTrack[] = []
  const found: string[] = []
  const states: Parameters<Parameters<typeof createCodeCamera>[0]['changed']>[0][] = []
  let open = 0
  let refusal: string | null = null
  let held: Promise<unknown> = Promise.resolve()
  const asked: MediaStreamConstraints[] = []
  const camera = createCodeCamera({
    changed: (state) => states.push(state),
    found: (text) => {
      // SECURITY: by the time anybody hears of it the light is off.
      expect(tracks.every((track) => track.stopped)).toBe(true)
      found.push(text)
    },
    capture: {
      async getUserMedia(wanted: MediaStreamConstraints) {
        asked.push(wanted)
        await held
        if (refusal) throw new DOMException('', refusal)
        const track = new FakeTrack()
        tracks.push(track)
        return { getTracks: () => [track] } as unknown as MediaStream
      },
    },
    look() {
      open++
      return {
        stream: { name: 'preview' } as unknown as MediaStream,
        frame: () => ({ width: 1 }) as ImageData,
        close: () => open--,
      }
    },
    read: () => sights.shift() ?? null,
  })
  return {
    camera,
    tracks,
    found,
    states,
    asked,
    open: () => open,
    refuse: (name: string) => (refusal = name),
    hold: (until: Promise<unknown>) => (held = until),
  }
}

describe('looking for a code with the camera', () => {
  it('looks at five to ten pictures a second and closes with the first code', async () => {
    const { camera, tracks, found, states, open } = lookingAt(null, null, null, 'SP1V1:A', 'SP1V1:B')
    await camera.start(null)
    expect(states.at(-1)?.picture).not.toBeNull()
    vi.advanceTimersByTime(499)
    expect(found).toEqual([])
    vi.advanceTimersByTime(1)
    expect(found).toEqual(['SP1V1:A'])
    vi.advanceTimersByTime(10_000)
    expect(found).toEqual(['SP1V1:A'])
    expect([tracks[0]?.stopped, open(), states.at(-1)]).toEqual([true, 0, { picture: null, problem: null }])
  })
  it('asks for no microphone', async () => {
    const { camera, asked } = lookingAt()
    await camera.start('desk')
    expect(asked).toMatchObject([{ video: { deviceId: { exact: 'desk' } } }])
    expect(asked[0]).not.toHaveProperty('audio')
    camera.stop()
  })
  it('closes at once when it is told to', async () => {
    const { camera, tracks, found, open } = lookingAt('SP1V1:A')
    await camera.start(null)
    camera.stop()
    vi.advanceTimersByTime(10_000)
    expect([tracks[0]?.stopped, open(), found]).toEqual([true, 0, []])
  })
  it('closes a camera that opens only after the scanner was closed', async () => {
    const { camera, tracks, hold, open } = lookingAt()
    let release = (_: unknown): void => undefined
    hold(new Promise((resolve) => (release = resolve)))
    const starting = camera.start(null)
    camera.stop()
    release(null)
    await starting
    expect([tracks[0]?.stopped, open()]).toEqual([true, 0])
  })
  it.each([
    ['NotAllowedError', 'camera-denied'],
    ['NotFoundError', 'camera-missing'],
    ['NotReadableError', 'camera-busy'],
  ])('says what is wrong after %s', async (name, problem) => {
    const { camera, states, refuse } = lookingAt()
    refuse(name)
    await camera.start(null)
    expect(states.at(-1)).toEqual({ picture: null, problem })
  })
  it('says so when the camera is pulled out', async () => {
    const { camera, tracks, states, open } = lookingAt()
    await camera.start(null)
    tracks[0]?.onended?.()
    expect([states.at(-1)?.problem, open()]).toEqual(['camera-missing', 0])
  })
})
