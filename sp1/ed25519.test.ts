import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkIdentityKey, publicKeyOf, sign, verify } from './ed25519.ts'
import { expectRefusal } from './expect-refusal.ts'
import { fromHex } from './encode.ts'

const lines = readFileSync(new URL('./vectors/ed25519-sign.input.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

describe('Ed25519', () => {
  it.each(lines.map((line, index) => [index + 1, line] as const))(
    'I3 reproduces line %i of sign.input',
    (_, line) => {
      const [secret = '', publicKey = '', message = '', signed = ''] = line.split(':')
      const seed = fromHex(secret.slice(0, 64))
      const signature = fromHex(signed.slice(0, 128))
      expect(publicKeyOf(seed)).toEqual(fromHex(publicKey))
      expect(sign(seed, fromHex(message))).toEqual(signature)
      expect(verify(fromHex(publicKey), fromHex(message), signature)).toBe(true)
      expect(verify(fromHex(publicKey), fromHex(`${message}00`), signature)).toBe(false)
    },
  )

  it('I3 takes malformed keys and signatures as false', () => {
    const seed = new Uint8Array(32).fill(1)
    const message = new Uint8Array(4)
    const signature = sign(seed, message)
    expect(verify(publicKeyOf(seed), message, signature.slice(1))).toBe(false)
    expect(verify(publicKeyOf(seed), message, new Uint8Array([...signature, 0]))).toBe(false)
    expect(verify(new Uint8Array(31), message, signature)).toBe(false)
    expect(verify(new Uint8Array(32).fill(255), message, signature)).toBe(false)
  })

  it('I1 refuses the signature that anybody can forge under the identity point', () => {
    const point = new Uint8Array(32).fill(0, 1).fill(1, 0, 1)
    const forged = new Uint8Array(64)
    forged.set(point)
    expect(verify(point, new Uint8Array(4), forged)).toBe(false)
  })

  it('I1 takes a good key and refuses a bad one however often, and among however many', () => {
    const bad = new Uint8Array(32).fill(255)
    const keys = Array.from({ length: 300 }, (_, n) =>
      publicKeyOf(new Uint8Array(32).fill(n & 0xff, 0, n % 31)),
    )
    for (const key of [...keys, ...keys.toReversed()]) {
      expect(checkIdentityKey(key)).toBe(key)
      expectRefusal('bad-key', () => checkIdentityKey(bad))
    }
    // A key that passed is known by what it is, and not by the array that held it.
    const altered = keys[0]!.slice()
    expect(checkIdentityKey(altered)).toBe(altered)
    altered.fill(255)
    expectRefusal('bad-key', () => checkIdentityKey(altered))
  })
})
