// The signed bodies of the handshake, field for field (SP1 section 4), and the contexts they are sealed in. The
// order of the fields is the order on the wire.
import { concat, lp } from './encode.ts'
import { bytes, fingerprint, natural, oneOf, record, text } from './fields.ts'
import type { Field } from './fields.ts'
import { KEM_PUBLIC_KEY_BYTES } from './xwing.ts'

/** What a call carries: voice, or voice and picture. A renewal (`re`) never starts a call and is refused here. */
export type CallMedia = 'a' | 'av'

/** What a callee tells before, or instead of, accepting. */
export type AnswerKind = 'ring' | 'busy' | 'decline'

const MEDIA = oneOf<CallMedia>('a', 'av')

const PARTIES = { v: oneOf(1), cid: bytes(16), a: bytes(32), b: bytes(32) }

export const CALL = record({
  t: oneOf('call'),
  ...PARTIES,
  ts: natural,
  kem: bytes(KEM_PUBLIC_KEY_BYTES),
  fp: fingerprint,
  com: bytes(32),
  pk: bytes(16),
  media: MEDIA,
  reply: bytes(16),
})

export const ACCEPT = record({
  t: oneOf('accept'),
  ...PARTIES,
  m1: bytes(32),
  ct: bytes(32),
  fp: fingerprint,
  nb: bytes(32),
  media: MEDIA,
})

export const ANSWER = record({ t: oneOf<AnswerKind>('ring', 'busy', 'decline'), ...PARTIES, m1: bytes(32) })

/** What is left of an answer's 512 bytes for a note: as JSON in UTF-8, without quotes. Z2: one size for all answers. */
export const NOTE_BYTES = 233

/** Declined, and why in the callee's own words. What the words may be made of is the host's to judge. */
export const NOTE = record({ t: oneOf('note'), ...PARTIES, m1: bytes(32), note: text(NOTE_BYTES) })

type Values<F> = F extends Field<infer T> ? T : never
export type AuxiliaryAnswer = Values<typeof ANSWER> | Values<typeof NOTE>

/** Either of the two, told apart by `t`. */
export const ANY_ANSWER: Field<AuxiliaryAnswer> = {
  write: (answer) => (answer.t === 'note' ? NOTE.write(answer) : ANSWER.write(answer)),
  read: (value) => (isNote(value) ? NOTE : ANSWER).read(value),
}

const isNote = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 't' in value && value.t === 'note'

export const CANCEL = record({ t: oneOf('cancel'), ...PARTIES })

/** For what is sealed to a prekey: whose it is and which one. */
export function prekeyContext(ownerPublicKey: Uint8Array, pkid: Uint8Array): Uint8Array {
  return concat(lp(ownerPublicKey), lp(pkid))
}

/** For what is sealed to the caller's ephemeral key: the M1 that carried it. */
export function replyContext(th1: Uint8Array): Uint8Array {
  return lp(th1)
}
