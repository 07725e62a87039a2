// What two contacts give each other in a call for the time after it: each its delivery key, and both the key of their
// pair. SECURITY: only to and from my contacts, and only over a link that is bound.
import type { Address } from '../../contract/ids.ts'
import type { ContactKeys } from '../trust/contact-keys.ts'
import type { Conversation, KeysPayload } from './conversation.ts'

export interface ContactKeysInCall {
  /** The link of a call with this person is bound. */
  bound(peer: Address, conversation: Pick<Conversation, 'say' | 'pairKey'>): void
  heard(peer: Address, payload: KeysPayload, conversation: Pick<Conversation, 'say'>): void
  /** What gets an envelope past this person's limit for strangers, base64url. */
  deliveryKeyOf(peer: Address): string | null
}

export function createContactKeysInCall(parts: {
  readonly keys: ContactKeys
  readonly isContact: (address: Address) => boolean
  readonly isRefused: (address: Address) => boolean
}): ContactKeysInCall {
  const { keys } = parts
  const sharesWith = (peer: Address) => parts.isContact(peer) && !parts.isRefused(peer)
  return {
    bound(peer, conversation) {
      if (!sharesWith(peer)) return
      const pair = conversation.pairKey()
      if (pair) keys.learnPair(peer, pair)
      pair?.fill(0)
      conversation.say({ t: 'delivery', key: keys.giveTo(peer) })
    },
    heard(peer, payload, conversation) {
      if (!sharesWith(peer)) return
      if (payload.t === 'delivery-kept') return keys.keptBy(peer)
      keys.learnTheirs(peer, payload.key)
      conversation.say({ t: 'delivery-kept' })
    },
    deliveryKeyOf: (peer) => (sharesWith(peer) ? keys.theirs(peer) : null),
  }
}
