// What is wrong with a call, out of its last seconds: one cause, the one that explains the others. Pure.
//
// Where a threshold comes from:
// - delay: ITU-T G.114 has 150 ms one way as the limit up to which nobody notices, so 300 ms there and back;
// - loss: ITU-T G.107 with G.113 Appendix I has a robust codec fall below "many users dissatisfied" at a few percent of
//   random loss; Opus hides 1 % well (RFC 6716), and from 4 % on a listener is bothered;
// - jitter: RFC 3550 section 6.4.1, against the 60 to 100 ms that a jitter buffer holds;
// - lateness: the same buffer, which is empty when this computer comes later than that;
// - silence: one bit of 16 is -90 dB, less than any microphone that is alive gives (see microphone-judge).
import type { QualityCause } from '../../contract/quality.ts'
import type { QualitySample } from './quality-sample.ts'

export interface Diagnosis {
  readonly cause: QualityCause
  /** Whose side it is on as far as this computer can tell; `way` is in between. */
  readonly side: 'me' | 'them' | 'way'
  /** Milliseconds since the epoch. */
  readonly sinceMs: number
  /** Percent of packets, or milliseconds there and back; null where there is no figure to say. */
  readonly figure: number | null
}

export const thresholds = {
  loss: { raise: 0.04, clear: 0.01 },
  /** Below it a single report of the peer is not counted as lossy. */
  lossOfAReport: 0.02,
  roundTripMs: { raise: 300, clear: 250 },
  jitterMs: { raise: 50, clear: 30 },
  concealed: { raise: 0.08, clear: 0.02 },
  lateMs: { raise: 120, clear: 80 },
  silence: 4e-5,
  /** A peer's sound is no sound with fewer packets than this: then it is the way that is silent. */
  packetsPerSecond: 20,
} as const

/** In samples, which are a second each. The beginning of a call fills buffers and is not judged. */
const warmUp = 4
const window = 6
/** So many seconds of a call say nothing yet. */
export const judgedFrom = warmUp + window
const longWindow = 10
const lossySeconds = 4
const silenceWindow = 8
/** Two reports of the peer, at the latest. */
const reportWindow = 18
/** More between two samples is another time: a call that was away, a computer that slept. */
const gapMs = 4_000

interface Rule {
  readonly cause: QualityCause
  readonly side: Diagnosis['side']
  readonly raise: (samples: readonly QualitySample[]) => boolean
  /** It has been raised and is not over yet. */
  readonly keep: (samples: readonly QualitySample[]) => boolean
  readonly figure?: (samples: readonly QualitySample[]) => number | null
}

/** The first that holds is told: whatever comes later may only follow from it. */
const rules: readonly Rule[] = [
  {
    cause: 'busy',
    side: 'me',
    raise: (all) =>
      countOf(all, window, ({ lateMs }) => lateMs >= thresholds.lateMs.raise) >= 4 ||
      countOf(all, longWindow, ({ limited }) => limited === 'cpu') >= 8,
    keep: (all) =>
      countOf(
        all,
        longWindow,
        ({ lateMs, limited }) => lateMs >= thresholds.lateMs.clear || limited === 'cpu',
      ) >= 3,
  },
  {
    cause: 'loss-both',
    side: 'way',
    raise: (all) => losesDown(all) && losesUp(all),
    keep: (all) => stillLosesDown(all) && stillLosesUp(all),
    figure: (all) => percent(Math.max(meanOf(all, window, 'lossDown') ?? 0, lossReported(all))),
  },
  {
    cause: 'loss-up',
    side: 'me',
    raise: losesUp,
    keep: stillLosesUp,
    figure: (all) => percent(lossReported(all)),
  },
  {
    cause: 'loss-down',
    side: 'way',
    raise: losesDown,
    keep: stillLosesDown,
    figure: (all) => percent(meanOf(all, window, 'lossDown') ?? 0),
  },
  {
    cause: 'no-udp',
    side: 'me',
    raise: (all) => countOf(all, window, overTcp) === window,
    keep: (all) => countOf(all, 2, overTcp) > 0,
  },
  {
    cause: 'relay-far',
    side: 'way',
    raise: (all) => isRelayed(all) && isFar(all, thresholds.roundTripMs.raise),
    keep: (all) => isRelayed(all) && isFar(all, thresholds.roundTripMs.clear),
    figure: roundTrip,
  },
  {
    cause: 'far',
    side: 'way',
    raise: (all) => !isRelayed(all) && isFar(all, thresholds.roundTripMs.raise),
    keep: (all) => !isRelayed(all) && isFar(all, thresholds.roundTripMs.clear),
    figure: roundTrip,
  },
  {
    cause: 'uneven',
    side: 'way',
    raise: (all) =>
      countOf(all, window, ({ jitterDownMs }) => (jitterDownMs ?? 0) >= thresholds.jitterMs.raise) >= 5 ||
      (countOf(all, window, ({ concealed }) => (concealed ?? 0) >= thresholds.concealed.raise) >= 4 &&
        (meanOf(all, window, 'lossDown') ?? 0) < thresholds.loss.clear),
    keep: (all) =>
      countOf(
        all,
        longWindow,
        ({ jitterDownMs, concealed }) =>
          (jitterDownMs ?? 0) >= thresholds.jitterMs.clear || (concealed ?? 0) >= thresholds.concealed.clear,
      ) >= 4,
  },
  {
    cause: 'peer-silent',
    side: 'them',
    raise: (all) => countOf(all, silenceWindow, isSilent) === silenceWindow,
    keep: (all) => countOf(all, 2, isSilent) > 0,
  },
]

