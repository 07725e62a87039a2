import { describe, expect, it, vi } from 'vitest'
import { createDeviceTest } from './device-test.ts'
import { allProcessing } from './microphone.ts'

class FakeTrack {
  enabled = true
  stopped = false
  muted = false
  readyState: 'live' | 'ended' = 'live'
  readonly kind: string
  constructor(kind: string) {
    this.kind = kind
  }
  stop(): void {
    this.stopped = true
  }
}
class FakeStream {
  readonly tracks: readonly FakeTrack[]
  constructor(tracks: readonly FakeTrack[]) {
    this.tracks = tracks
  }
  getTracks(): readonly FakeTrack[] {
    return this.tracks
  }
}
vi.stubGlobal('MediaStream', FakeStream)

function settings(refused: Partial<Record<string, string>> = {}) {
  const opened: FakeTrack[] = []
  const states: Parameters<Parameters<typeof createDeviceTest>[0]['changed']>[0][] = []
  let metering = 0
  let nowMs = 0
  let hear: (level: number, samples: Float32Array) => void = () => undefined
  let held: Promise<unknown> = Promise.resolve()
  const test = createDeviceTest({
    changed: (state) => states.push(state),
    capture: {
      async getUserMedia(wanted?: MediaStreamConstraints) {
        const kind = wanted?.audio ? 'audio' : 'video'
        await held
        const refusal = refused[kind]
        if (refusal) throw new DOMException('', refusal)
        const track = new FakeTrack(kind)
        opened.push(track)
        return new FakeStream([track]) as unknown as MediaStream
      },
    },
    meter(_track, heard) {
      metering++
      hear = heard
      heard(0.4, Float32Array.of(0.1))
      return { stop: () => void metering-- }
    },
    now: () => nowMs,
  })
  return {
    test,
    opened,
    now: () => states.at(-1),
    /** A second of looks at such samples. */
    second(...samples: number[]) {
      for (let look = 0; look < 25; look++) {
        nowMs += 40
        hear(0, Float32Array.from(samples))
      }
      return states.at(-1)?.microphone
    },
    metering: () => metering,
    hold: (until: Promise<unknown>) => (held = until),
  }
}
const devices = { microphoneId: null, cameraId: null, voice: allProcessing }

describe('the test of devices', () => {
  it('shows how loud the microphone is and what the camera sees', async () => {
    const { test, opened, now } = settings()
    await test.start(devices)
    expect(now()).toMatchObject({ level: 0.4, problems: [] })
    expect((now()?.picture as unknown as FakeStream).tracks).toEqual(
      opened.filter(({ kind }) => kind === 'video'),
    )
  })
  it('says what does not open and goes on with the other', async () => {
    const { test, now } = settings({ video: 'NotReadableError' })
    await test.start(devices)
    expect(now()).toEqual({ level: 0.4, microphone: null, picture: null, problems: ['camera-busy'] })
  })
  it('says within three seconds that nothing comes from the microphone, and takes it back', async () => {
    const { test, second } = settings()
    await test.start(devices)
    expect([second(0.001), second(0, 0.00001), second(0), second(0)]).toEqual([null, null, null, 'silent'])
    expect(second(0.0001)).toBeNull()
  })
  it('says that the microphone is overloaded, muted by the system, or gone', async () => {
    const { test, second, opened } = settings()
    await test.start(devices)
    expect([second(1), second(1), second(1)].at(-1)).toBe('clipped')
    const microphone = opened.find(({ kind }) => kind === 'audio')
    Object.assign(microphone ?? {}, { muted: true })
    expect(second(0)).toBe('muted')
    Object.assign(microphone ?? {}, { muted: false, readyState: 'ended' })
    expect(second(0)).toBe('none')
  })
  it('closes everything when it stops', async () => {
    const { test, opened, now, metering } = settings()
    await test.start(devices)
    test.stop()
    expect(opened.map(({ stopped }) => stopped)).toEqual([true, true])
    expect(metering()).toBe(0)
    expect(now()).toEqual({ level: 0, microphone: null, picture: null, problems: [] })
  })
  it('closes devices that open after it was stopped', async () => {
    const { test, opened, hold, now } = settings()
    const { promise, resolve } = Promise.withResolvers<null>()
    hold(promise)
    const started = test.start(devices)
    test.stop()
    resolve(null)
    await started
    expect(opened.map(({ stopped }) => stopped)).toEqual([true, true])
    expect(now()?.picture).toBeNull()
  })
})
