// RFC 4648 base32 in lower case without padding, strict. Knows nothing of what the bytes mean.
import { Refusal } from './refusal.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let buffer = 0
  for (const byte of bytes) {
    buffer = ((buffer & 0x1f) << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += LETTERS.charAt((buffer >> bits) & 0x1f)
    }
  }
  return bits === 0 ? text : text + LETTERS.charAt((buffer << (5 - bits)) & 0x1f)
}

/**
 * The bytes behind lower-case letters. Refused as `noncanonical`: another character, a length that no bytes have, and bits
 * left over that are not zero, so that no two texts stand for the same bytes.
 */
export function fromBase32(text: string): Uint8Array {
  if (!/^[a-z2-7]*$/.test(text)) throw new Refusal('noncanonical')
  const bytes: number[] = []
  let bits = 0
  let buffer = 0
  for (const letter of text) {
    buffer = ((buffer & 0xff) << 5) | LETTERS.indexOf(letter)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((buffer >> bits) & 0xff)
    }
  }
  if (bits >= 5 || (buffer & ((1 << bits) - 1)) !== 0) throw new Refusal('noncanonical')
  return Uint8Array.from(bytes)
}
