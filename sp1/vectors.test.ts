// The published vectors, twice: reproduced by this implementation from their seeds, and opened without it.
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate as nodeDecapsulate,
  diffieHellman,
  hkdfSync,
  verify as nodeVerify,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { peekBody } from './body.ts'
import { base64url, fromHex, hex } from './encode.ts'
import type { Rng } from './encode.ts'
import { acceptCall, receiveCall } from './handshake-callee.ts'
import { completeCall, startCall } from './handshake-caller.ts'
import { CALL } from './handshake-messages.ts'
import { identityFromSeed } from './identity.ts'
import { pairBaseKey, rekeyChainKey } from './key-schedule.ts'
import { checkPrekey, createPrekey } from './prekey.ts'
import { createSeenCalls } from './seen-calls.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }
import xwingVectors from './vectors/xwing-draft.json' with { type: 'json' }
import { decapsulate, encapsulate, kemKeysFromSeed } from './xwing.ts'

type Vector = (typeof vectors.cases)[number]

/** Serves the seeds of a vector in the order in which the protocol says it draws them. */
function scripted(...draws: readonly string[]): Rng {
  const rest = draws.map(fromHex)
  return (length) => {
    const next = rest.shift()
    if (next?.length !== length) throw new Error(`${length} bytes were drawn out of turn`)
    return next
  }
}

describe('X-Wing', () => {
  it.each(xwingVectors)('A10 reproduces the vectors of the draft', (vector) => {
    const { publicKey } = kemKeysFromSeed(fromHex(vector.seed))
    const { ciphertext, sharedSecret } = encapsulate(publicKey, fromHex(vector.eseed))
    expect([hex(publicKey), hex(ciphertext), hex(sharedSecret)]).toEqual([vector.pk, vector.ct, vector.ss])
    expect(hex(decapsulate(fromHex(vector.sk), ciphertext))).toBe(vector.ss)
  })
})

describe('the call of a vector', () => {
  it.each(vectors.cases)('A10 is reproduced byte for byte by both ends', (vector) => {
    const nowMs = vector.now
    const [alice, bob] = [identityFromSeed(fromHex(vector.seedA)), identityFromSeed(fromHex(vector.seedB))]
    const prekey = createPrekey(bob, nowMs - 3_600_000, scripted(vector.prekey.seed))
    expect(prekey.bundle).toEqual(vector.prekey.bundle)
    expect(hex(prekey.pkid)).toBe(vector.prekey.pkid)

    const { media, reply } = peekBody(CALL, fromHex(vector.m1))
    const { outgoing, wire: m1 } = startCall({
      identity: alice,
      peer: bob.publicKey,
      prekey: checkPrekey(vector.prekey.bundle, bob.publicKey, nowMs),
      fingerprint: vector.fpA,
      media,
      callId: fromHex(vector.cid),
      reply,
      nowMs,
      rng: scripted(vector.na, vector.ephSeed, vector.eseedSeal1),
    })
    expect(m1).toEqual(vector.m1Wire)

    const callee = { identity: bob, prekeys: [prekey], seen: createSeenCalls(), nowMs }
    const { wire: m2, session: calleeSession } = acceptCall({
      identity: bob,
      incoming: receiveCall(callee, m1),
      fingerprint: vector.fpB,
      media: 'av',
      rng: scripted(vector.nb, vector.eseedAccept),
    })
    expect(m2).toEqual(vector.m2Wire)

    const { session: callerSession, wire: m3 } = completeCall(outgoing, m2)
    expect(m3).toEqual(vector.m3Wire)
    calleeSession.receive(m3, nowMs)

    for (const session of [callerSession, calleeSession]) {
      expect(hex(session.sas())).toBe(vector.sas)
      expect(hex(session.frameKey('a', 'audio'))).toBe(vector.sframeBase.aAudio)
      expect(hex(session.frameKey('a', 'video'))).toBe(vector.sframeBase.aVideo)
      expect(hex(session.frameKey('b', 'audio'))).toBe(vector.sframeBase.bAudio)
      expect(hex(session.frameKey('b', 'video'))).toBe(vector.sframeBase.bVideo)
      expect(hex(session.chatKey('a'))).toBe(vector.chatA)
      expect(session.pairKey()).toEqual(pairBaseKey(fromHex(vector.k2)))
      expect(session.link.chainKey()).toEqual(rekeyChainKey(fromHex(vector.k2)))
    }
    expect(hex(callerSession.dtlsMac(vector.fpA, vector.fpB))).toBe(vector.dtlsMacA)
    expect(hex(calleeSession.dtlsMac(vector.fpB, vector.fpA))).toBe(vector.dtlsMacB)
  })

  it.each(vectors.cases)('A12 is opened with node:crypto alone', (vector) => {
    const m1 = nodeUnseal('seal1', vector.prekey.seed, prekeyContextOf(vector), vector.m1Wire)
    expect(m1.toString('hex')).toBe(vector.m1)
    expect(nodeVerifies(vector.pkA, 'call', m1)).toBe(true)

    const th1 = nodeHash('th1', m1)
    const m2 = nodeUnseal('seal2', vector.ephSeed, prefixed(th1), vector.m2Wire)
    expect(nodeVerifies(vector.pkB, 'accept', m2)).toBe(true)

    const ciphertext = fromBase64(vector.m2Wire.ct)
    const th2 = nodeHash('th2', prefixed(th1), prefixed(ciphertext), prefixed(m2))
    const k1 = createHmac('sha256', th2).update(nodeKem(vector.ephSeed, ciphertext)).digest()
    expect([th1, th2, k1].map(asHex)).toEqual([vector.th1, vector.th2, vector.k1])

    const position = Buffer.concat([prefixed(fromHexText(vector.cid)), Buffer.from('a'), Buffer.alloc(8)])
    const aad = Buffer.concat([Buffer.from('SP1 sig\0'), position])
    const m3 = nodeOpen(nodeExpand(k1, 'SP1 sig a', 32), Buffer.alloc(12), aad, vector.m3Wire.box)
    const reveal = JSON.parse(m3.toString()) as { t: string; na: string }
    expect(reveal).toEqual({ t: 'reveal', na: base64url(fromHex(vector.na)) })

    const accept = JSON.parse(m2.subarray(64).toString()) as { nb: string }
    const th3 = nodeHash(
      'th3',
      prefixed(th2),
      prefixed(fromBase64(reveal.na)),
      prefixed(fromBase64(accept.nb)),
    )
    const k2 = createHmac('sha256', th3).update(k1).digest()
    expect([th3, k2].map(asHex)).toEqual([vector.th3, vector.k2])
    expect(nodeExpand(k2, 'SP1 pair', 32).equals(pairBaseKey(k2))).toBe(true)
    expect(nodeExpand(k2, 'SP1 rekey', 32).equals(rekeyChainKey(k2))).toBe(true)
    expect(nodeExpand(k2, 'SP1 sas', 4).toString('hex')).toBe(vector.sas)
    expect(nodeExpand(k2, 'SP1 sframe b video', 32).toString('hex')).toBe(vector.sframeBase.bVideo)
    const bind = [
      'SP1 dtls-bind\0',
      prefixed(fromHexText(vector.cid)),
      prefixed(vector.fpA),
      prefixed(vector.fpB),
    ]
    const mac = createHmac('sha256', nodeExpand(k2, 'SP1 dtls a', 32))
    for (const part of bind) mac.update(part)
    expect(mac.digest('hex')).toBe(vector.dtlsMacA)
  })
})

