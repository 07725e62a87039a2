// A TURN client over UDP, TCP or TLS (RFC 8656): what Chromium does with relay credentials, one step at a time, so that
// a test can see each answer of the relay.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  attributes,
  decode,
  encode,
  errorCode,
  fromXorAddress,
  longTermKey,
  methods,
  uint32,
  xorAddress,
  type Attribute,
  type HostPort,
  type StunMessage,
} from './stun-message.ts'

/** Success, or the number of the relay's refusal. */
export type Outcome = 'ok' | number

export interface TurnClient {
  /** The address from which the relay sees this client; asked without credentials. */
  binding(): Promise<StunMessage>
  allocate(): Promise<Outcome>
  refresh(lifetimeS: number): Promise<Outcome>
  /** Peers by their address only. */
  permit(...hosts: string[]): Promise<Outcome>
  send(peer: HostPort, text: string): void
  /** Where peers reach this client, once it has allocated. */
  relayed(): HostPort
  /** What peers have sent so far, oldest first; grows. */
  readonly heard: readonly string[]
  close(): void
}

export interface TurnServer extends HostPort {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly username: string
  readonly credential: string
}

/** RFC 8489 section 6.2.1, shortened: the tests' network loses little. */
const REPEAT_MS = 500
const PATIENCE_MS = 5_000
const REQUESTED_UDP = 17

export async function openTurnClient(server: TurnServer): Promise<TurnClient> {
  const { username, credential } = server
  const waiting = new Map<string, (message: StunMessage) => void>()
  const failing = new Set<(cause: Error) => void>()
  const heard: string[] = []
  let realm = ''
  let nonce: Buffer | null = null
  let relayed: HostPort | null = null

  function receive(bytes: Buffer): void {
    const message = decode(bytes)
    if (message === null) return
    const data = message.attributes.get(attributes.data)
    if (message.class === 'indication' && data !== undefined) heard.push(data.toString())
    waiting.get(message.transaction.toString('hex'))?.(message)
  }
  const wire = await openWire(server, receive, () => {
    for (const fail of [...failing]) fail(new Error('the relay hung up'))
  })

  function request(method: number, list: readonly Attribute[], key: Buffer | null): Promise<StunMessage> {
    const { bytes, transaction } = encode(method, 'request', list, key)
    const id = transaction.toString('hex')
    return new Promise<StunMessage>((resolve, reject) => {
      const repeat = setInterval(() => server.transport === 'udp' && wire.send(bytes), REPEAT_MS)
      const end = () => {
        clearInterval(repeat)
        clearTimeout(patience)
        waiting.delete(id)
        failing.delete(fail)
      }
      const fail = (cause: Error) => {
        end()
        reject(cause)
      }
      failing.add(fail)
      const patience = setTimeout(() => fail(new Error('the relay does not answer')), PATIENCE_MS)
      waiting.set(id, (message) => {
        end()
        resolve(message)
      })
      wire.send(bytes)
      if (wire.isClosed()) fail(new Error('the relay hung up'))
    })
  }

  /** Asks with credentials; the relay names its realm and nonce in its first refusal, and a new nonce when one is stale. */
  async function ask(method: number, list: readonly Attribute[]): Promise<StunMessage> {
    const authenticated = () => {
      const proof: Attribute[] =
        nonce === null
          ? []
          : [
              [attributes.username, Buffer.from(username)],
              [attributes.realm, Buffer.from(realm)],
              [attributes.nonce, nonce],
            ]
      return request(method, [...list, ...proof], nonce && longTermKey(username, realm, credential))
    }
    const first = await authenticated()
    const challenged = (errorCode(first) === 401 && nonce === null) || errorCode(first) === 438
    if (!challenged) return first
    realm = first.attributes.get(attributes.realm)?.toString() ?? realm
    nonce = Buffer.from(first.attributes.get(attributes.nonce) ?? '')
    return authenticated()
  }
  const outcome = (message: StunMessage): Outcome => errorCode(message) ?? 'ok'

  return {
    binding: () => request(methods.binding, [], null),
    async allocate() {
      const answer = await ask(methods.allocate, [
        [attributes.transport, Buffer.from([REQUESTED_UDP, 0, 0, 0])],
      ])
      const address = answer.attributes.get(attributes.xorRelayed)
      if (address !== undefined) relayed = fromXorAddress(address)
      return outcome(answer)
    },
    refresh: async (lifetimeS) =>
      outcome(await ask(methods.refresh, [[attributes.lifetime, uint32(lifetimeS)]])),
    permit: async (...hosts) =>
      outcome(
        await ask(
          methods.createPermission,
          hosts.map((host) => [attributes.xorPeer, xorAddress({ host, port: 0 })]),
        ),
      ),
    send(peer, text) {
      const list: Attribute[] = [
        [attributes.xorPeer, xorAddress(peer)],
        [attributes.data, Buffer.from(text)],
      ]
      wire.send(encode(methods.send, 'indication', list, null).bytes)
    },
    relayed() {
      if (relayed === null) throw new Error('nothing is allocated')
      return relayed
    },
    heard,
    close: wire.close,
  }
}

interface Wire {
  send(bytes: Buffer): void
  close(): void
  isClosed(): boolean
}

async function openWire(
  server: TurnServer,
  receive: (bytes: Buffer) => void,
  onClosed: () => void,
): Promise<Wire> {
  const { transport, host, port } = server
  if (transport === 'udp') {
    const socket = createSocket('udp4').on('message', receive)
    return {
      send: (bytes) => socket.send(bytes, port, host),
      close: () => socket.close(),
      isClosed: () => false,
    }
  }
  // The certificate vouches for itself, made by the test.
  const socket: Socket =
    transport === 'tcp' ? connectTcp(port, host) : connectTls({ port, host, rejectUnauthorized: false })
  await once(socket, transport === 'tcp' ? 'connect' : 'secureConnect')
  socket.on('error', () => undefined)
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    // Messages follow each other; each says its length (RFC 8489 section 6.2.2).
    while (rest.length >= 20 && rest.length >= 20 + rest.readUInt16BE(2)) {
      const length = 20 + rest.readUInt16BE(2)
      receive(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  })
  socket.on('close', onClosed)
  return {
    send: (bytes) => void socket.write(bytes),
    close: () => socket.destroy(),
    isClosed: () => socket.destroyed,
  }
}
