// Which sentence stands for which trust, in a call and outside one (SP1 section 6). The only place that decides it.
import type { CallView, PeerView, TrustView } from '../../contract/call-view.ts'
import { assertNever } from '../../contract/errors.ts'
import { dateText } from '../locales/dates.ts'
import type { TextKey, TextValues } from '../locales/texts.ts'
import { displayName } from './display-name.ts'

type Tone = 'plain' | 'warn' | 'good' | 'bad'
export interface TrustLabel {
  readonly tone: Tone
  readonly key: TextKey
  readonly values: TextValues
}

const label = (tone: Tone, key: TextKey, values: TextValues = {}): TrustLabel => ({ tone, key, values })

/**
 * What may be said about the live call; null where nothing is under way.
 * SECURITY: "Encrypted" is said of a link whose fingerprints match the signed ones, which is bound, and over which authentic
 * sound has come; and of no other.
 */
export function callTrustLabel(call: CallView): TrustLabel | null {
  switch (call.phase) {
    case 'idle':
    case 'incoming':
    case 'ended':
      return null
    case 'dialing':
    case 'ringing':
    case 'connecting':
      return label('plain', 'trust.connecting')
    case 'talking':
    case 'reconnecting':
      if (!call.facts.bound || !call.facts.match) return label('plain', 'trust.connecting')
      if (call.unverified) return label('bad', 'trust.unverified')
      if (!call.secure) return label('plain', 'trust.unheard')
      return boundLabel(call.peer)
    default:
      return assertNever(call)
  }
}

function boundLabel({ trust, name, clash, vouchedFor }: PeerView): TrustLabel {
  switch (trust.state) {
    case 'V0':
      if (vouchedFor !== null) return label('warn', 'trust.vouched', { name: displayName(vouchedFor) })
      if (clash !== null) return label('bad', 'trust.clash', { name: displayName(clash) })
      return label('warn', 'trust.unknown')
    case 'V1':
      return label('plain', 'trust.pinned')
    case 'V2': {
      const date = dateText(trust.atMs)
      return name === null
        ? label('good', 'trust.verified-unnamed', { date })
        : label('good', 'trust.verified', { name: displayName(name), date })
    }
    case 'X':
      return label('bad', trust.cause === 'mismatch' ? 'trust.mismatch' : 'trust.blocked')
    default:
      return assertNever(trust)
  }
}

/** What is known about an identity while no call is on. `name` is the contact's; null for somebody who is none. */
export function knownTrustLabel(trust: TrustView, name: string | null): TrustLabel {
  switch (trust.state) {
    case 'V0':
      return label('warn', 'trust.known.stranger')
    case 'V1':
      return label('plain', 'trust.known.pinned')
    case 'V2': {
      const date = dateText(trust.atMs)
      return name === null
        ? label('good', 'trust.known.stranger-verified', { date })
        : label('good', 'trust.known.verified', { name: displayName(name), date })
    }
    case 'X': {
      const key = trust.cause === 'mismatch' ? 'trust.known.mismatch' : 'trust.known.blocked'
      return label('bad', key, { date: dateText(trust.atMs) })
    }
    default:
      return assertNever(trust)
  }
}
