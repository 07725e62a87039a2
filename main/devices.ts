// Which microphone, camera, speaker and ring device are used: what a person asked for against what is plugged
// in. Only the page can list devices; only main decides.
import type { DevicesView, MediaDevice } from '../contract/ipc.ts'
import type { RingOutputView } from '../contract/ringing.ts'
import type { DeviceWish, Settings } from '../contract/settings.ts'
import { createListeners } from './listeners.ts'

export type DeviceRole = keyof Settings['devices']

const kindOf: Readonly<Record<DeviceRole, MediaDevice['kind']>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
}
const kinds = ['audioinput', 'videoinput', 'audiooutput'] as const satisfies readonly MediaDevice['kind'][]

export interface Devices {
  report(devices: readonly MediaDevice[]): void
  view(): DevicesView
  onChange(listener: () => void): () => void
}

/** `wishes` is read at every look: they belong to the settings. */
export function createDevices(
  wishes: () => Settings['devices'],
  ringWishes: () => Settings['ringOutputs'] = () => [],
): Devices {
  let available: readonly MediaDevice[] = []
  const listeners = createListeners()
  return {
    report(devices) {
      available = merge(available, devices)
      listeners.tell()
    },
    view() {
      const wish = wishes()
      const chosen = (role: DeviceRole) => ({
        wish: wish[role],
        ...pick(wish[role], choices(available, role)),
      })
      return {
        available,
        chosen: {
          microphone: chosen('microphone'),
          camera: chosen('camera'),
          speaker: chosen('speaker'),
        },
        ring: ringOn(ringWishes(), choices(available, 'speaker')),
      }
    },
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
 * The device for a wish: the same id, else the same label (ids change when a profile is cleared), else the
 * system's default (null), marked as missing.
 */
export function pick(
  wish: DeviceWish,
  available: readonly MediaDevice[],
): { readonly deviceId: string | null; readonly missing: boolean } {
  if (wish === null) return { deviceId: null, missing: false }
  const found =
    available.find(({ deviceId }) => deviceId === wish.deviceId) ??
    available.find(({ label }) => label !== '' && label === wish.label)
  return { deviceId: found?.deviceId ?? null, missing: found === undefined }
}

/** One output for each wish, none of them twice: two wishes may come to name the same device by its label. */
function ringOn(
  wishes: Settings['ringOutputs'],
  available: readonly MediaDevice[],
): readonly RingOutputView[] {
  const taken = new Set<string>()
  return wishes.map((wish) => {
    const { deviceId } = pick(wish, available)
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
