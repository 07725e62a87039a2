// Tries out microphone, camera and speaker for the settings, outside a call. Nothing of it leaves this computer.
import type { ErrorCode } from '../../contract/errors.ts'
import { openCamera } from './camera.ts'
import { createLevelMeter } from './level-meter.ts'
import type { LevelMeter } from './level-meter.ts'
import { problemOf } from './media-problem.ts'
import { openMicrophone } from './microphone.ts'
import type { Capture } from './open-track.ts'
import { sendTo } from './sink.ts'
import { waveOf } from './tone-wave.ts'

interface DeviceTestState {
  /** Of the microphone: 0 is silence, 1 is as loud as it gets. */
  readonly level: number
  readonly picture: MediaStream | null
  readonly problems: readonly ErrorCode[]
}

export interface DeviceTest {
  /** Begins again with these devices; null is the system's default. */
  start(devices: { readonly microphoneId: string | null; readonly cameraId: string | null }): Promise<void>
  stop(): void
  playSound(speakerId: string | null): Promise<void>
}

export interface DeviceTestOptions {
  readonly changed: (state: DeviceTestState) => void
  readonly capture?: Capture
  readonly meter?: (track: MediaStreamTrack, heard: (level: number) => void) => LevelMeter
}

const nothing: DeviceTestState = { level: 0, picture: null, problems: [] }

export function createDeviceTest({
  changed,
  capture = navigator.mediaDevices,
  meter = createLevelMeter,
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

  return {
    async start({ microphoneId, cameraId }) {
      stop()
      await Promise.all([
        open(openMicrophone(capture, microphoneId), 'mic', (track) => {
          const { stop: stopMeter } = meter(track, (level) => change({ level }))
          close.push(stopMeter)
        }),
        open(openCamera(capture, cameraId), 'camera', (track) =>
          change({ picture: new MediaStream([track]) }),
        ),
      ])
    },
    stop,
    async playSound(speakerId) {
      const element = new Audio(URL.createObjectURL(new Blob([waveOf('test')], { type: 'audio/wav' })))
      element.addEventListener('ended', () => URL.revokeObjectURL(element.src), { once: true })
      await sendTo(element, speakerId)
      await element.play().catch(() => undefined)
    },
  }
}
