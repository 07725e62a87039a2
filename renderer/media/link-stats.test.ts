import { describe, expect, it } from 'vitest'
import { lastPacketMs, measureLink } from './link-stats.ts'

const report = (...stats: { id: string; type: string; [name: string]: unknown }[]) =>
  new Map<string, unknown>(stats.map((stat) => [stat.id, stat]))

const transport = {
  id: 'T',
  type: 'transport',
  selectedCandidatePairId: 'P',
  localCertificateId: 'own',
  remoteCertificateId: 'seen',
  tlsVersion: 'FEFD',
  dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  srtpCipher: 'AEAD_AES_128_GCM',
}
const certificate = (id: string, fingerprint: string) => ({
  id,
  type: 'certificate',
  fingerprint,
  fingerprintAlgorithm: 'sha-256',
})
const pair = { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R' }
const candidate = (id: string, candidateType: string) => ({ id, type: 'candidate', candidateType })

const none = { audio: 0, video: 0, screen: 0 }
const worker = { sealed: none, opened: none, refused: none, repeated: 0 }

describe('when the path in use last brought anything', () => {
  it('is what its pair of candidates says, whatever the others say', () => {
    const other = { ...pair, id: 'P2', lastPacketReceivedTimestamp: 7_000 }
    const used = { ...pair, lastPacketReceivedTimestamp: 5_000 }
    expect(lastPacketMs(report(transport, other, used))).toBe(5_000)
  })
  it('is unknown while there is no path, or nothing came', () => {
    expect(lastPacketMs(report())).toBeNull()
    expect(lastPacketMs(report(transport))).toBeNull()
    expect(lastPacketMs(report(transport, pair))).toBeNull()
    expect(lastPacketMs(report({ id: 'T', type: 'transport' }, pair))).toBeNull()
  })
})

describe('what a live transport says of itself', () => {
  it('is nothing yet before there is a transport', () => {
    expect(measureLink(report(), 'connecting', 'new', worker, null)).toEqual({
      connection: 'connecting',
      own: null,
      seen: null,
      dtlsVersion: null,
      dtlsCipher: null,
      srtpCipher: null,
      path: null,
      relay: { found: false, sought: false, url: null },
      traffic: {
        audioPacketsSent: 0,
        audioPacketsReceived: 0,
        audioEnergyReceived: 0,
        framesSent: 0,
        framesDecoded: 0,
      },
      frames: {
        worker,
        transport: {
          audioPacketsSent: 0,
          audioFramesPlayed: 0,
          videoFramesSent: 0,
          videoFramesDecoded: 0,
          screenFramesSent: 0,
          screenFramesDecoded: 0,
        },
      },
    })
  })
  it('names both certificates, the ciphers and a direct path', () => {
    const measured = measureLink(
      report(
        transport,
        certificate('own', 'aa:01'),
        certificate('seen', 'BB:02'),
        pair,
        candidate('L', 'host'),
        candidate('R', 'srflx'),
      ),
      'connected',
      'gathering',
      worker,
      '2',
    )
    expect(measured).toMatchObject({
      connection: 'connected',
      own: 'sha-256 AA:01',
      seen: 'sha-256 BB:02',
      dtlsVersion: 'DTLS 1.2',
      dtlsCipher: transport.dtlsCipher,
      srtpCipher: transport.srtpCipher,
      path: 'direct',
    })
  })
  it.each([
    ['mine', 'relay', 'host'],
    ['theirs', 'host', 'relay'],
  ])('calls a path through a relay of %s a relay', (_, local, remote) => {
    const measured = measureLink(
      report(transport, pair, candidate('L', local), candidate('R', remote)),
      'connected',
      'gathering',
      worker,
      '2',
    )
    expect(measured.path).toBe('relay')
  })
  it('says where the relay in use is, and tells a relay that answered from one that did not', () => {
    const url = 'turn:relay.example.org:3478?transport=udp'
    const local = (id: string, candidateType: string) => ({ id, type: 'local-candidate', candidateType, url })
    const relayOf = (
      gathering: RTCIceGatheringState,
      ...stats: { id: string; type: string; [name: string]: unknown }[]
    ) => measureLink(report(transport, pair, ...stats), 'connected', gathering, worker, null).relay

    expect(relayOf('complete', local('L', 'relay'))).toEqual({ found: true, sought: true, url })
    // The one that was found is not the one that is used.
    expect(relayOf('gathering', local('L', 'srflx'), local('M', 'relay'))).toEqual({
      found: true,
      sought: false,
      url: null,
    })
    expect(relayOf('complete', local('L', 'host'))).toEqual({ found: false, sought: true, url: null })
    // What the peer has is no relay of mine.
    const remote = { id: 'R', type: 'remote-candidate', candidateType: 'relay' }
    expect(relayOf('new', remote)).toEqual({ found: false, sought: false, url: null })
  })
  it('does not take a fingerprint of another hash for a SHA-256 one', () => {
    const other = { ...certificate('own', 'aa:01'), fingerprintAlgorithm: 'sha-1' }
    expect(measureLink(report(transport, other), 'connected', 'gathering', worker, null).own).toBeNull()
  })
  it('adds up the traffic of each kind and keeps the kinds apart', () => {
    const { traffic } = measureLink(
      report(
        { id: '1', type: 'outbound-rtp', kind: 'audio', packetsSent: 5 },
        { id: '2', type: 'outbound-rtp', kind: 'video', packetsSent: 900, framesSent: 7 },
        { id: '3', type: 'inbound-rtp', kind: 'audio', packetsReceived: 3, totalAudioEnergy: 0.25 },
        { id: '4', type: 'inbound-rtp', kind: 'video', framesDecoded: 2 },
        { id: '5', type: 'inbound-rtp', kind: 'video', framesDecoded: 4 },
      ),
      'connected',
      'gathering',
      worker,
      '2',
    )
    expect(traffic).toEqual({
      audioPacketsSent: 5,
      audioPacketsReceived: 3,
      audioEnergyReceived: 0.25,
      framesSent: 7,
      framesDecoded: 6,
    })
  })
  it('says what left and came out of packets, beside what the worker did', () => {
    const { frames } = measureLink(
      report(
        { id: '1', type: 'outbound-rtp', kind: 'audio', packetsSent: 52, retransmittedPacketsSent: 2 },
        { id: '2', type: 'outbound-rtp', kind: 'video', mid: '1', framesSent: 7 },
        { id: '5', type: 'outbound-rtp', kind: 'video', mid: '2', framesSent: 5 },
        { id: '6', type: 'inbound-rtp', kind: 'video', mid: '2', framesDecoded: 4 },
        {
          id: '3',
          type: 'inbound-rtp',
          kind: 'audio',
          // Ten packets, six lost ones made up for, half of one to stretch time; a quarter was cut out.
          totalSamplesReceived: 960 * 16.25,
          concealedSamples: 960 * 6,
          insertedSamplesForDeceleration: 480,
          removedSamplesForAcceleration: 240,
        },
        { id: '4', type: 'inbound-rtp', kind: 'video', framesDecoded: 6 },
      ),
      'connected',
      'gathering',
      worker,
      '2',
    )
    expect(frames).toEqual({
      worker,
      transport: {
        audioPacketsSent: 50,
        audioFramesPlayed: 10,
        videoFramesSent: 7,
        // Of a line that nobody can name as well.
        videoFramesDecoded: 6,
        screenFramesSent: 5,
        screenFramesDecoded: 4,
      },
    })
  })
  it('counts no sound where all of it was made up', () => {
    const { frames } = measureLink(
      report({
        id: '1',
        type: 'inbound-rtp',
        kind: 'audio',
        totalSamplesReceived: 9600,
        concealedSamples: 9600,
        insertedSamplesForDeceleration: 100,
      }),
      'connected',
      'gathering',
      worker,
      '2',
    )
    expect(frames.transport.audioFramesPlayed).toBe(0)
  })
})
