import { describe, expect, it } from 'vitest'
import { createOwnSound } from './own-sound.ts'

const track = (id: string, more: Partial<MediaStreamTrack> = {}) =>
  ({ id, readyState: 'live', muted: false, ...more }) as MediaStreamTrack
const report = (trackIdentifier: string, seconds: number, energy: number) =>
  new Map([
    ['v', { type: 'media-source', kind: 'video', trackIdentifier: 'camera' }],
    [
      's',
      {
        type: 'media-source',
        kind: 'audio',
        trackIdentifier,
        totalSamplesDuration: seconds,
        totalAudioEnergy: energy,
      },
    ],
  ])
const heard = { isOn: true, flows: true }

function microphone() {
  let nowMs = 0
  const { look } = createOwnSound(() => nowMs)
  return (...[stats, ...rest]: Parameters<typeof look>) => {
    nowMs += 1000
    return look(stats, ...rest)
  }
}

describe('what becomes of my own voice', () => {
  it('is silence when the energy stands still, and nothing to say once it moves', () => {
    const look = microphone()
    const seen = [0, 0, 0, 0.00001].map((energy, second) =>
      look(report('a', second, energy), track('a'), heard),
    )
    expect(seen).toEqual([null, null, 'silent', null])
  })
  it('is silence when a device delivers nothing at all', () => {
    const look = microphone()
    const seen = [1, 1, 1].map((second) => look(report('a', second, 0.2), track('a'), heard))
    expect(seen).toEqual([null, null, 'silent'])
  })
  it('is overload when every peak reaches full scale', () => {
    const look = microphone()
    const seen = [0, 1, 2].map((second) => look(report('a', second, second * 0.98), track('a'), heard))
    expect(seen).toEqual([null, null, 'clipped'])
  })
  it('begins anew with another device, and while nothing can be sent', () => {
    const look = microphone()
    look(report('a', 0, 0), track('a'), heard)
    look(report('a', 1, 0), track('a'), heard)
    expect(look(report('b', 0, 0), track('b'), heard)).toBeNull()
    expect(look(report('b', 0, 0), track('b'), { isOn: true, flows: false })).toBeNull()
    expect(look(report('b', 0, 0), track('b'), heard)).toBeNull()
  })
  it('tells the mute of the system and a device that is gone at once, and nothing of my own mute', () => {
    const look = microphone()
    const none = new Map()
    expect(look(none, track('a', { muted: true }), heard)).toBe('muted')
    expect(look(none, track('a', { muted: true }), { isOn: false, flows: true })).toBeNull()
    expect(look(none, track('a', { readyState: 'ended' }), heard)).toBe('none')
    expect(look(none, null, heard)).toBe('none')
  })
})
