// Plays one transcript of sp1-v1.json through the product's own protocol, in both roles: what each side makes is
// computed from the seeds, what each side takes is read from the file.
import { fromBase64url, hex } from '../../sp1/encode.ts'
import type { Rng } from '../../sp1/encode.ts'
import { peekBody } from '../../sp1/body.ts'
import { parseEnvelope } from '../../sp1/envelope.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import { acceptCall, receiveCall } from '../../sp1/handshake-callee.ts'
import { completeCall, startCall } from '../../sp1/handshake-caller.ts'
import { ACCEPT, CALL, prekeyContext, replyContext } from '../../sp1/handshake-messages.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import {
  firstKey,
  secondKey,
  signalingKey,
  transcript1,
  transcript2,
  transcript3,
} from '../../sp1/key-schedule.ts'
import { checkPrekey, createPrekey } from '../../sp1/prekey.ts'
import { unseal } from '../../sp1/seal.ts'
import { createSeenCalls } from '../../sp1/seen-calls.ts'
import { decapsulate } from '../../sp1/xwing.ts'
import { bytesAt, numberAt, objectAt, once, textAt } from './vector-json.ts'
import type { JsonObject } from './vector-json.ts'

/** The vectors' prekeys begin an hour before the call. */
const PREKEY_AGE_MS = 3_600_000

/** Serves the given bytes in the order in which the protocol documents that it draws them. */
function scriptedRng(...draws: readonly Uint8Array[]): Rng {
  const rest = [...draws]
  return (length) => {
    const next = rest.shift()
    if (next?.length !== length) throw new Error(`the protocol drew ${length} bytes out of turn`)
    return next.slice()
  }
}

/** Every stage of the call, each computed when first asked for, so that one failure does not hide the rest. */
export function playTranscript(vector: JsonObject) {
  const nowMs = once(() => numberAt(vector, 'now'))
  const alice = once(() => identityFromSeed(bytesAt(vector, 'seedA')))
  const bob = once(() => identityFromSeed(bytesAt(vector, 'seedB')))
  const prekey = once(() => {
    const seed = bytesAt(objectAt(vector, 'prekey'), 'seed')
    return createPrekey(bob(), nowMs() - PREKEY_AGE_MS, scriptedRng(seed))
  })
  const peerPrekey = once(() => {
    const bundle = objectAt(objectAt(vector, 'prekey'), 'bundle')
    const wire = { body: textAt(bundle, 'body'), sig: textAt(bundle, 'sig') }
    return checkPrekey(wire, bob().publicKey, nowMs())
  })

  const started = once(() => {
    // Which media and which reply handle were asked for stands in M1 only.
    const { media, reply } = peekBody(CALL, bytesAt(vector, 'm1'))
    return startCall({
      identity: alice(),
      peer: bob().publicKey,
      prekey: peerPrekey(),
      fingerprint: textAt(vector, 'fpA'),
      media,
      callId: bytesAt(vector, 'cid'),
      reply,
      nowMs: nowMs(),
      rng: scriptedRng(bytesAt(vector, 'na'), bytesAt(vector, 'ephSeed'), bytesAt(vector, 'eseedSeal1')),
    })
  })
  const m1 = once(() => {
    const { ct, box } = started().wire
    const sealed = { ciphertext: fromBase64url(ct), box: fromBase64url(box) }
    const context = prekeyContext(bob().publicKey, prekey().pkid)
    return unseal('seal1', prekey().secretKey, context, sealed)
  })

  const m2Wire = once(() => wireAt(vector, 'm2Wire', 2))
  const m2 = once(() => {
    const sealed = { ciphertext: fromBase64url(m2Wire().ct), box: fromBase64url(m2Wire().box) }
    return unseal('seal2', bytesAt(vector, 'ephSeed'), replyContext(th1()), sealed)
  })
  const incoming = once(() => {
    const callee = { identity: bob(), prekeys: [prekey()], seen: createSeenCalls(), nowMs: nowMs() }
    return receiveCall(callee, wireAt(vector, 'm1Wire', 1))
  })
  const accepted = once(() =>
    acceptCall({
      identity: bob(),
      incoming: incoming(),
      fingerprint: textAt(vector, 'fpB'),
      media: peekBody(ACCEPT, m2()).media,
      rng: scriptedRng(bytesAt(vector, 'nb'), bytesAt(vector, 'eseedAccept')),
    }),
  )
  const completed = once(() => completeCall(started().outgoing, m2Wire()))
  const callerSession = once(() => completed().session)
  const calleeSession = once(() => {
    const { session } = accepted()
    session.receive(wireAt(vector, 'm3Wire', 3), nowMs())
    return session
  })

  const th1 = once(() => transcript1(bytesAt(vector, 'm1')))
  const th2 = once(() => transcript2(th1(), fromBase64url(m2Wire().ct), m2()))
  const th3 = once(() => transcript3(th2(), bytesAt(vector, 'na'), bytesAt(vector, 'nb')))
  const k1 = once(() => {
    const sharedSecret = decapsulate(bytesAt(vector, 'ephSeed'), fromBase64url(m2Wire().ct))
    return firstKey(th2(), sharedSecret)
  })
  const k2 = once(() => secondKey(th3(), k1()))

  return {
    alice,
    bob,
    prekey,
    peerPrekey,
    started,
    m1,
    accepted,
    completed,
    callerSession,
    calleeSession,
    th1: () => hex(th1()),
    th2: () => hex(th2()),
    th3: () => hex(th3()),
    k1: () => hex(k1()),
    k2: () => hex(k2()),
    sigA: () => hex(signalingKey(k1(), 'a')),
    sigB: () => hex(signalingKey(k1(), 'b')),
  }
}

function wireAt<K extends Envelope['k']>(
  vector: JsonObject,
  name: string,
  kind: K,
): Extract<Envelope, { k: K }> {
  const envelope = parseEnvelope(vector[name])
  if (envelope.k !== kind) throw new Error(`${name} is not an envelope of kind ${kind}`)
  return envelope as Extract<Envelope, { k: K }>
}
