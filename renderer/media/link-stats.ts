// Reads what a live transport says of itself out of the statistics of WebRTC. Pure.
import type { FrameCounts, LinkMeasured } from '../../contract/link.ts'
import { asFingerprint } from './fingerprint.ts'

/** The members used here (W3C webrtc-stats); each is there only in the reports of its own type. */
interface Stat {
  readonly id: string
  readonly type: string
  readonly kind?: string
  readonly mid?: string
  readonly selectedCandidatePairId?: string
  readonly localCertificateId?: string
  readonly remoteCertificateId?: string
  readonly tlsVersion?: string
  readonly dtlsCipher?: string
  readonly srtpCipher?: string
  readonly fingerprint?: string
  readonly fingerprintAlgorithm?: string
  readonly localCandidateId?: string
  readonly remoteCandidateId?: string
  readonly candidateType?: string
  /** Of a local candidate: the server it came from. */
  readonly url?: string
  readonly lastPacketReceivedTimestamp?: number
  readonly packetsSent?: number
  readonly retransmittedPacketsSent?: number
  readonly packetsReceived?: number
  readonly totalSamplesReceived?: number
  readonly concealedSamples?: number
  readonly insertedSamplesForDeceleration?: number
  readonly removedSamplesForAcceleration?: number
  readonly totalAudioEnergy?: number
  readonly framesSent?: number
  readonly framesDecoded?: number
}
/** What is used of RTCStatsReport. */
export type StatsReport = Pick<ReadonlyMap<string, unknown>, 'get' | 'values'>

/** Of one Opus packet: 20 ms at 48 kHz. */
const samplesPerPacket = 960

const tlsVersions: Readonly<Record<string, string>> = { FEFD: 'DTLS 1.2', FEFC: 'DTLS 1.3' }

export function measureLink(
  report: StatsReport,
  connection: LinkMeasured['connection'],
  /** Asked for before the report, so that the report has what it names as finished. */
  gathering: RTCIceGatheringState,
  /** Asked for after the report, so that it is never behind what the report counts. */
  worker: FrameCounts,
  /** Of the line for screens; null where there is none. */
  screenMid: string | null,
): Omit<LinkMeasured, 'callId'> {
  const stats = [...report.values()] as Stat[]
  const find = (id: string | undefined): Stat | undefined =>
    id === undefined ? undefined : (report.get(id) as Stat | undefined)
  const transport = stats.find(({ type }) => type === 'transport')
  const selected = find(transport?.selectedCandidatePairId)
  const local = find(selected?.localCandidateId)
  const version = transport?.tlsVersion?.toUpperCase() ?? ''

  const isScreen = (stat: Stat): boolean => screenMid !== null && stat.mid === screenMid
  const sum = (type: string, kind: string, count: (stat: Stat) => number | undefined): number =>
    stats
      .filter((stat) => stat.type === type && stat.kind === kind)
      .reduce((total, stat) => total + (count(stat) ?? 0), 0)

  return {
    connection,
    own: fingerprintIn(find(transport?.localCertificateId)),
    seen: fingerprintIn(find(transport?.remoteCertificateId)),
    dtlsVersion: tlsVersions[version] ?? (version || null),
    dtlsCipher: transport?.dtlsCipher || null,
    srtpCipher: transport?.srtpCipher || null,
    path: pathOf(selected),
    relay: {
      found: stats.some(({ type, candidateType }) => type === 'local-candidate' && candidateType === 'relay'),
      sought: gathering === 'complete',
      url: local?.candidateType === 'relay' ? (local.url ?? null) : null,
    },
    traffic: {
      audioPacketsSent: sum('outbound-rtp', 'audio', (stat) => stat.packetsSent),
      audioPacketsReceived: sum('inbound-rtp', 'audio', (stat) => stat.packetsReceived),
      audioEnergyReceived: sum('inbound-rtp', 'audio', (stat) => stat.totalAudioEnergy),
      framesSent: sum('outbound-rtp', 'video', (stat) => stat.framesSent),
      framesDecoded: sum('inbound-rtp', 'video', (stat) => stat.framesDecoded),
    },
    frames: {
      worker,
      transport: {
        // What is sent once more was sealed once.
        audioPacketsSent: sum('outbound-rtp', 'audio', (stat) =>
          less(stat.packetsSent, stat.retransmittedPacketsSent),
        ),
        audioFramesPlayed: sum('inbound-rtp', 'audio', framesPlayed),
        // SECURITY: whatever is not known to be the screen counts as the camera, so that nothing is left uncounted.
        videoFramesSent: sum('outbound-rtp', 'video', (stat) => (isScreen(stat) ? 0 : stat.framesSent)),
        videoFramesDecoded: sum('inbound-rtp', 'video', (stat) => (isScreen(stat) ? 0 : stat.framesDecoded)),
        screenFramesSent: sum('outbound-rtp', 'video', (stat) => (isScreen(stat) ? stat.framesSent : 0)),
        screenFramesDecoded: sum('inbound-rtp', 'video', (stat) => (isScreen(stat) ? stat.framesDecoded : 0)),
      },
    },
  }

  function pathOf(pair: Stat | undefined): LinkMeasured['path'] {
    const ends = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)]
    if (ends.some((end) => end?.candidateType === 'relay')) return 'relay'
    return pair ? 'direct' : null
  }
}

/** When the path in use last brought anything, be it only an answer to a check; wall-clock ms, null if it never did. */
export function lastPacketMs(report: StatsReport): number | null {
  const stats = [...report.values()] as Stat[]
  const selected = stats.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  const pair = selected === undefined ? undefined : (report.get(selected) as Stat | undefined)
  return pair?.lastPacketReceivedTimestamp ?? null
}

const less = (all = 0, part = 0): number => Math.max(0, all - part)

/** How much sound came out of packets: what was played less what was made up for lost ones and to stretch time. */
function framesPlayed(stat: Stat): number {
  const { totalSamplesReceived, removedSamplesForAcceleration = 0 } = stat
  const made = (stat.concealedSamples ?? 0) + (stat.insertedSamplesForDeceleration ?? 0)
  return Math.floor(
    less((totalSamplesReceived ?? 0) + removedSamplesForAcceleration, made) / samplesPerPacket,
  )
}

const fingerprintIn = (certificate: Stat | undefined): string | null =>
  certificate?.fingerprintAlgorithm === 'sha-256' && certificate.fingerprint
    ? asFingerprint(certificate.fingerprint)
    : null
