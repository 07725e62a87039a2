import { describe, expect, it } from 'vitest'
import { createSoundFlow } from './sound-flow.ts'

const stoppedMs = 50_000
function flow(...changes: boolean[]) {
  const sound = createSoundFlow(() => stoppedMs)
  changes.forEach(sound.changed)
  return sound
}

describe('what a connection is worth', () => {
  it('is what the transport says while nothing is known of sound', () => {
    for (const connection of ['connecting', 'connected', 'interrupted', 'failed'] as const)
      expect(flow().judge(connection, null)).toBe(connection)
  })
  it('is stalled without sound, and what the transport says once that is worse', () => {
    expect(flow(false).judge('connected', null)).toBe('stalled')
    expect(flow(false).judge('interrupted', null)).toBe('interrupted')
    expect(flow(false).judge('failed', null)).toBe('failed')
  })
  it('is connected as soon as sound comes, whatever the transport still says', () => {
    expect(flow(false, true).judge('interrupted', null)).toBe('connected')
    expect(flow(false, true).judge('failed', null)).toBe('connected')
  })
  it('is not stalled for a peer that has no sound to send, and of which everything else still comes', () => {
    const sound = flow(false)
    expect(sound.judge('connected', stoppedMs + 1_000)).toBe('stalled')
    expect(sound.judge('connected', stoppedMs + 1_001)).toBe('connected')
    // From then on the transport is believed, until there was sound again.
    expect(sound.judge('connected', null)).toBe('connected')
    expect(sound.judge('interrupted', null)).toBe('interrupted')
    sound.changed(true)
    sound.changed(false)
    expect(sound.judge('connected', stoppedMs)).toBe('stalled')
  })
})
