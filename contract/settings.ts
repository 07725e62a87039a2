// The settings a person can change, with their defaults. No secrets, no addresses of other people.
import * as v from 'valibot'

/** A device a person asked for. Matched by id, then by label, then the system's default. */
export const DeviceWish = v.nullable(
  v.strictObject({
    deviceId: v.pipe(v.string(), v.maxLength(512)),
    label: v.pipe(v.string(), v.maxLength(512)),
  }),
)
export type DeviceWish = v.InferOutput<typeof DeviceWish>

/** A person's own name as others may see it: one line, no control or direction characters. */
export const OwnName = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(64),
  v.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u),
)

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
    microphone: DeviceWish,
    camera: DeviceWish,
    speaker: DeviceWish,
    ring: DeviceWish,
  }),
  /** 0 is silent, 1 is full. */
  ringVolume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  theme: v.picklist(['system', 'light', 'dark']),
  /** The one-time sentence "Earshot stays in the tray" was shown. */
  trayExplained: v.boolean(),
})
export type Settings = v.InferOutput<typeof Settings>

export const defaultSettings: Settings = {
  name: '',
  server: { kind: 'none' },
  devices: { microphone: null, camera: null, speaker: null, ring: null },
  ringVolume: 0.8,
  theme: 'system',
  trayExplained: false,
}

/** What the page may change in one request: some of the entries, each whole. */
export const SettingsChange = v.partial(v.omit(Settings, ['server', 'trayExplained']))
export type SettingsChange = v.InferOutput<typeof SettingsChange>
