// The connection to one's own server: logs in, leaves the prekey, hands over what arrives. The only importer of the
// socket.io client, so that the sockets of both connections are made here. Reads no envelope and knows no calls.
import { io } from 'socket.io-client'
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import type { ServerView } from '../../contract/ipc.ts'
import { Challenge, serverEvents, wireLimits, wireVersion } from '../../contract/signaling.ts'
import { addressOf } from '../../sp1/address.ts'
import { base64url, fromBase64url, type Rng } from '../../sp1/encode.ts'
import type { Identity } from '../../sp1/identity.ts'
import type { PrekeyBundle } from '../../sp1/prekey.ts'
import { signAuth } from '../../sp1/server-auth.ts'
import type { Clock } from '../clock.ts'
import { createListeners } from '../listeners.ts'
import type { ServerConnection } from '../server-choice.ts'
import { parseServerUrl } from '../server-url.ts'
import { channelBindingOf } from './channel-binding.ts'
import { createDrop, type Drop } from './drop.ts'
import { createInbox } from './inbox.ts'
import { createKnock } from './knock.ts'
import type { Postings } from './postings.ts'
import { askTwice, type OpenSocket, type Socket } from './socket.ts'

/**
 * `state` is `online` once logged in with the prekey at the server: from then on others can call. Offline, it tries
 * again by itself except after what a person has to decide about, see `againAfterMs`.
 */
export interface SignalingClient extends ServerConnection {
  /**
   * An anonymous connection to any server, its own TCP connection. Throws `PhoneError` `server-url-invalid` or
   * `server-insecure`; so does `connect`, and stays where it was.
   */
  openDrop(url: string): Drop
  /**
   * Connects anew without waiting for a turn, also where the connection looks open: after another network it may be dead.
   * Not to where a person has to decide first.
   */
  reconnectNow(): void
  /** Logs out. Once it resolves, no envelope is handed over any more. */
  close(): Promise<void>
}

export interface SignalingClientOptions {
  readonly identity: Identity
  /** What callers are to be given now. */
  readonly bundle: () => Promise<PrekeyBundle>
  /** One at a time, in the order in which they were left; any JSON object. What it makes of one is its own affair. */
  readonly onEnvelope: (envelope: unknown) => Promise<void>
  /** After each login: everything that had waited has been handed over. */
  readonly onSettled: () => void
  /** What else the server is told while this connection lasts. */
  readonly postings?: Omit<Postings, 'changed'>
  readonly clock: Clock
  readonly rng: Rng
}

type Code = NonNullable<ServerView['code']>

/**
 * When to go back to a server that hung up, said no, or did not answer. SECURITY: one that lied about who it is gets no
 * second attempt by itself. One where another device took over would be taken back and forth for ever.
 */
const againAfterMs: Readonly<Record<Code, number | null>> = {
  'server-unreachable': 3_000,
  'server-refused': 30_000,
  'server-origin': null,
  'server-replaced': null,
  'server-binding': null,
  'server-wants-binding': null,
}
/** How often somebody who stays connected looks whether a new prekey is due. */
const PREKEY_LOOK_MS = 3_600_000

const Welcome = v.looseObject({
  ok: v.literal(true),
  waiting: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(wireLimits.envelopesPerMailbox)),
})

/** The library's client is told nothing but this; what it does not name in its types is an option of `ws`. */
const socketOptions = {
  transports: ['websocket'],
  // SECURITY: otherwise both namespaces share one connection and the server sees who calls (SP1 section 3).
  forceNew: true,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 0.5,
  /** SECURITY: what a server can make this process hold for one message; the default is 100 MiB. */
  maxPayload: wireLimits.socketBytes,
}
const openSocket: OpenSocket = (origin, namespace) => io(origin + namespace, socketOptions)

