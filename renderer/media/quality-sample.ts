// One second of a call in figures, out of two reports of WebRTC's statistics. Pure; knows no link and no screen.
import type { StatsReport } from './link-stats.ts'

/** The members used here (W3C webrtc-stats); each is there only in the reports of its own type. */
interface Stat {
  readonly id: string
  readonly type: string
  readonly kind?: string
  readonly timestamp?: number
  readonly ssrc?: number
  readonly selectedCandidatePairId?: string
  readonly localCandidateId?: string
  readonly remoteCandidateId?: string
  readonly candidateType?: string
  readonly protocol?: string
  readonly relayProtocol?: string
  readonly currentRoundTripTime?: number
  readonly roundTripTime?: number
  readonly jitter?: number
  readonly fractionLost?: number
  readonly packetsLost?: number
  readonly packetsReceived?: number
  readonly bytesSent?: number
  readonly bytesReceived?: number
  readonly totalSamplesReceived?: number
  readonly concealedSamples?: number
  readonly totalAudioEnergy?: number
  readonly totalSamplesDuration?: number
  readonly framesSent?: number
  readonly framesDecoded?: number
  readonly qualityLimitationReason?: string
}

export interface QualitySample {
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /**
   * There and back: what the checks of the path say or what RTCP says, whichever is less. A computer that answers late makes the
   * one longer, a report that is old the other.
   */
  readonly roundTripMs: number | null
  /** RFC 3550 section 6.4.1. */
  readonly jitterDownMs: number | null
  readonly jitterUpMs: number | null
  /** Share of the packets of the last second that were to come and did not, 0 to 1; null where none were to come. */
  readonly lossDown: number | null
  /** What the peer's latest report (RTCP, about every five seconds) says of mine; null before the first. */
  readonly lossUp: number | null
  /** That report came in this second. */
  readonly newReport: boolean
  /** Share of the sound of this second that was made up. */
  readonly concealed: number | null
  readonly kbitDown: number | null
  readonly kbitUp: number | null
  readonly framesDown: number | null
  readonly framesUp: number | null
  /** Why the picture that I send is worse than it could be. */
  readonly limited: 'cpu' | 'bandwidth' | null
  /** How late this computer came to work that was due, at worst in this second. */
  readonly lateMs: number
  /** Packets of the peer's sound in this second. */
  readonly packetsDown: number
  /** Root mean square of the peaks of the peer's sound in this second, 0 to 1 of full scale; null where there was none. */
  readonly levelDown: number | null
  readonly path: 'direct' | 'relay' | null
  /** What carries the packets from this computer on. */
  readonly transport: 'udp' | 'tcp' | 'tls' | null
  /** The connection was given something that it may reach by UDP. */
  readonly udpPossible: boolean
  /** The peer says that its microphone is open. */
  readonly peerMicOn: boolean
}

/** What the report does not say. */
export interface Besides {
  readonly atMs: number
  readonly lateMs: number
  readonly peerMicOn: boolean
  readonly udpPossible: boolean
}

export interface QualitySampler {
  /** Null for the first report of a link, which has nothing to be compared with. */
  sample(report: StatsReport, besides: Besides): QualitySample | null
}

/** Closer together and there is not enough to count. */
const minSeconds = 0.5

