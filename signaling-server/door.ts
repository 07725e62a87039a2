// Where events of a client come in: every one is counted against a limit, parsed, and answered. What a namespace
// does with a request is not known here.
import type { Socket } from 'socket.io'
import * as v from 'valibot'
import type { WireRefusal } from '../contract/signaling.ts'
import { isPlainJson } from './envelope.ts'
import { isClogged } from './outflow.ts'

export type Answer = { readonly ok: true; readonly [member: string]: unknown } | Refused
export interface Refused {
  readonly ok: false
  readonly code: WireRefusal
}
export const refused = (code: WireRefusal): Refused => ({ ok: false, code })
export const answered = (code: WireRefusal | null): Answer => (code === null ? { ok: true } : refused(code))

/** A limit that one event counts against; false refuses it as `rate`. */
export type Admit = () => Promise<boolean>
export type Route = (payload: unknown) => Promise<Answer>

/** Binds an event's limit, its schema and what to do with a request of that shape. */
export function route<S extends v.GenericSchema>(
  admit: Admit,
  schema: S,
  act: (request: v.InferOutput<S>) => Answer | Promise<Answer>,
): Route {
  return async (payload) => {
    // The limit comes first: what is refused for its shape has cost a parse.
    if (!(await admit())) return refused('rate')
    if (!isPlainJson(payload)) return refused('bad-shape')
    const parsed = v.safeParse(schema, payload, { abortEarly: true })
    return parsed.success ? act(parsed.output) : refused('bad-shape')
  }
}

export interface DoorOptions {
  readonly routes: ReadonlyMap<string, Route>
  /** The limit for events that have no route. */
  readonly admitUnknown: Admit
  readonly onRefused: (code: WireRefusal) => void
  /** A bug of ours: the request is answered and the process lives on. */
  readonly onBug: (cause: unknown) => void
}

/** Answers every event of the socket that asks for an answer; one that does not is ignored. */
export function openDoor(socket: Socket, { routes, admitUnknown, onRefused, onBug }: DoorOptions): void {
  const unknown = route(admitUnknown, v.never(), () => refused('bad-shape'))

  async function answer(event: unknown, payloads: readonly unknown[]): Promise<Answer> {
    const known = typeof event === 'string' ? routes.get(event) : undefined
    try {
      // A client sends one object with each event; anything else has no route.
      return await (known !== undefined && payloads.length === 1 ? known(payloads[0]) : unknown(null))
    } catch (cause) {
      onBug(cause)
      return refused('bad-shape')
    }
  }

  socket.onAny((event: unknown, ...args: unknown[]) => {
    const acknowledge = args.pop()
    if (typeof acknowledge !== 'function') return
    void answer(event, args).then((reply) => {
      if (!reply.ok) onRefused(reply.code)
      if (isClogged(socket.conn)) socket.conn.close(true)
      else acknowledge(reply)
    })
  })
}
