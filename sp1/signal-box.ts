// The encryption of one sealed signaling frame (SP1 section 4): AES-256-GCM with the frame's number as nonce.
// Uniqueness of the numbers is the session's.
import { gcm } from '@noble/ciphers/aes.js'
import { concat, label, lp, pad, u64be, unpad, utf8 } from './encode.ts'
import { FRAME_PAD_QUANTUM } from './envelope.ts'
import type { Role } from './key-schedule.ts'
import { orRefuse } from './refusal.ts'

/** Which frame: the call, its sender, its number. All three are authenticated. */
export type FramePosition = {
  readonly callId: Uint8Array
  readonly sender: Role
  readonly sequence: number
}

export function boxFrame(key: Uint8Array, position: FramePosition, plaintext: Uint8Array): Uint8Array {
  return cipherFor(key, position).encrypt(pad(plaintext, FRAME_PAD_QUANTUM))
}

/** Refused as `aead` unless the holder of the key boxed it at exactly this position. */
export function unboxFrame(key: Uint8Array, position: FramePosition, box: Uint8Array): Uint8Array {
  const padded = orRefuse('aead', () => cipherFor(key, position).decrypt(box))
  return unpad(padded, FRAME_PAD_QUANTUM)
}

function cipherFor(key: Uint8Array, { callId, sender, sequence }: FramePosition) {
  const nonce = concat(new Uint8Array(4), u64be(sequence))
  return gcm(key, nonce, concat(label('sig'), lp(callId), utf8(sender), u64be(sequence)))
}
