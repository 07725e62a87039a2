// Tells main which microphones, cameras and speakers are plugged in. Which of them is used is main's to choose.
import type { MediaDevice, ShellApi } from '../../contract/ipc.ts'

const maxDevices = 200
const maxTextLength = 512
/** Entries of Chromium that stand for other entries; the default is null in this app. */
const standIns = ['default', 'communications']
/**
 * How often is looked while devices are in use. Under PulseAudio and PipeWire Chromium hears of no headset that comes or
 * goes, and ends no track, until somebody asks (measured; one look takes 3 ms).
 */
const lookEveryMs = 700

export type ListedDevices = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'>

export interface DeviceList {
  /** Looks again, and tells what changed: names are there only once a device was opened. Never rejects. */
  report(): Promise<void>
  /**
   * The microphone was opened, and with `video` the camera. Looks at once where main does not know them by name, so that it can
   * say before anybody speaks which one is meant; otherwise the next look will do, and does not come in between just now.
   */
  opened(video: boolean): void
  /** Looks again and again until the returned function is called. */
  watch(): () => void
}

export function createDeviceList(shell: Pick<ShellApi, 'devices.report'>, source: ListedDevices): DeviceList {
  let told = ''
  let nameless: ReadonlySet<MediaDeviceKind> = new Set()
  async function report(): Promise<void> {
    const found = await source.enumerateDevices().catch(() => [])
    nameless = new Set(found.flatMap(({ kind, label }) => (label === '' ? kind : [])))
    const list = { devices: listDevices(found), defaults: defaultsAmong(found) }
    const text = JSON.stringify(list)
    if (text === told) return
    told = text
    // What main did not take is told again.
    if (!(await shell['devices.report'](list)).ok) told = ''
  }
  source.addEventListener('devicechange', () => void report())
  return {
    report,
    opened(video) {
      if (nameless.has('audioinput') || (video && nameless.has('videoinput'))) void report()
    },
    watch() {
      const timer = setInterval(() => void report(), lookEveryMs)
      return () => clearInterval(timer)
    },
  }
}

type Found = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label' | 'groupId'>

/** Without an id, as outside a call: one of its kind is there, and nobody may know which. */
export function listDevices(found: readonly Found[]): MediaDevice[] {
  return found
    .filter(({ deviceId }) => !standIns.includes(deviceId) && deviceId.length <= maxTextLength)
    .slice(0, maxDevices)
    .map(asListed)
}

/** What Chromium calls the system's default, which may tell which device that is. */
export const defaultsAmong = (found: readonly Found[]): MediaDevice[] =>
  found.filter(({ deviceId }) => deviceId === 'default').map(asListed)

const cut = (text: string): string => text.slice(0, maxTextLength)
const asListed = ({ deviceId, kind, label, groupId }: Found): MediaDevice => ({
  deviceId,
  kind,
  label: cut(label),
  groupId: cut(groupId),
})