export function createQualitySampler(): QualitySampler {
  let before: { readonly counts: Counts; readonly atMs: number; readonly reportMs: number } | null = null

  return {
    sample(report, { atMs, lateMs, peerMicOn, udpPossible }) {
      const stats = [...report.values()] as Stat[]
      const counts = countsIn(stats)
      const heard = stats.find(({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'audio')
      const reportMs = heard?.timestamp ?? 0
      const last = before
      const seconds = last ? (atMs - last.atMs) / 1_000 : 0
      if (last && seconds >= 0 && seconds < minSeconds) return null
      before = { counts, atMs, reportMs }
      // Another link, which counts from nothing.
      if (!last || seconds < 0 || counts.bytesDown < last.counts.bytesDown) return null

      const since = (name: keyof Counts): number => Math.max(0, counts[name] - last.counts[name])
      const perSecond = (name: keyof Counts): number => since(name) / seconds
      const share = (part: number, all: number): number | null => (all > 0 ? Math.min(1, part / all) : null)
      const { path, transport, roundTrip } = wayIn(report, stats)
      const inbound = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')
      const limited = stats.find(
        ({ type, kind }) => type === 'outbound-rtp' && kind === 'video',
      )?.qualityLimitationReason
      return {
        atMs,
        roundTripMs: inMs(shorter(roundTrip, heard?.roundTripTime)),
        jitterDownMs: inMs(inbound?.jitter),
        jitterUpMs: inMs(heard?.jitter),
        lossDown: share(since('lostDown'), since('lostDown') + since('packetsDown')),
        lossUp: heard?.fractionLost ?? null,
        newReport: reportMs > last.reportMs,
        concealed: share(since('concealed'), since('samples')),
        kbitDown: Math.round((perSecond('bytesDown') * 8) / 1_000),
        kbitUp: Math.round((perSecond('bytesUp') * 8) / 1_000),
        framesDown: Math.round(perSecond('framesDown')),
        framesUp: Math.round(perSecond('framesUp')),
        limited: limited === 'cpu' || limited === 'bandwidth' ? limited : null,
        lateMs: Math.round(lateMs),
        packetsDown: since('packetsDown'),
        levelDown: since('heardS') > 0 ? Math.sqrt(since('energy') / since('heardS')) : null,
        path,
        transport,
        udpPossible,
        peerMicOn,
      }
    },
  }
}

const shorter = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)

const inMs = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.round(seconds * 1_000)

function countsIn(stats: readonly Stat[]) {
  const sum = (type: string, kind: string | null, count: (stat: Stat) => number | undefined): number =>
    stats
      .filter((stat) => stat.type === type && (kind === null || stat.kind === kind))
      .reduce((total, stat) => total + (count(stat) ?? 0), 0)
  return {
    lostDown: sum('inbound-rtp', 'audio', (stat) => stat.packetsLost),
    packetsDown: sum('inbound-rtp', 'audio', (stat) => stat.packetsReceived),
    samples: sum('inbound-rtp', 'audio', (stat) => stat.totalSamplesReceived),
    concealed: sum('inbound-rtp', 'audio', (stat) => stat.concealedSamples),
    energy: sum('inbound-rtp', 'audio', (stat) => stat.totalAudioEnergy),
    heardS: sum('inbound-rtp', 'audio', (stat) => stat.totalSamplesDuration),
    bytesDown: sum('inbound-rtp', null, (stat) => stat.bytesReceived),
    bytesUp: sum('outbound-rtp', null, (stat) => stat.bytesSent),
    framesDown: sum('inbound-rtp', 'video', (stat) => stat.framesDecoded),
    framesUp: sum('outbound-rtp', 'video', (stat) => stat.framesSent),
  }
}
type Counts = ReturnType<typeof countsIn>

const transports: readonly (string | undefined)[] = ['udp', 'tcp', 'tls']

function wayIn(report: StatsReport, stats: readonly Stat[]) {
  const find = (id: string | undefined) =>
    id === undefined ? undefined : (report.get(id) as Stat | undefined)
  const pair = find(stats.find(({ type }) => type === 'transport')?.selectedCandidatePairId)
  const local = find(pair?.localCandidateId)
  const isRelayed = [local, find(pair?.remoteCandidateId)].some((end) => end?.candidateType === 'relay')
  // What lies between the relay and the peer is UDP for every relay; this is the way from here to the relay.
  const carrier = local?.candidateType === 'relay' ? local.relayProtocol : local?.protocol
  return {
    path: pair ? (isRelayed ? ('relay' as const) : ('direct' as const)) : null,
    transport: transports.includes(carrier) ? (carrier as QualitySample['transport']) : null,
    roundTrip: pair?.currentRoundTripTime,
  }
}
