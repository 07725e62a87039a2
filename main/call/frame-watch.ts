// Judges what the page measures of the frame layer (SP1 section 7): whether the peer's frames are authentic, and whether
// media goes round the worker that seals and opens them. Pure; times are passed in. Knows no call and no page.
//
// Limit: the counters come from the page. One that an attacker controls can say what it likes, and then loses no more
// than the keys it was given anyway.
import { frameKinds, type FrameKind, type LinkFrames } from '../../contract/link.ts'

/**
 * `unverified`: more than a fifth of one kind was refused for three seconds. `cut`: for more than fifteen. `bypassed`:
 * media flows that the worker did not process.
 */
export type FrameVerdict = 'fine' | 'unverified' | 'cut' | 'bypassed'

export interface FrameWatch {
  readonly verdict: FrameVerdict
  readonly last: { readonly frames: LinkFrames; readonly atMs: number } | null
  /** For how long each kind has been bad without a good moment between, and then silent, in ms. */
  readonly bad: Readonly<Record<FrameKind, { readonly badMs: number; readonly silentMs: number }>>
  /** What each way of the transport has moved that the worker cannot account for yet, in frames. */
  readonly debts: Readonly<Record<Way, number>>
}

const maxRefusedShare = 0.2
const unverifiedAfterMs = 3_000
const cutAfterMs = 15_000
/** A computer that slept, or a page that stood still, has not listened meanwhile. */
const maxStepMs = 2_000

/**
 * One way on which media crosses the transport, and the worker's count that has to go with it. Each is a leaking bucket:
 * what the transport moved adds `weight` for each frame, what the worker processed takes one off, and it never goes below
 * nothing. More than `budget` is a bypass.
 *
 * Why not compare two totals: the two sides are not counted at the same moment, and what is queued between them (packets
 * waiting to leave, the jitter buffers: 200 packets fit into Chromium's, and a computer that has too much to do fills it)
 * moves later than it was processed. A healthy way empties its bucket faster than it fills it, so that no length of a call and
 * no drift ends one; media that goes round the worker fills it within five seconds at 50 packets or 15 pictures.
 */
const ways = {
  soundSent: {
    moved: ({ transport }) => transport.audioPacketsSent,
    processed: ({ worker }) => worker.sealed.audio,
    weight: 0.75,
    budget: 60,
  },
  picturesSent: {
    moved: ({ transport }) => transport.videoFramesSent,
    processed: ({ worker }) => worker.sealed.video,
    weight: 0.75,
    budget: 30,
  },
  // SECURITY: by itself, so that a screen that goes round the worker does not hide behind a camera that does not.
  screenSent: {
    moved: ({ transport }) => transport.screenFramesSent,
    processed: ({ worker }) => worker.sealed.screen,
    weight: 0.75,
    budget: 30,
  },
  soundPlayed: {
    moved: ({ transport }) => transport.audioFramesPlayed,
    processed: ({ worker }) => worker.opened.audio,
    // Opus restores a lost packet from the next one: at worst every second frame that is played was never a packet.
    weight: 0.5,
    budget: 110,
  },
  picturesPlayed: {
    moved: ({ transport }) => transport.videoFramesDecoded,
    processed: ({ worker }) => worker.opened.video,
    weight: 0.5,
    budget: 35,
  },
  screenShown: {
    moved: ({ transport }) => transport.screenFramesDecoded,
    processed: ({ worker }) => worker.opened.screen,
    weight: 0.5,
    budget: 35,
  },
} as const satisfies Record<string, Bucket>
type Way = keyof typeof ways
const wayNames = Object.keys(ways) as Way[]

interface Bucket {
  readonly moved: (frames: LinkFrames) => number
  readonly processed: (frames: LinkFrames) => number
  readonly weight: number
  readonly budget: number
}

const nothing: LinkFrames = {
  worker: {
    sealed: { audio: 0, video: 0, screen: 0 },
    opened: { audio: 0, video: 0, screen: 0 },
    refused: { audio: 0, video: 0, screen: 0 },
    repeated: 0,
  },
  transport: {
    audioPacketsSent: 0,
    audioFramesPlayed: 0,
    videoFramesSent: 0,
    videoFramesDecoded: 0,
    screenFramesSent: 0,
    screenFramesDecoded: 0,
  },
}

/** Of a link that was just opened. */
export const newFrameWatch: FrameWatch = {
  verdict: 'fine',
  last: null,
  bad: Object.fromEntries(frameKinds.map((kind) => [kind, { badMs: 0, silentMs: 0 }])) as FrameWatch['bad'],
  debts: Object.fromEntries(wayNames.map((way) => [way, 0])) as FrameWatch['debts'],
}

/** With what was measured at this moment of the clock; about once a second. Throws for no counters whatever. */
export function watchFrames(before: FrameWatch, frames: LinkFrames, nowMs: number): FrameWatch {
  const { frames: since, atMs } = before.last ?? { frames: nothing, atMs: nowMs }
  const last = { frames, atMs: nowMs }
  // Another link or nonsense: there is no difference to be judged, and the count begins here.
  if (!isSequel(since, frames)) return { ...newFrameWatch, last }
  const stepMs = Math.min(Math.max(0, nowMs - atMs), maxStepMs)
  const bad = mapOf(frameKinds, (kind) => badness(before.bad[kind], kind, since, frames, stepMs))
  const debts = mapOf(wayNames, (way) => debt(before.debts[way], ways[way], since, frames))
  return { verdict: verdictOn(bad, debts), last, bad, debts }
}

function verdictOn(bad: FrameWatch['bad'], debts: FrameWatch['debts']): FrameVerdict {
  if (wayNames.some((way) => debts[way] > ways[way].budget)) return 'bypassed'
  const longestMs = Math.max(...frameKinds.map((kind) => bad[kind].badMs))
  if (longestMs > cutAfterMs) return 'cut'
  return longestMs >= unverifiedAfterMs ? 'unverified' : 'fine'
}

function debt(
  owed: number,
  { moved, processed, weight }: Bucket,
  since: LinkFrames,
  now: LinkFrames,
): number {
  // What the transport says may fall: a stream ended, or what was played is now known to have been made up.
  const more = Math.max(0, moved(now) - moved(since))
  return Math.max(0, owed + weight * more - (processed(now) - processed(since)))
}

function badness(
  { badMs, silentMs }: FrameWatch['bad'][FrameKind],
  kind: FrameKind,
  since: LinkFrames,
  { worker }: LinkFrames,
  stepMs: number,
): FrameWatch['bad'][FrameKind] {
  const refused = worker.refused[kind] - since.worker.refused[kind]
  const opened = worker.opened[kind] - since.worker.opened[kind]
  if (refused + opened === 0) {
    // Nothing came: no better and no worse, until it has been so long that there is nothing to hold against anybody.
    return silentMs + stepMs >= unverifiedAfterMs
      ? { badMs: 0, silentMs: 0 }
      : { badMs, silentMs: silentMs + stepMs }
  }
  const isBad = refused > maxRefusedShare * (refused + opened)
  return { badMs: isBad ? badMs + stepMs : 0, silentMs: 0 }
}

function isSequel({ worker: since }: LinkFrames, { worker, transport }: LinkFrames): boolean {
  const grew = (['sealed', 'opened', 'refused'] as const).every((count) =>
    frameKinds.every(
      (kind) => worker[count][kind] >= since[count][kind] && Number.isFinite(worker[count][kind]),
    ),
  )
  return grew && Object.values(transport).every(Number.isFinite)
}

const mapOf = <K extends string, T>(keys: readonly K[], of: (key: K) => T) =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, T>
