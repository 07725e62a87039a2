// What a caller makes of an invitation: the seat at a new reply handle, the callee's prekey, the keys of M1 and M1 itself,
// each as soon as it can be had. Leaves nothing and decides nothing.
import type { Address, CallId } from '../../contract/ids.ts'
import { parseAddress } from '../../sp1/address.ts'
import { base64url, fromBase64url, type Rng } from '../../sp1/encode.ts'
import {
  dropCallKeys,
  makeCallKeys,
  startCall,
  type CallKeys,
  type CallRequest,
} from '../../sp1/handshake-caller.ts'
import type { Identity } from '../../sp1/identity.ts'
import { checkPrekey, type PeerPrekey } from '../../sp1/prekey.ts'
import type { Clock } from '../clock.ts'
import type { Drop } from '../signaling/drop.ts'

/** `sit`, `seek` and `write` reject as the drop does, or with a `Refusal`; to sit or seek again gives the same. */
export interface Invitation {
  /** Takes the seat. The server learns of nobody. */
  sit(): Promise<void>
  /** Finds the callee's prekey as well, and makes the keys of M1. */
  seek(): Promise<unknown>
  /** M1, once what was sought is found. Null when the call is over meanwhile, and when it was written before. */
  write(about: Pick<CallRequest, 'fingerprint' | 'media'>): Promise<ReturnType<typeof startCall> | null>
  /** Erases what was not used. */
  forget(): void
}

interface Found {
  readonly peerKey: Uint8Array
  readonly prekey: PeerPrekey
}

export function createInvitation(parts: {
  readonly callId: CallId
  readonly peer: Address
  readonly identity: Identity
  readonly drop: Pick<Drop, 'prekey' | 'openReply'>
  readonly clock: Pick<Clock, 'now'>
  readonly rng: Rng
  /** Of the seat, see `Drop`. */
  readonly onEnvelope: (foreign: unknown) => void
  readonly onReturn: () => void
}): Invitation {
  const { callId, peer, identity, drop, clock, rng } = parts
  const reply = rng(16)
  let seat: Promise<void> | null = null
  let sought: Promise<Found> | null = null
  let found: Found | null = null
  let keys: CallKeys | null = null
  let forgotten = false

  function sit(): Promise<void> {
    seat ??= drop.openReply(base64url(reply), parts.onEnvelope, parts.onReturn)
    return seat
  }

  async function find(): Promise<Found> {
    const peerKey = parseAddress(peer)
    const bundle = drop.prekey(peer)
    const seated = sit()
    // Whichever fails first is told.
    seated.catch(() => undefined)
    const prekey = checkPrekey(await bundle, peerKey, clock.now())
    if (!forgotten) keys = makeCallKeys(prekey, rng)
    await seated
    found = { peerKey, prekey }
    return found
  }
  const seek = (): Promise<Found> => (sought ??= find())

  return {
    sit,
    seek,
    async write({ fingerprint, media }) {
      // At once where it can be: everything that this person's own screen does with the click comes after it.
      const { peerKey, prekey } = found ?? (await seek())
      if (forgotten || keys === null) return null
      const started = startCall({
        identity,
        peer: peerKey,
        prekey,
        fingerprint,
        media,
        callId: fromBase64url(callId, 16),
        reply,
        nowMs: clock.now(),
        rng,
        keys,
      })
      // They are the call's by now.
      keys = null
      return started
    },
    forget() {
      forgotten = true
      if (keys) dropCallKeys(keys)
      keys = null
    },
  }
}
