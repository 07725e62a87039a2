// What becomes of a call once the network is whole again: it is back, it has ended and says why, or something is wrong.
// Pure: it is shown what both phones say and play, again and again, and knows no phone.
import type { CallView, EndReason } from '../../contract/call-view.ts'

/** What one phone says and plays at a moment. Times are ms since the epoch. */
export interface Seen {
  /** `away` while there is no page to ask. */
  readonly phase: CallView['phase'] | 'away'
  readonly reason: EndReason | null
  /** The refusal behind the reason, where there is one. */
  readonly detail: string | null
  /** The screen has a sentence about the end. */
  readonly explained: boolean
  /** When the peer's tone was last heard. */
  readonly heardAtMs: number
  /** Since when it has been heard without a gap. */
  readonly soundSinceMs: number
}

export interface Sample {
  readonly atMs: number
  readonly alice: Seen
  readonly bob: Seen
}

export type Verdict =
  /** `ms` from the whole network until both have heard each other without a gap since. */
  | { readonly outcome: 'back'; readonly ms: number }
  | { readonly outcome: 'ended'; readonly reason: string }
  | { readonly outcome: 'wrong'; readonly what: string }

/** In milliseconds. */
export const judging = {
  /** A call has this long to be back, or to have ended: the app gives a link 30 s, and the next one, begun last of all, 15 s. */
  patience: 50_000,
  /** What only one of the two knows, and a silence that nobody is told of, may last this long. */
  disagreement: 5_000,
  /** Longer than the pauses of the tones, and than what a jitter buffer skips. */
  silence: 700,
  /** A call counts as back after so much sound. */
  calm: 1_500,
} as const

const phases: readonly string[] = [
  'idle',
  'dialing',
  'ringing',
  'incoming',
  'connecting',
  'talking',
  'reconnecting',
  'ended',
  'away',
] satisfies Seen['phase'][]

/** What a network that fails can truly end a call with. Anything else accuses somebody who did nothing. */
const truths: readonly (EndReason | null)[] = ['connection-lost', 'connection-failed', 'relay-failed']

export interface Judge {
  /** Null as long as nothing can be said. Samples come in the order of their times. */
  look(sample: Sample): Verdict | null
}

/** `wholeAtMs`: when nothing stood in the way any more. */
export function createJudge(wholeAtMs: number): Judge {
  /** Since when something holds that may not last. */
  const since = new Map<string, number>()
  const lasts = (what: string, holds: boolean, atMs: number): boolean => {
    if (!holds) since.delete(what)
    else if (!since.has(what)) since.set(what, atMs)
    return atMs - (since.get(what) ?? atMs) > judging.disagreement
  }

  return {
    look(sample) {
      const { atMs, alice, bob } = sample
      const both = [alice, bob]
      const wrong = (what: string): Verdict => ({ outcome: 'wrong', what: `${what}: ${believed(sample)}` })
      if (both.some(({ phase }) => !phases.includes(phase))) return wrong('a phase that nobody knows')
      if (both.every(({ phase }) => phase === 'ended')) {
        const reasons = both.map(({ reason }) => reason)
        if (reasons.some((reason) => !truths.includes(reason))) return wrong('an end that is not true')
        if (both.every(({ explained }) => explained))
          return { outcome: 'ended', reason: [...new Set(reasons)].join(' / ') }
      }
      if (both.every((seen) => isBack(seen, wholeAtMs, atMs)))
        return {
          outcome: 'back',
          ms: Math.max(0, ...both.map(({ soundSinceMs }) => soundSinceMs - wholeAtMs)),
        }
      const oneSided =
        both.some(({ phase }) => phase === 'talking') && both.some(({ phase }) => phase === 'ended')
      if (lasts('one-sided', oneSided, atMs)) return wrong('one talks and the other has ended')
      for (const [who, seen] of Object.entries({ Alice: alice, Bob: bob })) {
        const silent = seen.phase === 'talking' && atMs - seen.heardAtMs > judging.silence
        if (lasts(`${who} hears nothing`, silent, atMs)) return wrong(`${who} talks and hears nothing`)
      }
      return atMs - wholeAtMs > judging.patience ? wrong('neither back nor ended') : null
    },
  }
}

/** Since the network is whole and not from before: what is still on its way when it breaks sounds well. */
const isBack = ({ phase, heardAtMs, soundSinceMs }: Seen, wholeAtMs: number, atMs: number): boolean =>
  phase === 'talking' &&
  atMs - heardAtMs < judging.silence &&
  atMs - Math.max(soundSinceMs, wholeAtMs) > judging.calm

function believed({ atMs, alice, bob }: Sample): string {
  const one = (name: string, { phase, reason, detail, heardAtMs }: Seen) =>
    `${name} ${phase}${reason ? ` (${[reason, detail].filter(Boolean).join(', ')})` : ''}, heard ${heardAtMs ? `${atMs - heardAtMs} ms ago` : 'never'}`
  return `${one('Alice', alice)}; ${one('Bob', bob)}`
}
