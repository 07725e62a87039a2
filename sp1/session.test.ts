import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64url, fromBase64url, utf8 } from './encode.ts'
import { MAX_FRAME_PADDED_BYTES } from './envelope.ts'
import type { Envelope3 } from './envelope.ts'
import { expectRefusal, outcomeOf } from './expect-refusal.ts'
import { MAX_FRAMES_AHEAD } from './frame-order.ts'
import { commitment, firstKey, signalingKey, transcript2 } from './key-schedule.ts'
import type { Payload } from './payload.ts'
import { REHEARSAL_MS, rehearseAcceptedCall, rehearsePerson, rehearseSessions } from './rehearsal.ts'
import { createCalleeSession } from './session.ts'
import type { Received, Session } from './session.ts'
import { boxFrame } from './signal-box.ts'
import { KEM_CIPHERTEXT_BYTES } from './xwing.ts'

const EVERY_PAYLOAD_OF_A_CALLER: readonly Payload[] = [
  { t: 'offer', sdp: 'v=0\r\n' },
  { t: 'candidates', list: [{ candidate: 'candidate:1 …', sdpMid: '0', sdpMLineIndex: 0 }] },
  { t: 'state', mic: true, camera: false },
  { t: 'name', name: 'Älice' },
  { t: 'hangup', reason: 'hung-up' },
]

const named = (number: number): Payload => ({ t: 'name', name: String(number) })

/** What the receiver hands out for one envelope; nothing if it refuses. */
function taken(session: Session, envelope: Envelope3): Received[] {
  const received: Received[] = []
  outcomeOf(() => received.push(...session.receive(envelope, REHEARSAL_MS)))
  return received
}

