// The wire between an app and a signaling server (SP1 section 3): events, shapes, limits. Both sides parse what
// arrives; nothing received is trusted because of its type.
import * as v from 'valibot'
import { Address } from './ids.ts'

export const wireVersion = 1
export const wireLimits = {
  /** One envelope as JSON, bytes. */
  envelopeBytes: 64 * 1024,
  /** socket.io's own limit: above a full envelope, so that one too large gets an answer instead of a dropped socket. */
  socketBytes: 96 * 1024,
  envelopesPerMailbox: 100,
  envelopesPerHandle: 64,
  waitS: 60,
  /** What one connection may publish to be seen by. */
  presenceTokens: 256,
  challengeMs: 30_000,
  ackMs: 5_000,
  /** For each seat of a reply handle within `relaySeatS` seconds: one at the start, and one before each restart of ICE. */
  relayPerSeat: 6,
  relaySeatS: 300,
  /** How long relay credentials can start anything. What they have started goes on (coturn checks the time only then). */
  relayTtlS: 120,
} as const

const bytes = (length: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/), v.length(Math.ceil((length * 4) / 3)))
const base64url = (maxLength: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/), v.maxLength(maxLength))

/** 16 random bytes chosen by the caller; whoever knows them may speak and listen there. */
export const ReplyHandle = bytes(16)
/** The server forwards it and looks at nothing but its size. */
export const OpaqueEnvelope = v.record(v.string(), v.unknown())
/** What a contact shows to be let past the limit for strangers; the server knows its SHA-256. */
export const DeliveryKey = bytes(16)
const PresenceTokens = v.pipe(v.array(bytes(32)), v.maxLength(wireLimits.presenceTokens))
export const PrekeyBundle = v.strictObject({ body: base64url(4096), sig: bytes(64) })

export const boxRequests = {
  hello: v.strictObject({ v: v.literal(wireVersion), address: Address, cNonce: bytes(32) }),
  auth: v.strictObject({ sig: bytes(64) }),
  'prekey.put': PrekeyBundle,
  /** Replaces what was put before; lives as long as the prekey. `only`: envelopes without a key are not kept. */
  'delivery.put': v.strictObject({
    /** SHA-256 of the current key, and perhaps of the one before. */
    hashes: v.pipe(v.array(bytes(32)), v.minLength(1), v.maxLength(2)),
    only: v.boolean(),
  }),
  /** Replaces what was put before; none withdraws. Gone with the connection. */
  'presence.put': v.strictObject({ tokens: PresenceTokens }),
} as const

export const dropRequests = {
  'prekey.get': v.strictObject({ address: Address }),
  'box.put': v.strictObject({
    to: Address,
    env: OpaqueEnvelope,
    ttlS: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(wireLimits.waitS)),
    key: v.optional(DeliveryKey),
  }),
  /** `seat`: the same for each connection of one phone, which gets the seat back that a dead one still holds. */
  'reply.open': v.strictObject({ handle: ReplyHandle, seat: v.optional(bytes(16)) }),
  'reply.put': v.strictObject({ handle: ReplyHandle, env: OpaqueEnvelope }),
  'reply.close': v.strictObject({ handle: ReplyHandle }),
  /** Credentials for the relay (RFC 8656), for whoever sits at the handle. `no-relay` from a server that has none. */
  'turn.get': v.strictObject({ handle: ReplyHandle }),
} as const

/** What a server sends on its own account. */
export const serverEvents = {
  env: v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)), env: OpaqueEnvelope }),
  replaced: v.strictObject({}),
  /** Those of my tokens that another connection has published too; whole, whenever that changes. */
  presence: v.strictObject({ tokens: PresenceTokens }),
  'reply.env': v.strictObject({ handle: ReplyHandle, env: OpaqueEnvelope }),
} as const

export const Challenge = v.looseObject({
  ok: v.literal(true),
  sid: v.pipe(v.string(), v.maxLength(64)),
  sNonce: bytes(32),
  origin: v.pipe(v.string(), v.maxLength(512)),
})
/** Where STUN and TURN are to be had (RFC 7064, RFC 7065), by this server's own relay. */
export const RelayUrl = v.pipe(
  v.string(),
  v.maxLength(256),
  v.regex(/^(?:stuns?|turns?):(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i),
)
export const RelayAccess = v.looseObject({
  ok: v.literal(true),
  urls: v.pipe(v.array(RelayUrl), v.minLength(1), v.maxLength(8)),
  username: v.pipe(v.string(), v.maxLength(128)),
  credential: v.pipe(v.string(), v.maxLength(128)),
})
/** Without the `ok` of the wire. */
export type RelayAccess = Readonly<{ urls: readonly string[]; username: string; credential: string }>
export const FoundPrekey = v.looseObject({ ok: v.literal(true), ...PrekeyBundle.entries })

export const refusalCodes = [
  'bad-shape',
  'too-big',
  'rate',
  'full',
  'no-prekey',
  'not-authenticated',
  'bad-signature',
  'stale',
  'gone',
  'no-relay',
] as const
export type WireRefusal = (typeof refusalCodes)[number]

/** The ack of every client event. Extra members beside `ok: true` are the answer. */
export const Ack = v.variant('ok', [
  v.looseObject({ ok: v.literal(true) }),
  v.strictObject({ ok: v.literal(false), code: v.picklist(refusalCodes) }),
])
export type Ack = v.InferOutput<typeof Ack>
