// The tests of microphone, camera and speaker in the settings: what they show, and their beginning and end.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ErrorCode } from '../../contract/errors.ts'
import type { MicrophoneVerdict } from '../../contract/link.ts'
import { createDeviceList } from '../media/device-list.ts'
import { createDeviceTest } from '../media/device-test.ts'
import { createEchoTest, idleEcho } from '../media/echo-test.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useSettings } from './settings.ts'

export const useDeviceTest = defineStore('device-test', () => {
  const settings = useSettings()
  const notices = useNotices()
  const running = ref(false)
  const level = ref(0)
  const microphone = ref<MicrophoneVerdict | null>(null)
  const picture = shallowRef<MediaStream | null>(null)
  const problems = ref<readonly ErrorCode[]>([])
  const speakerRefused = ref(false)
  const echo = shallowRef(idleEcho)
  const list = createDeviceList(shell, navigator.mediaDevices)
  let stopWatching = (): void => undefined
  const test = createDeviceTest({
    changed(now) {
      level.value = now.level
      microphone.value = now.microphone
      picture.value = now.picture
      problems.value = now.problems
    },
  })
  const echoTest = createEchoTest({ changed: (now) => (echo.value = now) })

  /** Main lets the page open devices outside a call for as long as a test is on. */
  async function start(): Promise<void> {
    echoTest.stop()
    if ((await settings.test(true)) !== null) return
    running.value = true
    const { microphone, camera } = settings.devices.chosen
    const { voice } = settings.view
    stopWatching()
    stopWatching = list.watch()
    await test.start({ microphoneId: microphone.deviceId, cameraId: camera.deviceId, voice })
    // Only while one is open does the system tell what the devices are called.
    await list.report()
  }
  async function stop(): Promise<void> {
    const wasOn = running.value || echo.value.step !== 'idle'
    running.value = false
    stopWatching()
    test.stop()
    echoTest.stop()
    if (wasOn) await settings.test(false)
  }

  async function startEcho(through: 'here' | 'relay'): Promise<void> {
    await stop()
    if ((await settings.test(true)) !== null) return
    const answer = through === 'relay' ? await shell['relay.test']({}) : null
    if (answer && !answer.ok) {
      notices.say(`errors.${answer.code}`)
      await settings.test(false)
      return
    }
    const { microphone, speaker } = settings.devices.chosen
    await echoTest.start({
      microphoneId: microphone.deviceId,
      speakerId: speaker.deviceId,
      voice: settings.view.voice,
      relay: answer?.value.iceServers ?? null,
    })
    // Another test has begun meanwhile, or a call.
    if (!running.value && echo.value.step === 'idle') await settings.test(false)
  }

  async function playSound(): Promise<void> {
    speakerRefused.value = !(await test.playSound(settings.devices.chosen.speaker.deviceId))
  }

  return {
    running,
    level,
    microphone,
    picture,
    problems,
    speakerRefused,
    echo,
    start,
    stop,
    startEcho,
    playSound,
  }
})
