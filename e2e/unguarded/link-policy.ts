// The policy of a phone that checks nothing: built into the unguarded app in place of the product's own. Looks all the
// same, and notes what it would have refused, so that a test can say so.
import * as product from '../../main/call/link-policy.ts'
import { Refusal } from '../../sp1/refusal.ts'

declare global {
  /** The codes of all that an unguarded phone let pass, oldest first. */
  var letPass: string[] | undefined
}

export function createLinkPolicy(): product.LinkPolicy {
  const policy = product.createLinkPolicy()
  const noted = (globalThis.letPass ??= [])
  function look(check: () => unknown): void {
    try {
      check()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      noted.push(error.code)
    }
  }
  return {
    checkDescription(sdp, fingerprint, candidates) {
      look(() => policy.checkDescription(sdp, fingerprint, candidates))
      return { sdp, dropped: 0 }
    },
    checkCandidate: policy.checkCandidate,
    checkCertificates: (certificates) => look(() => policy.checkCertificates(certificates)),
    checkProof: (isGenuine) => look(() => policy.checkProof(isGenuine)),
  }
}
