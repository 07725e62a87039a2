// The protocol with one protection taken out, for tests: whoever looks for attacks must find one in each of these. The
// real functions run, on input from which that protection is gone.
import { peekBody } from './body.ts'
import { base64url, equal, fromBase64url } from './encode.ts'
import { CALL, prekeyContext } from './handshake-messages.ts'
import { SP1 } from './leg.ts'
import type { Protocol } from './leg.ts'
import { rehearsedRng } from './rehearsal.ts'
import { seal, unseal } from './seal.ts'

const NOBODY = new Uint8Array(32)

/** M1 does not say whom it is for: neither `b` nor `pk` is looked at. */
const anyCallee: Protocol = {
  ...SP1,
  receive: (request, envelope) => {
    const { identity, prekeys } = request
    const [prekey] = prekeys.filter(({ pkid }) => base64url(pkid) === envelope.pkid)
    if (!prekey) return SP1.receive(request, envelope)
    const { ct, box } = envelope
    const sealed = { ciphertext: fromBase64url(ct), box: fromBase64url(box) }
    const context = prekeyContext(identity.publicKey, prekey.pkid)
    const m1 = unseal('seal1', prekey.secretKey, context, sealed)
    const { a, b, pk } = peekBody(CALL, m1)
    // As the one whom M1 names, with the prekey it names, unless that would be a call to oneself.
    if (equal(a, b)) return SP1.receive(request, envelope)
    const again = seal('seal1', prekey.publicKey, prekeyContext(b, pk), m1, rehearsedRng('again'))
    return SP1.receive(
      { ...request, identity: { ...identity, publicKey: b }, prekeys: [{ ...prekey, pkid: pk }] },
      { k: 1, pkid: base64url(pk), ct: base64url(again.ciphertext), box: base64url(again.box) },
    )
  },
}

/** M2 does not say which M1 it answers, nor whose; the keys do not either. */
const anyCaller: Protocol = {
  ...SP1,
  accept: (request) => {
    const { incoming } = request
    const accepted = SP1.accept({ ...request, incoming: { ...incoming, th1: NOBODY, callerKey: NOBODY } })
    incoming.phase = 'accepted'
    return accepted
  },
  complete: (outgoing, envelope) => {
    const completed = SP1.complete({ ...outgoing, th1: NOBODY, callerKey: NOBODY }, envelope)
    outgoing.phase = 'accepted'
    return completed
  },
}

/** A callee forgets which calls it has seen. */
const forgetful: Protocol = { ...SP1, memory: () => ({ remember: () => true }) }

/** What is compared and proved are the certificates that were signed, not those that the transport uses. */
const blind: Protocol = {
  ...SP1,
  proved: (session) => ({ own: session.ownFingerprint, seen: session.peerFingerprint }),
}

/** By the words with which the judge complains. */
export const WEAK_PROTOCOLS: readonly (readonly [string, Protocol, RegExp])[] = [
  ['M1 names its callee', anyCallee, /rings in the name of somebody who has not dialled/],
  ['M2 names its caller and M1', anyCaller, /is sure of a call that 0 others are in/],
  ['a callee remembers the calls it has seen', forgetful, /rings [2-9] times for one call/],
  ['the certificates in use are proved', blind, /certificate/],
]
