import { describe, expect, it } from 'vitest'
import type { QualityCause } from '../../contract/quality.ts'
import { diagnose, type Diagnosis } from './diagnose.ts'
import type { QualitySample } from './quality-sample.ts'
import { callOf, type Change } from './sample-quality.ts'

/** What is said second by second, as the log asks for it. */
function said(samples: readonly QualitySample[]): readonly (Diagnosis | null)[] {
  let before: Diagnosis | null = null
  return samples.map((_, index) => (before = diagnose(samples.slice(0, index + 1), before)))
}
const causesOf = (samples: readonly QualitySample[]) => [
  ...new Set(said(samples).flatMap((diagnosis) => diagnosis?.cause ?? [])),
]

const from =
  (begin: number, end: number, change: Partial<QualitySample>): Change =>
  (second) =>
    second >= begin && second < end ? change : {}

const faults: readonly (readonly [string, QualityCause, Diagnosis['side'], Partial<QualitySample>])[] = [
  ['packets of mine get lost', 'loss-up', 'me', { lossUp: 0.1 }],
  ['packets to me get lost', 'loss-down', 'way', { lossDown: 0.1, concealed: 0.1 }],
  ['the microphone of the peer is dead', 'peer-silent', 'them', { levelDown: 0 }],
  ['this computer has no time', 'busy', 'me', { lateMs: 250 }],
  ['the picture is cut for want of computing', 'busy', 'me', { limited: 'cpu' }],
  ['only TCP gets through', 'no-udp', 'me', { transport: 'tcp' }],
  ['only TLS gets through', 'no-udp', 'me', { transport: 'tls' }],
  ['the relay is far away', 'relay-far', 'way', { roundTripMs: 400 }],
  ['the peer is far away', 'far', 'way', { roundTripMs: 400, path: 'direct' }],
  ['packets come unevenly', 'uneven', 'way', { jitterDownMs: 80 }],
  ['sound comes too late to be played', 'uneven', 'way', { concealed: 0.2 }],
]

describe('the call doctor', () => {
  it('says nothing of an hour of healthy noise', () => {
    expect(causesOf(callOf(600))).toEqual([])
  })
  it('says nothing of a healthy call that is directly connected, nor of one with pictures', () => {
    expect(causesOf(callOf(120, () => ({ path: 'direct', kbitUp: 900, framesUp: 30 })))).toEqual([])
  })
  it('says nothing of a call that has measured nothing', () => {
    const nothing = { roundTripMs: null, jitterDownMs: null, lossDown: null, lossUp: null, concealed: null }
    expect(
      causesOf(callOf(60, () => ({ ...nothing, levelDown: null, path: null, transport: null }))),
    ).toEqual([])
  })

  it.each(faults)('when %s says %s, and whose side it is', (_what, cause, side, change) => {
    const told = said(callOf(60, from(20, 60, change)))
    expect(told.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null))
    expect(told.at(-1)).toMatchObject({ cause, side })
    expect(causesOf(callOf(60, from(20, 60, change)))).toEqual([cause])
  })
  it.each(faults)(
    'when %s says so within 12 seconds, and stops within 20 of the end',
    (_what, cause, _side, change) => {
      const told = said(callOf(80, from(20, 50, change)))
      const firstAt = told.findIndex((diagnosis) => diagnosis !== null)
      expect(firstAt).toBeGreaterThanOrEqual(20)
      expect(firstAt).toBeLessThanOrEqual(32)
      expect(told[firstAt]?.cause).toBe(cause)
      expect(told.slice(70)).toEqual(Array.from({ length: 10 }, () => null))
    },
  )
  it('says so where packets get lost both ways, once it knows of both', () => {
    const told = said(callOf(80, from(20, 50, { lossUp: 0.1, lossDown: 0.1 })))
    expect(told[40]).toMatchObject({ cause: 'loss-both', side: 'way', figure: 10 })
    expect(told.slice(70)).toEqual(Array.from({ length: 10 }, () => null))
  })
  it('keeps since when it has been so, and says it anew when it comes back', () => {
    const told = said(
      callOf(120, (second) => ((second >= 20 && second < 40) || second >= 80 ? { lossDown: 0.2 } : {})),
    )
    const firstAt = told.findIndex((diagnosis) => diagnosis !== null)
    const since = told[firstAt]?.sinceMs
    expect(told.slice(firstAt, 40).map((diagnosis) => diagnosis?.sinceMs)).toEqual(
      Array.from({ length: 40 - firstAt }, () => since),
    )
    expect(told.at(-1)?.sinceMs).toBeGreaterThan(since ?? Infinity)
  })
  it('does not flicker where the figures hover about the threshold', () => {
    const told = said(callOf(120, (second) => ({ lossDown: second % 2 === 0 ? 0.06 : 0.03 })))
    const firstAt = told.findIndex((diagnosis) => diagnosis !== null)
    expect(told.slice(firstAt).every((diagnosis) => diagnosis?.cause === 'loss-down')).toBe(true)
  })
  it('names what explains the rest', () => {
    const busyAndAll = { lateMs: 300, jitterDownMs: 200, concealed: 0.3, lossDown: 0.1, roundTripMs: 500 }
    expect(said(callOf(60, from(20, 60, busyAndAll))).at(-1)?.cause).toBe('busy')
    const blocked = { transport: 'tcp', roundTripMs: 500 } as const
    expect(said(callOf(60, from(0, 60, blocked))).at(-1)?.cause).toBe('no-udp')
  })
  it('names the share of packets and the way there and back', () => {
    expect(said(callOf(60, from(20, 60, { lossDown: 0.1 }))).at(-1)?.figure).toBe(10)
    expect(said(callOf(60, from(20, 60, { lossUp: 0.08 }))).at(-1)?.figure).toBe(8)
    expect(said(callOf(60, from(20, 60, { roundTripMs: 412 }))).at(-1)?.figure).toBe(412)
  })

  it('takes one burst for an accident', () => {
    expect(causesOf(callOf(60, from(30, 32, { lossDown: 0.3, concealed: 0.3, jitterDownMs: 200 })))).toEqual(
      [],
    )
    expect(causesOf(callOf(60, from(30, 31, { lossUp: 0.3, newReport: true })))).toEqual([])
    expect(causesOf(callOf(60, from(30, 32, { lateMs: 2_000, roundTripMs: 3_000 })))).toEqual([])
  })
  it('does not take a pause, a muted peer or a path that is gone for a dead microphone', () => {
    expect(causesOf(callOf(60, from(20, 27, { levelDown: 0 })))).toEqual([])
    expect(causesOf(callOf(60, from(20, 60, { levelDown: 0, peerMicOn: false })))).toEqual([])
    expect(causesOf(callOf(60, from(20, 60, { levelDown: 0, packetsDown: 0 })))).toEqual([])
    // The noise of a quiet room behind noise suppression, one bit of sixteen.
    expect(causesOf(callOf(60, from(20, 60, { levelDown: 5e-5 })))).toEqual([])
  })
  it('does not take a relay that is only offered by TCP for a network without UDP', () => {
    expect(causesOf(callOf(60, () => ({ transport: 'tcp', udpPossible: false })))).toEqual([])
  })
  it('does not judge the first seconds, nor those after a gap by what was before', () => {
    expect(causesOf(callOf(9, () => ({ lossDown: 0.5 })))).toEqual([])
    const before = callOf(40, () => ({ lossDown: 0.5 }))
    const after = callOf(6).map((sample) => ({ ...sample, atMs: sample.atMs + 100_000 }))
    expect(diagnose([...before, ...after], said(before).at(-1) ?? null)).toBeNull()
  })
})
