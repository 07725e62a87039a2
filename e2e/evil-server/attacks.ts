// The usual attacks on envelopes, as transforms for the evil server. Each touches one kind (SP1 section 4: 1 call,
// 2 accept, 3 session frame, 4 auxiliary answer, 5 cancel) and lets everything else pass.
import type { Envelope } from '../../signaling-server/envelope.ts'
import type { Passing, Place, Transform } from './evil-server.ts'

const onlyKind =
  (k: number, transform: Transform): Transform =>
  (passing) =>
    passing.k === k ? transform(passing) : passing.env

/** Every member of an envelope except its kind, as the attacks below name them. */
export const envelopeFields = {
  1: ['pkid', 'ct', 'box'],
  2: ['ct', 'box'],
  3: ['s', 'box'],
  4: ['ct', 'box'],
  5: ['pkid', 'ct', 'box'],
} as const

/** Flips one bit in the middle of a member: of its bytes for base64url, of the number otherwise. */
export const flipBit = (k: number, field: string): Transform =>
  onlyKind(k, ({ env }) =>
    change(
      env,
      field,
      (bytes) => {
        const middle = Math.floor(bytes.length / 2)
        bytes[middle] = (bytes[middle] ?? 0) ^ 1
        return bytes
      },
      (number) => number ^ 1,
    ),
  )

/** Takes the last byte of a member away. A number has none: the member goes. */
export const cut = (k: number, field: string): Transform =>
  onlyKind(k, ({ env }) =>
    change(
      env,
      field,
      (bytes) => bytes.subarray(0, -1),
      () => undefined,
    ),
  )

/** Sends every envelope of the kind twice. */
export const repeat = (k: number): Transform => onlyKind(k, ({ env }) => [env, env])

export const drop = (k: number): Transform => onlyKind(k, () => null)

/** Exchanges the first two envelopes of the kind in each direction. */
export function swapFirstTwo(k: number): Transform {
  const held = new Map<Passing['direction'], Envelope | 'done'>()
  return onlyKind(k, ({ env, direction }) => {
    const first = held.get(direction)
    if (first === 'done') return env
    held.set(direction, first === undefined ? env : 'done')
    return first === undefined ? null : [env, first]
  })
}

/** Delivers every envelope of the kind somewhere else: to another person, or into another call. */
export const redirect = (k: number, place: Place): Transform =>
  onlyKind(k, ({ env, inject }) => {
    inject(place, env)
    return null
  })

/** Sends every envelope of the kind to its receiver, and back to the side of the call that it came from. */
export const reflect = (k: number): Transform =>
  onlyKind(k, ({ env, place, inject }) => {
    if ('handle' in place) inject({ ...place, side: place.side === 'caller' ? 'callee' : 'caller' }, env)
    return [env]
  })

/** Holds every envelope of the kind until `release`, which sends them all in their order. */
export function hold(k: number): { readonly transform: Transform; release(): void } {
  let held: (() => void)[] = []
  let released = false
  return {
    transform: onlyKind(k, ({ env, send }) => {
      if (released) return env
      held.push(() => send(env))
      return null
    }),
    release() {
      released = true
      for (const sendNow of held) sendNow()
      held = []
    },
  }
}

function change(
  env: Envelope,
  field: string,
  changeBytes: (bytes: Buffer) => Buffer,
  changeNumber: (number: number) => number | undefined,
): Envelope {
  const value = env[field]
  if (typeof value === 'string') {
    return { ...env, [field]: changeBytes(Buffer.from(value, 'base64url')).toString('base64url') }
  }
  if (typeof value === 'number') return { ...env, [field]: changeNumber(value) }
  throw new Error(`an envelope of this kind has no ${field}`)
}
