// What two apps may say to each other over the chat channel of a call, beside files' bytes: one schema for each kind of
// message. To add one: a schema here, and a handler in main/chat/app-handlers.ts.
import * as v from 'valibot'

/** One text. Lines end with `\n`; no other control characters. */
export const maxTextLength = 4000
export const ChatText = v.pipe(
  v.string(),
  v.maxLength(maxTextLength),
  v.regex(/^[^\p{Cc}\p{Cs}]*(?:[\n\t][^\p{Cc}\p{Cs}]*)*$/u),
  v.regex(/\S/),
)

export const reactions = ['👍', '❤️', '😂', '😮', '👏', '🎉'] as const
export type Reaction = (typeof reactions)[number]

/** 16 bytes as base64url: names a file within a call. */
export const FileId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{21}[AQgw]$/))
export const maxFileBytes = 256 * 1024 * 1024
export const maxPictureBytes = 10 * 1024 * 1024
export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
export type PictureType = (typeof pictureTypes)[number]

const Size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes))
const Picture = v.picklist(pictureTypes)

/** A file as it is offered. `picture`: re-encoded by the sender, and meant to be looked at. */
export const OfferedFile = v.pipe(
  v.strictObject({
    id: FileId,
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
    size: Size,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    picture: v.nullable(Picture),
  }),
  v.check(({ picture, size }) => picture === null || (size > 0 && size <= maxPictureBytes)),
)
export type OfferedFile = v.InferOutput<typeof OfferedFile>

/**
 * `kept`: numbered, acknowledged, and said again over the next link if this one took it along. `passing`: of no use later,
 * so it is said only while there is a link. `perMinute`: more often than any honest app; what is beyond it is dropped.
 */
export const appMessages = {
  text: { way: 'kept', perMinute: 600, fields: { text: ChatText } },
  typing: { way: 'passing', perMinute: 60, fields: { on: v.boolean() } },
  reaction: { way: 'passing', perMinute: 60, fields: { emoji: v.picklist(reactions) } },
  hand: { way: 'kept', perMinute: 30, fields: { raised: v.boolean() } },
  /** A person has chosen a file; its bytes leave once the other person wants them. */
  'file-offer': { way: 'kept', perMinute: 20, fields: { file: OfferedFile } },
  'file-answer': { way: 'kept', perMinute: 60, fields: { id: FileId, accepted: v.boolean() } },
  /** Send me its bytes from here on. Said once it was accepted, and again over each new link. */
  'file-want': { way: 'passing', perMinute: 60, fields: { id: FileId, from: Size } },
  /** Whoever of the two stops it, and why. */
  'file-stop': {
    way: 'kept',
    perMinute: 60,
    fields: { id: FileId, why: v.picklist(['cancelled', 'gone']) },
  },
  /** All bytes are there; `whole`: they have the hash that was offered, and a picture can be shown. */
  'file-done': { way: 'kept', perMinute: 60, fields: { id: FileId, whole: v.boolean() } },
} as const satisfies Record<string, Definition>

interface Definition {
  readonly way: 'kept' | 'passing'
  readonly perMinute: number
  readonly fields: v.ObjectEntries
}

export type AppMessageName = keyof typeof appMessages
type Fields<N extends AppMessageName> = {
  [F in keyof (typeof appMessages)[N]['fields']]: (typeof appMessages)[N]['fields'][F] extends v.GenericSchema
    ? v.InferOutput<(typeof appMessages)[N]['fields'][F]>
    : never
}
export type AppMessageOf<N extends AppMessageName> = { readonly t: N } & Readonly<Fields<N>>
export type AppMessage = { [N in AppMessageName]: AppMessageOf<N> }[AppMessageName]

/** Counts the kept messages of one side over the whole call, from 1. */
const Number_ = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31))

/** The first of each side over a new link, and what is said of what arrived: all kept messages up to `got` are here. */
export const channelMessages = {
  resume: v.strictObject({ t: v.literal('resume'), got: Number_ }),
  ack: v.strictObject({ t: v.literal('ack'), got: Number_ }),
} as const
export type ChannelMessage = v.InferOutput<(typeof channelMessages)[keyof typeof channelMessages]>

/** As it crosses the link: a kept one carries its number, `n`. */
export type WireMessage = ChannelMessage | (AppMessage & { readonly n?: number })

const wireSchemas: Readonly<Record<string, v.GenericSchema>> = {
  ...channelMessages,
  ...Object.fromEntries(
    Object.entries(appMessages).map(([name, { way, fields }]) => [
      name,
      v.strictObject({
        ...(way === 'kept' ? { n: Number_ } : {}),
        t: v.literal(name),
        ...(fields as v.ObjectEntries),
      }),
    ]),
  ),
}

/** Null for everything that is no message: JSON of the wrong shape, an unknown kind, a field too many. */
export function readWireMessage(json: string): WireMessage | null {
  const parsed = parse(json)
  if (typeof parsed !== 'object' || parsed === null || !('t' in parsed)) return null
  const { t } = parsed
  const schema = typeof t === 'string' && Object.hasOwn(wireSchemas, t) ? wireSchemas[t] : undefined
  const read = schema && v.safeParse(schema, parsed)
  return read?.success ? (read.output as WireMessage) : null
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
