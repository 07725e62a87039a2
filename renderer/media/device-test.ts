// Tries out microphone, camera and speaker for the settings, outside a call. Nothing of it leaves this computer.
import type { ErrorCode } from '../../contract/errors.ts'
import type { MicrophoneVerdict } from '../../contract/link.ts'
import type { VoiceProcessing } from '../../contract/settings.ts'
import { openCamera } from './camera.ts'
import { createLevelMeter, peakOf } from './level-meter.ts'
import { problemOf } from './media-problem.ts'
import { createMicrophoneJudge } from './microphone-judge.ts'
import { openMicrophone } from './microphone.ts'
import type { Capture } from './open-track.ts'
import { sendTo } from './sink.ts'
import { waveOf } from './tone-wave.ts'

const judgeEveryMs = 250

interface DeviceTestState {
  /** Of the microphone: 0 is silence, 1 is as loud as it gets. */
  readonly level: number
  /** What is wrong with the microphone though it is open; null when there is nothing to say. */
  readonly microphone: MicrophoneVerdict | null
  readonly picture: MediaStream | null
  readonly problems: readonly ErrorCode[]
}

export interface DeviceTest {
  /** Begins again with these devices; null is the system's default. */
  start(devices: {
    readonly microphoneId: string | null
    readonly cameraId: string | null
    readonly voice: VoiceProcessing
  }): Promise<void>
  stop(): void
  /** False when the speaker did not take the sound, so that the system's default plays it. */
  playSound(speakerId: string | null): Promise<boolean>
}

export interface DeviceTestOptions {
  readonly changed: (state: DeviceTestState) => void
  readonly capture?: Capture
  readonly meter?: typeof createLevelMeter
  readonly now?: () => number
}

const nothing: DeviceTestState = { level: 0, microphone: null, picture: null, problems: [] }

export function createDeviceTest({
  changed,
  capture = navigator.mediaDevices,
  meter = createLevelMeter,
  now = () => performance.now(),
}: DeviceTestOptions): DeviceTest {
  let state = nothing
  /** Counts starts and stops, so that a device that opens too late is closed again. */
  let round = 0
  let close: (() => void)[] = []

  function change(entries: Partial<DeviceTestState>): void {
    state = { ...state, ...entries }
    changed(state)
  }
  function stop(): void {
    round++
    for (const one of close) one()
    close = []
    change(nothing)
  }

  async function open(
    opening: Promise<MediaStreamTrack>,
    kind: 'mic' | 'camera',
    use: (track: MediaStreamTrack) => void,
  ): Promise<void> {
    const mine = round
    try {
      const track = await opening
      if (mine !== round) return track.stop()
      track.enabled = true
      close.push(() => track.stop())
      use(track)
    } catch (error) {
      if (mine === round) change({ problems: [...state.problems, `${kind}-${problemOf(error)}`] })
    }
  }

  function listen(track: MediaStreamTrack): void {
    const { judge } = createMicrophoneJudge()
    let judgedMs = now()
    let squares = 0
    let looks = 0
    const { stop: stopMeter } = meter(track, (level, samples) => {
      squares += peakOf(samples) ** 2
      looks++
      const atMs = now()
      let { microphone } = state
      if (atMs - judgedMs >= judgeEveryMs) {
        const live = track.readyState === 'live'
        microphone = judge({ atMs, live, on: true, muted: track.muted, level: Math.sqrt(squares / looks) })
        judgedMs = atMs
        squares = looks = 0
      }
      change({ level, microphone })
    })
    close.push(stopMeter)
  }

  return {
    async start({ microphoneId, cameraId, voice }) {
      stop()
      await Promise.all([
        open(openMicrophone(capture, microphoneId, voice), 'mic', listen),
        open(openCamera(capture, cameraId), 'camera', (track) =>
          change({ picture: new MediaStream([track]) }),
        ),
      ])
    },
    stop,
    async playSound(speakerId) {
      const element = new Audio(URL.createObjectURL(new Blob([waveOf('test')], { type: 'audio/wav' })))
      element.addEventListener('ended', () => URL.revokeObjectURL(element.src), { once: true })
      const taken = await sendTo(element, speakerId)
      await element.play().catch(() => undefined)
      return taken
    },
  }
}
