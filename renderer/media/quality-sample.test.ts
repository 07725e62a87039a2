import { describe, expect, it } from 'vitest'
import type { StatsReport } from './link-stats.ts'
import { createQualitySampler } from './quality-sample.ts'

type Stat = Readonly<Record<string, unknown>> & { readonly id: string }
const report = (...stats: readonly Stat[]): StatsReport => new Map(stats.map((stat) => [stat.id, stat]))

const way = (relayed = true): Stat[] => [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
  {
    id: 'P',
    type: 'candidate-pair',
    localCandidateId: 'L',
    remoteCandidateId: 'R',
    currentRoundTripTime: 0.0412,
  },
  relayed
    ? { id: 'L', type: 'local-candidate', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' }
    : { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
  { id: 'R', type: 'remote-candidate', candidateType: 'host' },
]
/** After so many seconds of 50 packets and 4000 bytes each, every tenth of them lost and its sound made up. */
const at = (second: number, changes: Readonly<Record<string, unknown>> = {}): StatsReport =>
  report(
    ...way(),
    {
      id: 'in',
      type: 'inbound-rtp',
      kind: 'audio',
      packetsReceived: 45 * second,
      packetsLost: 5 * second,
      bytesReceived: 4_000 * second,
      jitter: 0.0123,
      totalSamplesReceived: 48_000 * second,
      concealedSamples: 4_800 * second,
      totalAudioEnergy: 0.04 * second,
      totalSamplesDuration: second,
      ...changes,
    },
    { id: 'out', type: 'outbound-rtp', kind: 'audio', bytesSent: 5_000 * second },
    {
      id: 'heard',
      type: 'remote-inbound-rtp',
      kind: 'audio',
      timestamp: Math.floor(second / 5),
      fractionLost: 0.08,
      jitter: 0.02,
      roundTripTime: 0.5,
    },
  )
const besides = (second: number) => ({
  atMs: 1_000 * second,
  lateMs: 12.4,
  peerMicOn: true,
  udpPossible: true,
})

describe('a sample of the quality', () => {
  it('is what one second was like, each way', () => {
    const { sample } = createQualitySampler()
    expect(sample(at(1), besides(1))).toBeNull()
    expect(sample(at(2), besides(2))).toEqual({
      atMs: 2_000,
      roundTripMs: 41,
      jitterDownMs: 12,
      jitterUpMs: 20,
      lossDown: 0.1,
      lossUp: 0.08,
      newReport: false,
      concealed: 0.1,
      kbitDown: 32,
      kbitUp: 40,
      framesDown: 0,
      framesUp: 0,
      limited: null,
      lateMs: 12,
      packetsDown: 45,
      levelDown: 0.2,
      path: 'relay',
      transport: 'tls',
      udpPossible: true,
      peerMicOn: true,
    })
  })
  it('says when the other side has reported anew', () => {
    const { sample } = createQualitySampler()
    const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    const isNew = seconds.map((second) => sample(at(second), besides(second))?.newReport ?? false)
    expect(seconds.filter((_, index) => isNew[index])).toEqual([5, 10])
  })
  it('takes the shorter way of the two that are measured, and the one where the other is not', () => {
    const rtcp = (roundTripTime: number): Stat => ({
      id: 'heard',
      type: 'remote-inbound-rtp',
      kind: 'audio',
      timestamp: 1,
      roundTripTime,
    })
    const roundTrip = (...stats: readonly Stat[]) => {
      const { sample } = createQualitySampler()
      sample(report(...stats), besides(1))
      return sample(report(...stats), besides(2))?.roundTripMs
    }
    expect(roundTrip(...way(), rtcp(0.03))).toBe(30)
    expect(roundTrip(...way(), rtcp(0.5))).toBe(41)
    expect(roundTrip(...way())).toBe(41)
    expect(roundTrip(rtcp(0.5))).toBe(500)
  })
  it('takes a late packet for no negative loss', () => {
    const { sample } = createQualitySampler()
    sample(at(1, { packetsLost: 30 }), besides(1))
    expect(sample(at(2, { packetsLost: 28 }), besides(2))?.lossDown).toBe(0)
  })
  it('knows silence by its energy', () => {
    const { sample } = createQualitySampler()
    sample(at(1, { totalAudioEnergy: 3 }), besides(1))
    expect(sample(at(2, { totalAudioEnergy: 3 }), besides(2))?.levelDown).toBe(0)
  })
  it('is not made of two reports at once, nor of two links', () => {
    const { sample } = createQualitySampler()
    sample(at(10), besides(10))
    expect(sample(at(10.1), besides(10.1))).toBeNull()
    expect(sample(at(11), besides(11))?.packetsDown).toBe(45)
    expect(sample(at(1), besides(12))).toBeNull()
    expect(sample(at(2), besides(13))?.packetsDown).toBe(45)
  })
  it('names the way, and nothing where there is none', () => {
    const { sample } = createQualitySampler()
    const bytes = (bytesReceived: number): Stat => ({
      id: 'in',
      type: 'inbound-rtp',
      kind: 'audio',
      bytesReceived,
    })
    sample(report(...way(false), bytes(1)), besides(1))
    expect(sample(report(...way(false), bytes(2)), besides(2))).toMatchObject({
      path: 'direct',
      transport: 'udp',
    })
    expect(sample(report(bytes(3)), besides(3))).toMatchObject({
      path: null,
      transport: null,
      roundTripMs: null,
      lossDown: null,
      lossUp: null,
      levelDown: null,
    })
  })
})
