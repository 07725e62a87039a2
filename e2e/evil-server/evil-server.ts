// The real signaling server in the hands of an attacker: its stores lie. What it sees it takes from the wire in front
// of it. Which attack is made is passed in; attacks.ts has the usual ones.
import type { WireRefusal } from '../../contract/signaling.ts'
import type { Envelope } from '../../signaling-server/envelope.ts'
import type { ServerLimits } from '../../signaling-server/limits.ts'
import { createMailboxes, type PrekeyBundle } from '../../signaling-server/mailbox.ts'
import type { RelayOptions } from '../../signaling-server/relay.ts'
import { createReplyHandles } from '../../signaling-server/reply-handles.ts'
import { createSignalingServer, type SignalingServer } from '../../signaling-server/server.ts'
import { startRecordingProxy, webSocketMessages, type RecordingProxy } from '../recording-proxy.ts'
import { lyingHandles, lyingMailboxes, type Lies, type Passage } from './lying-stores.ts'

export type Side = 'caller' | 'callee'

/** Where an envelope can be put: in front of somebody's door, or of one side of a call. */
export type Place = { readonly mailbox: string } | { readonly handle: string; readonly side: Side }

/** One envelope that came by, and where it belonged. */
export interface Passed {
  readonly via: 'box.put' | 'reply.put'
  /** The kind of the envelope, 1 to 5; null for something else. */
  readonly k: number | null
  readonly env: Envelope
  readonly place: Place
}

/** One envelope on its way. Whoever opened the reply handle first is the caller; after a reconnect this is a guess. */
export interface Passing extends Passed {
  readonly direction: 'to-callee' | 'to-caller'
  /** Sends anything to the same receiver, now or later. */
  send(env: Envelope): void
  /** Sends anything to anybody. */
  inject(place: Place, env: Envelope): void
}

/** What arrives instead: one, none (null), or several in this order. */
export type Transform = (passing: Passing) => Envelope | null | readonly Envelope[]

/** A request that a server can refuse for no reason. */
export type RefusableRequest = 'box.put' | 'reply.open' | 'reply.put' | 'turn.get'

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
  /** The relay that it names: its own, anybody's, or one that is not there. */
  readonly relay?: RelayOptions
}

export interface EvilServer {
  readonly url: string
  /** Replaces the attack for what passes from now on. */
  attack(transform: Transform): void
  /** Every envelope that came by, as it came; older ones can be put anywhere again. */
  passed(): readonly Passed[]
  /** Puts any envelope anywhere. A refusal says that there was nobody. */
  inject(place: Place, env: Envelope): WireRefusal | null
  /** Refuses these requests with a code, whatever they are; null is honest again. */
  refuse(lie: { readonly request: RefusableRequest; readonly code: WireRefusal } | null): void
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
  let refusal: Parameters<EvilServer['refuse']>[0] = null
  const passed: Passed[] = []
  const bundles = new Map<string, PrekeyBundle[]>()

  function pass({ via, place, env, direction }: Passage): WireRefusal | null {
    const { k } = env
    const one: Passed = { via, place, env, k: typeof k === 'number' ? k : null }
    passed.push(one)
    const sent = transform({ ...one, direction, send: (other) => void inject(place, other), inject })
    let answer: WireRefusal | null = null
    for (const other of sent === null ? [] : [sent].flat()) answer = inject(place, other)
    return answer
  }

  const lies: Lies = {
    pass,
    refused: (request) => (refusal?.request === request ? refusal.code : null),
    prekey: options.prekey ?? ((_address, genuine) => genuine),
    keep: (address, bundle) => bundles.set(address, [...(bundles.get(address) ?? []), bundle]),
  }
  const mailboxes = lyingMailboxes(createMailboxes(Date.now), lies)
  const handles = lyingHandles(createReplyHandles(Date.now), lies)
  const inject = (place: Place, env: Envelope) =>
    'mailbox' in place ? mailboxes.inject(place.mailbox, env) : handles.inject(place.handle, place.side, env)

  const proxy = await startRecordingProxy()
  const server = await createSignalingServer({
    publicOrigin: options.claimedOrigin ?? proxy.url,
    limits: { ...roomy, ...options.limits },
    ...(options.relay && { relay: options.relay }),
    mailboxes: mailboxes.store,
    handles: handles.store,
  })
  proxy.forwardTo(server.url)

  return {
    url: proxy.url,
    attack(next) {
      transform = next
    },
    passed: () => passed,
    inject,
    refuse(lie) {
      refusal = lie
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

/** socket.io events in the bytes of one client: `42/namespace,ID["event",payload]`. */
function requestsIn(stream: Buffer, connection: number): SeenRequest[] {
  return webSocketMessages(stream).flatMap((message) => {
    const [, namespace, json] = /^42(\/[a-z]+),\d*(\[.*\])$/s.exec(message) ?? []
    if (namespace === undefined || json === undefined) return []
    const [event, payload] = JSON.parse(Buffer.from(json, 'latin1').toString()) as [string, unknown]
    return [{ connection, namespace, event, payload }]
  })
}
