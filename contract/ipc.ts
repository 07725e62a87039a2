// The contract between page and main: the schema of each request, what it answers, and what main pushes.
// The schemas are used by main/ipc-registry; the page sees only the types.
import * as v from 'valibot'
import type { CallView, TrustView } from './call-view.ts'
import type { Result } from './errors.ts'
import { Address, CallId } from './ids.ts'
import type { PushName, RequestName } from './ipc-names.ts'
import {
  LinkBind,
  LinkFailed,
  LinkFrame,
  LinkMeasured,
  LinkPrepared,
  LinkSignalled,
  type LinkClose,
  type LinkOpen,
  type LinkPrepare,
  type LinkTracks,
} from './link.ts'
import { OwnName, SettingsChange, type DeviceWish, type Settings } from './settings.ts'

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength))
const Nothing = v.strictObject({})

/** A click, a tray item, a shortcut and the alert window all become one of these. */
export const CallCommand = v.variant('type', [
  v.strictObject({ type: v.literal('dial'), address: Address, video: v.boolean() }),
  v.strictObject({ type: v.literal('answer'), callId: CallId, video: v.boolean() }),
  v.strictObject({ type: v.literal('decline'), callId: CallId }),
  v.strictObject({ type: v.literal('silence'), callId: CallId }),
  v.strictObject({ type: v.literal('hang-up'), callId: CallId }),
  v.strictObject({ type: v.literal('mute'), callId: CallId, on: v.boolean() }),
  v.strictObject({ type: v.literal('camera'), callId: CallId, on: v.boolean() }),
  v.strictObject({
    type: v.literal('sas'),
    callId: CallId,
    answer: v.picklist(['match', 'different', 'later']),
  }),
  /** The person has seen how the call ended. */
  v.strictObject({ type: v.literal('dismiss'), callId: CallId }),
])
export type CallCommand = v.InferOutput<typeof CallCommand>

export const MediaDevice = v.strictObject({
  deviceId: text(512),
  kind: v.picklist(['audioinput', 'audiooutput', 'videoinput']),
  label: text(512),
  groupId: text(512),
})
export type MediaDevice = v.InferOutput<typeof MediaDevice>

export const requestSchemas = {
  snapshot: Nothing,
  'call.command': CallCommand,
  'link.prepared': LinkPrepared,
  'link.signal': LinkSignalled,
  'link.bind': LinkBind,
  'link.frame': LinkFrame,
  'link.measured': LinkMeasured,
  'link.failed': LinkFailed,
  'devices.report': v.strictObject({ devices: v.pipe(v.array(MediaDevice), v.maxLength(200)) }),
  /** Opens and closes the microphone and camera for the settings screen, outside a call. */
  'devices.test': v.strictObject({ on: v.boolean() }),
  'identity.create': v.strictObject({ name: OwnName, passphrase: v.nullable(text(1024)) }),
  'identity.unlock': v.strictObject({ passphrase: text(1024) }),
  /** Uses somebody's server; checked by reaching it before it is kept. */
  'server.use': v.strictObject({ url: text(512), channelBinding: v.boolean() }),
  /** Hosts a server on this computer, and uses it. */
  'server.host': Nothing,
  'server.retry': Nothing,
  'contacts.add': v.strictObject({ address: text(512), name: text(256), server: v.nullable(text(512)) }),
  'contacts.rename': v.strictObject({ address: Address, name: text(256) }),
  'contacts.remove': v.strictObject({ address: Address }),
  /** Reads an address or an `earshot:` link into a form; changes nothing. */
  'contacts.read': v.strictObject({ text: text(4096) }),
  'contacts.safety-number': v.strictObject({ address: Address }),
  'history.seen': Nothing,
  'history.remove': v.strictObject({ id: text(64) }),
  'history.clear': Nothing,
  'settings.change': SettingsChange,
  'clipboard.write': v.strictObject({ text: text(4096) }),
} as const satisfies Record<RequestName, v.GenericSchema>

export interface ContactForm {
  readonly address: Address
  readonly name: string
  readonly server: string | null
}

