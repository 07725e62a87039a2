// What a sealed signaling frame may say (SP1 section 4), read strictly. A payload that is not on this list does
// not exist. Whether an SDP or a candidate is acceptable is decided in sdp-policy.ts.
import { bytes, bytesUpTo, flag, listOf, natural, oneOf, pattern, record, text } from './fields.ts'
import type { Field, Fields, ValuesOf } from './fields.ts'
import type { Role } from './key-schedule.ts'
import { Refusal } from './refusal.ts'
import { MAX_SUCCESSIONS } from './succession.ts'
import { KEM_CIPHERTEXT_BYTES } from './xwing.ts'

/** See succession.ts. */
const STEP = record({ old: bytes(32), signedAtMs: natural, byOld: bytes(64), byNew: bytes(64) })

const CANDIDATE = record({ candidate: text(1024), sdpMid: text(64), sdpMLineIndex: natural })

/** A signed message of a rekey: an ephemeral key, a fingerprint and a few hashes in base64url. */
const MAX_REKEY_MESSAGE_BYTES = 4096

/** As many as one link may ever gather, see `MAX_CANDIDATES_PER_UFRAG`. */
const MAX_CANDIDATES_IN_FRAME = 40

const SHAPES = {
  reveal: { t: oneOf('reveal'), na: bytes(32) },
  offer: { t: oneOf('offer'), sdp: text(65_536) },
  answer: { t: oneOf('answer'), sdp: text(65_536) },
  candidates: { t: oneOf('candidates'), list: listOf(CANDIDATE, MAX_CANDIDATES_IN_FRAME) },
  state: { t: oneOf('state'), mic: flag, camera: flag },
  /** I share my screen now, or no more: the third line of the link carries it. */
  screen: { t: oneOf('screen'), on: flag },
  name: { t: oneOf('name'), name: text(256) },
  succession: { t: oneOf('succession'), steps: listOf(STEP, MAX_SUCCESSIONS) },
  /** My delivery key, for a contact (SP1 section 3). Answered by `delivery-kept` from whoever keeps it. */
  delivery: { t: oneOf('delivery'), key: bytes(16) },
  'delivery-kept': { t: oneOf('delivery-kept') },
  /** My link carries nothing: describe it anew (SP1 section 5: only whoever offered can). */
  'restart-ask': { t: oneOf('restart-ask') },
  rekey: { t: oneOf('rekey'), m1: bytesUpTo(MAX_REKEY_MESSAGE_BYTES) },
  'rekey-accept': {
    t: oneOf('rekey-accept'),
    ct: bytes(KEM_CIPHERTEXT_BYTES),
    m2: bytesUpTo(MAX_REKEY_MESSAGE_BYTES),
  },
  'rekey-reveal': { t: oneOf('rekey-reveal'), cid: bytes(16), na: bytes(32) },
  'rekey-ask': { t: oneOf('rekey-ask') },
  hangup: { t: oneOf('hangup'), reason: pattern(/^[a-z][a-z-]{0,31}$/) },
} satisfies Readonly<Record<string, Fields>>

type Shapes = typeof SHAPES

/** M3, the first frame of the caller; never handed out by a session. */
export type Reveal = ValuesOf<Shapes['reveal']>

/** Who of the two may say it, where it is one only: the caller offers, and it alone starts a rekey. */
export const ONLY_FROM: { readonly [T in keyof Shapes]?: Role } = {
  offer: 'a',
  answer: 'b',
  'restart-ask': 'b',
  rekey: 'a',
  'rekey-accept': 'b',
  'rekey-reveal': 'a',
  'rekey-ask': 'b',
}

/** What two phones say to each other within a session. */
export type Payload = { [T in Exclude<keyof Shapes, 'reveal'>]: ValuesOf<Shapes[T]> }[Exclude<
  keyof Shapes,
  'reveal'
>]

/** Names of the fields of each payload, in the order on the wire. */
export const payloadNames: readonly (readonly string[])[] = Object.values(SHAPES).map((fields) =>
  Object.keys(fields),
)

/** Writes and reads every payload, the reveal among them, with `t` first. */
export const PAYLOAD: Field<Payload | Reveal> = {
  write: (payload) => (record(SHAPES[payload.t]) as Field<unknown>).write(payload),
  read: (value) => {
    if (typeof value !== 'object' || value === null || !('t' in value)) throw new Refusal('type')
    const type = value.t
    if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) throw new Refusal('type')
    return record(SHAPES[type as keyof Shapes]).read(value) as Payload | Reveal
  },
}
