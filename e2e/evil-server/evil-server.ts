// The real signaling server in the hands of an attacker: its stores lie. What it sees it takes from the wire in front
// of it. Which attack is made is passed in; attacks.ts has the usual ones.
import type { ServerLimits } from '../../signaling-server/limits.ts'
import type { Envelope } from '../../signaling-server/envelope.ts'
import { createMailboxes, type Mailboxes, type PrekeyBundle } from '../../signaling-server/mailbox.ts'
import { createReplyHandles, type Party, type ReplyHandles } from '../../signaling-server/reply-handles.ts'
import { createSignalingServer, type SignalingServer } from '../../signaling-server/server.ts'
import { startRecordingProxy, webSocketMessages, type RecordingProxy } from '../recording-proxy.ts'

type Refusal = ReturnType<Mailboxes['put']>

/** One envelope on its way. */
export interface Passing {
  readonly via: 'box.put' | 'reply.put'
  /** Whoever opened the reply handle first is the caller. After a reconnect of the caller this is a guess. */
  readonly direction: 'to-callee' | 'to-caller'
  /** The kind of the envelope, 1 to 5; null for something else. */
  readonly k: number | null
  readonly env: Envelope
  /** Sends anything to the same receiver, now or later. */
  send(env: Envelope): void
}

/** What arrives instead: one, none (null), or several in this order. */
export type Transform = (passing: Passing) => Envelope | null | readonly Envelope[]

/** One request as the server received it, before anything was checked. */
interface SeenRequest {
  /** Index of the TCP connection. */
  readonly connection: number
  readonly namespace: string
  readonly event: string
  readonly payload: unknown
}

export interface EvilServerOptions {
  readonly transform?: Transform
  /** Names this origin in every `hello`. */
  readonly claimedOrigin?: string
  /** Serves this for a prekey request: another bundle, or none. */
  readonly prekey?: (address: string, genuine: PrekeyBundle | null) => PrekeyBundle | null
  readonly limits?: Partial<ServerLimits>
}

export interface EvilServer {
  readonly url: string
  /** Replaces the attack for what passes from now on. */
  attack(transform: Transform): void
  /** Requests of all connections so far, connection by connection. */
  seen(): readonly SeenRequest[]
  /** Every bundle that was put, the oldest first: an older one is a stale prekey. */
  readonly bundles: ReadonlyMap<string, readonly PrekeyBundle[]>
  readonly proxy: RecordingProxy
  readonly server: SignalingServer
  close(): Promise<void>
}

const faithful: Transform = ({ env }) => env
/** A suite calls more often than people do, and all from one address. */
export const roomy: Partial<ServerLimits> = {
  connectionsPerIp: 1000,
  connectsPerIpPerMinute: 10_000,
  requests: { perSecond: 1000, burst: 1000 },
  handleTraffic: { perSecond: 1000, burst: 1000 },
  mailbox: { perSecond: 1000, burst: 1000 },
  firstContactsPerMailboxPerHour: 10_000,
}

export async function startEvilServer(options: EvilServerOptions = {}): Promise<EvilServer> {
  let transform = options.transform ?? faithful
  const bundles = new Map<string, PrekeyBundle[]>()

  function pass(passing: Omit<Passing, 'k' | 'send'>, forward: (env: Envelope) => Refusal): Refusal {
    const { k } = passing.env
    const sent = transform({
      ...passing,
      k: typeof k === 'number' ? k : null,
      send: (env) => void forward(env),
    })
    let refusal: Refusal = null
    for (const env of sent === null ? [] : [sent].flat()) refusal = forward(env)
    return refusal
  }

  const proxy = await startRecordingProxy()
  const server = await createSignalingServer({
    publicOrigin: options.claimedOrigin ?? proxy.url,
    limits: { ...roomy, ...options.limits },
    mailboxes: lyingMailboxes(createMailboxes(Date.now), bundles, pass, options.prekey),
    handles: lyingHandles(createReplyHandles(Date.now), pass),
  })
  proxy.forwardTo(server.url)

  return {
    url: proxy.url,
    attack(next) {
      transform = next
    },
    seen: () => proxy.connections.flatMap(({ clientToServer }, index) => requestsIn(clientToServer, index)),
    bundles,
    proxy,
    server,
    async close() {
      await server.close()
      await proxy.close()
    },
  }
}

type Pass = (passing: Omit<Passing, 'k' | 'send'>, forward: (env: Envelope) => Refusal) => Refusal

function lyingMailboxes(
  honest: Mailboxes,
  bundles: Map<string, PrekeyBundle[]>,
  pass: Pass,
  prekey: EvilServerOptions['prekey'],
): Mailboxes {
  return {
    ...honest,
    put: (address, env, ttlMs) =>
      pass({ via: 'box.put', direction: 'to-callee', env }, (sent) => honest.put(address, sent, ttlMs)),
    putPrekey(address, bundle, untilMs) {
      bundles.set(address, [...(bundles.get(address) ?? []), bundle])
      return honest.putPrekey(address, bundle, untilMs)
    },
    prekey(address) {
      const genuine = honest.prekey(address)
      return prekey ? prekey(address, genuine) : genuine
    },
  }
}

function lyingHandles(honest: ReplyHandles, pass: Pass): ReplyHandles {
  const callers = new Map<string, Party>()
  return {
    ...honest,
    open(handle, party, wake) {
      if (!callers.has(handle)) callers.set(handle, party)
      return honest.open(handle, party, wake)
    },
    put(handle, party, env) {
      const direction = callers.get(handle) === party ? 'to-callee' : 'to-caller'
      return pass({ via: 'reply.put', direction, env }, (sent) => honest.put(handle, party, sent))
    },
  }
}

/** socket.io events in the bytes of one client: `42/namespace,ID["event",payload]`. */
function requestsIn(stream: Buffer, connection: number): SeenRequest[] {
  return webSocketMessages(stream).flatMap((message) => {
    const [, namespace, json] = /^42(\/[a-z]+),\d*(\[.*\])$/s.exec(message) ?? []
    if (namespace === undefined || json === undefined) return []
    const [event, payload] = JSON.parse(Buffer.from(json, 'latin1').toString()) as [string, unknown]
    return [{ connection, namespace, event, payload }]
  })
}