interface Replies extends Record<RequestName, unknown> {
  snapshot: Views
  'call.command': null
  'link.prepared': null
  'link.signal': null
  'link.bind': null
  'link.frame': null
  'link.measured': null
  'link.failed': null
  'devices.report': null
  'devices.test': null
  'identity.create': null
  'identity.unlock': null
  'server.use': null
  'server.host': null
  'server.retry': null
  'contacts.add': null
  'contacts.rename': null
  'contacts.remove': null
  'contacts.read': ContactForm
  /** 60 digits in 12 groups of five. */
  'contacts.safety-number': { readonly digits: string }
  'history.seen': null
  'history.remove': null
  'history.clear': null
  'settings.change': null
  'clipboard.write': null
}
export type Request<N extends RequestName> = v.InferOutput<(typeof requestSchemas)[N]>
export type Reply<N extends RequestName> = Replies[N]

// ---- views: main's truth, slice by slice

export interface AppView {
  readonly version: string
  readonly profile: string | null
  /** `first-run`: no identity yet. `locked`: an identity that wants its passphrase. `broken`: it cannot be read. */
  readonly stage: 'starting' | 'first-run' | 'locked' | 'broken' | 'ready'
  /** The system offers no keyring, so that an identity needs a passphrase. */
  readonly passphraseNeeded: boolean
  /** A file that could not be read was set aside and replaced by defaults. */
  readonly setAside: readonly ('settings' | 'contacts' | 'history')[]
}

export interface IdentityView {
  readonly address: Address
  /** `earshot:ADDRESS?server=…&name=…`, to be handed to people. */
  readonly link: string
}

export interface ServerView {
  readonly url: string | null
  readonly state: 'none' | 'connecting' | 'online' | 'offline'
  /** A login there is tied to its TLS connection. */
  readonly channelBinding: boolean
  /** Why it is offline. */
  readonly code:
    | 'server-unreachable'
    | 'server-origin'
    | 'server-refused'
    | 'server-replaced'
    | 'server-binding'
    | 'server-wants-binding'
    | null
  readonly hosting: 'off' | 'starting' | 'on' | 'failed'
  /** Others connected to the server hosted here. */
  readonly guests: number
}

export interface ContactView extends ContactForm {
  readonly trust: TrustView
  readonly addedAtMs: number
}

export interface HistoryEntry {
  readonly id: string
  readonly address: Address
  /** From my contacts at the time of looking; null for somebody who is not in them. */
  readonly name: string | null
  readonly direction: 'in' | 'out'
  readonly outcome:
    'talked' | 'missed' | 'declined' | 'no-answer' | 'busy' | 'cancelled' | 'failed' | 'altered'
  readonly video: boolean
  readonly atMs: number
  readonly durationMs: number
  readonly seen: boolean
}

export interface DevicesView {
  readonly available: readonly MediaDevice[]
  /** What is used now; null is the system's default. `missing`: a wish that is not plugged in. */
  readonly chosen: {
    readonly [Role in keyof Settings['devices']]: {
      readonly wish: DeviceWish
      readonly deviceId: string | null
      readonly missing: boolean
    }
  }
}

export type SettingsView = Pick<Settings, 'name' | 'ringVolume' | 'theme'>

export interface Views {
  readonly app: AppView
  readonly identity: IdentityView | null
  readonly server: ServerView
  readonly contacts: readonly ContactView[]
  readonly history: readonly HistoryEntry[]
  readonly call: CallView
  readonly devices: DevicesView
  readonly settings: SettingsView
}
export type Slice = keyof Views

/** The alert window sees these slices only. */
export const alertSlices = ['call', 'settings'] as const satisfies readonly Slice[]

/** One slice, whole. `version` grows; an older one that arrives late is dropped. */
export type ViewPush = {
  [S in Slice]: { readonly slice: S; readonly version: number; readonly value: Views[S] }
}[Slice]

interface Pushes extends Record<PushName, unknown> {
  view: ViewPush
  'link.prepare': LinkPrepare
  'link.open': LinkOpen
  'link.signal': v.InferOutput<typeof LinkSignalled>
  'link.frame': v.InferOutput<typeof LinkFrame>
  'link.tracks': LinkTracks
  'link.close': LinkClose
  /** Bring a screen to the front; `contact` fills the form of a link that was opened, and adds nobody. */
  show:
    | { readonly screen: 'home' | 'history' | 'settings' }
    | { readonly screen: 'contact'; readonly form: ContactForm }
    | { readonly screen: 'bad-link' }
}
export type Push<N extends PushName> = Pushes[N]

/** `window.shell`: one named function a request, one named subscription a push. Nothing else of Electron. */
export type ShellApi = {
  readonly [N in RequestName]: (payload: Request<N>) => Promise<Result<Reply<N>>>
} & {
  readonly on: { readonly [N in PushName]: (listener: (push: Push<N>) => void) => () => void }
}
