import { createCipheriv, hkdfSync } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { concat, fromHex, hex } from '../encode.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import vectors from '../vectors/rfc9605-sframe.json' with { type: 'json' }
import { createFrameCipher, keyLabel, nonceOf, saltLabel, tagBytes, type FrameSuite } from './cipher.ts'
import { encodeHeader, parseHeader } from './header.ts'
import { createReceiveKey, createSendKey, createSendKeys, maxFrames } from './key.ts'
import { kidOf } from './kid.ts'

const base = new Uint8Array(32).fill(7)
const kid = kidOf('a', 'video')
const picture = Uint8Array.of(1, 2, 3, 4)
const clear = Uint8Array.of(9, 9, 9)

const codeOf = (attempt: Promise<unknown>): Promise<RefusalCode | 'taken'> =>
  attempt.then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code
      throw error
    },
  )
const ends = async () => ({
  send: await createSendKeys().create(kid, base),
  receive: await createReceiveKey(kid, base),
})

describe('a frame of the RFC', () => {
  it.each(vectors.sframe)('F1 is sealed and opened byte for byte, suite $cipher_suite', async (vector) => {
    const suite = vector.cipher_suite as FrameSuite
    const vectorKid = BigInt(vector.kid)
    const ctr = BigInt(vector.ctr)
    const [metadata, pt, ct] = [fromHex(vector.metadata), fromHex(vector.pt), fromHex(vector.ct)]
    expect(hex(keyLabel(suite, vectorKid))).toBe(vector.sframe_key_label)
    expect(hex(saltLabel(suite, vectorKid))).toBe(vector.sframe_salt_label)
    expect(hex(nonceOf(fromHex(vector.sframe_salt), ctr))).toBe(vector.nonce)
    expect(hex(concat(encodeHeader(vectorKid, ctr), metadata))).toBe(vector.aad)

    const sender = await createFrameCipher(suite, vectorKid, fromHex(vector.base_key), 'encrypt')
    expect(hex(await sender.seal(ctr, pt, metadata))).toBe(vector.ct)
    const receiver = await createFrameCipher(suite, vectorKid, fromHex(vector.base_key), 'decrypt')
    expect(hex(await receiver.open(parseHeader(ct), ct, metadata))).toBe(vector.pt)
  })
})

describe('a key that sends', () => {
  it('F1 counts from zero, and everybody with the base key can do the same without this code', async () => {
    const { send } = await ends()
    const [first, second] = [await send.seal(picture, clear), await send.seal(picture, clear)]
    expect([first, second].map((frame) => parseHeader(frame).ctr)).toEqual([0n, 1n])
    const derived = (label: Uint8Array, length: number) =>
      new Uint8Array(hkdfSync('sha512', base, new Uint8Array(), label, length))
    const nonce = nonceOf(derived(saltLabel(5, kid), 12), 1n)
    const cipher = createCipheriv('aes-256-gcm', derived(keyLabel(5, kid), 32), nonce)
    const header = encodeHeader(kid, 1n)
    cipher.setAAD(concat(header, clear))
    const sealed = concat(header, cipher.update(picture), cipher.final(), cipher.getAuthTag())
    expect(hex(second)).toBe(hex(sealed))
  })
  it('never uses a counter for two frames, however many are under way at once', async () => {
    const { send } = await ends()
    const frames = await Promise.all(Array.from({ length: 50 }, () => send.seal(picture, clear)))
    expect(new Set(frames.map((frame) => parseHeader(frame).ctr)).size).toBe(50)
  })
  it('F6 cannot be made a second time, not even while the first is being made', async () => {
    const keys = createSendKeys()
    const both = await Promise.all([codeOf(keys.create(kid, base)), codeOf(keys.create(kid, base))])
    expect(both).toEqual(['taken', 'frame-key'])
    expect(await codeOf(keys.create(kid, new Uint8Array(32).fill(8)))).toBe('frame-key')
    expect(await codeOf(keys.create(kidOf('a', 'audio'), base))).toBe('taken')
  })
  it('F6 is not made from a base key that was erased', async () => {
    expect(await codeOf(createSendKeys().create(kid, new Uint8Array(32)))).toBe('frame-key')
    expect(await codeOf(createReceiveKey(kid, new Uint8Array(32)))).toBe('frame-key')
  })
  it('is not made from fewer than 16 bytes', async () => {
    expect(await codeOf(createSendKeys().create(kid, base.subarray(0, 15)))).toBe('frame-key')
    expect(await codeOf(createReceiveKey(kid, base.subarray(0, 15)))).toBe('frame-key')
    expect(await codeOf(createReceiveKey(kid, base.subarray(0, 16)))).toBe('taken')
  })
  it('is one that WebCrypto gives back to nobody', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveKey')
    onTestFinished(() => derive.mockRestore())
    await ends()
    const keys = await Promise.all(derive.mock.results.map(({ value }) => value as Promise<CryptoKey>))
    expect(keys.map(({ extractable, usages }) => [extractable, ...usages])).toEqual([
      [false, 'encrypt'],
      [false, 'decrypt'],
    ])
  })
  it('stops at its last frame', async () => {
    const cipher = await createFrameCipher(5, kid, base, 'encrypt')
    const send = createSendKey(cipher, 2)
    const codes = [1, 2, 3].map(() => codeOf(send.seal(picture, clear)))
    expect(await Promise.all(codes)).toEqual(['taken', 'taken', 'frame-limit'])
    expect(maxFrames).toBe(2 ** 32)
  })
})

