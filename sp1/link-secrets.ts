// What one link of a call is made from: the certificates that both sides signed for it and the keys from its k2 (SP1
// sections 4, 5 and 7). The first exchange of a call gives one, and every rekey another. Knows no messages.
import { equal } from './encode.ts'
import { chatBaseKey, dtlsBindMac, frameBaseKey, rekeyChainKey } from './key-schedule.ts'
import type { FrameKind, Role } from './key-schedule.ts'
import { Refusal } from './refusal.ts'

export type LinkSecrets = {
  /** The 16 bytes that name this link, for both sides: the call id for the first, another one for each rekey. */
  readonly callId: Uint8Array
  /** The certificate fingerprints as both signed them for this link, as `sha-256 AA:BB…`. */
  readonly ownFingerprint: string
  readonly peerFingerprint: string
  /** False before the exchange is complete, and once the keys are erased. Without keys all below is refused as `state`. */
  isReady(): boolean
  /** The own proof for the data channel, over the fingerprints as the DTLS stack really used them. */
  dtlsMac(ownFingerprint: string, seenFingerprint: string): Uint8Array
  /** Whether this is the peer's proof over the same two certificates. */
  verifyDtlsMac(mac: Uint8Array, ownFingerprint: string, seenFingerprint: string): boolean
  /** Base keys, a fresh copy each time: the receiver erases its own. */
  frameKey(sender: Role, kind: FrameKind): Uint8Array
  chatKey(sender: Role): Uint8Array
  /** What the next link's keys are chained to, a fresh copy. */
  chainKey(): Uint8Array
  /** Erases the keys; every later use is refused as `state`. */
  destroy(): void
}

/** Empty until `fill`, which takes k2 over: nobody else may keep it. */
export function createLinkSecrets(parts: {
  readonly role: Role
  readonly callId: Uint8Array
  readonly ownFingerprint: string
  readonly peerFingerprint: string
}): { readonly secrets: LinkSecrets; fill(k2: Uint8Array): void } {
  const { role, callId, ownFingerprint, peerFingerprint } = parts
  const peer: Role = role === 'a' ? 'b' : 'a'
  let k2: Uint8Array | null = null
  let erased = false

  function key(): Uint8Array {
    if (k2 === null) throw new Refusal('state')
    return k2
  }

  const secrets: LinkSecrets = {
    callId,
    ownFingerprint,
    peerFingerprint,
    isReady: () => k2 !== null,
    dtlsMac: (own, seen) => dtlsBindMac(key(), role, callId, own, seen),
    verifyDtlsMac: (mac, own, seen) => equal(mac, dtlsBindMac(key(), peer, callId, seen, own)),
    frameKey: (sender, kind) => frameBaseKey(key(), sender, kind),
    chatKey: (sender) => chatBaseKey(key(), sender),
    chainKey: () => rekeyChainKey(key()),
    destroy() {
      k2?.fill(0)
      k2 = null
      erased = true
    },
  }
  return {
    secrets,
    fill(complete) {
      if (erased || k2 !== null) throw new Refusal('state')
      k2 = complete
    },
  }
}