const asHex = (bytes: Buffer) => bytes.toString('hex')
const fromHexText = (text: string) => Buffer.from(text, 'hex')
const fromBase64 = (text: string) => Buffer.from(text, 'base64url')

function prefixed(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function prekeyContextOf(vector: Vector): Buffer {
  return Buffer.concat([prefixed(fromHexText(vector.pkB)), prefixed(fromHexText(vector.prekey.pkid))])
}

function nodeHash(label: string, ...parts: readonly Buffer[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from(`SP1 ${label}\0`), ...parts]))
    .digest()
}

/** HKDF-Expand alone (RFC 5869 section 2.3), which node:crypto offers only together with Extract. */
function nodeExpand(key: Buffer, info: Buffer | string, length: number): Buffer {
  let block = Buffer.alloc(0)
  let output = Buffer.alloc(0)
  for (let count = 1; output.length < length; count++) {
    block = createHmac('sha256', key)
      .update(Buffer.concat([block, Buffer.from(info), Buffer.of(count)]))
      .digest()
    output = Buffer.concat([output, block])
  }
  return output.subarray(0, length)
}

/** X-Wing decapsulation (draft-connolly-cfrg-xwing-kem section 5.5) from native ML-KEM-768 and X25519. */
function nodeKem(seed: string, ciphertext: Buffer): Buffer {
  const expanded = createHash('shake256', { outputLength: 96 }).update(fromHexText(seed)).digest()
  const mlkem = privateKey('3054020100300b0609608648016503040402' + '04428040', expanded.subarray(0, 64))
  const x25519 = privateKey('302e020100300506032b656e04220420', expanded.subarray(64))
  const foreign = createPublicKey({
    key: Buffer.concat([fromHexText('302a300506032b656e032100'), ciphertext.subarray(1088)]),
    format: 'der',
    type: 'spki',
  })
  return createHash('sha3-256')
    .update(nodeDecapsulate(mlkem, ciphertext.subarray(0, 1088)))
    .update(diffieHellman({ privateKey: x25519, publicKey: foreign }))
    .update(ciphertext.subarray(1088))
    .update(createPublicKey(x25519).export({ format: 'der', type: 'spki' }).subarray(-32))
    .update('\\.//^\\')
    .digest()
}

/** A private key from its PKCS #8 prefix (RFC 8410, RFC 9935) and its raw bytes. */
function privateKey(prefix: string, raw: Buffer) {
  return createPrivateKey({ key: Buffer.concat([fromHexText(prefix), raw]), format: 'der', type: 'pkcs8' })
}

function nodeUnseal(
  label: string,
  seed: string,
  context: Buffer,
  wire: { readonly ct: string; readonly box: string },
): Buffer {
  const ciphertext = fromBase64(wire.ct)
  const aad = Buffer.concat([Buffer.from(`SP1 ${label}\0`), context])
  const salt = createHash('sha256').update(ciphertext).digest()
  const okm = Buffer.from(hkdfSync('sha256', nodeKem(seed, ciphertext), salt, aad, 44))
  return nodeOpen(okm.subarray(0, 32), okm.subarray(32), aad, wire.box)
}

/** AES-256-GCM, then the content of the padding. */
function nodeOpen(key: Buffer, nonce: Buffer, aad: Buffer, box: string): Buffer {
  const bytes = fromBase64(box)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(aad).setAuthTag(bytes.subarray(-16))
  const padded = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
  return padded.subarray(4, 4 + padded.readUInt32BE())
}

function nodeVerifies(publicKey: string, label: string, message: Buffer): boolean {
  const key = createPublicKey({
    key: Buffer.concat([fromHexText('302a300506032b6570032100'), fromHexText(publicKey)]),
    format: 'der',
    type: 'spki',
  })
  const body = Buffer.concat([Buffer.from(`SP1 ${label}\0`), message.subarray(64)])
  return nodeVerify(null, body, key, message.subarray(0, 64))
}
