// The other end of the wire for this folder's tests: a person's two connections, with the real protocol code.
import { randomBytes } from 'node:crypto'
// eslint-disable-next-line no-restricted-imports -- the app's only importer is main's; a test needs the other end
import { io, type Socket } from 'socket.io-client'
import { Ack, Challenge } from '../contract/signaling.ts'
import * as v from 'valibot'
import { addressOf } from '../sp1/address.ts'
import { base64url, fromBase64url } from '../sp1/encode.ts'
import { identityFromSeed, type Identity } from '../sp1/identity.ts'
import { createPrekey } from '../sp1/prekey.ts'
import { signAuth } from '../sp1/server-auth.ts'
import type { Envelope } from './envelope.ts'

export const randomText = (bytes: number) => base64url(randomBytes(bytes))

export interface Person {
  readonly identity: Identity
  readonly address: string
}

export function newPerson(): Person {
  const identity = identityFromSeed(randomBytes(32))
  return { identity, address: addressOf(identity.publicKey) }
}

export const bundleOf = ({ identity }: Person, nowMs = Date.now()) =>
  createPrekey(identity, nowMs, (length) => randomBytes(length)).bundle

export interface Connection {
  readonly socket: Socket
  /** Sends one request; the answer is checked against the contract. */
  ask(event: string, ...payload: unknown[]): Promise<Ack & Record<string, unknown>>
  /** What arrived for `event` so far; grows. */
  received(event: string): unknown[]
  /** Resolves when `count` have arrived. */
  arrival(event: string, count: number): Promise<unknown[]>
  readonly closed: Promise<string>
}

export async function connect(
  url: string,
  namespace: '/box' | '/drop' | '/',
  options: { readonly ack?: boolean; readonly extraHeaders?: Record<string, string> } = {},
): Promise<Connection> {
  const socket = io(url + namespace, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...(options.extraHeaders && { extraHeaders: options.extraHeaders }),
  })
  const arrived = new Map<string, unknown[]>()
  const watchers = new Set<() => void>()
  const received = (event: string) => {
    const list = arrived.get(event) ?? []
    arrived.set(event, list)
    return list
  }
  socket.onAny((event: string, payload: unknown, ack?: (answer: unknown) => void) => {
    received(event).push(payload)
    if (options.ack !== false) ack?.({})
    for (const watcher of watchers) watcher()
  })
  const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    socket,
    async ask(event, ...payload) {
      const answer: unknown = await socket.timeout(5000).emitWithAck(event, ...payload)
      return v.parse(Ack, answer)
    },
    received,
    arrival: (event, count) =>
      new Promise((resolve) => {
        const check = () => {
          if (received(event).length < count) return
          watchers.delete(check)
          resolve(received(event))
        }
        watchers.add(check)
        check()
      }),
    closed,
  }
}

/** Signs the challenge of a `hello` answer, as a client that trusts `origin` does. */
export function signChallenge(person: Person, cNonce: string, answer: unknown, origin: string): string {
  const { sid, sNonce } = v.parse(Challenge, answer)
  return base64url(
    signAuth(person.identity, {
      origin,
      sid,
      sNonce: fromBase64url(sNonce, 32),
      cNonce: fromBase64url(cNonce, 32),
      publicKey: person.identity.publicKey,
      channelBinding: '',
    }),
  )
}

export async function hello(box: Connection, person: Person, origin: string) {
  const cNonce = randomText(32)
  const answer = await box.ask('hello', { v: 1, address: person.address, cNonce })
  return { answer, sig: signChallenge(person, cNonce, answer, origin) }
}

export async function logIn(url: string, person: Person, options: { ack?: boolean } = {}) {
  const box = await connect(url, '/box', options)
  const { sig } = await hello(box, person, url)
  return { box, answer: await box.ask('auth', { sig }) }
}

/** An envelope whose JSON has exactly this many bytes. */
export function envelopeOf(bytes: number): Envelope {
  const empty = JSON.stringify({ k: 1, box: '' }).length
  return { k: 1, box: 'A'.repeat(bytes - empty) }
}
