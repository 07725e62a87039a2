import { createCipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChatOpener, createChatSealer, maxChatPlaintextBytes } from './chat.ts'
import { maxMessageBytes, pieceBytes, readContent, writeMessage, writePiece } from './chat-content.ts'
import { fromHex, hex, utf8 } from './encode.ts'
import { Refusal } from './refusal.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

const linkId = Uint8Array.from({ length: 16 }, (_, i) => i)
const chatKey = fromHex(vectors.cases[0]?.chatA ?? '')
const chain = { chatKey, linkId, sender: 'a' as const }
const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )

async function sealed(...texts: string[]): Promise<Uint8Array[]> {
  const sealer = createChatSealer(chain)
  return Promise.all(texts.map((text) => sealer.seal(utf8(text))))
}

/** SP1 section 9, read from its text with node:crypto alone. */
function byTheText(texts: readonly string[]): string[] {
  let ck = Buffer.from(chatKey)
  return texts.map((text, i) => {
    const mk = createHmac('sha256', ck).update(Buffer.of(1)).digest()
    ck = createHmac('sha256', ck).update(Buffer.of(2)).digest()
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(i))
    const aad = Buffer.concat([
      Buffer.from('SP1 chat\0', 'latin1'),
      Buffer.from([0, 0, 0, 16]),
      Buffer.from(linkId),
      Buffer.from('a'),
      counter,
    ])
    const cipher = createCipheriv('aes-256-gcm', mk, Buffer.alloc(12)).setAAD(aad)
    return Buffer.concat([
      counter,
      cipher.update(text, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]).toString('hex')
  })
}

test('C1 every record has the bytes that the specification gives it, over many steps of the chain', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => `message ${i} ${'x'.repeat(i * 7)}`)
  const records = await sealed(...texts)
  expect(records.map(hex)).toEqual(byTheText(texts))
  const opener = createChatOpener(chain)
  for (const [i, record] of records.entries())
    expect(new TextDecoder().decode(await opener.open(record))).toBe(texts[i])
})

test('C1 a record that was altered anywhere is refused, and the true one still opens after it', async () => {
  const [record = new Uint8Array()] = await sealed('to be altered')
  const opener = createChatOpener(chain)
  for (let at = 0; at < record.length; at++) {
    const altered = record.slice()
    altered[at] = (altered[at] ?? 0) ^ 0x80
    expect(await codeOf(opener.open(altered))).toBe(at < 8 ? 'gap' : 'aead')
  }
  expect(await codeOf(opener.open(record.subarray(0, record.length - 1)))).toBe('aead')
  expect(await codeOf(opener.open(record.subarray(0, 20)))).toBe('size')
  expect(await codeOf(opener.open(record))).toBe('opened')
})

test('C1 a record that is repeated, left out or out of turn is refused, and order is restored by the right one', async () => {
  const records = await sealed('zero', 'one', 'two')
  const [zero, one, two] = records as [Uint8Array, Uint8Array, Uint8Array]
  const opener = createChatOpener(chain)
  expect(await codeOf(opener.open(one))).toBe('gap')
  expect(await codeOf(opener.open(zero))).toBe('opened')
  expect(await codeOf(opener.open(zero))).toBe('replay')
  expect(await codeOf(opener.open(two))).toBe('gap')
  expect(await codeOf(opener.open(one))).toBe('opened')
  expect(await codeOf(opener.open(two))).toBe('opened')
  expect(await codeOf(opener.open(one))).toBe('replay')
  // The number of another record, with the box of this one.
  const [again = new Uint8Array()] = await sealed('zero')
  again[7] = 3
  expect(await codeOf(opener.open(again))).toBe('aead')
})

test.each([
  ['is sent back to whoever sealed it', { sender: 'b' as const }],
  ['is of another link', { linkId: linkId.map((byte) => byte ^ 1) }],
  ['is of another key', { chatKey: chatKey.map((byte) => byte ^ 1) }],
])('C1 a record that %s is refused', async (_, other) => {
  const [record = new Uint8Array()] = await sealed('not for you')
  expect(await codeOf(createChatOpener({ ...chain, ...other }).open(record))).toBe('aead')
})

test('after its end a chain seals and opens nothing, and no chain begins with an erased key', async () => {
  const [record = new Uint8Array()] = await sealed('one')
  const sealer = createChatSealer(chain)
  const opener = createChatOpener(chain)
  sealer.end()
  opener.end()
  expect(await codeOf(sealer.seal(utf8('late')))).toBe('state')
  expect(await codeOf(opener.open(record))).toBe('state')
  expect(() => createChatSealer({ ...chain, chatKey: new Uint8Array(32) })).toThrow(Refusal)
})

test('nothing larger than a record leaves or is looked at', async () => {
  const large = new Uint8Array(maxChatPlaintextBytes + 1)
  expect(await codeOf(createChatSealer(chain).seal(large))).toBe('size')
  expect(await codeOf(createChatOpener(chain).open(new Uint8Array(maxChatPlaintextBytes + 25)))).toBe('size')
})

test('messages and pieces come back as they were written, and messages of one length class have one size', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (json) => {
      expect(readContent(writeMessage(json))).toEqual({ kind: 'message', json })
    }),
  )
  expect(writeMessage('a').length).toBe(writeMessage('a'.repeat(250)).length)
  const fileId = linkId
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
  const offset = 2 ** 40 + 5
  expect(readContent(writePiece(fileId, offset, bytes))).toEqual({ kind: 'piece', fileId, offset, bytes })
})

test('content that is neither, too long, empty or badly padded is refused', () => {
  const refusals = [
    [new Uint8Array(), 'type'],
    [Uint8Array.of(9, 1, 2), 'type'],
    [Uint8Array.of(1), 'pad'],
    [writeMessage('hello').map((byte, i, all) => (i === all.length - 1 ? 1 : byte)), 'pad'],
    [writePiece(linkId, 0, Uint8Array.of(1)).subarray(0, 25), 'size'],
    [Uint8Array.from({ length: 25 + pieceBytes + 1 }, () => 2), 'size'],
    [writePiece(linkId, 0, Uint8Array.of(1)).map((byte, i) => (i === 17 ? 255 : byte)), 'size'],
  ] as const
  for (const [plaintext, code] of refusals)
    expect(() => readContent(plaintext)).toThrow(new Refusal(code).message)
  expect(() => writeMessage('x'.repeat(maxMessageBytes + 1))).toThrow(Refusal)
  expect(() => writePiece(linkId, 0, new Uint8Array(pieceBytes + 1))).toThrow(Refusal)
})
