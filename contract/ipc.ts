// The contract between page and main: the schema of each request, what it answers, and what main pushes.
// The schemas are used by main/ipc-registry; the page sees only the types.
import * as v from 'valibot'
import type { CallView, TrustView, WarningsView } from './call-view.ts'
import { DeclineNote } from './decline-note.ts'
import {
  ChatCommand,
  ChatReport,
  ChatSave,
  ChatSaved,
  ChatWrite,
  type ChatOpen,
  type ChatSend,
  type ChatView,
  type ChatWanted,
} from './chat.ts'
import type { Result } from './errors.ts'
import { Address, CallId } from './ids.ts'
import type { PushName, RequestName } from './ipc-names.ts'
import {
  LinkBind,
  LinkCertified,
  LinkFailed,
  LinkFrame,
  LinkMeasured,
  LinkPrepared,
  LinkScreen,
  LinkSignalled,
  type IceServer,
  type LinkClose,
  type LinkKeys,
  type LinkOpen,
  type LinkPrepare,
  type LinkRestart,
  type LinkTracks,
  type LinkWarm,
} from './link.ts'
import { QualityRecord, type KeptQuality } from './quality.ts'
import { OwnRingtoneId, Ringtone, type RingOutputView, type RingView } from './ringing.ts'
import {
  DeviceWish,
  OwnName,
  SettingsChange,
  type DeviceWishes,
  type Language,
  type Settings,
} from './settings.ts'

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength))
const Nothing = v.strictObject({})
const Passphrase = text(1024)

