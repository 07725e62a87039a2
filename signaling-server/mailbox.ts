// What waits for an address: its prekey bundle and sealed envelopes, in memory only. Knows no sockets, no
// senders and no contents; time is passed in.
import type { InferOutput } from 'valibot'
import {
  wireLimits,
  type PrekeyBundle as PrekeyBundleSchema,
  type WireRefusal,
} from '../contract/signaling.ts'
import { checkSize, envelopeBytes, type Envelope } from './envelope.ts'

export type PrekeyBundle = InferOutput<typeof PrekeyBundleSchema>

/** Who gets past the limit for strangers, as the owner says. */
export interface Delivery {
  /** SHA-256, base64url: of the current key first, then perhaps of the one before. */
  readonly hashes: readonly string[]
  /** Nobody else wants anything kept. */
  readonly only: boolean
}

interface WaitingEnvelope {
  /** Grows with arrival, unique in this process. */
  readonly id: string
  readonly env: Envelope
}

export interface MailboxCaps {
  readonly prekeys: number
  readonly envelopesPerMailbox: number
  /** All envelopes of all mailboxes together. */
  readonly bytes: number
}

export const defaultMailboxCaps: MailboxCaps = {
  prekeys: 20_000,
  envelopesPerMailbox: wireLimits.envelopesPerMailbox,
  bytes: 64 * 1024 * 1024,
}

/** Null is success everywhere. */
export interface Mailboxes {
  /** Replaces an older bundle. Kept until `untilMs`, whether the owner is connected or not. */
  putPrekey(address: string, bundle: PrekeyBundle, untilMs: number): WireRefusal | null
  prekey(address: string): PrekeyBundle | null
  /** Lives and dies with the prekey, and survives its renewal. */
  putDelivery(address: string, delivery: Delivery): WireRefusal | null
  delivery(address: string): Delivery | null
  /**
   * Keeps an envelope for `ttlMs`. SECURITY: the answer never depends on whether the owner is connected, nor on `kept`:
   * false makes the same checks and keeps nothing.
   */
  put(address: string, env: Envelope, ttlMs: number, kept?: boolean): WireRefusal | null
  /** In the order of arrival. */
  waiting(address: string): readonly WaitingEnvelope[]
  remove(address: string, id: string): void
  /** Calls `wake` after each arrival until the returned function is called. One listener an address: the last. */
  listen(address: string, wake: () => void): () => void
  /** Forgets what has expired. */
  sweep(): void
  counts(): { readonly prekeys: number; readonly envelopes: number; readonly bytes: number }
}

interface KeptEnvelope extends WaitingEnvelope {
  readonly bytes: number
  readonly untilMs: number
}

interface KeptPrekey {
  readonly bundle: PrekeyBundle
  readonly untilMs: number
  readonly delivery: Delivery | null
}

/** `now` is wall-clock milliseconds: prekeys carry dates. */
export function createMailboxes(now: () => number, caps: MailboxCaps = defaultMailboxCaps): Mailboxes {
  const prekeys = new Map<string, KeptPrekey>()
  const envelopes = new Map<string, readonly KeptEnvelope[]>()
  const listeners = new Map<string, () => void>()
  let bytesKept = 0
  let lastId = 0

  /** Every change of a mailbox passes here, so that the sum of bytes stays true and no empty entry remains. */
  function keep(address: string, kept: readonly KeptEnvelope[]): void {
    const sum = (list: readonly KeptEnvelope[]) => list.reduce((total, { bytes }) => total + bytes, 0)
    bytesKept += sum(kept) - sum(envelopes.get(address) ?? [])
    if (kept.length > 0) envelopes.set(address, kept)
    else envelopes.delete(address)
  }

  function live(address: string): readonly KeptEnvelope[] {
    const nowMs = now()
    return (envelopes.get(address) ?? []).filter(({ untilMs }) => untilMs > nowMs)
  }

  function livePrekey(address: string): KeptPrekey | null {
    const entry = prekeys.get(address)
    return entry !== undefined && entry.untilMs >= now() ? entry : null
  }

  return {
    putPrekey(address, bundle, untilMs) {
      if (!prekeys.has(address) && prekeys.size >= caps.prekeys) return 'full'
      prekeys.set(address, { bundle, untilMs, delivery: livePrekey(address)?.delivery ?? null })
      return null
    },
    prekey: (address) => livePrekey(address)?.bundle ?? null,
    putDelivery(address, delivery) {
      const entry = livePrekey(address)
      if (entry === null) return 'no-prekey'
      prekeys.set(address, { ...entry, delivery })
      return null
    },
    delivery: (address) => livePrekey(address)?.delivery ?? null,
    put(address, env, ttlMs, keeps = true) {
      const bytes = envelopeBytes(env)
      const tooBig = checkSize(bytes)
      if (tooBig !== null) return tooBig
      const kept = live(address)
      if (kept.length >= caps.envelopesPerMailbox || bytesKept + bytes > caps.bytes) return 'full'
      if (!keeps) return null
      lastId += 1
      keep(address, [...kept, { id: String(lastId), env, bytes, untilMs: now() + ttlMs }])
      listeners.get(address)?.()
      return null
    },
    waiting: live,
    remove(address, id) {
      keep(
        address,
        live(address).filter((envelope) => envelope.id !== id),
      )
    },
    listen(address, wake) {
      listeners.set(address, wake)
      return () => {
        if (listeners.get(address) === wake) listeners.delete(address)
      }
    },
    sweep() {
      const nowMs = now()
      for (const [address, { untilMs }] of prekeys) if (untilMs < nowMs) prekeys.delete(address)
      for (const address of envelopes.keys()) keep(address, live(address))
    },
    counts() {
      let count = 0
      for (const kept of envelopes.values()) count += kept.length
      return { prekeys: prekeys.size, envelopes: count, bytes: bytesKept }
    },
  }
}
