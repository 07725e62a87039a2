// Which microphone, camera, speaker and ring device are used: what a person asked for against what is plugged
// in. Only the page can list devices; only main decides.
import type { ChosenDevice, DeviceMove, DevicesView, MediaDevice } from '../contract/ipc.ts'
import type { RingOutputView } from '../contract/ringing.ts'
import { maxWishes, type DeviceWish, type DeviceWishes, type Settings } from '../contract/settings.ts'
import type { Clock } from './clock.ts'
import { createListeners } from './listeners.ts'

export type DeviceRole = keyof Settings['devices']

const kindOf: Readonly<Record<DeviceRole, MediaDevice['kind']>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
}
const kinds = ['audioinput', 'videoinput', 'audiooutput'] as const satisfies readonly MediaDevice['kind'][]
const movable = ['microphone', 'camera', 'speaker'] as const satisfies readonly DeviceMove['role'][]

/** Long enough to be read while somebody talks. */
const tellForMs = 15_000

export interface Devices {
  /** What there is now. `defaults`: Chromium's entries for the system's default, at most one a kind. */
  report(devices: readonly MediaDevice[], defaults?: readonly MediaDevice[]): void
  view(): DevicesView
  onChange(listener: () => void): () => void
}

interface Listed {
  readonly available: readonly MediaDevice[]
  readonly defaults: readonly MediaDevice[]
}

/** `wishes` is read at every look: they belong to the settings. `current`: the call that uses devices; null for none. */
export function createDevices(
  wishes: () => Settings['devices'],
  ringWishes: () => Settings['ringOutputs'],
  call: { readonly current: () => string | null; readonly clock: Pick<Clock, 'after'> },
): Devices {
  let listed: Listed = { available: [], defaults: [] }
  let moves: readonly DeviceMove[] = []
  let lastMove = 0
  /** The camera that films, for as long as nobody chooses another: a picture does not jump because one was plugged in. */
  let filming: { readonly callId: string; readonly by: DeviceWishes; readonly deviceId: string } | null = null
  const listeners = createListeners()

  function chosen(role: DeviceRole): ChosenDevice {
    const list = wishes()[role]
    const kept =
      role === 'camera' && filming?.by === list && filming.callId === call.current()
        ? listed.available.find(({ deviceId }) => deviceId === filming?.deviceId)
        : undefined
    const picked = pick(list, choices(listed.available, role))
    const byDefault = kept ?? picked.device ?? defaultOf(listed, kindOf[role])
    // Chromium has its outputs follow the system by itself. A microphone stays where it was opened.
    const used = role === 'microphone' ? byDefault : (kept ?? picked.device)
    return {
      wish: list[0] ?? null,
      wishes: list,
      deviceId: used?.deviceId ?? null,
      isDefault: !kept && !picked.device,
      label: byDefault?.label ?? '',
      missing: picked.missing,
      handsFree: role === 'microphone' && byDefault ? handsFreeOf(byDefault) : null,
    }
  }

  function handsFreeOf(microphone: MediaDevice): ChosenDevice['handsFree'] {
    const { available } = listed
    if (!isHandsFree(microphone, available)) return null
    const others = choices(available, 'microphone').filter((device) => !isHandsFree(device, available))
    return { instead: others[0] ?? null }
  }

  function told(role: DeviceMove['role'], before: ChosenDevice, known: Listed): readonly DeviceMove[] {
    const after = chosen(role)
    // What was not known before has not moved.
    if (choices(known.available, role).length === 0) return []
    if (before.deviceId === after.deviceId && before.label === after.label) return []
    const still = choices(listed.available, role).some(({ label, deviceId }) =>
      before.deviceId === null ? label === before.label : deviceId === before.deviceId,
    )
    const was = before.deviceId !== null || before.label !== ''
    const why = was && !still ? 'unplugged' : before.isDefault && after.isDefault ? 'default' : 'plugged-in'
    return [{ id: ++lastMove, role, why, from: before.label, to: after.label }]
  }

  function tell(now: readonly DeviceMove[]): void {
    if (now.length === 0) return
    moves = [...moves.filter((old) => !now.some(({ role }) => role === old.role)), ...now]
    call.clock.after(tellForMs, () => {
      moves = moves.filter((move) => !now.includes(move))
      listeners.tell()
    })
  }

  return {
    report(devices, defaults = []) {
      const before = movable.map((role) => [role, chosen(role)] as const)
      const known = listed
      const callId = call.current()
      listed = { available: merge(known.available, devices), defaults }
      const camera = chosen('camera').deviceId
      filming = callId !== null && camera !== null ? { callId, by: wishes().camera, deviceId: camera } : null
      if (callId !== null) tell(before.flatMap(([role, was]) => told(role, was, known)))
      listeners.tell()
    },
    view: () => ({
      available: listed.available,
      chosen: {
        microphone: chosen('microphone'),
        camera: chosen('camera'),
        speaker: chosen('speaker'),
      },
      ring: ringOn(ringWishes(), choices(listed.available, 'speaker')),
      moves: call.current() === null ? [] : moves,
    }),
    onChange: listeners.onChange,
  }
}