describe('sealed frames', () => {
  it('carry every payload either way', () => {
    const { caller, callee } = rehearseSessions()
    for (const payload of EVERY_PAYLOAD_OF_A_CALLER) {
      expect(callee.receive(caller.send(payload), REHEARSAL_MS)).toEqual([payload])
    }
    const answer: Payload = { t: 'answer', sdp: 'v=0\r\n' }
    expect(caller.receive(callee.send(answer), REHEARSAL_MS)).toEqual([answer])
  })

  it('A3 are refused when they are repeated', () => {
    const { caller, callee } = rehearseSessions()
    const frame = caller.send(named(1))
    callee.receive(frame, REHEARSAL_MS)
    expectRefusal('seq', () => callee.receive(frame, REHEARSAL_MS))
    const early = [caller.send(named(2)), caller.send(named(3))][1]
    if (!early) throw new Error('no frame')
    callee.receive(early, REHEARSAL_MS)
    expectRefusal('seq', () => callee.receive(early, REHEARSAL_MS))
  })

  it('A3 wait for the missing one and then come in order', () => {
    const { caller, callee } = rehearseSessions()
    const [first, second, third] = [caller.send(named(1)), caller.send(named(2)), caller.send(named(3))]
    expect(callee.receive(third, 10)).toEqual([])
    expect(callee.gapSinceMs()).toBe(10)
    expect(callee.receive(second, 20)).toEqual([])
    expect(callee.gapSinceMs()).toBe(10)
    expect(callee.receive(first, 30)).toEqual([named(1), named(2), named(3)])
    expect(callee.gapSinceMs()).toBeNull()
  })

  it('A3 come out once each and in order, however the server shuffles and repeats them', () => {
    const order = fc.array(fc.nat(19), { maxLength: 60 })
    fc.assert(
      fc.property(order, (shuffled) => {
        const { caller, callee } = rehearseSessions()
        const frames = Array.from({ length: 20 }, (_, number) => caller.send(named(number)))
        const arriving = [...shuffled, ...frames.keys()].map((index) => frames[index])
        const received = arriving.flatMap((frame) => (frame ? taken(callee, frame) : []))
        expect(received).toEqual(frames.map((_, number) => named(number)))
      }),
      { numRuns: 10 },
    )
  })

  it('A3 may be 64 ahead of the missing one, and not 65', () => {
    const { caller, callee } = rehearseSessions()
    const frames = Array.from({ length: MAX_FRAMES_AHEAD + 2 }, (_, number) => caller.send(named(number)))
    const [last, beforeLast] = [frames.at(-1), frames.at(-2)]
    if (!last || !beforeLast) throw new Error('no frames')
    expectRefusal('gap', () => callee.receive(last, REHEARSAL_MS))
    expect(callee.receive(beforeLast, REHEARSAL_MS)).toEqual([])
  })

  it('A3 of the caller that overtake the reveal wait for it', () => {
    const { callerSession, calleeSession, m3 } = rehearseAcceptedCall(
      rehearsePerson('alice'),
      rehearsePerson('bob'),
    )
    const offer = callerSession.send({ t: 'offer', sdp: 'v=0' })
    expect(calleeSession.receive(offer, REHEARSAL_MS)).toEqual([])
    expect(calleeSession.receive(m3, REHEARSAL_MS)).toEqual([{ t: 'offer', sdp: 'v=0' }])
  })

  it('A1 are refused when altered, renumbered or turned back, and the true one still counts', () => {
    const { caller, callee } = rehearseSessions()
    const frame = caller.send(named(1))
    const box = fromBase64url(frame.box)
    box[9] = (box[9] ?? 0) ^ 1
    expectRefusal('aead', () => callee.receive({ ...frame, box: base64url(box) }, REHEARSAL_MS))
    expectRefusal('aead', () => callee.receive({ ...frame, s: frame.s + 1 }, REHEARSAL_MS))
    expectRefusal('aead', () => caller.receive({ ...frame, s: 0 }, REHEARSAL_MS))
    expect(callee.gapSinceMs()).toBeNull()
    expect(callee.receive(frame, REHEARSAL_MS)).toEqual([named(1)])
  })

  it('A1 of another call are refused', () => {
    const { callee } = rehearseSessions()
    const { caller: stranger } = rehearseSessions('mallory')
    expectRefusal('aead', () => callee.receive(stranger.send(named(1)), REHEARSAL_MS))
  })

  it.each<{ speaker: 'caller' | 'callee'; payload: Payload }>([
    { speaker: 'caller', payload: { t: 'offer', sdp: 'v=0' } },
    { speaker: 'callee', payload: { t: 'answer', sdp: 'v=0' } },
    { speaker: 'callee', payload: { t: 'restart-ask' } },
    { speaker: 'caller', payload: { t: 'rekey', m1: new Uint8Array(9) } },
    {
      speaker: 'callee',
      payload: { t: 'rekey-accept', ct: new Uint8Array(KEM_CIPHERTEXT_BYTES), m2: new Uint8Array(9) },
    },
    { speaker: 'caller', payload: { t: 'rekey-reveal', cid: new Uint8Array(16), na: new Uint8Array(32) } },
    { speaker: 'callee', payload: { t: 'rekey-ask' } },
  ])('are taken from the $speaker, and only noted from the other one: $payload.t', ({ speaker, payload }) => {
    const sessions = rehearseSessions()
    const other = speaker === 'caller' ? 'callee' : 'caller'
    const said = sessions[speaker].send(payload)
    expect(sessions[other].receive(said, REHEARSAL_MS)).toEqual([payload])
    const notItsOwn = sessions[other].send(payload)
    expect(sessions[speaker].receive(notItsOwn, REHEARSAL_MS)).toEqual([{ t: 'refused', code: 'state' }])
  })

  it('hide how long a short payload is', () => {
    const { caller } = rehearseSessions()
    const sizes = EVERY_PAYLOAD_OF_A_CALLER.map((payload) => caller.send(payload).box.length)
    expect(new Set(sizes).size).toBe(1)
  })

  it('A3 are known as repeats before they are opened', () => {
    const { caller, callee } = rehearseSessions()
    const frame = caller.send(named(1))
    callee.receive(frame, REHEARSAL_MS)
    const other = caller.send(named(2))
    expectRefusal('seq', () => callee.receive({ ...other, s: frame.s }, REHEARSAL_MS))
  })

  it('are as large as fits an envelope, and not larger', () => {
    const { caller, callee } = rehearseSessions()
    const offer = (length: number): Payload => ({ t: 'offer', sdp: 'x'.repeat(length) })
    const around = JSON.stringify(offer(0)).length
    const largest = offer(MAX_FRAME_PADDED_BYTES - 5 - around)
    expect(callee.receive(caller.send(largest), REHEARSAL_MS)).toEqual([largest])
    expectRefusal('size', () => caller.send(offer(MAX_FRAME_PADDED_BYTES - 4 - around)))
  })

  it('are not made of what no peer would read', () => {
    const { caller } = rehearseSessions()
    expectRefusal('size', () => caller.send({ t: 'offer', sdp: 'x'.repeat(60_000) }))
    expectRefusal('type', () => caller.send({ t: 'name', name: 'x'.repeat(257) }))
    expect(caller.send(named(1)).s).toBe(1)
  })
})

