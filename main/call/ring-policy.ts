// Whether somebody who calls rings, rings without a sound, or does not ring (SP1 section 4, S12), and with which tone. Main
// asks it of every invitation, whatever the server let through. Pure but for what it remembers of strangers; time is
// passed in.
import type { Address } from '../../contract/ids.ts'
import { standInRingtone, type Ringtone } from '../../contract/ringing.ts'
import type { Settings } from '../../contract/settings.ts'

export interface RingPolicy {
  /** Asked once for each call that comes in. Whoever was blocked or refused never gets here. */
  judge(peer: Address): 'aloud' | 'silently' | 'not'
  /** Do not disturb or quiet hours keep this person's calls silent just now, whoever else may ring. */
  isHushed(peer: Address): boolean
  /** What this person's calls ring with: the contact's own tone, else everybody's, and always one that plays. */
  toneOf(peer: Address): Ringtone
  /** Whether a call that nobody was there for is written down. */
  mayLeaveTrace(peer: Address): boolean
  /** This person's ringing call was declined. */
  declined(peer: Address): void
  /** Whoever is a contact now is no stranger: what was held against one is forgotten. */
  contactsChanged(): void
}

export const ringManners = {
  /** A stranger who was declined does not ring for this long, and twice as long after each further time. */
  coolDownMs: 60_000,
  longestCoolDownMs: 24 * 3_600_000,
  /** More calls of one stranger than this within the time ring without a sound. */
  callsAloud: 3,
  withinMs: 600_000,
  /**
   * SECURITY: an identity costs nothing, so a crowd of new ones would never reach a limit of its own. Of the calls that each
   * stranger may make aloud, this many of all of them together do ring aloud within the time; the next ring without a sound;
   * and beyond `crowdRings` none rings, so that the line stays free for contacts.
   */
  crowdAloud: 6,
  crowdRings: 20,
  /** SECURITY: strangers cost nothing to make. Those who have not been heard of for longest are forgotten. */
  strangersRemembered: 200,
} as const

interface Stranger {
  readonly declines: number
  readonly quietUntilMs: number
  /** When their latest calls rang. */
  readonly rangAtMs: readonly number[]
}
/** When nobody is to be heard, and who is all the same. */
export interface QuietWish {
  readonly isOn: () => boolean
  readonly favouritesThrough: () => boolean
  readonly isFavourite: (address: Address) => boolean
}

export interface ToneWish {
  readonly ofEverybody: () => Ringtone
  /** Null for whoever has none. */
  readonly ofContact: (address: Address) => Ringtone | null
  readonly plays: (tone: Ringtone) => boolean
}

const unknown: Stranger = { declines: 0, quietUntilMs: 0, rangAtMs: [] }

export function createRingPolicy(parts: {
  readonly whoMayRing: () => Settings['whoMayRing']
  readonly isContact: (address: Address) => boolean
  readonly quiet: QuietWish
  readonly tones: ToneWish
  readonly nowMs: () => number
}): RingPolicy {
  const { whoMayRing, isContact, quiet, tones, nowMs } = parts
  const { coolDownMs, longestCoolDownMs, callsAloud, withinMs, crowdAloud, crowdRings, strangersRemembered } =
    ringManners
  /** The latest calls that were within their own stranger's limit, whoever called. */
  let crowd: readonly { readonly peer: Address; readonly atMs: number }[] = []
  /** The one heard of last is the last. */
  const strangers = new Map<Address, Stranger>()

  function remember(peer: Address, stranger: Stranger): void {
    strangers.delete(peer)
    strangers.set(peer, stranger)
    const [oldest] = strangers.keys()
    if (strangers.size > strangersRemembered && oldest !== undefined) strangers.delete(oldest)
  }

  const isHushed = (peer: Address) =>
    quiet.isOn() && !(quiet.favouritesThrough() && isContact(peer) && quiet.isFavourite(peer))

  /** Before it is asked whether anybody may be heard now. */
  function manners(peer: Address): 'aloud' | 'silently' | 'not' {
    if (isContact(peer)) return 'aloud'
    if (whoMayRing() === 'contacts') return 'not'
    const stranger = strangers.get(peer) ?? unknown
    if (nowMs() < stranger.quietUntilMs) return 'not'
    crowd = crowd.filter(({ atMs }) => nowMs() - atMs < withinMs)
    if (crowd.length >= crowdRings) return 'not'
    const before = stranger.rangAtMs.filter((atMs) => nowMs() - atMs < withinMs)
    remember(peer, { ...stranger, rangAtMs: [...before, nowMs()].slice(-callsAloud) })
    // One stranger who calls on and on uses up their own, and not what is there for the others.
    if (before.length >= callsAloud) return 'silently'
    crowd = [...crowd, { peer, atMs: nowMs() }]
    return whoMayRing() === 'unknown-silent' || crowd.length > crowdAloud ? 'silently' : 'aloud'
  }

  return {
    judge(peer) {
      const ring = manners(peer)
      return ring === 'aloud' && isHushed(peer) ? 'silently' : ring
    },
    isHushed,
    toneOf: (peer) =>
      [tones.ofContact(peer), tones.ofEverybody()].find((tone) => tone !== null && tones.plays(tone)) ??
      standInRingtone,
    mayLeaveTrace: (peer) => isContact(peer) || whoMayRing() !== 'contacts',
    declined(peer) {
      if (isContact(peer)) return
      const stranger = strangers.get(peer) ?? unknown
      const quietMs = Math.min(coolDownMs * 2 ** stranger.declines, longestCoolDownMs)
      remember(peer, { ...stranger, declines: stranger.declines + 1, quietUntilMs: nowMs() + quietMs })
    },
    contactsChanged() {
      for (const peer of strangers.keys()) if (isContact(peer)) strangers.delete(peer)
      crowd = crowd.filter(({ peer }) => !isContact(peer))
    },
  }
}
