// The check before a call: opens the devices for as long as it runs, and asks main for what a call would be given.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { createDeviceTest } from '../media/device-test.ts'
import { checkNetwork, outcomeOf, type CheckResult, type Verdict } from '../media/network-check.ts'
import { shell } from '../shell.ts'
import { useServer } from './server.ts'
import { useSettings } from './settings.ts'

/** Long enough for the judge of a microphone, see microphone-judge. */
const listenMs = 3_000
const lookMs = 1_500

const problems = { denied: 'denied', missing: 'missing', busy: 'busy' } as const

export const useNetworkCheck = defineStore('network-check', () => {
  const settings = useSettings()
  const server = useServer()
  const open = ref(false)
  const running = ref(false)
  const results = shallowRef<readonly CheckResult[]>([])
  let end = new AbortController()

  const outcome = computed(() =>
    !running.value && results.value.length > 0 && results.value.every(({ state }) => state === 'done')
      ? outcomeOf(results.value)
      : null,
  )
  const pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    })

  /** Opens both, as the test of the settings does; each verdict waits for its own time. */
  function devices() {
    let state = { microphone: null as string | null, problems: [] as readonly string[] }
    const test = createDeviceTest({ changed: (now) => (state = now) })
    const { chosen } = settings.devices
    const opened = test.start({
      microphoneId: chosen.microphone.deviceId,
      cameraId: chosen.camera.deviceId,
      voice: settings.view.voice,
    })
    const problemOf = (kind: 'mic' | 'camera') => {
      const code = state.problems.find((each) => each.startsWith(`${kind}-`))?.slice(kind.length + 1)
      return code === undefined ? null : (problems[code as keyof typeof problems] ?? 'busy')
    }
    return {
      stop: test.stop,
      async microphone(signal: AbortSignal): Promise<Verdict<'microphone'>> {
        await Promise.race([opened, pause(10_000, signal)])
        const problem = problemOf('mic')
        if (problem) return problem
        await pause(listenMs, signal)
        const { microphone } = state
        return microphone === 'silent' || microphone === 'muted' ? microphone : 'good'
      },
      async speaker(signal: AbortSignal): Promise<Verdict<'speaker'>> {
        const taken = await test.playSound(chosen.speaker.deviceId)
        await pause(lookMs, signal)
        return taken ? 'good' : 'refused'
      },
      async camera(signal: AbortSignal): Promise<Verdict<'camera'>> {
        await pause(lookMs, signal)
        return problemOf('camera') ?? 'good'
      },
    }
  }

  async function start(): Promise<void> {
    if (running.value) return
    running.value = true
    end = new AbortController()
    const { signal } = end
    let opened: ReturnType<typeof devices> | null = null
    try {
      if ((await settings.test(true)) !== null) return
      opened = devices()
      await checkNetwork(
        {
          ...opened,
          server: () =>
            server.view.state === 'none' ? 'unset' : server.view.state === 'online' ? 'good' : 'offline',
          async relays() {
            const answer = await shell['check.relays']({})
            return answer.ok ? answer.value.iceServers : null
          },
          changed: (now) => (results.value = now),
        },
        signal,
      )
    } finally {
      opened?.stop()
      running.value = false
      await settings.test(false)
    }
  }
  function stop(): void {
    end.abort()
    if (running.value) results.value = []
  }

  return { open, running, results, outcome, start, stop }
})
