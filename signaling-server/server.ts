// One signaling server: HTTP, socket.io and the two namespaces over the stores. Forwards sealed envelopes and can
// do no more than refuse. Nothing is written to disk or to a log; what it knows of its users is counted here.
import { Server } from 'socket.io'
import { wireLimits, type WireRefusal } from '../contract/signaling.ts'
import { createAdmission } from './admission.ts'
import { openBox } from './box.ts'
import { openDrop } from './drop.ts'
import { answerHttp } from './health.ts'
import { createLimits, defaultLimits, type ServerLimits } from './limits.ts'
import { bindChannels, createListener, type TlsFiles } from './listener.ts'
import { createMailboxes, type Mailboxes } from './mailbox.ts'
import { createPresenceBoard, type PresenceBoard } from './presence.ts'
import { createRelay, type Relay, type RelayOptions } from './relay.ts'
import { createReplyHandles, type ReplyHandles } from './reply-handles.ts'

export interface SignalingServerOptions {
  readonly host?: string
  /** 0 takes a free one. */
  readonly port?: number
  /**
   * Scheme, host and port as people enter them, when that differs from where the server listens (a proxy, a name,
   * a wildcard address). Clients compare it with what they were given and refuse to log in when it differs.
   */
  readonly publicOrigin?: string
  /**
   * TLS ends in this server, TLS 1.3 only, and every login has to be tied to its connection: people configure that
   * beside the address, so that nobody on the way can talk them out of it.
   */
  readonly tls?: TlsFiles
  /** A reverse proxy is the only one that can connect; see `Admission`. */
  readonly behindProxy?: boolean
  readonly limits?: Partial<ServerLimits>
  readonly timeouts?: Partial<ServerTimeouts>
  /** Wall-clock milliseconds. */
  readonly now?: () => number
  /** Where envelopes and prekeys wait. Whoever keeps them elsewhere passes stores of the same shape. */
  readonly mailboxes?: Mailboxes
  readonly handles?: ReplyHandles
  /** Where calls find a relay that shares a secret with this server. Without it there is none. */
  readonly relay?: RelayOptions
  /** Called with the number of owners who are logged in, whenever it changes. */
  readonly onLoginsChanged?: (count: number) => void
  /** Told of bugs; foreign input never gets there. */
  readonly onBug?: (cause: unknown) => void
}

interface ServerTimeouts {
  /** To send the head of a request, and the whole of it. */
  readonly httpMs: number
  /** To join a namespace, and on `/box` to log in. */
  readonly authMs: number
  /** How long a `/drop` connection may do nothing. */
  readonly idleMs: number
  readonly sweepMs: number
}

const defaultTimeouts: ServerTimeouts = {
  httpMs: 10_000,
  authMs: 5_000,
  idleMs: 60_000,
  sweepMs: 5_000,
}

/** Numbers only: nothing in them belongs to anybody. */
interface ServerCounts {
  readonly connections: number
  readonly logins: number
  readonly mailboxes: ReturnType<Mailboxes['counts']>
  readonly handles: ReturnType<ReplyHandles['counts']>
  readonly presence: ReturnType<PresenceBoard['counts']>
  readonly relay: ReturnType<Relay['counts']> | null
  readonly refused: Readonly<Partial<Record<WireRefusal, number>>>
}

export interface SignalingServer {
  /** Where it listens. */
  readonly url: string
  /** What people enter: `publicOrigin`, or `url`. */
  readonly origin: string
  counts(): ServerCounts
  /** Takes a new certificate for later connections. Codes: `server-failed`, and the old one stays. */
  renewTls(tls: TlsFiles): void
  /** Makes relay credentials with other secrets from now on, the newest first; without any, none. */
  renewRelay(secrets: RelayOptions['secrets']): void
  /** Cuts every connection and forgets everything. */
  close(): Promise<void>
}

