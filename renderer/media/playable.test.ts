import { beforeEach, expect, it, vi } from 'vitest'
import { isPlayable } from './playable.ts'

class FakeAudio extends EventTarget {
  src = ''
  preload = ''
  duration = 0
  removeAttribute(): void {
    this.src = ''
  }
  load(): void {}
}
const bytes = new Uint8Array(4)
const revoked: string[] = []
beforeEach(() => {
  revoked.length = 0
  vi.stubGlobal('URL', {
    createObjectURL: () => 'blob:1',
    revokeObjectURL: (url: string) => revoked.push(url),
  })
})
async function tried(happens: (element: FakeAudio) => void): Promise<boolean> {
  const element = new FakeAudio()
  const answer = isPlayable(bytes, () => element as unknown as HTMLAudioElement)
  happens(element)
  const plays = await answer
  expect([element.src, revoked]).toEqual(['', ['blob:1']])
  return plays
}
const loaded = (duration: number) => (element: FakeAudio) => {
  element.duration = duration
  element.dispatchEvent(new Event('loadeddata'))
}

it.each([
  ['a sound of two seconds', loaded(2), true],
  ['a click', loaded(0.05), false],
  ['a length that nobody knows', loaded(Number.NaN), false],
  ['what Chromium does not decode', (element: FakeAudio) => element.dispatchEvent(new Event('error')), false],
] as const)('%s', async (_, happens, expected) => {
  expect(await tried(happens)).toBe(expected)
})

it('waits for a file that says nothing no longer than a moment', async () => {
  vi.useFakeTimers()
  const answer = tried(() => undefined)
  await vi.advanceTimersByTimeAsync(10_000)
  vi.useRealTimers()
  expect(await answer).toBe(false)
})
