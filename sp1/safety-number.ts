// The safety number of two identities: 60 digits that two people can compare at leisure (SP1 section 6).
import { sha512 } from '@noble/hashes/sha2.js'
import { concat } from './encode.ts'

const ITERATIONS = 5200

/** The 30 digits of one identity: six groups of five. About 13 ms of work, on purpose. */
export function identityDigits(publicKey: Uint8Array): string {
  let hash = sha512(concat(Uint8Array.of(0, 1), publicKey))
  for (let round = 0; round < ITERATIONS; round++) hash = sha512(concat(hash, publicKey))
  let digits = ''
  for (let offset = 0; offset < 30; offset += 5) {
    const number = hash.subarray(offset, offset + 5).reduce((value, byte) => value * 256 + byte, 0)
    digits += String(number % 100_000).padStart(5, '0')
  }
  return digits
}

/** Twelve groups of five digits, the same for both people. */
export function safetyNumber(one: Uint8Array, other: Uint8Array): string {
  const [first = '', second = ''] = [identityDigits(one), identityDigits(other)].sort()
  return ((first + second).match(/.{5}/g) ?? []).join(' ')
}
