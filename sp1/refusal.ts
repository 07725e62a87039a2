// The one error this protocol raises for foreign input. It carries a code and nothing of the input itself, so
// that it may be counted and logged.

export type RefusalCode =
  // the form of what arrived
  | 'base64'
  | 'json'
  | 'fields'
  | 'type'
  | 'noncanonical'
  | 'size'
  | 'pad'
  // addresses, identity keys and prekeys
  | 'bad-address'
  | 'bad-key'
  | 'prekey-signature'
  | 'prekey-identity'
  | 'prekey-expired'
  // handshake
  | 'no-prekey'
  | 'unseal'
  | 'signature'
  | 'not-for-me'
  | 'reflection'
  | 'self-call'
  | 'bind'
  | 'stale'
  | 'replay'
  | 'policy'
  | 'state'
  // session
  | 'commit'
  | 'aead'
  | 'seq'
  | 'gap'
  // more often than any honest phone
  | 'rate'
  // session descriptions and candidates
  | 'sdp-size'
  | 'sdp-nofp'
  | 'sdp-fp'
  | 'sdp-sdes'
  | 'sdp-m'
  | 'sdp-codec'
  | 'sdp-candidate'
  | 'relay-only'
  // what a server says about its relay
  | 'relay-url'
  // the transport
  | 'certificate'
  | 'dtls-bind'
  // frames of sound and pictures
  | 'frame-header'
  | 'frame-kid'
  | 'frame-size'
  | 'frame-tag'
  | 'frame-replay'
  | 'frame-pad'
  | 'frame-key'
  | 'frame-limit'

/** Thrown for every input that the protocol does not accept. A caller catches it at its own door. */
export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode) {
    super(`refused: ${code}`)
    this.name = 'Refusal'
    this.code = code
  }
}

/** Runs `attempt`; whatever it throws becomes a refusal with `code`. For libraries that throw plain errors. */
export function orRefuse<T>(code: RefusalCode, attempt: () => T): T {
  try {
    return attempt()
  } catch {
    throw new Refusal(code)
  }
}
