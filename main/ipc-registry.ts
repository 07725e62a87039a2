// Every request of a page goes through here: who asks, what it may ask, what it says, and what it gets back.
// Knows neither Electron nor what a request does.
import * as v from 'valibot'
import { PhoneError, done, failed, type ErrorCode, type Result } from '../contract/errors.ts'
import { requestSchemas, type CallCommand, type Reply, type Request } from '../contract/ipc.ts'
import type { RequestName } from '../contract/ipc-names.ts'

/** `picker`: where a person chooses which screen to share. */
export type WindowRole = 'main' | 'alert' | 'picker'

/** One function a request. It throws `PhoneError` for what a person or the world did wrong. */
export type Actions = {
  readonly [N in RequestName]: (payload: Request<N>, role: WindowRole) => Reply<N> | Promise<Reply<N>>
}

export interface Registry {
  /** `role` is null for everybody who is not the main frame of one of our windows. Never rejects. */
  answer(name: RequestName, role: WindowRole | null, payload: unknown): Promise<Result<unknown>>
}

const alertCommands: ReadonlySet<CallCommand['type']> = new Set(['answer', 'decline', 'silence'])

export function createRegistry(options: {
  actions: Actions
  /** A page asked for what it may not, or in a form that it should not. */
  onRefused: (code: ErrorCode) => void
  onBug: (error: unknown) => void
}): Registry {
  const refuse = (code: ErrorCode): Result<never> => {
    options.onRefused(code)
    return failed(code)
  }

  return {
    async answer(name, role, payload) {
      if (role === null) return refuse('forbidden')
      const parsed = parse(name, payload)
      if (!parsed.ok) return refuse('bad-request')
      if (!mayAsk(role, name, parsed.value)) return refuse('forbidden')
      try {
        // The schema and the action of a name belong together; TypeScript cannot follow a name that is not fixed.
        const action = options.actions[name] as (payload: unknown, role: WindowRole) => unknown
        return done(await action(parsed.value, role))
      } catch (error) {
        if (error instanceof PhoneError) return failed(error.code)
        options.onBug(error)
        return failed('internal')
      }
    },
  }
}

/** Reading a hostile payload may run code of its making (a getter), so that even parsing may throw. */
function parse(name: RequestName, payload: unknown): Result<unknown> {
  // To valibot an empty list is an object without entries.
  if (Array.isArray(payload)) return failed('bad-request')
  try {
    const parsed = v.safeParse(requestSchemas[name] as v.GenericSchema, payload)
    return parsed.success ? done(parsed.output) : failed('bad-request')
  } catch {
    return failed('bad-request')
  }
}

const pickerRequests: ReadonlySet<RequestName> = new Set(['screen.sources', 'screen.choose'])

/**
 * SECURITY: the alert window can end the ringing and nothing else, whatever runs in it; the picker can choose a screen and
 * nothing else, and no other window can see what there is to choose.
 */
function mayAsk(role: WindowRole, name: RequestName, payload: unknown): boolean {
  if (name === 'snapshot') return true
  if (role === 'picker' || pickerRequests.has(name)) return role === 'picker' && pickerRequests.has(name)
  if (role === 'main') return true
  return name === 'call.command' && alertCommands.has((payload as CallCommand).type)
}
