import { describe, expect, it, vi } from 'vitest'
import type { createLevelMeter } from './level-meter.ts'
import { createOwnSound } from './own-sound.ts'

const inCall = (deviceId: string, more: Partial<MediaStreamTrack> = {}) =>
  ({ readyState: 'live', muted: false, getSettings: () => ({ deviceId }), ...more }) as MediaStreamTrack

/** A microphone that is looked at once a second, and what its device delivers. */
function microphone({ opens = true, measures = true } = {}) {
  let nowMs = 0
  const open = new Map<MediaStreamTrack, Parameters<typeof createLevelMeter>[1]>()
  const asked: MediaTrackConstraints[] = []
  const capture = {
    getUserMedia: (constraints?: MediaStreamConstraints) => {
      asked.push(constraints?.audio as MediaTrackConstraints)
      if (!opens) return Promise.reject(new DOMException('in use', 'NotReadableError'))
      const raw = { enabled: true, stop: vi.fn(() => void open.delete(raw)) } as unknown as MediaStreamTrack
      return Promise.resolve({ getTracks: () => [raw] } as unknown as MediaStream)
    },
  }
  const meter: typeof createLevelMeter = (track, heard) => {
    open.set(track, heard)
    if (!measures) throw new DOMException('too many', 'NotSupportedError')
    return { stop: () => undefined }
  }
  const { look, close } = createOwnSound({ capture, meter, now: () => nowMs })
  return {
    open,
    asked,
    close,
    async look(track: MediaStreamTrack | null, peaks: number[] = [], isOn = true) {
      nowMs += 1000
      for (const heard of open.values()) for (const peak of peaks) heard(0, new Float32Array([peak, -peak]))
      const verdict = look(track, isOn)
      await Promise.resolve().then(() => undefined)
      await new Promise((next) => setTimeout(next))
      return verdict
    },
  }
}

describe('what is wrong with my own microphone', () => {
  it('opens the same device once more, with nothing made of its sound', async () => {
    const { look, asked, open } = microphone()
    await look(inCall('desk'))
    expect(asked).toEqual([
      {
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
        deviceId: { exact: 'desk' },
      },
    ])
    expect([...open.keys()].map((track) => track.enabled)).toEqual([true])
  })
  it('is silent when every sample is zero for two looks, and not once one is not', async () => {
    const { look } = microphone()
    const track = inCall('desk')
    const seen = []
    for (const peaks of [[], [0, 0], [0, 0], [0, 0], [0, 0.0001]]) seen.push(await look(track, peaks))
    expect(seen).toEqual([null, null, 'silent', 'silent', null])
  })
  it('is overloaded when nearly every peak reaches full scale', async () => {
    const { look } = microphone()
    const track = inCall('desk')
    const seen = []
    for (const peaks of [[], [1, 0.98], [1, 0.99], [0.3, 0.2]]) seen.push(await look(track, peaks))
    expect(seen).toEqual([null, null, 'clipped', null])
  })
  it('follows to another device, and is shut while I am muted and at the end', async () => {
    const { look, open, asked, close } = microphone()
    const desk = inCall('desk')
    await look(desk)
    await look(inCall('headset'))
    expect(asked.at(-1)).toMatchObject({ deviceId: { exact: 'headset' } })
    expect(open.size).toBe(1)
    expect(await look(desk, [], false)).toBeNull()
    expect(open.size).toBe(0)
    await look(desk)
    expect(open.size).toBe(1)
    close()
    expect(open.size).toBe(0)
  })
  it('keeps nothing that opens after it was shut', async () => {
    const { look, open, close } = microphone()
    const late = look(inCall('desk'))
    close()
    await late
    expect(open.size).toBe(0)
  })
  it('says nothing of a sound it cannot hear, and asks for the device once', async () => {
    const { look, asked } = microphone({ opens: false })
    const track = inCall('desk')
    for (let second = 0; second < 5; second++) expect(await look(track)).toBeNull()
    expect(asked).toHaveLength(1)
  })
  it('keeps no device open whose sound cannot be measured', async () => {
    const { look, open } = microphone({ measures: false })
    const track = inCall('desk')
    for (let second = 0; second < 5; second++) expect(await look(track)).toBeNull()
    expect(open.size).toBe(0)
  })
  it('tells the mute of the system and a device that is gone at once, and nothing of my own mute', async () => {
    const { look } = microphone()
    expect(await look(inCall('desk', { muted: true }))).toBe('muted')
    expect(await look(inCall('desk', { muted: true }), [], false)).toBeNull()
    expect(await look(inCall('desk', { readyState: 'ended' }))).toBe('none')
    expect(await look(null)).toBe('none')
  })
})
