// The anonymous connection of one call: fetch a prekey, leave an envelope, talk over a reply handle. Outlives the
// network beneath it. SECURITY: nothing here says who is calling; the identity is not even passed in.
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import {
  FoundPrekey,
  RelayAccess,
  serverEvents,
  wireLimits,
  type Ack,
  type WireRefusal,
} from '../../contract/signaling.ts'
import type { Envelope } from '../../sp1/envelope.ts'
import type { PrekeyBundle } from '../../sp1/prekey.ts'
import type { Clock } from '../clock.ts'
import { createGate } from './gate.ts'
import type { Knock } from './knock.ts'
import { ask, askTwice, type Socket } from './socket.ts'

/** The server understood a request and did not do it. */
export class WireRefused extends Error {
  readonly code: WireRefusal
  constructor(code: WireRefusal) {
    super(`refused by the server: ${code}`)
    this.name = 'WireRefused'
    this.code = code
  }
}

/**
 * Connects on first use. What is asked rejects with `WireRefused`, or with `PhoneError` `server-unreachable`
 * (no answer, twice, or closed) or `server-refused` (an answer outside the contract).
 */
export interface Drop {
  /** As the server has it: unchecked. */
  prekey(address: Address): Promise<PrekeyBundle>
  /** Leaves an envelope that waits at most `ttlS` seconds, 60 or less. */
  /** `key`: what the owner of the mailbox gave me to get past the limit for strangers, 16 bytes base64url. */
  put(to: Address, envelope: Envelope, ttlS: number, key?: string | null): Promise<void>
  /**
   * Takes a seat at the handle (16 bytes, base64url), once for each drop, and takes it again whenever the
   * connection was lost. `onEnvelope` gets what the server says came from the other side: any JSON object, and the same once
   * more where a connection took its ack along. `onReturn` is called each time when the seat was taken again: it may be
   * another server's by now, which knows of nothing that was left.
   */
  openReply(handle: string, onEnvelope: (envelope: unknown) => void, onReturn?: () => void): Promise<void>
  /** For the other side of the handle. Waits while the connection is away; leaves in the order of the calls. */
  putReply(envelope: Envelope): Promise<void>
  /**
   * Fresh credentials for the relay of the server, for the seat at the handle; they start something for two minutes
   * (SP1 section 10), so that each start and each restart of a link asks anew. Null when the server has no relay, or
   * is from before there were relays. Waits while the connection is away.
   */
  relay(): Promise<RelayAccess | null>
  /** Replaces the connection at once, without waiting for a turn: after another network it may look open and is dead. */
  reconnectNow(): void
  /**
   * Asks the server for a sign of life. Without one the connection is replaced as soon as the server can be reached,
   * which is looked for all the time until then.
   */
  check(): void
  /** Gives the handle up, if the server can be told, and disconnects. Afterwards every request rejects. */
  close(): void
}

interface Reply {
  readonly handle: string
  readonly onEnvelope: (envelope: unknown) => void
  readonly onReturn: () => void
  /** The server has given the seat once: it is ours to take again. */
  taken: boolean
}

const MAX_WAITING_REPLIES = 64
const AGAIN_MS = 1_000
/** A connection that broke keeps its seat until the server has noticed. */
const SEAT_PATIENCE_MS = 60_000
const FAREWELL_MS = 1_000
/** How long a connection that is checked has for its sign of life. */
const SIGN_OF_LIFE_MS = 500

/** How often the connection may end under one request. */
const MAX_CUT = 8

const unreachable = () => new PhoneError('server-unreachable')

/** `seat`: 16 random bytes, base64url. SECURITY: of this drop alone; the server links nothing by it but its connections. */
export interface DropParts {
  readonly openSocket: () => Socket
  readonly clock: Clock
  readonly seat: string
  /** Resolves when the server can be reached; gives up when told to. */
  readonly reachable: Knock
}

