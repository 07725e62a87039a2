// The test of microphone, camera and speaker in the settings: what it shows, and its beginning and end.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ErrorCode } from '../../contract/errors.ts'
import { listDevices } from '../media/device-list.ts'
import { createDeviceTest } from '../media/device-test.ts'
import { shell } from '../shell.ts'
import { useSettings } from './settings.ts'

export const useDeviceTest = defineStore('device-test', () => {
  const settings = useSettings()
  const running = ref(false)
  const level = ref(0)
  const picture = shallowRef<MediaStream | null>(null)
  const problems = ref<readonly ErrorCode[]>([])
  const test = createDeviceTest({
    changed(now) {
      level.value = now.level
      picture.value = now.picture
      problems.value = now.problems
    },
  })

  /** Main lets the page open devices outside a call for as long as the test is on. */
  async function start(): Promise<void> {
    if ((await settings.test(true)) !== null) return
    running.value = true
    const { microphone, camera } = settings.devices.chosen
    await test.start({ microphoneId: microphone.deviceId, cameraId: camera.deviceId })
    // Only while one is open does the system tell what the devices are called.
    const found = await navigator.mediaDevices.enumerateDevices()
    await shell['devices.report']({ devices: listDevices(found) })
  }
  async function stop(): Promise<void> {
    if (!running.value) return
    running.value = false
    test.stop()
    await settings.test(false)
  }
  const playSound = () => test.playSound(settings.devices.chosen.speaker.deviceId)

  return { running, level, picture, problems, start, stop, playSound }
})