/**
 * `samples`: the latest last, about a second apart; `before`: what was said of the same call a second ago. Null when there is
 * nothing to say, and while there is too little to tell.
 */
export function diagnose(samples: readonly QualitySample[], before: Diagnosis | null): Diagnosis | null {
  const all = unbroken(samples)
  const latest = all.at(-1)
  if (!latest || all.length < judgedFrom) return null
  const judged = all.slice(warmUp)
  for (const { cause, side, raise, keep, figure } of rules) {
    const isOn = before?.cause === cause
    if (!(raise(judged) || (isOn && keep(judged)))) continue
    return { cause, side, sinceMs: isOn ? before.sinceMs : latest.atMs, figure: figure?.(judged) ?? null }
  }
  return null
}

/** Since the last gap. */
function unbroken(samples: readonly QualitySample[]): readonly QualitySample[] {
  const gap = samples.findLastIndex(
    ({ atMs }, index) => index > 0 && atMs - (samples[index - 1]?.atMs ?? atMs) > gapMs,
  )
  return gap === -1 ? samples : samples.slice(gap)
}

type Measured = {
  [K in keyof QualitySample]: QualitySample[K] extends number | null ? K : never
}[keyof QualitySample]

const countOf = (
  all: readonly QualitySample[],
  length: number,
  holds: (sample: QualitySample) => boolean,
): number => all.slice(-length).filter(holds).length

/** Of what was measured; null where nothing was. */
function meanOf(all: readonly QualitySample[], length: number, name: Measured): number | null {
  const values = all.slice(-length).flatMap((sample) => sample[name] ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

const percent = (share: number): number => Math.round(share * 100)

/** One burst is an accident: most of the seconds have to be lossy. */
function losesDown(all: readonly QualitySample[]): boolean {
  return (
    (meanOf(all, window, 'lossDown') ?? 0) >= thresholds.loss.raise &&
    countOf(all, window, ({ lossDown }) => (lossDown ?? 0) > 0) >= lossySeconds
  )
}
function stillLosesDown(all: readonly QualitySample[]): boolean {
  return (meanOf(all, longWindow, 'lossDown') ?? 0) >= thresholds.loss.clear
}

/** The last two, the latest last. */
const reportsIn = (all: readonly QualitySample[]): readonly number[] =>
  all
    .slice(-reportWindow)
    .flatMap(({ newReport, lossUp }) => (newReport && lossUp !== null ? [lossUp] : []))
    .slice(-2)

function lossReported(all: readonly QualitySample[]): number {
  const reports = reportsIn(all)
  return reports.length === 0 ? 0 : reports.reduce((sum, loss) => sum + loss, 0) / reports.length
}
function losesUp(all: readonly QualitySample[]): boolean {
  const reports = reportsIn(all)
  return (
    reports.length === 2 &&
    reports.every((loss) => loss >= thresholds.lossOfAReport) &&
    lossReported(all) >= thresholds.loss.raise
  )
}
function stillLosesUp(all: readonly QualitySample[]): boolean {
  return lossReported(all) >= thresholds.loss.clear
}

const overTcp = ({ transport, udpPossible }: QualitySample): boolean =>
  udpPossible && (transport === 'tcp' || transport === 'tls')
const isRelayed = (all: readonly QualitySample[]): boolean => all.at(-1)?.path === 'relay'

/** The median, because one check that was late says nothing of the way. */
function roundTrip(all: readonly QualitySample[]): number | null {
  const values = all.slice(-window).flatMap(({ roundTripMs }) => roundTripMs ?? [])
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? null
}
function isFar(all: readonly QualitySample[], thresholdMs: number): boolean {
  return (roundTrip(all) ?? 0) >= thresholdMs
}

/** Its packets come, its microphone is said to be open, and not one bit of sound is in them. */
const isSilent = ({ peerMicOn, packetsDown, levelDown }: QualitySample): boolean =>
  peerMicOn &&
  packetsDown >= thresholds.packetsPerSecond &&
  levelDown !== null &&
  levelDown < thresholds.silence