export function createSignalingClient(options: SignalingClientOptions): SignalingClient {
  const { clock } = options
  const listeners = createListeners()
  const inbox = createInbox(options)
  let url: string | null = null
  let bound = false
  let shown: Pick<ServerView, 'state' | 'code'> = { state: 'none', code: null }
  let leave = () => {}
  let closed = false

  function show(state: ServerView['state'], code: Code | null = null): void {
    if (shown.state === state && shown.code === code) return
    shown = { state, code }
    listeners.tell()
  }

  function start(): void {
    leave()
    leave = () => {}
    if (closed || url === null) return show('none')
    const socket = openSocket(url, '/box')
    let left = false
    let callOff = () => {}
    leave = () => {
      left = true
      callOff()
      options.postings?.end()
      socket.disconnect()
    }

    const fail = (code: Code) => {
      leave()
      const againMs = againAfterMs[code]
      if (againMs !== null) callOff = clock.after(againMs, start)
      show('offline', code)
    }

    async function logIn(origin: string): Promise<void> {
      const { id } = socket
      const here = () => !left && socket.connected && socket.id === id
      inbox.begin()
      try {
        const waiting = await proveIdentity(socket, { origin, bound: tied }, options)
        if (!here()) return
        inbox.expect(waiting)
        let shared = await sharePrekey(socket, options.bundle, null)
        if (!here()) return
        show('online')
        options.postings?.begin((event, payload) => askTwice(socket, event, payload))
        const look = () => {
          callOff = clock.after(PREKEY_LOOK_MS, async () => {
            // Refused or unanswered: the one that is there still serves for days, and this is asked again.
            shared = await sharePrekey(socket, options.bundle, shared).catch(() => shared)
            if (here()) look()
          })
        }
        look()
      } catch (cause) {
        if (here()) fail(codeOf(cause))
      }
    }

    const origin = url
    const tied = bound
    show('connecting')
    socket.on('connect', () => void logIn(origin))
    socket.on('disconnect', () => {
      callOff()
      if (left) return
      options.postings?.end()
      // The server hung up: the library leaves it at that.
      if (socket.active) show('connecting')
      else fail('server-unreachable')
    })
    socket.on('connect_error', (cause: unknown) => {
      if (left) return
      if (isForgedServer(cause)) fail('server-refused')
      else if (socket.active) show('offline', 'server-unreachable')
      else fail('server-refused')
    })
    socket.on('env', (payload: unknown, acknowledge: unknown) => {
      if (!left) inbox.add(payload, acknowledge)
    })
    socket.on('presence', (payload: unknown) => {
      if (!left) options.postings?.heard(payload)
    })
    socket.on('replaced', (payload: unknown) => {
      if (!left && v.is(serverEvents.replaced, payload)) fail('server-replaced')
    })
  }

  return {
    state: () => shown,
    connect(next, channelBinding = false) {
      url = next === null ? null : parseServerUrl(next)
      bound = channelBinding
      start()
    },
    retry() {
      if (shown.state !== 'online') start()
    },
    reconnectNow() {
      if (url !== null && (shown.code === null || againAfterMs[shown.code] !== null)) start()
    },
    onChange: listeners.onChange,
    openDrop(other) {
      const origin = parseServerUrl(other)
      return createDrop({
        openSocket: () => openSocket(origin, '/drop'),
        clock,
        seat: base64url(options.rng(16)),
        reachable: createKnock(origin),
      })
    },
    async close() {
      closed = true
      start()
      await inbox.close()
    },
  }
}

/** The server names another origin or connection than the one it was reached by: somebody stands between. */
class OriginMismatch extends Error {}

/** What the library passes on of a connection that failed: the event of `ws`, with Node's error in it. */
const ConnectError = v.looseObject({
  description: v.looseObject({ error: v.looseObject({ code: v.string() }) }),
})
/** SECURITY: there is somebody, with a certificate that is not this server's. That is not a network that is down. */
const isForgedServer = (cause: unknown) =>
  v.is(ConnectError, cause) && /CERT|UNABLE_TO_VERIFY|HOSTNAME/.test(cause.description.error.code)

/**
 * Answers the server's challenge (SP1 section 3). Gives the number of envelopes that wait. `bound` ties the answer to
 * the TLS connection: a person's choice, whatever the server says.
 */
async function proveIdentity(
  socket: Socket,
  { origin, bound }: { readonly origin: string; readonly bound: boolean },
  { identity, rng }: Pick<SignalingClientOptions, 'identity' | 'rng'>,
): Promise<number> {
  const cNonce = rng(32)
  const { publicKey } = identity
  const sid = socket.id
  const channelBinding = bound ? channelBindingOf(socket) : ''
  // SECURITY: an empty one would be the answer that is good for everybody's connection.
  if (channelBinding === null) throw new PhoneError('server-binding')
  const hello = { v: wireVersion, address: addressOf(publicKey), cNonce: base64url(cNonce) }
  const challenge = v.parse(Challenge, await askTwice(socket, 'hello', hello))
  // SECURITY: before anything is signed. A server that passes on another server's challenge would log in there.
  if (challenge.origin !== origin || challenge.sid !== sid) throw new OriginMismatch()
  const sNonce = fromBase64url(challenge.sNonce, 32)
  const sig = signAuth(identity, { origin, sid, sNonce, cNonce, publicKey, channelBinding })
  const welcome = await askTwice(socket, 'auth', { sig: base64url(sig) })
  // The origin is right and the key is mine: what the other end cannot have signed the same is the connection.
  if (!welcome.ok && welcome.code === 'bad-signature')
    throw new PhoneError(bound ? 'server-binding' : 'server-wants-binding')
  return v.parse(Welcome, welcome).waiting
}

/** Leaves the prekey that is current now, unless it is the one that is there. */
async function sharePrekey(
  socket: Socket,
  bundle: () => Promise<PrekeyBundle>,
  there: PrekeyBundle | null,
): Promise<PrekeyBundle> {
  const current = await bundle()
  if (there?.body === current.body) return current
  const answer = await askTwice(socket, 'prekey.put', current)
  if (!answer.ok) throw new PhoneError('server-refused')
  return current
}

/** Whatever an answer fails at, its shape or its word, is the server's refusal. */
function codeOf(cause: unknown): Code {
  if (cause instanceof OriginMismatch) return 'server-origin'
  const known = cause instanceof PhoneError && Object.hasOwn(againAfterMs, cause.code)
  return known ? (cause.code as Code) : 'server-refused'
}
