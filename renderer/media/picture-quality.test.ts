import { expect, it } from 'vitest'
import { boundsOf, judgePictures, pathSampleOf, startOfPictures, type PathSample } from './picture-quality.ts'

const good: PathSample = { lostShare: 0, availableBps: 2_000_000 }
const lossy: PathSample = { lostShare: 0.2, availableBps: 2_000_000 }
const thin: PathSample = { lostShare: 0, availableBps: 90_000 }

/** The level at each second. */
function levels(...samples: readonly [count: number, sample: PathSample][]): string[] {
  let state = startOfPictures
  let nowMs = 0
  return samples.flatMap(([count, sample]) =>
    Array.from({ length: count }, () => {
      state = judgePictures(state, sample, nowMs)
      nowMs += 1000
      return state.level
    }),
  )
}

it('leaves a good network its full picture', () => {
  expect(new Set(levels([60, good]))).toEqual(new Set(['full']))
})
it('makes pictures smaller within seconds where sound gets lost or the way is thin, and then smaller still', () => {
  for (const poor of [lossy, thin]) {
    const seen = levels([12, poor])
    expect(seen.slice(0, 3)).toEqual(['full', 'full', 'full'])
    expect(seen[3]).toBe('less')
    expect(seen[7]).toBe('least')
    expect(seen.at(-1)).toBe('least')
  }
})
it('takes no single bad second for a bad network', () => {
  expect(new Set(levels([5, good], [2, lossy], [5, good], [2, thin], [5, good]))).toEqual(new Set(['full']))
})
it('goes back slowly, one step at a time', () => {
  const seen = levels([12, lossy], [40, good])
  expect(seen[12 + 5]).toBe('least')
  expect(seen[12 + 13]).toBe('less')
  expect(seen.at(-1)).toBe('full')
})
it('tries a little more at the lowest step, for what a way can carry is known only of what is sent', () => {
  expect(levels([40, { lostShare: 0, availableBps: 60_000 }]).slice(8)).toContain('less')
})
it('decides nothing where nothing is known', () => {
  expect(new Set(levels([60, { lostShare: null, availableBps: null }]))).toEqual(new Set(['full']))
})

it('asks for less in each step, of camera and screen alike, and never more with a data saver', () => {
  for (const kind of ['video', 'screen'] as const)
    for (const saver of [false, true]) {
      const rates = (['full', 'less', 'least'] as const).map(
        (level) => boundsOf(level, saver)[kind].maxBitrate,
      )
      expect(rates).toEqual([...rates].sort((a, b) => b - a))
      expect(new Set(rates).size).toBe(3)
      for (const level of ['full', 'less', 'least'] as const)
        expect(boundsOf(level, true)[kind].maxBitrate).toBeLessThanOrEqual(
          boundsOf(level, false)[kind].maxBitrate,
        )
    }
})

it('reads what the peer lost of my sound, and what the way in use can carry', () => {
  const report = (...stats: { id: string; type: string }[]) => new Map(stats.map((stat) => [stat.id, stat]))
  const used = { id: 'p', type: 'candidate-pair', availableOutgoingBitrate: 123 }
  const transport = { id: 't', type: 'transport', selectedCandidatePairId: 'p' }
  const sound = { id: 's', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.25 }
  const picture = { id: 'v', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.75 }
  expect(pathSampleOf(report(used, transport, picture, sound))).toEqual({
    lostShare: 0.25,
    availableBps: 123,
  })
  expect(pathSampleOf(report())).toEqual({ lostShare: null, availableBps: null })
})
