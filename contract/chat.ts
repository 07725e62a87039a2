// The chat of a call as page and main speak of it. Main has the words and decides; the page has the keys of the link's
// records and the bytes of files.
import * as v from 'valibot'
import { ChatText, FileId, OfferedFile, maxFileBytes, reactions, type Reaction } from './app-messages.ts'
import { CallId } from './ids.ts'

/** What the records of one link are sealed with, 32 bytes each. SECURITY: given to the page only once the link is bound. */
export interface ChatKeys {
  readonly role: 'a' | 'b'
  readonly linkId: Uint8Array
  readonly send: Uint8Array
  readonly receive: Uint8Array
}

/** Counts the links of a call: what the page says of another one is dropped. */
const LinkNumber = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Main: the link is bound and its people hear each other; its records are sealed with these. */
export interface ChatOpen {
  readonly callId: CallId
  readonly link: number
  readonly keys: ChatKeys
}
/** Main: one message, as JSON, for the peer. */
export interface ChatSend {
  readonly callId: CallId
  readonly link: number
  readonly json: string
}
/** Main: the peer wants this file from here on. */
export interface ChatWanted {
  readonly callId: CallId
  readonly id: string
  readonly from: number
}

/** Page: what its end of the channel says. */
export const ChatReport = v.variant('type', [
  v.strictObject({ type: v.literal('opened'), callId: CallId, link: LinkNumber }),
  /** One message of the peer, unsealed. */
  v.strictObject({
    type: v.literal('heard'),
    callId: CallId,
    link: LinkNumber,
    json: v.pipe(v.string(), v.maxLength(40_000)),
  }),
  /** Something of the peer was no record, or none that belongs here. Nothing after it counts where `broken`. */
  v.strictObject({
    type: v.literal('refused'),
    callId: CallId,
    link: LinkNumber,
    code: v.picklist(['size', 'type', 'pad', 'json', 'replay', 'gap', 'aead', 'state']),
  }),
])
export type ChatReport = v.InferOutput<typeof ChatReport>

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes))

/** What a person does in the chat, and what the page does with files for them. */
export const ChatCommand = v.variant('type', [
  v.strictObject({ type: v.literal('text'), callId: CallId, text: ChatText }),
  v.strictObject({ type: v.literal('typing'), callId: CallId, on: v.boolean() }),
  v.strictObject({ type: v.literal('reaction'), callId: CallId, emoji: v.picklist(reactions) }),
  v.strictObject({ type: v.literal('hand'), callId: CallId, raised: v.boolean() }),
  v.strictObject({ type: v.literal('offer'), callId: CallId, file: OfferedFile }),
  v.strictObject({ type: v.literal('answer'), callId: CallId, id: FileId, accepted: v.boolean() }),
  /** A person stops a file, or the page has not got it any more. */
  v.strictObject({
    type: v.literal('stop'),
    callId: CallId,
    id: FileId,
    why: v.picklist(['cancelled', 'gone']),
  }),
  /** The page has the bytes of an accepted file up to here, and is ready for more. */
  v.strictObject({ type: v.literal('want'), callId: CallId, id: FileId, from: Bytes }),
  v.strictObject({
    type: v.literal('done'),
    callId: CallId,
    id: FileId,
    /** `altered`: another hash than was offered. `unshowable`: no picture of the kind that was offered. */
    result: v.picklist(['whole', 'altered', 'unshowable']),
  }),
])
export type ChatCommand = v.InferOutput<typeof ChatCommand>

export const fileStates = [
  'offered',
  'moving',
  'done',
  'refused',
  'cancelled-by-me',
  'cancelled-by-peer',
  'gone',
  'altered',
  'unshowable',
] as const
export type FileState = (typeof fileStates)[number]

/** Why something of the peer is not shown. */
export type ChatDropReason = 'malformed' | 'too-many' | 'unreadable'

interface LineHead {
  /** Counts the lines of this call on this side. */
  readonly id: number
  readonly from: 'me' | 'peer'
  readonly atMs: number
}
export type ChatLine = LineHead &
  (
    | { readonly kind: 'text'; readonly text: string; readonly arrived: boolean }
    | { readonly kind: 'file'; readonly file: OfferedFile; readonly state: FileState }
    | { readonly kind: 'dropped'; readonly why: ChatDropReason }
  )

export interface ShownReaction {
  readonly id: number
  readonly from: 'me' | 'peer'
  readonly emoji: Reaction
}

/** Null between calls. */
export interface ChatView {
  readonly callId: CallId
  /** `waiting`: what is said now is kept until there is a link again. `over`: the call has ended. */
  readonly channel: 'open' | 'waiting' | 'over'
  readonly lines: readonly ChatLine[]
  readonly peerTyping: boolean
  readonly hands: { readonly me: boolean; readonly peer: boolean }
  /** Those of the last seconds. */
  readonly reactions: readonly ShownReaction[]
}

// ---- keeping what would be gone at hang-up

/** A page names no paths: main asks the person, and writes what it is given under that name. */
export const ChatSave = v.strictObject({ callId: CallId, id: FileId })
export const savePieceBytes = 1024 * 1024
export const ChatWrite = v.strictObject({
  saving: v.pipe(v.number(), v.integer(), v.minValue(1)),
  bytes: v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check((bytes) => bytes.length <= savePieceBytes),
  ),
})
export const ChatSaved = v.strictObject({
  saving: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** False: it could not be read to its end, and nothing is kept. */
  whole: v.boolean(),
})
