// Settings and devices: wishes go to main, which decides; what it chose comes back in the views.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Settings, SettingsChange } from '../../contract/settings.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export type DeviceRole = keyof Settings['devices']

export const useSettings = defineStore('settings', () => {
  const views = useViews()
  const notices = useNotices()

  const change = (entries: SettingsChange) => shell['settings.change'](entries)

  function wish(role: DeviceRole, deviceId: string | null) {
    const { available } = views.slices.devices
    const device = available.find((device) => device.deviceId === deviceId)
    const first = device ? { deviceId: device.deviceId, label: device.label } : null
    return notices.orSay(shell['devices.prefer']({ role, wish: first }))
  }

  return {
    view: computed(() => views.slices.settings),
    control: computed(() => views.slices.control),
    devices: computed(() => views.slices.devices),
    change,
    changeOrSay: (entries: SettingsChange) => notices.orSay(change(entries)),
    wish,
    test: (on: boolean) => notices.orSay(shell['devices.test']({ on })),
  }
})