export function createDrop({ openSocket, clock, seat, reachable }: DropParts): Drop {
  const givenUp = new AbortController()
  let checking = false
  let socket: Socket | null = null
  let reply: Reply | null = null
  let closed = false
  let waitingReplies = 0
  const connected = createGate()
  const seated = createGate()
  const pending = new Set<() => void>()

  /** Resolves after `ms`, and at once when the drop is closed. */
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        pending.delete(done)
        callOff()
        resolve()
      }
      const callOff = clock.after(ms, done)
      pending.add(done)
    })

  function use(): Socket {
    if (closed) throw unreachable()
    if (socket === null) {
      socket = openSocket()
      watch(socket)
    } else if (!socket.active) socket.connect()
    return socket
  }

  function watch(opened: Socket): void {
    opened.on('connect', () => {
      if (closed) return
      connected.open()
      if (reply?.taken === true) void takeSeatAgain(opened, reply)
    })
    opened.on('disconnect', () => {
      connected.shut()
      seated.shut()
      void returnUnasked(opened)
    })
    opened.on('connect_error', () => void returnUnasked(opened))
    opened.on('reply.env', (payload: unknown, acknowledge: unknown) => {
      const parsed = v.safeParse(serverEvents['reply.env'], payload)
      if (closed || !parsed.success || reply?.handle !== parsed.output.handle) return
      // What has no ack is brought again by the next connection. A server from before there were acks asks for none.
      if (typeof acknowledge === 'function') acknowledge({})
      reply.onEnvelope(parsed.output.env)
    })
  }

  /** A socket that the server has turned away does not come back by itself; a call that goes on needs it. */
  async function returnUnasked(opened: Socket): Promise<void> {
    if (closed || opened.active || reply === null) return
    await pause(AGAIN_MS)
    if (!closed && !opened.active) opened.connect()
  }

  async function takeSeatAgain(opened: Socket, { handle }: Reply): Promise<void> {
    const { id } = opened
    const untilMs = clock.now() + SEAT_PATIENCE_MS
    const here = () => !closed && opened.connected && opened.id === id
    while (here()) {
      const answer = await openSeat(handle, (payload) => askTwice(opened, 'reply.open', payload)).catch(
        () => null,
      )
      if (!here()) return
      if (answer?.ok === true) {
        seated.open()
        return reply?.onReturn()
      }
      const worthAnother = answer === null || answer.code === 'full' || answer.code === 'rate'
      if (!worthAnother || clock.now() >= untilMs) {
        return seated.fail(answer === null ? unreachable() : new WireRefused(answer.code))
      }
      await pause(AGAIN_MS)
    }
  }

  /** A server from before seats had names says `bad-shape` to one. */
  async function openSeat(handle: string, askFor: (payload: object) => Promise<Ack>): Promise<Ack> {
    const answer = await askFor({ handle, seat })
    return answer.ok || answer.code !== 'bad-shape' ? answer : askFor({ handle })
  }

  function reconnectNow(): void {
    if (closed || socket === null) return
    // Also while it waits for its next turn, or for an answer from a network that is gone.
    socket.disconnect()
    socket.connect()
  }

  async function isAlive(used: Socket, { handle }: Reply): Promise<boolean> {
    const sign = openSeat(handle, (payload) => ask(used, 'reply.open', payload)).then(
      () => true,
      () => false,
    )
    return Promise.race([sign, pause(SIGN_OF_LIFE_MS).then(() => false)])
  }

  async function checkOnce(used: Socket, own: Reply): Promise<void> {
    const { id } = used
    if (used.connected && (await isAlive(used, own))) return
    await reachable(givenUp.signal)
    // It may have come back by itself meanwhile.
    if (!closed && !(used.connected && used.id !== id)) reconnectNow()
  }

  /**
   * Sent once, and once more without an answer, over another connection if it must be; again and again while it is the
   * connection that ends.
   */
  async function request(event: string, payload: unknown) {
    return accepted(await answerTo(event, payload))
  }

  async function answerTo(event: string, payload: unknown): Promise<Ack> {
    // Whoever rings is shown first: to make a connection takes some milliseconds.
    await Promise.resolve()
    let unanswered = 0
    for (let cut = 0; ;) {
      const used = use()
      await Promise.race([connected.passed(), pause(wireLimits.ackMs)])
      const { id, connected: began } = used
      try {
        return await ask(used, event, payload)
      } catch (cause) {
        if (closed || !isUnreachable(cause)) throw cause
        // Another network is often announced more than once, and each time the connection is replaced under the request.
        if (began && isCut(used, id)) cut += 1
        else unanswered += 1
        if (unanswered > 1 || cut > MAX_CUT) throw cause
      }
    }
  }

  /** Asks from the seat at the handle, whenever that is (again) ours. */
  async function askSeated(event: 'reply.put' | 'turn.get', payload: object): Promise<Ack & { ok: true }> {
    for (;;) {
      await seated.passed()
      const used = use()
      const { id } = used
      try {
        return accepted(await askTwice(used, event, payload))
      } catch (cause) {
        // What the connection took with it goes out again over the next one: the other side drops what it has.
        if (closed || !isCut(used, id) || !isUnreachable(cause)) throw cause
      }
    }
  }

  return {
    async prekey(address) {
      const found = v.safeParse(FoundPrekey, await request('prekey.get', { address }))
      if (!found.success) throw new PhoneError('server-refused')
      return { body: found.output.body, sig: found.output.sig }
    },
    async put(to, envelope, ttlS, key = null) {
      const asStranger = { to, env: envelope, ttlS }
      if (key === null) return void (await request('box.put', asStranger))
      await request('box.put', { ...asStranger, key }).catch((cause: unknown) => {
        // A server from before there were keys.
        if (!(cause instanceof WireRefused) || cause.code !== 'bad-shape') throw cause
        return request('box.put', asStranger)
      })
    },
    async openReply(handle, onEnvelope, onReturn = () => {}) {
      if (reply !== null) throw new Error('a drop has one reply handle')
      const own: Reply = { handle, onEnvelope, onReturn, taken: false }
      // From now on: the first envelope may arrive together with the answer.
      reply = own
      try {
        accepted(await openSeat(handle, (payload) => answerTo('reply.open', payload)))
      } catch (cause) {
        reply = null
        throw cause
      }
      own.taken = true
      // Otherwise the connection ended with the answer, and the next one takes the seat.
      if (socket?.connected) seated.open()
    },
    async putReply(envelope) {
      if (closed || reply === null || waitingReplies >= MAX_WAITING_REPLIES) throw unreachable()
      waitingReplies += 1
      try {
        await askSeated('reply.put', { handle: reply.handle, env: envelope })
      } finally {
        waitingReplies -= 1
      }
    },
    async relay() {
      if (closed || reply === null) throw unreachable()
      const answer = await askSeated('turn.get', { handle: reply.handle }).catch((cause: unknown) => {
        // `bad-shape` is how a server answers an event that it does not know.
        if (cause instanceof WireRefused && ['no-relay', 'bad-shape'].includes(cause.code)) return null
        throw cause
      })
      if (answer === null) return null
      const access = v.safeParse(RelayAccess, answer)
      if (!access.success) throw new PhoneError('server-refused')
      const { urls, username, credential } = access.output
      return { urls, username, credential }
    },
    reconnectNow,
    check() {
      if (closed || checking || socket === null || reply === null) return
      checking = true
      void checkOnce(socket, reply)
        .catch(() => undefined)
        .finally(() => {
          checking = false
        })
    },
    close() {
      if (closed) return
      closed = true
      givenUp.abort()
      for (const done of [...pending]) done()
      connected.fail(unreachable())
      seated.fail(unreachable())
      if (socket === null) return
      const leaving = socket
      if (!leaving.connected || reply === null) return void leaving.disconnect()
      const farewell = leaving.timeout(FAREWELL_MS).emitWithAck('reply.close', { handle: reply.handle })
      void farewell.catch(() => undefined).then(() => leaving.disconnect())
    },
  }
}

function accepted(answer: Ack): Ack & { ok: true } {
  if (!answer.ok) throw new WireRefused(answer.code)
  return answer
}

/** The connection that had this id is no more. */
const isCut = (socket: Socket, id: string | undefined) => !socket.connected || socket.id !== id

const isUnreachable = (cause: unknown) => cause instanceof PhoneError && cause.code === 'server-unreachable'
