// The classes of the Wycheproof Ed25519 set and of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020),
// made here from their definitions: what lax verifiers accept and each other refuse.
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { checkIdentityKey, publicKeyOf, sign, verify } from './ed25519.ts'
import { fromHex, hex } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'

const { Point } = ed25519
const P = 2n ** 255n - 19n
const L = Point.Fn.ORDER
const seed = new Uint8Array(32).fill(5)
const publicKey = publicKeyOf(seed)
const message = new TextEncoder().encode('what was signed')
const signature = sign(seed, message)

const littleEndian = (value: bigint, length = 32): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes.toReversed())}`)
const joined = (r: Uint8Array, s: Uint8Array): Uint8Array => Uint8Array.of(...r, ...s)
const [r, s] = [signature.slice(0, 32), signature.slice(32)]

/** A point of order eight, and so all eight of small order. */
const torsion = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
const smallOrder = Array.from({ length: 8 }, (_, index) =>
  index === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(index)),
)
/** Encodings of points of small order with a y that is not reduced, or the sign of an x that is zero. */
const notCanonical = [
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
].map(fromHex)

describe('a signature', () => {
  it('I3 is good as it was made', () => {
    expect(verify(publicKey, message, signature)).toBe(true)
    expect(toNumber(s) < L).toBe(true)
  })

  it.each([
    ['S + L', () => joined(r, littleEndian(toNumber(s) + L))],
    ['S + 2L', () => joined(r, littleEndian(toNumber(s) + 2n * L))],
    ['S = L', () => joined(r, littleEndian(L))],
    ['S of ones only', () => joined(r, new Uint8Array(32).fill(255))],
    ['-S', () => joined(r, littleEndian(L - toNumber(s)))],
    ['S = 0', () => joined(r, new Uint8Array(32))],
    ['R of the other sign', () => joined(Uint8Array.of(...r.slice(0, 31), r[31]! ^ 128), s)],
    ['R = 0', () => joined(new Uint8Array(32), s)],
    ['R + a point of small order', () => joined(Point.fromBytes(r).add(torsion).toBytes(), s)],
    ['R and S exchanged', () => joined(s, r)],
    ['a byte less', () => signature.slice(0, 63)],
    ['a byte more', () => Uint8Array.of(...signature, 0)],
    ['nothing in it', () => new Uint8Array(0)],
  ])('I3 is refused with %s', (_, forge) => {
    expect(verify(publicKey, message, forge())).toBe(false)
  })

  it('I3 does not survive a changed bit in message, key or signature', () => {
    for (let bit = 0; bit < 512; bit += 5) {
      const flip = (bytes: Uint8Array) =>
        bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(verify(publicKey, message, flip(signature))).toBe(false)
      if (bit < 256) expect(verify(flip(publicKey), message, signature)).toBe(false)
      if (bit < 8 * message.length) expect(verify(publicKey, flip(message), signature)).toBe(false)
    }
  })

  it('I3 does not verify under its own key once a point of small order was added to that', () => {
    const mixed = Point.fromBytes(publicKey).add(torsion).toBytes()
    expect(verify(mixed, message, signature)).toBe(false)
    expectRefusal('bad-key', () => checkIdentityKey(mixed))
  })
})

describe('a public key', () => {
  it('I3 I1 of small order is no identity, and nothing that is forged under it verifies', () => {
    expect(new Set(smallOrder.map((point) => point.toHex())).size).toBe(8)
    for (const point of smallOrder) {
      expectRefusal('bad-key', () => checkIdentityKey(point.toBytes()))
      for (const nonce of smallOrder)
        expect(verify(point.toBytes(), message, joined(nonce.toBytes(), new Uint8Array(32)))).toBe(false)
    }
  })

  it.each(notCanonical.map((bytes) => [hex(bytes), bytes] as const))(
    'I3 I1 in the encoding %s, which is not canonical, is no identity and verifies nothing',
    (_, bytes) => {
      expectRefusal('bad-key', () => checkIdentityKey(bytes))
      for (const nonce of [bytes, ...smallOrder.map((point) => point.toBytes())])
        expect(verify(bytes, message, joined(nonce, new Uint8Array(32)))).toBe(false)
    },
  )

  it('I3 I1 whose y is not reduced, or that is on no curve, is no identity', () => {
    for (let y = 0n; y < 19n; y++) expectRefusal('bad-key', () => checkIdentityKey(littleEndian(P + y)))
    const offCurve = [2n, 7n, 8n].map((y) => littleEndian(y))
    for (const bytes of offCurve) expectRefusal('bad-key', () => checkIdentityKey(bytes))
  })
})
