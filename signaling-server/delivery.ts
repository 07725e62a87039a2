// Who gets past the limit for strangers: the key that an envelope shows, against what the owner of the mailbox left.
// Knows no sockets and no senders: a key says "a contact", and never which one.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Delivery } from './mailbox.ts'

/**
 * `known`: has the current key. `stranger`: has none, or the one before it. `unwanted`: a stranger without any key, where
 * the owner wants none.
 */
export type Standing = 'known' | 'stranger' | 'unwanted'

/** `key` is 16 bytes, base64url (SP1 section 3). */
export function standingOf(delivery: Delivery | null, key: string | undefined): Standing {
  const shown = createHash('sha256')
    .update(Buffer.from(key ?? '', 'base64url'))
    .digest()
  const [isCurrent = false, isPrevious = false] = (delivery?.hashes ?? []).map((hash) => {
    const kept = Buffer.from(hash, 'base64url')
    return key !== undefined && kept.length === shown.length && timingSafeEqual(kept, shown)
  })
  if (isCurrent) return 'known'
  return delivery?.only === true && !isPrevious ? 'unwanted' : 'stranger'
}
