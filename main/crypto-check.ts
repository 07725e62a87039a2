// Known answers for every primitive that keys go through, asked once at the start: a build with broken or lax
// arithmetic must not be handed the identity. Knows no keys of anybody.
import { createCipheriv, createDecipheriv, createHash, scryptSync } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import { gcm } from '@noble/ciphers/aes.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { checkIdentityKey, publicKeyOf, sign, verify } from '../sp1/ed25519.ts'
import { concat, fromHex, hex, utf8 } from '../sp1/encode.ts'
import { decapsulate, encapsulate, kemKeysFromSeed } from '../sp1/xwing.ts'

/** What is asked, as the app uses it. Tests put a broken one in its place. */
export const primitives = {
  publicKeyOf,
  sign,
  verify,
  checkIdentityKey,
  kemKeysFromSeed,
  encapsulate,
  decapsulate,
  sha512,
  nodeSha512: (data: Uint8Array): Uint8Array => createHash('sha512').update(data).digest(),
  hkdf: (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
    expand(sha256, extract(sha256, ikm, salt), info, length),
  sealGcm: (key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array =>
    gcm(key, nonce).encrypt(plain),
  openGcm: (key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Uint8Array => gcm(key, nonce).decrypt(box),
  nodeSealGcm(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  },
  nodeOpenGcm(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Uint8Array {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(box.slice(-16))
    return concat(decipher.update(box.slice(0, -16)), decipher.final())
  },
  scrypt: (passphrase: string, salt: string): Uint8Array => scryptSync(passphrase, salt, 64, SMALL_SCRYPT),
  /** Channel binding of the login (RFC 9266) needs it; BoringSSL has it, but Node must pass it on. */
  tlsExporter: (): unknown => TLSSocket.prototype.exportKeyingMaterial,
}
export type Primitives = typeof primitives

/** RFC 7914 section 12: the real cost would take half a second. */
const SMALL_SCRYPT = { N: 16, r: 1, p: 1 }

/**
 * The names of the primitives that do not give what they must; empty when all is well. Once a start, about a tenth of a
 * second, most of it X-Wing and tables that the first real use would have to make otherwise.
 */
export function cryptoFaults(tested: Primitives = primitives): readonly string[] {
  return Object.entries(checks).flatMap(([name, holds]) => {
    try {
      return holds(tested) ? [] : [name]
    } catch {
      return [name]
    }
  })
}

const checks: Readonly<Record<string, (tested: Primitives) => boolean>> = {
  // RFC 8032 section 7.1, test 1.
  'ed25519-sign': ({ publicKeyOf, sign }) =>
    hex(publicKeyOf(ED.seed)) === hex(ED.publicKey) && hex(sign(ED.seed, NOTHING)) === hex(ED.signature),
  'ed25519-verify': ({ verify }) => verify(ED.publicKey, NOTHING, ED.signature),
  'ed25519-forgery': ({ verify }) =>
    !verify(ED.publicKey, utf8('x'), ED.signature) && !verify(ED.publicKey, NOTHING, changed(ED.signature)),
  // The identity point: verifiers that are not strict accept the signature (point, 0) for every message under it.
  'ed25519-small-order': ({ verify, checkIdentityKey }) =>
    refuses(() => checkIdentityKey(IDENTITY_POINT)) &&
    !verify(IDENTITY_POINT, utf8('anything'), concat(IDENTITY_POINT, new Uint8Array(32))),
  // draft-connolly-cfrg-xwing-kem, first vector; key and ciphertext by their hash.
  'x-wing': ({ kemKeysFromSeed, encapsulate, decapsulate }) => {
    const { publicKey, secretKey } = kemKeysFromSeed(fromHex(XWING.seed))
    const { ciphertext, sharedSecret } = encapsulate(publicKey, fromHex(XWING.encapsulationSeed))
    return (
      hex(sha256(publicKey)) === XWING.publicKeyHash &&
      hex(sha256(ciphertext)) === XWING.ciphertextHash &&
      hex(sharedSecret) === XWING.sharedSecret &&
      hex(decapsulate(secretKey, ciphertext)) === XWING.sharedSecret
    )
  },
  // FIPS 180-4.
  'sha-512': ({ sha512, nodeSha512 }) =>
    hex(sha512(utf8('abc'))) === ABC_SHA512 && hex(nodeSha512(utf8('abc'))) === ABC_SHA512,
  // RFC 5869, appendix A.1.
  hkdf: ({ hkdf }) =>
    hex(hkdf(new Uint8Array(22).fill(11), fromHex('000102030405060708090a0b0c'), HKDF_INFO, 42)) === HKDF_OUT,
  // The GCM specification, test case 14; and a box that was changed.
  'aes-gcm': ({ sealGcm, openGcm }) => gcmHolds(sealGcm, openGcm),
  'aes-gcm-node': ({ nodeSealGcm, nodeOpenGcm }) => gcmHolds(nodeSealGcm, nodeOpenGcm),
  scrypt: ({ scrypt }) => hex(scrypt('', '')) === SCRYPT_OUT,
  'tls-exporter': ({ tlsExporter }) => typeof tlsExporter() === 'function',
}

function gcmHolds(seal: Primitives['sealGcm'], open: Primitives['openGcm']): boolean {
  const [key, nonce, plain] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(16)]
  const box = seal(key, nonce, plain)
  return (
    hex(box) === GCM_BOX &&
    hex(open(key, nonce, box)) === hex(plain) &&
    refuses(() => open(key, nonce, changed(box)))
  )
}

function refuses(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}

/** The same with one bit of its last byte turned. */
const changed = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))

const NOTHING = new Uint8Array()
const IDENTITY_POINT = new Uint8Array(32).fill(1, 0, 1)
const ED = {
  seed: fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'),
  publicKey: fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  signature: fromHex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ),
}
const XWING = {
  seed: '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
  encapsulationSeed:
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
  publicKeyHash: '2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb',
  ciphertextHash: '17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33',
  sharedSecret: 'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
}
const ABC_SHA512 =
  'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f'
const HKDF_INFO = fromHex('f0f1f2f3f4f5f6f7f8f9')
const HKDF_OUT = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'
const GCM_BOX = 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'
const SCRYPT_OUT =
  '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906'
