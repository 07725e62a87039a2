// The settings a person can change, with their defaults. No secrets, no addresses of other people.
import * as v from 'valibot'
import {
  OwnRingtoneId,
  QuietHours,
  Ringtone,
  availabilities,
  ringLimits,
  standInRingtone,
} from './ringing.ts'

/** A device a person asked for. Matched by id, then by label, then the system's default. */
const NamedDevice = v.strictObject({
  deviceId: v.pipe(v.string(), v.maxLength(512)),
  label: v.pipe(v.string(), v.maxLength(512)),
})
export const DeviceWish = v.nullable(NamedDevice)
export type DeviceWish = v.InferOutput<typeof DeviceWish>

export const maxWishes = 8
/** The first that is plugged in is used; null is the system's default, which always is. Empty is the default alone. */
export const DeviceWishes = v.pipe(v.array(DeviceWish), v.maxLength(maxWishes))
export type DeviceWishes = v.InferOutput<typeof DeviceWishes>

/** What Chromium does to the sound of a microphone before it is sent. */
export const VoiceProcessing = v.strictObject({
  echoCancellation: v.boolean(),
  noiseSuppression: v.boolean(),
  autoGainControl: v.boolean(),
})
export type VoiceProcessing = v.InferOutput<typeof VoiceProcessing>

/** A person's own name as others may see it: one line, no control or direction characters. */
export const OwnName = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(64),
  v.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u),
)

/** Whether a relay stands between me and whoever I talk to, so that neither learns the other's network address. */
export const RelayWish = v.strictObject({
  /** `automatic`: with people I have not verified, where there is a relay. `always`: with everybody, or no call. */
  use: v.picklist(['automatic', 'always']),
  /** With `automatic`: people I have verified may be connected directly. */
  directToVerified: v.boolean(),
})
export type RelayWish = v.InferOutput<typeof RelayWish>

/** The languages that Earshot speaks, as BCP 47 tags. */
export const languages = ['en', 'de', 'fr', 'es', 'zh-CN'] as const
export type Language = (typeof languages)[number]

const ServerUrl = v.pipe(v.string(), v.maxLength(512), v.url())

export const Settings = v.strictObject({
  /** My own name, sent to people I talk to inside the call. Empty before the first run is over. */
  name: v.union([v.literal(''), OwnName]),
  /** Where I can be reached: nowhere yet, a server hosted in this app, or somebody's server. */
  server: v.variant('kind', [
    v.strictObject({ kind: v.literal('none') }),
    v.strictObject({ kind: v.literal('hosted') }),
    v.strictObject({
      kind: v.literal('remote'),
      url: ServerUrl,
      /** The server ends TLS itself, and a login is tied to the connection (SP1 section 3 `cb`). */
      channelBinding: v.optional(v.boolean(), false),
    }),
  ]),
  devices: v.strictObject({
    microphone: DeviceWishes,
    camera: DeviceWishes,
    speaker: DeviceWishes,
  }),
  voice: VoiceProcessing,
  /** It rings on all of these at once; none is the system's default. */
  ringOutputs: v.pipe(v.array(NamedDevice), v.maxLength(ringLimits.outputs)),
  ringTone: Ringtone,
  /** Sound files that a person chose to ring with. */
  ownRingtones: v.pipe(
    v.array(v.strictObject({ id: OwnRingtoneId, name: v.pipe(v.string(), v.maxLength(120)) })),
    v.maxLength(ringLimits.ownRingtones),
  ),
  /** 0 is silent, 1 is full. */
  ringVolume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  theme: v.picklist(['system', 'light', 'dark']),
  /** Also where the system does not ask for it. */
  moreContrast: v.boolean(),
  /** `system`: the first of the system's languages that there is. */
  language: v.picklist(['system', ...languages]),
  /** Callers who are not in my contacts: they ring, they ring without a sound, or they do not ring at all. */
  whoMayRing: v.picklist(['anyone', 'unknown-silent', 'contacts']),
  /** My contacts see when I am here, and I see it of them; not while I am invisible. */
  presence: v.boolean(),
  availability: v.picklist(availabilities),
  quietHours: QuietHours,
  /** Contacts marked as favourites ring whatever `availability` and `quietHours` say. */
  favouritesThrough: v.boolean(),
  /** Pictures leave in few sizes only, and calls are offered by voice first: strict mode (SP1 section 11). */
  padPictures: v.boolean(),
  /** While the screen is locked, nothing that this app shows beside its window names anybody. */
  hideNamesWhenLocked: v.boolean(),
  /** The windows are kept out of screenshots and recordings; null is what the system has by default (E23). */
  contentProtection: v.nullable(v.boolean()),
  /** Pictures are sent smaller and slower. */
  dataSaver: v.boolean(),
  /** I see my own camera as in a mirror. Nobody else does. */
  mirrorOwn: v.boolean(),
  relay: RelayWish,
  /** Calls begin with the microphone off, and it is open as long as a key is held. */
  pushToTalk: v.boolean(),
  /** While a call runs, one key of the whole desktop switches the microphone. */
  globalMute: v.boolean(),
  /** Earshot starts, hidden, when this person logs in to the computer. */
  startAtLogin: v.boolean(),
  /** Calls leave the history after seven days. */
  forgetCalls: v.boolean(),
  /** The cards that say how this program works were read or skipped. */
  tourSeen: v.boolean(),
  /** The one-time sentence "Earshot stays in the tray" was shown. */
  trayExplained: v.boolean(),
  /** The version whose encryption of sound and pictures was tried out on this computer and works; empty at first. */
  frameTestPassed: v.string(),
})
export type Settings = v.InferOutput<typeof Settings>

export const defaultSettings: Settings = {
  name: '',
  server: { kind: 'none' },
  devices: { microphone: [], camera: [], speaker: [] },
  voice: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  ringOutputs: [],
  ringTone: standInRingtone,
  ownRingtones: [],
  ringVolume: 0.8,
  theme: 'system',
  moreContrast: false,
  language: 'system',
  whoMayRing: 'anyone',
  presence: false,
  availability: 'available',
  quietHours: { on: false, days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 22 * 60, toMinute: 7 * 60 },
  favouritesThrough: false,
  padPictures: false,
  hideNamesWhenLocked: false,
  contentProtection: null,
  dataSaver: false,
  mirrorOwn: true,
  relay: { use: 'automatic', directToVerified: true },
  pushToTalk: false,
  globalMute: false,
  startAtLogin: false,
  forgetCalls: false,
  tourSeen: false,
  trayExplained: false,
  frameTestPassed: '',
}

/** What the page may change in one request: some of the entries, each whole. */
export const SettingsChange = v.partial(
  v.omit(Settings, ['server', 'ownRingtones', 'trayExplained', 'frameTestPassed']),
)
export type SettingsChange = v.InferOutput<typeof SettingsChange>