/** Rejects with `PhoneError` `port-in-use`, or `server-failed`, also for TLS files that do not fit. */
export async function createSignalingServer(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const {
    host = '127.0.0.1',
    port = 0,
    now = Date.now,
    onBug = reportBug,
    onLoginsChanged = () => {},
  } = options
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const serverLimits = { ...defaultLimits, ...options.limits }
  const mailboxes = options.mailboxes ?? createMailboxes(now)
  const handles = options.handles ?? createReplyHandles(now)
  const presence = createPresenceBoard(now)
  const relay = options.relay === undefined ? null : createRelay(options.relay, now)
  handles.watchForgotten((handle) => relay?.forgotten(handle))
  const limits = createLimits(serverLimits)

  const listener = createListener({
    tls: options.tls,
    httpMs: timeouts.httpMs,
    maxConnections: serverLimits.connections,
  })
  const { http } = listener
  const url = await listener.listen(host, port)
  const origin = options.publicOrigin ?? url

  const admission = createAdmission({
    limits,
    publicHostname: new URL(origin).hostname,
    behindProxy: options.behindProxy ?? false,
  })
  http.on('request', (request, response) => {
    if (admission.isForeign(request)) response.writeHead(403, { connection: 'close' }).end()
    else answerHttp(request, response, origin)
  })

  const io = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    cookie: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: wireLimits.socketBytes,
    connectTimeout: timeouts.authMs,
    // `connectionStateRecovery` stays off: it keeps what was sent, and lets a client back in past every check.
    allowRequest: admission.allowRequest,
  })
  // Before admission, which lets go of everything that a connection came with.
  const channelBindingOf = bindChannels(io)
  admission.attach(io)

  const refusedCounts: Partial<Record<WireRefusal, number>> = {}
  const report = {
    onRefused: (code: WireRefusal) => (refusedCounts[code] = (refusedCounts[code] ?? 0) + 1),
    onBug,
  }
  const { admitOf } = admission
  const box = io.of('/box')
  const drop = io.of('/drop')
  const logins = openBox(box, {
    origin,
    mailboxes,
    presence,
    now,
    authTimeoutMs: timeouts.authMs,
    admitOf,
    channelBindingOf,
    report,
    onLoginsChanged,
  })
  openDrop(drop, { mailboxes, handles, relay, idleTimeoutMs: timeouts.idleMs, admitOf, report })
  oneNamespaceEach(io)

  const sweep = setInterval(() => {
    mailboxes.sweep()
    handles.sweep()
    relay?.sweep()
  }, timeouts.sweepMs)

  return {
    url,
    origin,
    counts: () => ({
      connections: io.engine.clientsCount,
      logins: logins(),
      mailboxes: mailboxes.counts(),
      handles: handles.counts(),
      presence: presence.counts(),
      relay: relay?.counts() ?? null,
      refused: { ...refusedCounts },
    }),
    renewTls: listener.renew,
    renewRelay: (secrets) => relay?.renew(secrets),
    async close() {
      clearInterval(sweep)
      const closed = io.close()
      listener.cut()
      await closed
    },
  }
}

/**
 * SECURITY: socket.io would carry `/box` and `/drop` over one connection, and the server would see the caller's
 * login beside the envelope. A connection that joins a second namespace is refused there; one that leaves its
 * namespace is closed. The root namespace is nobody's.
 */
function oneNamespaceEach(io: Server): void {
  const joined = new WeakSet<object>()
  io.of('/').use((_socket, next) => next(new Error('refused')))
  for (const namespace of [io.of('/box'), io.of('/drop')]) {
    namespace.use((socket, next) => {
      if (joined.has(socket.conn)) return next(new Error('refused'))
      joined.add(socket.conn)
      next()
    })
    namespace.on('connection', (socket) => {
      socket.on('disconnect', () => socket.conn.close())
    })
  }
}

function reportBug(cause: unknown): void {
  console.error('bug in the signaling server:', cause instanceof Error ? cause.stack : typeof cause)
}
