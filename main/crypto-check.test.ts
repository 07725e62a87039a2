import { expect, test } from 'vitest'
import { cryptoFaults, primitives, type Primitives } from './crypto-check.ts'

const bytes = (length: number) => new Uint8Array(length)

test('all primitives of this machine give their known answers', () => {
  expect(cryptoFaults()).toEqual([])
})

const broken: readonly [string, Partial<Primitives>][] = [
  ['ed25519-sign', { sign: () => bytes(64) }],
  ['ed25519-sign', { publicKeyOf: () => bytes(32) }],
  ['ed25519-verify', { verify: () => false }],
  ['ed25519-forgery', { verify: (key) => key[0] !== 1 }],
  ['ed25519-small-order', { checkIdentityKey: (key) => key }],
  ['x-wing', { decapsulate: () => bytes(32) }],
  ['x-wing', { encapsulate: () => ({ ciphertext: bytes(1120), sharedSecret: bytes(32) }) }],
  ['sha-512', { nodeSha512: () => bytes(64) }],
  ['sha-512', { sha512: Object.assign(() => bytes(64), primitives.sha512) }],
  ['hkdf', { hkdf: () => bytes(42) }],
  ['aes-gcm', { sealGcm: () => bytes(32) }],
  ['aes-gcm', { openGcm: () => bytes(16) }],
  ['aes-gcm-node', { nodeOpenGcm: () => bytes(16) }],
  ['scrypt', { scrypt: () => bytes(64) }],
  ['tls-exporter', { tlsExporter: () => undefined }],
]
test.each(broken)('a fault of %s is found and named', (name, fault) => {
  expect(cryptoFaults({ ...primitives, ...fault })).toEqual([name])
})

test('I1 a verifier that takes a forged signature under the identity point is found', () => {
  const lax = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    key[0] === 1 ? true : primitives.verify(key, message, signature)
  expect(cryptoFaults({ ...primitives, verify: lax })).toEqual(['ed25519-small-order'])
})

test('a primitive that throws is a fault like any other', () => {
  const missing = () => {
    throw new Error('not in this build')
  }
  expect(cryptoFaults({ ...primitives, scrypt: missing })).toEqual(['scrypt'])
})
