// Tells main which microphones, cameras and speakers are plugged in. Which of them is used is main's to choose.
import type { MediaDevice, ShellApi } from '../../contract/ipc.ts'

const maxDevices = 200
const maxTextLength = 512
/** Entries of Chromium that stand for other entries; the default is null in this app. */
const standIns = ['', 'default', 'communications']

export type ListedDevices = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'>

export interface DeviceList {
  /** Looks again: names are there only once a device was opened. */
  report(): Promise<void>
}

export function createDeviceList(shell: Pick<ShellApi, 'devices.report'>, source: ListedDevices): DeviceList {
  async function report(): Promise<void> {
    const found = await source.enumerateDevices().catch(() => [])
    await shell['devices.report']({ devices: listDevices(found) })
  }
  source.addEventListener('devicechange', () => void report())
  return { report }
}

export function listDevices(
  found: readonly Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label' | 'groupId'>[],
): MediaDevice[] {
  const cut = (text: string): string => text.slice(0, maxTextLength)
  return found
    .filter(({ deviceId }) => !standIns.includes(deviceId) && deviceId.length <= maxTextLength)
    .slice(0, maxDevices)
    .map(({ deviceId, kind, label, groupId }) => ({
      deviceId,
      kind,
      label: cut(label),
      groupId: cut(groupId),
    }))
}
