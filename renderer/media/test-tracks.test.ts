import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTestTracks } from './test-tracks.ts'

/** jsdom has no media: frames that know whether they are open, and tracks that take as many as they are told. */
function fakeMedia(taken: number) {
  const made: { open: boolean }[] = []
  class Frame {
    open = true
    constructor() {
      made.push(this)
    }
    close(): void {
      this.open = false
    }
  }
  class Generator {
    private left = taken
    readonly writable = new WritableStream({
      // A track that takes no more never answers.
      write: () => (this.left-- > 0 ? undefined : new Promise<void>(() => undefined)),
    })
    stop(): void {
      this.left = 0
    }
  }
  vi.stubGlobal('AudioData', Frame)
  vi.stubGlobal('VideoFrame', Frame)
  vi.stubGlobal('MediaStreamTrackGenerator', Generator)
  return { made, open: () => made.filter(({ open }) => open).length }
}
const settled = () => new Promise((next) => setTimeout(next, 0))

afterEach(() => vi.unstubAllGlobals())

describe('tracks for a trial', () => {
  it('close each frame that was taken', async () => {
    const frames = fakeMedia(Infinity)
    const tracks = createTestTracks()
    for (let time = 0; time < 3; time++) tracks.feed()
    await settled()
    expect([frames.made.length, frames.open()]).toEqual([6, 0])
  })

  it('close what was still waiting when they stop', async () => {
    const frames = fakeMedia(1)
    const tracks = createTestTracks()
    for (let time = 0; time < 4; time++) tracks.feed()
    await settled()
    expect(frames.open()).toBeGreaterThan(0)
    tracks.stop()
    await settled()
    expect([frames.made.length, frames.open()]).toEqual([8, 0])
  })
})
