// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { FrameKeys, FrameKind } from '../../contract/link.ts'
import { parseHeader } from '../../sp1/frame/header.ts'
import { createFramePipe, type EncodedFrame, type FramePipe } from './frame-pipe.ts'

const base = (byte: number) => ({
  audio: new Uint8Array(32).fill(byte),
  video: new Uint8Array(32).fill(byte + 1),
  screen: new Uint8Array(32).fill(byte + 2),
})
const keysOf = (role: 'a' | 'b', changes: Partial<FrameKeys> = {}): FrameKeys => ({
  role,
  send: base(role === 'a' ? 1 : 11),
  receive: base(role === 'a' ? 11 : 1),
  padPictures: false,
  ...changes,
})
const bothEnds = async () => ({
  a: await createFramePipe(keysOf('a')),
  b: await createFramePipe(keysOf('b')),
})

const bytesOf = (frame: EncodedFrame) => [...new Uint8Array(frame.data)]
const sound = (...bytes: number[]): EncodedFrame => ({ data: Uint8Array.from(bytes).buffer })
const numbers = (length: number) => Array.from({ length }, (_, i) => (i * 7 + 1) & 0xff)
const picture = (type: 'key' | 'delta', length = 40): EncodedFrame => ({
  data: Uint8Array.from(numbers(length)).buffer,
  type,
})
const copyOf = (frame: EncodedFrame): EncodedFrame => ({ ...frame, data: frame.data.slice(0) })

async function sealed(pipe: FramePipe, kind: FrameKind, frame: EncodedFrame): Promise<EncodedFrame> {
  expect(await pipe.pass('send', kind, frame)).toBe(true)
  return frame
}

describe('a frame on its way', () => {
  it('comes out as it went in, sound and pictures, both ways', async () => {
    const { a, b } = await bothEnds()
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const [kind, frame] of [
        ['audio', sound(1, 2, 3)],
        ['video', picture('key')],
        ['video', picture('delta')],
        ['screen', picture('delta', 3)],
      ] as const) {
        const before = bytesOf(frame)
        const crossed = await sealed(from, kind, frame)
        expect(bytesOf(crossed)).not.toEqual(before)
        expect(await to.pass('receive', kind, crossed)).toBe(true)
        expect(bytesOf(crossed)).toEqual(before)
      }
    }
    expect(a.counts()).toEqual({
      sealed: { audio: 1, video: 2, screen: 1 },
      opened: { audio: 1, video: 2, screen: 1 },
      refused: { audio: 0, video: 0, screen: 0 },
      repeated: 0,
    })
  })
  it.each([
    ['key', 10],
    ['delta', 3],
  ] as const)('keeps the head of a %s frame readable, and nothing else of it', async (type, length) => {
    const { a } = await bothEnds()
    const frame = await sealed(a, 'video', picture(type))
    expect(bytesOf(frame).slice(0, length)).toEqual(numbers(length))
    expect(parseHeader(new Uint8Array(frame.data).subarray(length))).toMatchObject({ kid: 17n, ctr: 0n })
    // Two bytes of header, one byte of padding, a tag of sixteen.
    expect(frame.data.byteLength).toBe(40 + 2 + 1 + 16)
  })
  it('keeps nothing of sound readable', async () => {
    const { b } = await bothEnds()
    const frame = await sealed(b, 'audio', sound(1, 2, 3))
    expect(parseHeader(new Uint8Array(frame.data)).kid).toBe(24n)
  })
  it('has one of few sizes where sizes are hidden, also for a peer that hides none', async () => {
    const a = await createFramePipe(keysOf('a', { padPictures: true }))
    const b = await createFramePipe(keysOf('b'))
    const sizes = new Set<number>()
    for (const length of [20, 300, 900]) {
      const frame = await sealed(a, 'video', picture('delta', length))
      sizes.add(frame.data.byteLength)
      expect(await b.pass('receive', 'video', frame)).toBe(true)
      expect(bytesOf(frame)).toEqual(numbers(length))
    }
    expect([...sizes]).toEqual([1024 + 3 + 2 + 16])
  })
})

describe('a frame that is not right', () => {
  it('F2 is dropped under another key', async () => {
    const { a } = await bothEnds()
    const stranger = await createFramePipe(keysOf('b', { receive: base(50) }))
    for (const kind of ['audio', 'video', 'screen'] as const) {
      const frame = await sealed(a, kind, kind === 'audio' ? sound(1) : picture('key'))
      const before = bytesOf(frame)
      expect(await stranger.pass('receive', kind, frame)).toBe(false)
      expect(bytesOf(frame)).toEqual(before)
    }
    expect(stranger.counts()).toMatchObject({
      opened: { audio: 0, video: 0, screen: 0 },
      refused: { audio: 1, video: 1, screen: 1 },
      repeated: 0,
    })
  })
  it('F3 is dropped when it was never sealed', async () => {
    const { b } = await bothEnds()
    expect(await b.pass('receive', 'audio', sound(1, 2, 3))).toBe(false)
    expect(await b.pass('receive', 'video', picture('key'))).toBe(false)
    expect(await b.pass('receive', 'video', picture('delta', 2))).toBe(false)
    expect(b.counts().refused).toEqual({ audio: 1, video: 2, screen: 0 })
  })
  it('F5 is dropped the second time, and that is counted apart', async () => {
    const { a, b } = await bothEnds()
    const frame = await sealed(a, 'audio', sound(1, 2, 3))
    const again = copyOf(frame)
    expect(await b.pass('receive', 'audio', frame)).toBe(true)
    expect(await b.pass('receive', 'audio', again)).toBe(false)
    expect(b.counts()).toMatchObject({ refused: { audio: 0 }, repeated: 1 })
  })
  it('F7 is dropped where another kind or another speaker is expected', async () => {
    const same = base(1)
    const a = await createFramePipe(keysOf('a', { send: { ...same, screen: same.video } }))
    const b = await createFramePipe(keysOf('b', { receive: { ...same, screen: same.video } }))
    expect(await b.pass('receive', 'screen', await sealed(a, 'video', picture('key')))).toBe(false)
    expect(await b.pass('receive', 'video', await sealed(a, 'screen', picture('key')))).toBe(false)
    const mirror = await createFramePipe(keysOf('a', { receive: same }))
    expect(await mirror.pass('receive', 'video', await sealed(a, 'video', picture('key')))).toBe(false)
    expect(b.counts().refused).toEqual({ audio: 0, video: 1, screen: 1 })
  })
  it('is dropped when the readable head was changed', async () => {
    const { a, b } = await bothEnds()
    const frame = await sealed(a, 'video', picture('key'))
    new Uint8Array(frame.data)[4]! ^= 1
    expect(await b.pass('receive', 'video', frame)).toBe(false)
  })
  it('is dropped when a key frame is passed off as another', async () => {
    const { a, b } = await bothEnds()
    const frame = await sealed(a, 'video', picture('key'))
    expect(await b.pass('receive', 'video', { ...frame, type: 'delta' })).toBe(false)
  })
  it('does not leave where it cannot be sealed', async () => {
    const { a } = await bothEnds()
    const empty: EncodedFrame = { data: new ArrayBuffer(0), type: 'empty' }
    expect(await a.pass('send', 'video', empty)).toBe(false)
    expect(a.counts().sealed.video).toBe(0)
  })
})

it('F6 no pipe is made from keys that were erased', async () => {
  await expect(
    createFramePipe(keysOf('a', { send: { ...base(1), video: new Uint8Array(32) } })),
  ).rejects.toThrow()
})
