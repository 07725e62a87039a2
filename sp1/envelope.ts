// The sealed envelopes as they travel through the server and the data channel (SP1 section 4), and the check of
// their form. What is inside them is not known here.
import { fromBase64url } from './encode.ts'
import { Refusal } from './refusal.ts'
import { KEM_CIPHERTEXT_BYTES } from './xwing.ts'

/** M1, the call: sealed to the callee's prekey. All text is canonical base64url. */
export type Envelope1 = { readonly k: 1; readonly pkid: string; readonly ct: string; readonly box: string }
/** M2, the acceptance. */
export type Envelope2 = { readonly k: 2; readonly ct: string; readonly box: string }
/** A sealed signaling frame of an established session; `s` counts from 0 in each direction. */
export type Envelope3 = { readonly k: 3; readonly s: number; readonly box: string }
/** An auxiliary answer: ringing, busy or declined. */
export type Envelope4 = { readonly k: 4; readonly ct: string; readonly box: string }
/** The caller's cancellation: sealed to the callee's prekey. */
export type Envelope5 = { readonly k: 5; readonly pkid: string; readonly ct: string; readonly box: string }

export type Envelope = Envelope1 | Envelope2 | Envelope3 | Envelope4 | Envelope5

/** The server refuses envelopes whose JSON is larger than this. */
export const MAX_ENVELOPE_JSON_BYTES = 65_536
/** Padding of a sealed frame, in bytes. */
export const FRAME_PAD_QUANTUM = 256
/** The largest multiple of the quantum whose base64url, with tag and field names, fits an envelope. */
export const MAX_FRAME_PADDED_BYTES = 48_896

const PREKEY_ID_BYTES = 16
const TAG_BYTES = 16
const MAX_SEALED_BYTES = 4096

/**
 * An envelope with exactly the fields of its kind, each canonical and of a possible size. Refused as `type`,
 * `fields`, `base64` or `size`.
 */
export function parseEnvelope(input: unknown): Envelope {
  if (typeof input !== 'object' || input === null || !('k' in input)) throw new Refusal('type')
  const fields: Readonly<Record<string, unknown>> = { ...input }
  switch (fields.k) {
    case 1:
    case 5:
      expectFields(fields, 'k', 'pkid', 'ct', 'box')
      return {
        k: fields.k,
        pkid: exact(fields.pkid, PREKEY_ID_BYTES),
        ct: exact(fields.ct, KEM_CIPHERTEXT_BYTES),
        box: box(fields.box, 512, MAX_SEALED_BYTES),
      }
    case 2:
    case 4:
      expectFields(fields, 'k', 'ct', 'box')
      return {
        k: fields.k,
        ct: exact(fields.ct, KEM_CIPHERTEXT_BYTES),
        box: box(fields.box, 512, MAX_SEALED_BYTES),
      }
    case 3:
      expectFields(fields, 'k', 's', 'box')
      return {
        k: 3,
        s: counter(fields.s),
        box: box(fields.box, FRAME_PAD_QUANTUM, MAX_FRAME_PADDED_BYTES),
      }
    default:
      throw new Refusal('type')
  }
}

function expectFields(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): void {
  const present = Object.keys(fields)
  if (present.length !== names.length || names.some((name) => !present.includes(name))) {
    throw new Refusal('fields')
  }
}

function exact(value: unknown, length: number): string {
  if (typeof value !== 'string') throw new Refusal('type')
  fromBase64url(value, length)
  return value
}

function box(value: unknown, quantum: number, maxPaddedBytes: number): string {
  if (typeof value !== 'string') throw new Refusal('type')
  // Measured before it is decoded: a megabyte costs nothing here.
  const paddedBytes = Math.floor((value.length * 3) / 4) - TAG_BYTES
  if (paddedBytes < quantum || paddedBytes > maxPaddedBytes || paddedBytes % quantum !== 0) {
    throw new Refusal('size')
  }
  fromBase64url(value)
  return value
}

function counter(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Refusal('type')
  return value
}
