// dtls-bind (SP1 section 5): the first message each way on the data channel proves that this very DTLS session, with
// the certificates the transport really used, belongs to the two identities. Anything else first is a refusal.
import { base64url, fromBase64url } from '../../sp1/encode.ts'
import type { LinkSecrets } from '../../sp1/link-secrets.ts'
import { Refusal, type RefusalCode } from '../../sp1/refusal.ts'
import type { LinkPolicy } from './link-policy.ts'

export interface Binding {
  /** The page reports the certificates of the open channel. */
  report(own: string, seen: string): void
  /** The peer's first message. It may come before our own page has reported. */
  prove(data: string): void
  isBound(): boolean
  /** The certificates as the page reported them and they were accepted; null before. */
  transport(): { readonly own: string; readonly seen: string } | null
  signedOwn(): string
  signedPeer(): string
  /** The link is gone: it is bound no more, and takes nothing. */
  close(): void
}

/** `{"k":"bind","mac":"…"}`, 32 bytes as base64url. */
const proofShape = /^\{"k":"bind","mac":"([A-Za-z0-9_-]{43})"\}$/

export function createBinding(parts: {
  readonly secrets: LinkSecrets
  readonly policy: LinkPolicy
  readonly send: (data: string) => void
  /** Our proof has left. */
  readonly onOpened: () => void
  readonly onBound: () => void
  readonly onRefused: (code: RefusalCode) => void
}): Binding {
  const { secrets, policy, send } = parts
  let transport: { own: string; seen: string } | null = null
  let early: string | null = null
  let phase: 'open' | 'bound' | 'refused' | 'closed' = 'open'

  function guard(attempt: () => void): void {
    if (phase !== 'open' || !secrets.isReady()) return
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      phase = 'refused'
      parts.onRefused(error.code)
    }
  }

  function check(data: string): void {
    if (!transport) {
      // A second message before ours could be looked at: whoever sends it does not wait for our proof.
      if (early !== null) throw new Refusal('dtls-bind')
      early = data
      return
    }
    const [, mac] = proofShape.exec(data) ?? []
    if (mac === undefined) throw new Refusal('dtls-bind')
    policy.checkProof(secrets.verifyDtlsMac(fromBase64url(mac, 32), transport.own, transport.seen))
    phase = 'bound'
    parts.onBound()
  }

  return {
    report(own, seen) {
      guard(() => {
        if (transport) return
        const { ownFingerprint, peerFingerprint } = secrets
        policy.checkCertificates({ own, seen, signedOwn: ownFingerprint, signedPeer: peerFingerprint })
        transport = { own, seen }
        send(JSON.stringify({ k: 'bind', mac: base64url(secrets.dtlsMac(own, seen)) }))
        parts.onOpened()
        if (early !== null) check(early)
      })
    },
    prove: (data) => guard(() => check(data)),
    isBound: () => phase === 'bound',
    transport: () => transport,
    signedOwn: () => secrets.ownFingerprint,
    signedPeer: () => secrets.peerFingerprint,
    close() {
      phase = 'closed'
    },
  }
}