/** What there is for a role, without Chromium's aliases of the system's default. */
export function choices(available: readonly MediaDevice[], role: DeviceRole): readonly MediaDevice[] {
  return available.filter(
    ({ kind, deviceId }) => kind === kindOf[role] && deviceId !== 'default' && deviceId !== 'communications',
  )
}

/**
 * The first wish that is plugged in: the same id, else the same label (ids change when a profile is cleared). Null is the
 * system's default, for its own wish and where none is plugged in. `missing`: it is not the first wish that is used.
 */
export function pick(
  wishes: DeviceWishes,
  available: readonly MediaDevice[],
): { readonly device: MediaDevice | null; readonly missing: boolean } {
  for (const [place, wish] of wishes.entries()) {
    const device = wish && find(wish, available)
    if (wish === null || device) return { device: device ?? null, missing: place > 0 }
  }
  return { device: null, missing: wishes.length > 0 }
}

const find = (wish: NonNullable<DeviceWish>, available: readonly MediaDevice[]) =>
  available.find(({ deviceId }) => deviceId === wish.deviceId) ??
  available.find(({ label }) => label !== '' && label === wish.label)

/** This one first, the others after it in their order. Null stands for the system's default. */
export function prefer(wishes: DeviceWishes, first: DeviceWish): DeviceWishes {
  const isSame = (other: DeviceWish): boolean =>
    other === null || first === null
      ? other === first
      : other.deviceId === first.deviceId || (other.label !== '' && other.label === first.label)
  return [first, ...wishes.filter((other) => !isSame(other))].slice(0, maxWishes)
}

/**
 * The device behind Chromium's alias of the system's default: its label ends in that one's ("Default - Headset"), or it is
 * the only one of its group. Null where the alias does not tell, as with PulseAudio, which moves the sound by itself.
 */
function defaultOf({ available, defaults }: Listed, kind: MediaDevice['kind']): MediaDevice | null {
  const alias = defaults.find((entry) => entry.kind === kind)
  if (!alias) return null
  const devices = available.filter((device) => device.kind === kind)
  const named = devices.filter(({ label }) => label !== '' && alias.label.endsWith(` - ${label}`))
  const grouped = devices.filter(({ groupId }) => groupId !== '' && groupId === alias.groupId)
  const [only, ...more] = named.length > 0 ? named : grouped
  return only && more.length === 0 ? only : null
}

const bluetooth = /\b(?:bluetooth|hands-?free|hsp|hfp|headset head unit)\b|\bairpods\b/i

/**
 * Whether opening this microphone makes a Bluetooth headset fall back to its telephone profile, as far as names tell: its
 * own, or that of another end of the same headset. A group alone says nothing, a headset on a cable has one as well.
 */
export function isHandsFree(microphone: MediaDevice, available: readonly MediaDevice[]): boolean {
  const { groupId } = microphone
  const ends = available.filter((device) => groupId !== '' && device.groupId === groupId)
  return [microphone, ...ends].some(({ label }) => bluetooth.test(label))
}

/** One output for each wish, none of them twice: two wishes may come to name the same device by its label. */
function ringOn(
  wishes: Settings['ringOutputs'],
  available: readonly MediaDevice[],
): readonly RingOutputView[] {
  const taken = new Set<string>()
  return wishes.map((wish) => {
    const deviceId = find(wish, available)?.deviceId ?? null
    const isNew = deviceId !== null && !taken.has(deviceId)
    if (isNew) taken.add(deviceId)
    return { wish, deviceId: isNew ? deviceId : null }
  })
}

/**
 * Outside a call the page has no permission and Chromium lists one nameless device a kind. That tells nothing,
 * so what was known of the kind stays.
 */
function merge(known: readonly MediaDevice[], reported: readonly MediaDevice[]): readonly MediaDevice[] {
  return kinds.flatMap((kind) => {
    const told = reported.filter((device) => device.kind === kind)
    const nameless = told.some(({ deviceId }) => deviceId === '')
    return nameless ? known.filter((device) => device.kind === kind) : told
  })
}
