// What the command line and the running app say to each other: one JSON object a line, each way. Shapes and limits only.
import * as v from 'valibot'
import { errorCodes } from '../../contract/errors.ts'

export const controlLimits = {
  /** Of a line, with its end; both ways. */
  lineBytes: 4096,
  connections: 4,
  /** What waits for its turn must not fill the memory. */
  linesPerConnection: 64,
  /** A connection that says nothing is ended after this long. */
  idleMs: 10_000,
  /** Orders that can open something, a minute. */
  ordersPerMinute: 60,
  /** Orders that only ever close something: a microphone must not stay open because a key repeats. */
  closingsPerMinute: 1200,
} as const

const secret = v.pipe(v.string(), v.maxLength(64))

/** `secret` is in the file that says where the socket is: whoever can read that file is this person. */
export const ControlRequest = v.variant('do', [
  v.strictObject({
    secret,
    do: v.literal('call'),
    who: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
  }),
  v.strictObject({ secret, do: v.literal('answer') }),
  v.strictObject({ secret, do: v.literal('decline') }),
  v.strictObject({ secret, do: v.literal('hangup') }),
  v.strictObject({ secret, do: v.literal('mute'), to: v.picklist(['on', 'off', 'toggle']) }),
  v.strictObject({ secret, do: v.literal('ptt'), to: v.picklist(['down', 'up']) }),
  v.strictObject({ secret, do: v.literal('status') }),
])
export type ControlRequest = v.InferOutput<typeof ControlRequest>
export type ControlOrder = ControlRequest extends infer R
  ? R extends unknown
    ? Omit<R, 'secret'>
    : never
  : never

/** Why an order was refused: one of the app's codes, or one that only this door has. */
export const controlCodes = [
  ...errorCodes,
  'line-too-long',
  'rate',
  'nobody-found',
  'name-ambiguous',
  'person-refused',
  'nothing-rings',
  'too-soon',
  'bad-secret',
] as const
export type ControlCode = (typeof controlCodes)[number]

/** SECURITY: no address, no key, no contact but the one in the call, and nothing a stranger says of itself. */
export const ControlStatus = v.strictObject({
  phase: v.picklist([
    'idle',
    'dialing',
    'ringing',
    'incoming',
    'connecting',
    'talking',
    'reconnecting',
    'ended',
  ]),
  direction: v.nullable(v.picklist(['in', 'out'])),
  /** The name in my contacts; null for nobody and for somebody who is not in them. */
  name: v.nullable(v.string()),
  /** SP1 section 6; null without a call. */
  trust: v.nullable(v.picklist(['V0', 'V1', 'V2', 'X'])),
  mic: v.picklist(['on', 'off']),
  camera: v.picklist(['on', 'off']),
  /** My server can be reached, so that I can. */
  online: v.boolean(),
})
export type ControlStatus = v.InferOutput<typeof ControlStatus>

/** `asked`: nothing was done; the window shows who it would be, and a person decides there. */
export const ControlAnswer = v.variant('ok', [
  v.strictObject({
    ok: v.literal(true),
    status: v.optional(ControlStatus),
    asked: v.optional(v.literal(true)),
  }),
  v.strictObject({
    ok: v.literal(false),
    code: v.picklist(controlCodes),
    /** With `name-ambiguous`: how many contacts have that name. */
    count: v.optional(v.number()),
  }),
])
export type ControlAnswer = v.InferOutput<typeof ControlAnswer>

/** Where the app listens, as it says in a file of its data folder. */
export const ControlPlace = v.strictObject({
  v: v.literal(1),
  /** A socket, or on Windows a named pipe. */
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  secret,
})
export type ControlPlace = v.InferOutput<typeof ControlPlace>
export const controlFile = 'control.json'
