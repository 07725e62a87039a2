import { expect, it, vi } from 'vitest'
import { createSharedScreen, openScreen, type ScreenCapture } from './screen.ts'

class FakeTrack extends EventTarget {
  contentHint = ''
  stopped = false
  stop(): void {
    this.stopped = true
  }
}
const asTrack = (track: FakeTrack) => track as unknown as MediaStreamTrack

function shared() {
  const told: string[] = []
  const tracks: unknown[] = []
  const waiting: PromiseWithResolvers<MediaStreamTrack>[] = []
  const screen = createSharedScreen(
    () => {
      const one = Promise.withResolvers<MediaStreamTrack>()
      waiting.push(one)
      return one.promise
    },
    { changed: () => tracks.push(screen.track()), told: (outcome) => told.push(outcome) },
  )
  return { screen, told, tracks, waiting }
}

it('opens once, tells so, and closes at the end without a word', async () => {
  const { screen, told, tracks, waiting } = shared()
  screen.set(true)
  screen.set(true)
  expect(waiting).toHaveLength(1)
  const track = new FakeTrack()
  waiting[0]!.resolve(asTrack(track))
  await vi.waitFor(() => expect(told).toEqual(['on']))
  screen.set(false)
  expect([track.stopped, screen.track(), told]).toEqual([true, null, ['on']])
  expect(tracks).toEqual([track, null])
})

it('stops what opens after it was taken back, and what was taken back and begun again is the later one', async () => {
  const { screen, told, waiting } = shared()
  const [late, next] = [new FakeTrack(), new FakeTrack()]
  screen.set(true)
  screen.set(false)
  screen.set(true)
  waiting[0]!.resolve(asTrack(late))
  waiting[1]!.resolve(asTrack(next))
  await vi.waitFor(() => expect(told).toEqual(['on']))
  expect([late.stopped, next.stopped, screen.track()]).toEqual([true, false, next])
})

it('tells that what was shown is gone', async () => {
  const { screen, told, waiting } = shared()
  screen.set(true)
  const track = new FakeTrack()
  waiting[0]!.resolve(asTrack(track))
  await vi.waitFor(() => expect(told).toEqual(['on']))
  track.dispatchEvent(new Event('ended'))
  expect([told, screen.track()]).toEqual([['on', 'ended'], null])
})

it.each([
  ['NotAllowedError', 'cancelled'],
  ['AbortError', 'cancelled'],
  ['NotReadableError', 'failed'],
  ['InvalidStateError', 'failed'],
])('takes %s for %s', async (name, outcome) => {
  const { screen, told, waiting } = shared()
  screen.set(true)
  waiting[0]!.reject(new DOMException('', name))
  await vi.waitFor(() => expect(told).toEqual([outcome]))
})

it('asks for no sound', async () => {
  const asked: unknown[] = []
  const track = new FakeTrack()
  const capture = {
    async getDisplayMedia(options: DisplayMediaStreamOptions) {
      asked.push(options)
      return { getVideoTracks: () => [track] }
    },
  } as unknown as ScreenCapture
  expect(await openScreen(capture)).toBe(track)
  expect(asked).toMatchObject([{ audio: false }])
  expect(track.contentHint).toBe('detail')
})
