// How large and how often pictures are sent: Chromium adapts to the network within these bounds; here they are narrowed so
// that the voice gets through where the network is poor, and where a person saves data. Pure.

export type PictureLevel = 'full' | 'less' | 'least'
const levels = ['full', 'less', 'least'] as const

/** What is asked of one sender (W3C webrtc section 5.2.5, webrtc-extensions section 3). */
export interface PictureBounds {
  readonly maxBitrate: number
  readonly maxFramerate: number
  readonly scaleResolutionDownBy: number
}
export interface Bounds {
  readonly video: PictureBounds
  readonly screen: PictureBounds
}

const bounds = (maxBitrate: number, maxFramerate: number, scaleResolutionDownBy: number): PictureBounds => ({
  maxBitrate,
  maxFramerate,
  scaleResolutionDownBy,
})

const wide: Readonly<Record<PictureLevel, Bounds>> = {
  full: { video: bounds(2_000_000, 30, 1), screen: bounds(3_000_000, 30, 1) },
  less: { video: bounds(300_000, 15, 2), screen: bounds(600_000, 8, 1) },
  // A trickle: whoever looks still sees that somebody is there.
  least: { video: bounds(50_000, 5, 6), screen: bounds(150_000, 2, 1.5) },
}
const saving: Readonly<Record<PictureLevel, Bounds>> = {
  full: { video: bounds(350_000, 15, 2), screen: bounds(700_000, 5, 1) },
  less: { video: bounds(150_000, 10, 4), screen: bounds(350_000, 3, 1) },
  least: wide.least,
}

export const boundsOf = (level: PictureLevel, dataSaver: boolean): Bounds =>
  (dataSaver ? saving : wide)[level]

/** What the transport says of the way to the peer; null where it does not say. */
export interface PathSample {
  /** Of my sound, as the peer reports it, 0 to 1. */
  readonly lostShare: number | null
  /** What Chromium thinks the way can carry, bits a second. */
  readonly availableBps: number | null
}

export interface PictureJudgement {
  readonly level: PictureLevel
  /** Since when it has been so poor, or so good, that the level is to change; the clock's milliseconds. */
  readonly poorSinceMs: number | null
  readonly goodSinceMs: number | null
}
export const startOfPictures: PictureJudgement = { level: 'full', poorSinceMs: null, goodSinceMs: null }

const poorShare = 0.08
const goodShare = 0.03
/** Less than the voice and a small picture need. */
const poorBps = 150_000
const worseAfterMs = 3_000
/** Longer, so that a network that only just carries a picture does not have it change all the time. */
const betterAfterMs = 12_000

/** Worse soon, better slowly, one level at a time. */
export function judgePictures(
  before: PictureJudgement,
  { lostShare, availableBps }: PathSample,
  nowMs: number,
): PictureJudgement {
  const lost = lostShare ?? 0
  const isPoor = lost > poorShare || (availableBps !== null && availableBps < poorBps)
  // Chromium does not find out more than is sent, so that what can be carried is only known by sending more.
  const isGood = lost < goodShare
  const at = levels.indexOf(before.level)
  const poorSinceMs = isPoor ? (before.poorSinceMs ?? nowMs) : null
  const goodSinceMs = isGood && (!isPoor || at === levels.length - 1) ? (before.goodSinceMs ?? nowMs) : null
  const worse = poorSinceMs !== null && nowMs - poorSinceMs >= worseAfterMs && levels[at + 1]
  if (worse) return { level: worse, poorSinceMs: null, goodSinceMs: null }
  const better = goodSinceMs !== null && nowMs - goodSinceMs >= betterAfterMs && levels[at - 1]
  if (better) return { level: better, poorSinceMs: null, goodSinceMs: null }
  return { level: before.level, poorSinceMs, goodSinceMs }
}

interface Stat {
  readonly id: string
  readonly type: string
  readonly kind?: string
  readonly fractionLost?: number
  readonly selectedCandidatePairId?: string
  readonly availableOutgoingBitrate?: number
}

export function pathSampleOf(report: Pick<ReadonlyMap<string, unknown>, 'get' | 'values'>): PathSample {
  const stats = [...report.values()] as Stat[]
  const heard = stats.find(({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'audio')
  const pairId = stats.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  const pair = pairId === undefined ? undefined : (report.get(pairId) as Stat | undefined)
  return { lostShare: heard?.fractionLost ?? null, availableBps: pair?.availableOutgoingBitrate ?? null }
}
