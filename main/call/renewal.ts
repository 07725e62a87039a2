// New keys for a new link in a conversation that goes on (SP1 section 5): the caller begins, the callee answers or asks.
// Runs the exchange over the sealed channel; whether and when a link is renewed is the call machine's.
import type { Identity } from '../../sp1/identity.ts'
import type { Role } from '../../sp1/key-schedule.ts'
import type { LinkSecrets } from '../../sp1/link-secrets.ts'
import type { Rng } from '../../sp1/encode.ts'
import type { Payload } from '../../sp1/payload.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import {
  acceptRekey,
  completeRekey,
  dropAcceptedRekey,
  dropRekey,
  openRekey,
  revealRekey,
  startRekey,
  type AcceptedRekey,
  type OpenedRekey,
  type StartedRekey,
} from '../../sp1/rekey.ts'
import type { Clock } from '../clock.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRefusalGuard } from './refusal-guard.ts'

/** Each costs both sides a key exchange and a new connection. */
const maxPerMinute = 4

export type RenewalPayload = Extract<Payload, { t: `rekey${string}` }>

export interface RenewalParts {
  readonly identity: Identity
  /** The identity key of the other side of this call. */
  readonly peerKey: Uint8Array
  readonly role: Role
  readonly clock: Pick<Clock, 'now'>
  readonly rng: Rng
  /** Of the latest link whose keys are complete. */
  readonly secrets: () => LinkSecrets
  readonly say: (payload: RenewalPayload) => void
  readonly count: (code: RefusalCode) => void
  /** The peer's link is gone: the page has to prepare a new one here as well, and `begin` be called. */
  readonly onPeerRenews: () => void
  /** Both sides have the keys of the next link, or will when they have read what was said. */
  readonly onRekeyed: (secrets: LinkSecrets) => void
}

export interface Renewal {
  /** The page has prepared a link under this certificate. */
  begin(fingerprint: string): void
  /** What the peer says of it, in the order in which it was said. */
  hear(payload: RenewalPayload): void
  /** The page's link is gone, and with it the certificate that was to be used. */
  lose(): void
  /** Erases what is not finished. */
  end(): void
}

export function createRenewal(parts: RenewalParts): Renewal {
  const { identity, peerKey, role, rng, say } = parts
  const guard = createRefusalGuard(parts.count)
  // Apart: a callee whose page dies again and again uses up its own, and not what the caller may begin.
  const asks = createRateLimit(maxPerMinute, parts.clock)
  const begun = createRateLimit(maxPerMinute, parts.clock)
  /** The caller's, until it is answered. */
  let started: StartedRekey | null = null
  /** The callee's, until its page is ready to answer, and until the caller has revealed. */
  let opened: OpenedRekey | null = null
  let accepted: AcceptedRekey | null = null
  /** The callee's certificate that it asked for a rekey with, while no answer has named it. */
  let offered: string | null = null

  const parties = () => ({ identity, peer: peerKey, old: parts.secrets() })

  function dropStarted(): void {
    if (started) dropRekey(started)
    started = null
  }

  function begin(fingerprint: string): void {
    guard(() => {
      if (role === 'a') start(fingerprint)
      else if (opened) answer(opened, fingerprint)
      else {
        offered = fingerprint
        say({ t: 'rekey-ask' })
      }
    })
  }

  function start(fingerprint: string): void {
    dropStarted()
    const { started: sent, m1 } = startRekey(parties(), { fingerprint, rng })
    started = sent
    say({ t: 'rekey', m1 })
  }

  function answer(rekey: OpenedRekey, fingerprint: string): void {
    opened = null
    const { accepted: revealing, ct, m2 } = acceptRekey(rekey, { fingerprint, rng })
    accepted = revealing
    say({ t: 'rekey-accept', ct, m2 })
  }

  function hear(payload: RenewalPayload): void {
    guard(() => {
      switch (payload.t) {
        case 'rekey':
          return hearStart(payload.m1)
        case 'rekey-accept': {
          if (!started) throw new Refusal('state')
          const { callId } = started
          const { link, nonceA } = completeRekey(started, payload)
          started = null
          say({ t: 'rekey-reveal', cid: callId, na: nonceA })
          return parts.onRekeyed(link)
        }
        case 'rekey-reveal': {
          if (!accepted) throw new Refusal('state')
          const link = revealRekey(accepted, payload)
          accepted = null
          return parts.onRekeyed(link)
        }
        case 'rekey-ask':
          if (role !== 'a') throw new Refusal('state')
          asks.count()
          // Mine is on its way there, and answers this as well.
          if (!started) parts.onPeerRenews()
      }
    })
  }

  /** SECURITY: without a person, so only here: from the peer of this call, inside its sealed channel (A11). */
  function hearStart(m1: Uint8Array): void {
    if (role !== 'b') throw new Refusal('state')
    // One that I have asked for is counted there, with the asks.
    if (offered === null) begun.count()
    opened = openRekey(parties(), m1)
    // One at a time: a new one means that the caller has given up the one before.
    if (accepted) dropAcceptedRekey(accepted)
    accepted = null
    const fingerprint = offered
    offered = null
    if (fingerprint) answer(opened, fingerprint)
    else parts.onPeerRenews()
  }

  return {
    begin,
    hear,
    lose() {
      dropStarted()
      offered = null
    },
    end() {
      dropStarted()
      if (accepted) dropAcceptedRekey(accepted)
      accepted = null
      opened = null
      offered = null
    },
  }
}
