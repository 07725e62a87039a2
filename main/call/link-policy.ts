// What main demands of every description and candidate that crosses it, in both directions, of the certificates the
// transport used, and of the proof of the peer (SP1 section 5). Handed to the engine as an object: there is no switch for it.
import { checkCandidate, type CandidatePolicy, type CheckedCandidate } from '../../sp1/candidate-policy.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { checkMedia, checkSdp, relayedOnly } from '../../sp1/sdp-policy.ts'

export interface Certificates {
  /** As the transport reports them. */
  readonly own: string
  readonly seen: string
  /** As both sides signed them. */
  readonly signedOwn: string
  readonly signedPeer: string
}

/** A description as it may be passed on. */
export interface CheckedDescription {
  readonly sdp: string
  /** How many addresses were left out, because the link is for a relay only. */
  readonly dropped: number
}

export interface LinkPolicy {
  /** Throws a Refusal unless every fingerprint in it is this one and everything else is allowed. */
  checkDescription(sdp: string, fingerprint: string, candidates: CandidatePolicy): CheckedDescription
  checkCandidate(line: string, candidates: CandidatePolicy): CheckedCandidate
  /** Throws `certificate`. */
  checkCertificates(certificates: Certificates): void
  /** Whether the peer's proof (dtls-bind) is over these very certificates. Throws `dtls-bind`. */
  checkProof(isGenuine: boolean): void
}

export function createLinkPolicy(): LinkPolicy {
  return {
    checkDescription(sdp, fingerprint, candidates) {
      checkSdp(sdp, fingerprint)
      const checked = candidates.relayOnly ? relayedOnly(sdp) : { sdp, dropped: 0 }
      checkMedia(checked.sdp, candidates)
      return checked
    },
    checkCandidate,
    checkCertificates({ own, seen, signedOwn, signedPeer }) {
      if (own !== signedOwn || seen !== signedPeer) throw new Refusal('certificate')
    },
    checkProof(isGenuine) {
      if (!isGenuine) throw new Refusal('dtls-bind')
    },
  }
}
