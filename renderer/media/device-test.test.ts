import { describe, expect, it, vi } from 'vitest'
import { createDeviceTest } from './device-test.ts'

class FakeTrack {
  enabled = true
  stopped = false
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
      heard(0.4)
      return { stop: () => metering-- }
    },
  })
  return {
    test,
    opened,
    now: () => states.at(-1),
    metering: () => metering,
    hold: (until: Promise<unknown>) => (held = until),
  }
}
const devices = { microphoneId: null, cameraId: null }

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
    expect(now()).toEqual({ level: 0.4, picture: null, problems: ['camera-busy'] })
  })
  it('closes everything when it stops', async () => {
    const { test, opened, now, metering } = settings()
    await test.start(devices)
    test.stop()
    expect(opened.map(({ stopped }) => stopped)).toEqual([true, true])
    expect(metering()).toBe(0)
    expect(now()).toEqual({ level: 0, picture: null, problems: [] })
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
