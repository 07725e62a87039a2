// How it rings: the tones there are, when it keeps silent, and what the page may know of that.
import * as v from 'valibot'
import type { DeviceWish } from './settings.ts'

/** Drawn in code by the page, so that they are always there. The first one stands in for a tone that cannot be played. */
export const builtInRingtones = ['chime', 'bell', 'marimba', 'harp', 'pips', 'hum'] as const
export type BuiltInRingtone = (typeof builtInRingtones)[number]
export const standInRingtone: BuiltInRingtone = builtInRingtones[0]

/** A sound file of the person's own, by the name main gave it. */
export const OwnRingtoneId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))

/** `own:` and the id of a sound file, or one of those drawn in code. */
export const Ringtone = v.union([
  v.picklist(builtInRingtones),
  v.pipe(
    v.string(),
    v.regex(/^own:[0-9a-f]{32}$/),
    v.transform((text) => text as `own:${string}`),
  ),
])
export type Ringtone = v.InferOutput<typeof Ringtone>

export const ownTone = (id: string): Ringtone => `own:${id}`
/** Null for a tone that is drawn in code. */
export const ownIdOf = (tone: Ringtone): string | null => (tone.startsWith('own:') ? tone.slice(4) : null)

/** Whoever wants to be seen as away says that in no other way yet: the wire carries here or not here (SP1 section 11). */
export const availabilities = ['available', 'do-not-disturb', 'invisible'] as const
export type Availability = (typeof availabilities)[number]

const MinuteOfDay = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439))

/** Hours without a ring, by the clock on the wall. */
export const QuietHours = v.strictObject({
  on: v.boolean(),
  /** The days on which they begin; 0 is Sunday. */
  days: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))), v.maxLength(7)),
  /** In minutes since midnight. An end that is not later than the beginning is on the next day. */
  fromMinute: MinuteOfDay,
  toMinute: MinuteOfDay,
})
export type QuietHours = v.InferOutput<typeof QuietHours>

/** Why a call is shown without a sound. */
export type Hush = 'do-not-disturb' | 'quiet-hours'

export const ringLimits = {
  ownRingtones: 20,
  fileBytes: 5 * 1024 * 1024,
  outputs: 8,
  /** How long a rehearsal rings. */
  rehearsalMs: 3_000,
} as const

export interface RingView {
  /** What holds now; null when whoever calls is heard. */
  readonly hush: Hush | null
  /** The screen is locked, and a person wishes that nobody is named meanwhile. */
  readonly namesHidden: boolean
  /** The tone that is tried out just now. */
  readonly rehearsal: Ringtone | null
  /** `plays`: it was not found to be unreadable since the app started. */
  readonly own: readonly { readonly id: string; readonly name: string; readonly plays: boolean }[]
}

/** One of the outputs that a person wants the ring on. */
export interface RingOutputView {
  readonly wish: NonNullable<DeviceWish>
  /** Null while it is not plugged in. */
  readonly deviceId: string | null
}
