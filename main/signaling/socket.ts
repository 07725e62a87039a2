// What both connections to a server ask of a socket, and how a request is made over one. Knows the wire's acks and
// repetitions; neither the library beneath nor what the requests mean.
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import { Ack, wireLimits } from '../../contract/signaling.ts'

/** A socket.io socket that connects when it is made, and again by itself when the network has gone. */
export interface Socket {
  /** Another one for every connection; undefined while there is none. */
  readonly id?: string | undefined
  readonly connected: boolean
  /** It will try again by itself: false once the server has shut the door. */
  readonly active: boolean
  on(event: string, listener: (...payload: never[]) => void): unknown
  connect(): unknown
  disconnect(): unknown
  timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<unknown> }
}

/** The origin has passed `parseServerUrl`. */
export type OpenSocket = (origin: string, namespace: '/box' | '/drop') => Socket

/**
 * Sends a request once and gives its parsed answer. Codes: `server-unreachable` when none came in time or the
 * connection ended, `server-refused` for an answer that is none.
 */
export async function ask(socket: Socket, event: string, payload: unknown): Promise<Ack> {
  // The library would keep it and send it over the next connection, which knows nothing of this one.
  if (!socket.connected) throw new PhoneError('server-unreachable')
  const answer = await socket
    .timeout(wireLimits.ackMs)
    .emitWithAck(event, payload)
    .catch((cause: unknown) => {
      throw new PhoneError('server-unreachable', { cause })
    })
  const parsed = v.safeParse(Ack, answer)
  if (!parsed.success) throw new PhoneError('server-refused')
  return parsed.output
}

/** The same, sent once more over the same connection if no answer came. */
export async function askTwice(socket: Socket, event: string, payload: unknown): Promise<Ack> {
  const { id } = socket
  try {
    return await ask(socket, event, payload)
  } catch (cause) {
    const unanswered = cause instanceof PhoneError && cause.code === 'server-unreachable'
    if (!unanswered || !socket.connected || socket.id !== id) throw cause
    return ask(socket, event, payload)
  }
}