/** A click, a tray item, a shortcut and the alert window all become one of these. */
export const CallCommand = v.variant('type', [
  v.strictObject({ type: v.literal('dial'), address: Address, video: v.boolean() }),
  v.strictObject({ type: v.literal('answer'), callId: CallId, video: v.boolean() }),
  /** `note`: what the caller is to read. */
  v.strictObject({ type: v.literal('decline'), callId: CallId, note: v.optional(DeclineNote) }),
  v.strictObject({ type: v.literal('silence'), callId: CallId }),
  v.strictObject({ type: v.literal('hang-up'), callId: CallId }),
  v.strictObject({ type: v.literal('mute'), callId: CallId, on: v.boolean() }),
  /**
   * Push-to-talk: the microphone is open from `on: true` until `on: false`, or until nobody has said `on: true` again for too
   * long.
   */
  v.strictObject({ type: v.literal('talk'), callId: CallId, on: v.boolean() }),
  v.strictObject({ type: v.literal('camera'), callId: CallId, on: v.boolean() }),
  /** On: a person wants to choose a screen or window to show. What is shown is chosen outside the page. */
  v.strictObject({ type: v.literal('share'), callId: CallId, on: v.boolean() }),
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
  /** A person is about to call: what takes time and needs nobody there is got ready. Answers at once. */
  'call.warm': v.strictObject({ address: Address }),
  'link.certified': LinkCertified,
  'link.prepared': LinkPrepared,
  'link.signal': LinkSignalled,
  'link.bind': LinkBind,
  'link.frame': LinkFrame,
  'link.measured': LinkMeasured,
  'link.failed': LinkFailed,
  'link.screen': LinkScreen,
  /** What there is to share, with pictures of it. For the picker window alone, while it is open. */
  'screen.sources': Nothing,
  /** What a person chose in the picker window; null is nothing after all. */
  'screen.choose': v.strictObject({ id: v.nullable(text(128)) }),
  /** The browser says that the network is back. */
  'network.online': Nothing,
  /** The page has tried out the encryption of sound and pictures, see AppView.frameTest. */
  'frames.tested': v.strictObject({ passed: v.boolean() }),
  'devices.report': v.strictObject({
    devices: v.pipe(v.array(MediaDevice), v.maxLength(200)),
    /** Chromium's entries for the system's default, as far as they tell which device that is. */
    defaults: v.optional(v.pipe(v.array(MediaDevice), v.maxLength(3)), []),
  }),
  /** This device first from now on, and the others after it; null is the system's default. */
  'devices.prefer': v.strictObject({
    role: v.picklist(['microphone', 'camera', 'speaker']),
    wish: DeviceWish,
  }),
  /** Opens and closes the microphone and camera for the settings screen, outside a call. */
  'devices.test': v.strictObject({ on: v.boolean() }),
  /** Opens and closes the camera alone, for as long as a code is looked for. */
  'devices.scan': v.strictObject({ on: v.boolean() }),
  'identity.create': v.strictObject({ name: OwnName, passphrase: v.nullable(Passphrase) }),
  'identity.unlock': v.strictObject({ passphrase: Passphrase }),
  /** Looks again whether the identity can be read. */
  'identity.retry': Nothing,
  /** Sets, changes or removes the passphrase; null stands for none. */
  'identity.passphrase': v.strictObject({ present: v.nullable(Passphrase), next: v.nullable(Passphrase) }),
  /** Another key, and with it another address. Asks outside the page first. */
  'identity.renew': v.strictObject({ present: v.nullable(Passphrase) }),
  /** Asks outside the page first. */
  'identity.erase': Nothing,
  /** Opens the system's dialog; a page names no paths. */
  'backup.save': v.strictObject({ present: v.nullable(Passphrase), passphrase: Passphrase }),
  'backup.choose': Nothing,
  'backup.read': v.strictObject({ passphrase: Passphrase }),
  /** What was read becomes the identity. The passphrase is the new lock, null for none. */
  'backup.restore': v.strictObject({ passphrase: v.nullable(Passphrase) }),
  /** Uses somebody's server; checked by reaching it before it is kept. */
  'server.use': v.strictObject({ url: text(512), channelBinding: v.boolean() }),
  /** Hosts a server on this computer, and uses it. */
  'server.host': Nothing,
  'server.retry': Nothing,
  /** Uses a relay of one's own instead of the servers'. `urls`: `turn:` or `turns:`, one or more. */
  'relay.use': v.strictObject({ urls: text(2048), username: text(512), credential: text(512) }),
  'relay.forget': Nothing,
  /** My own relay, for a test that reaches nobody. Only while devices are tested. */
  'relay.test': Nothing,
  'contacts.add': v.strictObject({ address: text(512), name: text(256), server: v.nullable(text(512)) }),
  'contacts.rename': v.strictObject({ address: Address, name: text(256) }),
  /** The tone that this contact rings with; null is that of everybody. */
  'contacts.tone': v.strictObject({ address: Address, tone: v.nullable(Ringtone) }),
  'contacts.favourite': v.strictObject({ address: Address, on: v.boolean() }),
  'contacts.remove': v.strictObject({ address: Address }),
  /** Also for somebody who is no contact. Ends a call with them. */
  'contacts.block': v.strictObject({ address: Address }),
  /** Main asks the person. */
  'contacts.unblock': v.strictObject({ address: Address }),
  /** Reads an address or an `earshot:` link into a form; changes nothing. */
  'contacts.read': v.strictObject({ text: text(4096) }),
  /** The contact whose old key vouches for this address has it from now on. */
  'contacts.succeed': v.strictObject({ address: Address }),
  'contacts.safety-number': v.strictObject({ address: Address }),
  /**
   * A person has compared the safety number, outside a call or in one. Whether it is the same main asks them once more;
   * `same: false` is believed at once and cuts a call with this person.
   */
  'contacts.verify': v.strictObject({ address: Address, how: v.literal('number'), same: v.boolean() }),
  /** A person takes a verification back. */
  'contacts.unverify': v.strictObject({ address: Address }),
  /** What a camera or a picture showed, as text: main alone compares it, and asks the person. */
  'contacts.scan': v.strictObject({ address: Address, text: text(4096) }),
  /** A person has read the warning about this call. */
  'warnings.dismiss': v.strictObject({ callId: CallId, address: Address }),
  'history.seen': Nothing,
  'history.remove': v.strictObject({ id: text(64) }),
  'history.clear': Nothing,
  /** How a call went that has just ended. */
  'quality.keep': v.strictObject({ record: QualityRecord }),
  'quality.list': Nothing,
  /** Opens the system's dialog; a page names no paths. */
  'quality.save': v.strictObject({ id: text(64) }),
  'quality.clear': Nothing,
  /** The relays that a call would use, for a check that reaches nobody else. Only while devices are tested. */
  'check.relays': Nothing,
  'settings.change': SettingsChange,
  /** Rings as a call would, for a moment; `tone`: null is that of everybody. `on: false` ends it. */
  'ring.rehearse': v.strictObject({ on: v.boolean(), tone: v.nullable(Ringtone) }),
  /** Opens the system's dialog; a page names no paths. What was chosen is kept nowhere before `ringtones.keep`. */
  'ringtones.choose': Nothing,
  'ringtones.read': v.strictObject({ id: OwnRingtoneId }),
  /** The page has seen that it can be played. */
  'ringtones.keep': v.strictObject({ id: OwnRingtoneId }),
  'ringtones.remove': v.strictObject({ id: OwnRingtoneId }),
  /** It was to be played and could not be; until the app ends another tone stands in. */
  'ringtones.failed': v.strictObject({ id: OwnRingtoneId }),
  'chat.command': ChatCommand,
  'chat.report': ChatReport,
  /** An address that stands in a text. Main asks the person, and the system's browser opens it. */
  'chat.link': v.strictObject({ url: text(4096) }),
  /** Main asks where to; the bytes follow with `chat.write`, and `chat.saved` ends them. */
  'chat.save': ChatSave,
  'chat.write': ChatWrite,
  'chat.saved': ChatSaved,
  /** What was said, as a text file. Main asks where to. */
  'chat.keep': v.strictObject({ callId: CallId }),
  'clipboard.write': v.strictObject({ text: text(4096) }),
  /** Asks outside the page first, where others would notice. */
  'app.quit': Nothing,
} as const satisfies Record<RequestName, v.GenericSchema>

export interface ContactForm {
  readonly address: Address
  readonly name: string
  readonly server: string | null
}

/** A form as it was read from a text. */
export interface ReadForm extends ContactForm {
  /** The contact whose old key says that this address follows it: saving replaces that contact's key. */
  readonly replaces: string | null
}

/** Whose backup it is. Nothing in here is secret. */
export interface BackupSummary {
  readonly address: Address
  /** What this person called itself; empty when it had no name yet. */
  readonly name: string
  readonly contacts: number
  readonly madeAtMs: number
}

/** A screen or window that can be shown. */
export interface ScreenSource {
  readonly id: string
  readonly kind: 'screen' | 'window'
  /** As the system names it: any text. */
  readonly name: string
  /** A small one, as a `data:` URL; null where the system gives none. */
  readonly picture: string | null
}

interface Replies extends Record<RequestName, unknown> {
  snapshot: Views
  'call.command': null
  'call.warm': null
  'link.certified': null
  'link.prepared': null
  'link.signal': null
  'link.bind': null
  'link.frame': null
  'link.measured': null
  'link.failed': null
  'link.screen': null
  'screen.sources': readonly ScreenSource[]
  'screen.choose': null
  'network.online': null
  'frames.tested': null
  'devices.report': null
  'devices.prefer': null
  'devices.test': null
  'devices.scan': null
  'identity.create': null
  'identity.unlock': null
  'identity.retry': null
  'identity.passphrase': null
  /** False when the person did not want to after all; so for the next ones. */
  'identity.renew': { readonly renewed: boolean }
  'identity.erase': { readonly erased: boolean }
  'backup.save': { readonly saved: boolean }
  /** The name of the chosen file. */
  'backup.choose': { readonly file: string | null }
  'backup.read': BackupSummary
  'backup.restore': { readonly restored: boolean }
  'server.use': null
  'server.host': null
  'server.retry': null
  'relay.use': null
  'relay.forget': null
  /** SECURITY: with what opens it; for the one page that holds links, and nowhere else. */
  'relay.test': { readonly iceServers: readonly IceServer[] }
  'contacts.add': null
  'contacts.rename': null
  'contacts.tone': null
  'contacts.favourite': null
  'contacts.remove': null
  'contacts.block': null
  'contacts.unblock': { readonly unblocked: boolean }
  'contacts.read': ReadForm
  'contacts.succeed': null
  /** 60 digits in 12 groups of five, and the text of the QR code that I show. */
  'contacts.safety-number': { readonly digits: string; readonly code: string }
  'contacts.verify': { readonly marked: boolean }
  'contacts.unverify': null
  'contacts.scan': { readonly marked: boolean }
  'warnings.dismiss': null
  'history.seen': null
  'history.remove': null
  'history.clear': null
  'quality.keep': null
  /** The latest first. */
  'quality.list': readonly KeptQuality[]
  'quality.save': { readonly saved: boolean }
  'quality.clear': null
  /** SECURITY: as for `relay.test`. */
  'check.relays': { readonly iceServers: readonly IceServer[] }
  'settings.change': null
  'ring.rehearse': null
  /** Null when none was chosen. */
  'ringtones.choose': { readonly id: string; readonly name: string } | null
  'ringtones.read': { readonly bytes: Uint8Array<ArrayBuffer> }
  'ringtones.keep': null
  'ringtones.remove': null
  'ringtones.failed': null
  'chat.command': null
  'chat.report': null
  'chat.link': { readonly opened: boolean }
  /** Null when the person did not want to. */
  'chat.save': { readonly saving: number | null }
  'chat.write': null
  'chat.saved': null
  'chat.keep': { readonly kept: boolean }
  'clipboard.write': null
  'app.quit': null
}
export type Request<N extends RequestName> = v.InferOutput<(typeof requestSchemas)[N]>
export type Reply<N extends RequestName> = Replies[N]

// ---- views: main's truth, slice by slice

/** Names of keyrings that are known; any other one is `other`. */
export const keyringNames = [
  'gnome_libsecret',
  'kwallet',
  'kwallet5',
  'kwallet6',
  'keychain',
  'dpapi',
  'other',
] as const
export type KeyringName = (typeof keyringNames)[number]

/** What the identity is under. */
export interface LockView {
  /** A passphrase is asked for at each start. */
  readonly passphrase: boolean
  /** The keyring that the system offers now; null for none. */
  readonly keyring: KeyringName | null
  /** The one that the identity is sealed with. */
  readonly recorded: KeyringName | null
  /** What `--password-store=` would ask for that one; null where there is no choice. */
  readonly passwordStore: string | null
}

export interface AppView {
  readonly version: string
  readonly profile: string | null
  /**
   * `first-run`: no identity yet. `locked`: an identity that wants its passphrase. `keyring-changed`: it is whole, and the
   * keyring offered now does not open it. `broken`: it cannot be read. `unsound`: the self-test failed.
   */
  readonly stage: 'starting' | 'first-run' | 'locked' | 'keyring-changed' | 'broken' | 'unsound' | 'ready'
  /** The system offers no keyring, so that an identity needs a passphrase. */
  readonly passphraseNeeded: boolean
  readonly lock: LockView
  /** Whether the windows are kept out of screenshots and recordings; null where the system cannot do that. */
  readonly contentProtection: { readonly on: boolean; readonly bestEffort: boolean } | null
  /** A file that could not be read was set aside and replaced by defaults. */
  readonly setAside: readonly ('settings' | 'contacts' | 'history' | 'reach' | 'warnings')[]
  /**
   * Whether this version's encryption of sound and pictures was seen to work on this computer. `needed`: the page tries
   * it out and tells. `failed`: nobody can be called, nor answered.
   */
  readonly frameTest: 'needed' | 'passed' | 'failed'
}

export interface IdentityView {
  readonly address: Address
  /** `earshot:ADDRESS?server=…&name=…`, to be handed to people. */
  readonly link: string
  /**
   * The same with what says which keys this one follows, for people who have an earlier address; null for a first key.
   * It names those keys, so that it is not for strangers.
   */
  readonly successorLink: string | null
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
  /** What it rings with; null is the tone of everybody. */
  readonly tone: Ringtone | null
  /** Rings through do not disturb and quiet hours, where that is let through. */
  readonly favourite: boolean
  /** True: here now, as far as my server says. Null: presence is off, or nothing is shared with this contact yet. */
  readonly online: boolean | null
}

/** Somebody who may not ring me and whom I do not call. */
export interface BlockedView {
  readonly address: Address
  /** From my contacts; null for somebody who is not in them. */
  readonly name: string | null
  readonly atMs: number
}

export interface HistoryEntry {
  readonly id: string
  readonly address: Address
  /** From my contacts at the time of looking; null for somebody who is not in them. */
  readonly name: string | null
  readonly direction: 'in' | 'out'
  readonly outcome:
    'talked' | 'missed' | 'declined' | 'no-answer' | 'busy' | 'cancelled' | 'failed' | 'altered' | 'mismatch'
  readonly video: boolean
  readonly atMs: number
  readonly durationMs: number
  readonly seen: boolean
  /** With what words it was declined, by whoever was called. SECURITY: the peer's, if the call went out. */
  readonly note?: string | undefined
}

export interface DevicesView {
  readonly available: readonly MediaDevice[]
  readonly chosen: { readonly [Role in keyof Settings['devices']]: ChosenDevice }
  /** What happened to the devices of a call that runs, a moment ago. */
  readonly moves: readonly DeviceMove[]
  /** What the ring was wished on. Those that are there ring; where none is, the system's default does. */
  readonly ring: readonly RingOutputView[]
}

export interface ChosenDevice {
  /** The first wish. */
  readonly wish: DeviceWish
  /** All of them, in their order. */
  readonly wishes: DeviceWishes
  /** What is used now; null is the system's default, where it does not say which device that is. */
  readonly deviceId: string | null
  /** The system's default is used, by wish or for want of anything else. */
  readonly isDefault: boolean
  /** Its name, that of the system's default where that is known, else empty. */
  readonly label: string
  /** The first wish is not plugged in. */
  readonly missing: boolean
  /** A microphone of a Bluetooth headset, which sounds like a telephone as long as it is open. `instead`: one that is none. */
  readonly handsFree: { readonly instead: MediaDevice | null } | null
}

export interface DeviceMove {
  /** Grows with every move. */
  readonly id: number
  readonly role: 'microphone' | 'camera' | 'speaker'
  /** `unplugged`: what was used is gone. `plugged-in`: a better wish came. `default`: the system has another default. */
  readonly why: 'unplugged' | 'plugged-in' | 'default'
  /** Names, as the system gives them; empty where there is none. */
  readonly from: string
  readonly to: string
}

/** What a page sees of the settings beside the devices. */
export const shownSettings = [
  'name',
  'voice',
  'theme',
  'moreContrast',
  'language',
  'ringTone',
  'ringVolume',
  'whoMayRing',
  'availability',
  'quietHours',
  'favouritesThrough',
  'presence',
  'padPictures',
  'hideNamesWhenLocked',
  'dataSaver',
  'mirrorOwn',
  'relay',
  'pushToTalk',
  'globalMute',
  'startAtLogin',
  'forgetCalls',
  'tourSeen',
] as const satisfies readonly (keyof Settings)[]

export type SettingsView = Pick<Settings, (typeof shownSettings)[number]> & {
  /** What the wish for a language comes to on this computer. */
  readonly spokenLanguage: Language
}

/** How the app is held from outside its window. */
export interface ControlView {
  /** Push-to-talk: not held, held, or let go by the watchdog because nobody said for too long that it still is. */
  readonly talk: 'up' | 'held' | 'stuck'
  /** The key that switches the microphone from anywhere. `waiting`: no call runs. `taken`: another program has it. */
  readonly globalMute: 'off' | 'waiting' | 'on' | 'taken'
  /** That key as Electron names it: `CommandOrControl+Alt+Shift+M`. */
  readonly globalMuteKey: string
  /** What starts the app at login could not be written or removed. */
  readonly startAtLoginFailed: boolean
}

/** SECURITY: no username and no credential. */
export interface RelayView {
  /** Where my own relay is, without what opens it; null when I have none. */
  readonly own: readonly string[] | null
}

export interface Views {
  readonly app: AppView
  readonly identity: IdentityView | null
  readonly server: ServerView
  readonly relay: RelayView
  readonly contacts: readonly ContactView[]
  /** The latest first. */
  readonly blocked: readonly BlockedView[]
  readonly history: readonly HistoryEntry[]
  readonly call: CallView
  /** Null outside calls, and before a link was bound. */
  readonly chat: ChatView | null
  readonly warnings: WarningsView
  readonly devices: DevicesView
  readonly settings: SettingsView
  readonly ringing: RingView
  readonly control: ControlView
}
export type Slice = keyof Views

/** The alert window sees these slices only. */
export const alertSlices = ['call', 'settings', 'ringing'] as const satisfies readonly Slice[]

/** What the picker window needs to look and speak like the other one. */
export const pickerSlices = ['settings'] as const satisfies readonly Slice[]

/** One slice, whole. `version` grows; an older one that arrives late is dropped. */
export type ViewPush = {
  [S in Slice]: { readonly slice: S; readonly version: number; readonly value: Views[S] }
}[Slice]

interface Pushes extends Record<PushName, unknown> {
  view: ViewPush
  'link.warm': LinkWarm
  'link.prepare': LinkPrepare
  'link.open': LinkOpen
  'link.keys': LinkKeys
  'link.restart': LinkRestart
  'link.signal': v.InferOutput<typeof LinkSignalled>
  'link.frame': v.InferOutput<typeof LinkFrame>
  'link.tracks': LinkTracks
  'link.close': LinkClose
  'chat.open': ChatOpen
  'chat.send': ChatSend
  'chat.wanted': ChatWanted
  /** Bring a screen to the front; `contact` fills the form of a link that was opened, and adds nobody. */
  show:
    | { readonly screen: 'home' | 'history' | 'settings' }
    | { readonly screen: 'contact'; readonly form: ReadForm }
    | { readonly screen: 'bad-link' }
}
export type Push<N extends PushName> = Pushes[N]

/** `window.shell`: one named function a request, one named subscription a push. Nothing else of Electron. */
export type ShellApi = {
  readonly [N in RequestName]: (payload: Request<N>) => Promise<Result<Reply<N>>>
} & {
  readonly on: { readonly [N in PushName]: (listener: (push: Push<N>) => void) => () => void }
}