describe('a session', () => {
  it('D1 proves the certificates in use, each direction its own way', () => {
    const { caller, callee } = rehearseSessions()
    const { fingerprint: a } = rehearsePerson('alice')
    const { fingerprint: b } = rehearsePerson('bob')
    const mac = caller.dtlsMac(a, b)
    expect(callee.verifyDtlsMac(mac, b, a)).toBe(true)
    expect(callee.verifyDtlsMac(mac, a, b)).toBe(false)
    expect(callee.verifyDtlsMac(mac.slice(1), b, a)).toBe(false)
    expect(caller.verifyDtlsMac(mac, a, b)).toBe(false)
    expect(caller.verifyDtlsMac(callee.dtlsMac(b, a), a, b)).toBe(true)
  })

  it('D1 D3 proves nothing about the certificate of a third', () => {
    const { caller, callee } = rehearseSessions()
    const { fingerprint: a } = rehearsePerson('alice')
    const { fingerprint: b } = rehearsePerson('bob')
    const { fingerprint: m } = rehearsePerson('mallory')
    expect(callee.verifyDtlsMac(caller.dtlsMac(a, m), b, a)).toBe(false)
    expect(callee.verifyDtlsMac(caller.dtlsMac(m, b), b, a)).toBe(false)
  })

  it('has a key of its own for every sender and kind', () => {
    const { caller, callee } = rehearseSessions()
    const keysOf = (session: Session) => [
      ...(['a', 'b'] as const).flatMap((sender) => [
        ...(['audio', 'video', 'screen'] as const).map((kind) => session.frameKey(sender, kind)),
        session.chatKey(sender),
      ]),
      session.pairKey(),
    ]
    expect(keysOf(caller)).toEqual(keysOf(callee))
    expect(new Set(keysOf(caller).map(base64url)).size).toBe(9)
  })

  it('gives out copies of its code and its pair key, which their receiver may erase', () => {
    const { caller } = rehearseSessions()
    const [sas, pair] = [caller.sas(), caller.pairKey()]
    const before = [sas.slice(), pair.slice()]
    sas.fill(0)
    pair.fill(0)
    expect([caller.sas(), caller.pairKey()]).toEqual(before)
  })

  it('is of no use after it was destroyed', () => {
    const { caller, callee } = rehearseSessions()
    const frame = callee.send(named(1))
    caller.destroy()
    expect(caller.phase()).toBe('destroyed')
    for (const use of [
      () => caller.send(named(1)),
      () => caller.receive(frame, REHEARSAL_MS),
      () => caller.sas(),
      () => caller.dtlsMac('x', 'y'),
      () => caller.verifyDtlsMac(new Uint8Array(32), 'x', 'y'),
      () => caller.frameKey('a', 'audio'),
      () => caller.chatKey('a'),
      () => caller.pairKey(),
    ]) {
      expectRefusal('state', use)
    }
  })
})

