// One set-up of a call, however it was made: what was measured of it, and how long each step took.

/** When each step was first done at one end, ms since the epoch. */
export type Steps = Readonly<Record<string, number>>

export interface Setup {
  readonly clickToRingMs: number
  /** Until both hear each other. */
  readonly acceptToSoundMs: number
  /** How the time from accepting to sound was spent: each step begins when the one before is done at both ends. */
  readonly spentMs: Readonly<Record<SetupStep, number>>
}

export const patienceMs = 20_000
/** Nobody answers sooner after it rings, nor calls again sooner after a call: what the step before has begun is done by then. */
export const humanMs = 1_000

/** What has to be seen in a page for a step to be done, in the order in which they are done. */
const endOfStep = {
  /** A connection made at both ends; where the caller makes it while it rings, only the callee's counts. */
  linkMade: 'connectionMade',
  /** Offer and answer taken, and what they wait for: with Earshot the keys, and the callee's microphone. */
  described: 'signaling-stable',
  /** A path found and DTLS done. */
  connected: 'connection-connected',
  /** What the peer says may be played. */
  played: 'played',
} as const
export type SetupStep = keyof typeof endOfStep | 'sound'

export function setupOf(seen: {
  readonly calledAtMs: number
  readonly rangAtMs: number
  readonly acceptedAtMs: number
  readonly heardAtMs: readonly number[]
  readonly ends: readonly Steps[]
}): Setup {
  const { calledAtMs, rangAtMs, acceptedAtMs, ends } = seen
  const soundAtMs = Math.max(...seen.heardAtMs)
  let beforeMs = acceptedAtMs
  const spend = (doneAtMs: number): number => {
    const spentMs = Math.max(0, doneAtMs - beforeMs)
    beforeMs = Math.max(beforeMs, doneAtMs)
    return spentMs
  }
  const done = (step: keyof typeof endOfStep) =>
    spend(Math.max(...ends.map((steps) => steps[endOfStep[step]] ?? acceptedAtMs)))
  return {
    clickToRingMs: rangAtMs - calledAtMs,
    acceptToSoundMs: soundAtMs - acceptedAtMs,
    spentMs: {
      linkMade: done('linkMade'),
      described: done('described'),
      connected: done('connected'),
      played: done('played'),
      sound: spend(soundAtMs),
    },
  }
}
