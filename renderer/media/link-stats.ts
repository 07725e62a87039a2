// Reads what a live transport says of itself out of the statistics of WebRTC. Pure.
import type { LinkMeasured } from '../../contract/link.ts'
import { asFingerprint } from './fingerprint.ts'

/** The members used here (W3C webrtc-stats); each is there only in the reports of its own type. */
interface Stat {
  readonly id: string
  readonly type: string
  readonly kind?: string
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
  readonly packetsSent?: number
  readonly packetsReceived?: number
  readonly totalAudioEnergy?: number
  readonly framesSent?: number
  readonly framesDecoded?: number
}
/** What is used of RTCStatsReport. */
export type StatsReport = Pick<ReadonlyMap<string, unknown>, 'get' | 'values'>

const tlsVersions: Readonly<Record<string, string>> = { FEFD: 'DTLS 1.2', FEFC: 'DTLS 1.3' }

const none = { audio: 0, video: 0, screen: 0 }
const notYet: LinkMeasured['frames'] = {
  worker: { sealed: none, opened: none, refused: none, repeated: 0 },
  transport: { audioPacketsSent: 0, audioFramesPlayed: 0, videoFramesSent: 0, videoFramesDecoded: 0 },
}

export function measureLink(
  report: StatsReport,
  connection: LinkMeasured['connection'],
): Omit<LinkMeasured, 'callId'> {
  const stats = [...report.values()] as Stat[]
  const find = (id: string | undefined): Stat | undefined =>
    id === undefined ? undefined : (report.get(id) as Stat | undefined)
  const transport = stats.find(({ type }) => type === 'transport')
  const version = transport?.tlsVersion?.toUpperCase() ?? ''

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
    path: pathOf(find(transport?.selectedCandidatePairId)),
    frames: notYet,
    traffic: {
      audioPacketsSent: sum('outbound-rtp', 'audio', (stat) => stat.packetsSent),
      audioPacketsReceived: sum('inbound-rtp', 'audio', (stat) => stat.packetsReceived),
      audioEnergyReceived: sum('inbound-rtp', 'audio', (stat) => stat.totalAudioEnergy),
      framesSent: sum('outbound-rtp', 'video', (stat) => stat.framesSent),
      framesDecoded: sum('inbound-rtp', 'video', (stat) => stat.framesDecoded),
    },
  }

  function pathOf(pair: Stat | undefined): LinkMeasured['path'] {
    const ends = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)]
    if (ends.some((end) => end?.candidateType === 'relay')) return 'relay'
    return pair ? 'direct' : null
  }
}

const fingerprintIn = (certificate: Stat | undefined): string | null =>
  certificate?.fingerprintAlgorithm === 'sha-256' && certificate.fingerprint
    ? asFingerprint(certificate.fingerprint)
    : null