describe('a key that receives', () => {
  it('opens what its sender sealed, in any order', async () => {
    const { send, receive } = await ends()
    const frames = [await send.seal(Uint8Array.of(1), clear), await send.seal(Uint8Array.of(2), clear)]
    const opened = [await receive.open(frames[1]!, clear), await receive.open(frames[0]!, clear)]
    expect(opened.map((bytes) => [...bytes])).toEqual([[2], [1]])
  })
  it('F5 refuses a frame the second time, also when both are on their way at once', async () => {
    const { send, receive } = await ends()
    const [one, other] = [await send.seal(picture, clear), await send.seal(picture, clear)]
    const codes = [one, other, one].map((frame) => codeOf(receive.open(frame, clear)))
    // Of the two either may be the first: the browser's cryptography decides.
    expect((await Promise.all(codes)).toSorted()).toEqual(['frame-replay', 'taken', 'taken'])
    expect(await codeOf(receive.open(other, clear))).toBe('frame-replay')
  })
  it('F5 knows a repeated counter before anything is decrypted', async () => {
    const { send, receive } = await ends()
    const frame = await send.seal(picture, clear)
    await receive.open(frame, clear)
    frame[frame.length - 1]! ^= 1
    expect(await codeOf(receive.open(frame, clear))).toBe('frame-replay')
  })
  it('F2 opens nothing under another base key', async () => {
    const { send } = await ends()
    const stranger = await createReceiveKey(kid, new Uint8Array(32).fill(8))
    expect(await codeOf(stranger.open(await send.seal(picture, clear), clear))).toBe('frame-tag')
  })
  it.each([
    ['another kind', kidOf('a', 'screen')],
    ['another speaker', kidOf('b', 'video')],
  ])('F7 refuses %s, though the base key were the same', async (_name, other) => {
    const { send } = await ends()
    const receive = await createReceiveKey(other, base)
    expect(await codeOf(receive.open(await send.seal(picture, clear), clear))).toBe('frame-kid')
  })
  it('refuses a frame of which any bit was changed, and the genuine one still comes through', async () => {
    const { send, receive } = await ends()
    const frame = await send.seal(picture, clear)
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const altered = frame.slice()
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(await codeOf(receive.open(altered, clear))).toMatch(/^frame-(header|kid|tag)$/)
    }
    expect(await codeOf(receive.open(frame, Uint8Array.of(9, 9, 8)))).toBe('frame-tag')
    expect(await codeOf(receive.open(frame, clear))).toBe('taken')
  })
  it('refuses a frame that is cut off, wherever', async () => {
    const { send, receive } = await ends()
    const frame = await send.seal(picture, clear)
    const headerBytes = parseHeader(frame).length
    for (let length = 0; length < frame.length; length++) {
      const missing = length < headerBytes ? 'header' : length < headerBytes + tagBytes ? 'size' : 'tag'
      expect(await codeOf(receive.open(frame.subarray(0, length), clear))).toBe(`frame-${missing}`)
    }
  })
  it('is not pushed ahead by a frame that is not authentic', async () => {
    const { send, receive } = await ends()
    const frame = await send.seal(picture, clear)
    const ahead = concat(encodeHeader(kid, 1_000_000n), frame.slice(parseHeader(frame).length))
    expect(await codeOf(receive.open(ahead, clear))).toBe('frame-tag')
    expect(await codeOf(receive.open(frame, clear))).toBe('taken')
  })
})