describe('a callee whose caller keeps the keys but not the rules', () => {
  const nonceA = new Uint8Array(32).fill(1)

  /** A callee's session and a caller's hand that boxes any text at any place. */
  function rehearseRogueCaller() {
    const callId = new Uint8Array(16)
    const th1 = new Uint8Array(32)
    const ciphertext = new Uint8Array(1120)
    const m2 = new Uint8Array(100)
    const nonceB = new Uint8Array(32)
    const fingerprints = { ownFingerprint: 'b', peerFingerprint: 'a' }
    const key = signalingKey(firstKey(transcript2(th1, ciphertext, m2), new Uint8Array(32).fill(9)), 'a')
    const material = { callId, th1, ciphertext, m2, nonceB, ...fingerprints }
    const sharedSecret = new Uint8Array(32).fill(9)
    const callee = createCalleeSession({ ...material, sharedSecret }, commitment(nonceA))
    const boxed = (sequence: number, body: Uint8Array): Envelope3 => {
      const box = boxFrame(key, { callId, sender: 'a', sequence }, body)
      return { k: 3, s: sequence, box: base64url(box) }
    }
    return { callee, sharedSecret, boxed: (sequence: number, json: string) => boxed(sequence, utf8(json)) }
  }

  const reveal = JSON.stringify({ t: 'reveal', na: base64url(nonceA) })

  it('erases the shared secret it was made from', () => {
    expect(rehearseRogueCaller().sharedSecret.every((byte) => byte === 0)).toBe(true)
  })

  it.each([
    ['an offer', 'state', '{"t":"offer","sdp":"v=0"}'],
    ['no payload', 'state', 'reveal'],
    ['a reveal of another nonce', 'commit', reveal.replace('AQEB', 'AQEA')],
  ] as const)('A7 ends the session if the first frame is %s', (_, code, first) => {
    const { callee, boxed } = rehearseRogueCaller()
    expectRefusal(code, () => callee.receive(boxed(0, first), REHEARSAL_MS))
    expect(callee.phase()).toBe('destroyed')
    expectRefusal('state', () => callee.receive(boxed(0, reveal), REHEARSAL_MS))
  })

  it.each([
    ['state', reveal],
    ['fields', '{"t":"rekey"}'],
    ['size', '{"t":"rekey","m1":""}'],
    ['state', '{"t":"rekey-ask"}'],
    ['type', '{"t":"resync"}'],
    ['type', '{"t":"toString"}'],
    ['type', '{"t":1}'],
    ['type', '[]'],
    ['type', '{}'],
    ['type', 'null'],
    ['type', '5'],
    ['type', '"name"'],
    ['json', 'hello'],
    ['fields', '{"t":"name","name":"x","html":true}'],
    ['fields', '{"name":"x","t":"name"}'],
    ['noncanonical', '{"t":"name", "name":"x"}'],
    ['type', JSON.stringify({ t: 'name', name: '<b>'.repeat(4000) })],
    ['type', '{"t":"hangup","reason":"<script>"}'],
    ['type', '{"t":"state","mic":1,"camera":false}'],
    ['type', JSON.stringify({ t: 'candidates', list: Array(41).fill({}) })],
    ['fields', '{"t":"candidates","list":[{"candidate":"x"}]}'],
  ] as const)('B2 notes a frame as %s and goes on: %s', (code, json) => {
    const { callee, boxed } = rehearseRogueCaller()
    callee.receive(boxed(0, reveal), REHEARSAL_MS)
    expect(callee.receive(boxed(1, json), REHEARSAL_MS)).toEqual([{ t: 'refused', code }])
    expect(callee.receive(boxed(2, '{"t":"name","name":"x"}'), REHEARSAL_MS)).toEqual([
      { t: 'name', name: 'x' },
    ])
  })
})
