// The warning that a Bluetooth headset sounds like a telephone while its microphone is open, and what can be done.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useSettings } from './settings.ts'

export const useHandsFree = defineStore('hands-free', () => {
  const settings = useSettings()
  /** Who keeps a headset has been told of it, until the app ends. */
  const kept = ref<readonly string[]>([])
  const chosen = computed(() => settings.devices.chosen.microphone)
  const other = computed(() => chosen.value.handsFree?.instead ?? null)

  return {
    isTold: computed(() => chosen.value.handsFree !== null && !kept.value.includes(chosen.value.label)),
    other,
    useOther: () => other.value && settings.wish('microphone', other.value.deviceId),
    keep: () => void (kept.value = [...kept.value, chosen.value.label]),
  }
})
