// Five seconds of one's own voice, recorded from the chosen microphone and played back through the chosen speaker, here or
// by way of a relay. SECURITY: the recording is in this page's memory only and gone after it was heard.
import type { ErrorCode } from '../../contract/errors.ts'
import type { IceServer } from '../../contract/link.ts'
import type { VoiceProcessing } from '../../contract/settings.ts'
import { echoVerdict, windowOf } from './echo-verdict.ts'
import type { EchoVerdict, EchoWindow } from './echo-verdict.ts'
import { createLevelMeter } from './level-meter.ts'
import { problemOf } from './media-problem.ts'
import { openMicrophone } from './microphone.ts'
import type { Capture } from './open-track.ts'
import { openRelayLoop } from './relay-loop.ts'
import { sendTo } from './sink.ts'

const recordMs = 5_000
const tickMs = 50

export interface EchoState {
  readonly step: 'idle' | 'connecting' | 'recording' | 'playing'
  /** Of this step, 0 to 1. */
  readonly progress: number
  readonly level: number
  /** Known once the recording is over. */
  readonly verdict: EchoVerdict | null
  readonly problem: ErrorCode | null
  /** The chosen speaker did not take the sound, and the system's default played it. */
  readonly speakerRefused: boolean
}

export interface EchoTest {
  /** `relay`: the servers to go through; null stays on this computer. Resolves at the end. Never rejects. */
  start(devices: {
    readonly microphoneId: string | null
    readonly speakerId: string | null
    readonly voice: VoiceProcessing
    readonly relay: readonly IceServer[] | null
  }): Promise<void>
  stop(): void
}

export interface EchoTestOptions {
  readonly changed: (state: EchoState) => void
  readonly capture?: Capture
  readonly meter?: typeof createLevelMeter
  readonly loop?: typeof openRelayLoop
  readonly record?: typeof recordTrack
  readonly play?: typeof playRecording
}

export const idleEcho: EchoState = {
  step: 'idle',
  progress: 0,
  level: 0,
  verdict: null,
  problem: null,
  speakerRefused: false,
}

export function createEchoTest({
  changed,
  capture = navigator.mediaDevices,
  meter = createLevelMeter,
  loop = openRelayLoop,
  record = recordTrack,
  play = playRecording,
}: EchoTestOptions): EchoTest {
  let state = idleEcho
  /** Counts starts and stops: what comes later than its stop changes nothing. */
  let round = 0
  let end = new AbortController()

  function change(entries: Partial<EchoState>): void {
    state = { ...state, ...entries }
    changed(state)
  }
  function stop(): void {
    round++
    end.abort()
    end = new AbortController()
    change(idleEcho)
  }

  return {
    stop,
    async start({ microphoneId, speakerId, voice, relay }) {
      stop()
      const mine = round
      const { signal } = end
      const tell = (entries: Partial<EchoState>): void => void (mine === round && change(entries))
      const close: (() => void)[] = []
      const closeAll = (): void => close.splice(0).forEach((one) => one())
      signal.addEventListener('abort', closeAll)
      try {
        tell({ step: 'connecting' })
        const track = await openMicrophone(capture, microphoneId, voice)
        close.push(() => track.stop())
        if (signal.aborted) return
        track.enabled = true
        let heard = track
        if (relay) {
          const looped = await loop(track, relay)
          close.push(looped.close)
          heard = looped.track
        }
        if (signal.aborted) return
        tell({ step: 'recording' })
        const windows: EchoWindow[] = []
        const { stop: stopMeter } = meter(heard, (level, samples) => {
          windows.push(windowOf(samples))
          tell({ level })
        })
        close.push(stopMeter)
        const recording = await record(heard, signal, (progress) => tell({ progress }))
        // Closed before it is played: no echo, and a Bluetooth headset gets its good sound back.
        closeAll()
        if (signal.aborted) return
        tell({ step: 'playing', progress: 0, level: 0, verdict: echoVerdict(windows) })
        await play(recording, speakerId, signal, {
          progress: (progress) => tell({ progress }),
          refused: () => tell({ speakerRefused: true }),
        })
        tell({ step: 'idle', progress: 0 })
      } catch (error) {
        const problem =
          state.step === 'connecting' && close.length > 0 ? 'relay-failed' : `mic-${problemOf(error)}`
        tell({ ...idleEcho, problem: problem as ErrorCode })
      } finally {
        closeAll()
      }
    },
  }
}

/** Rejects when nothing can be recorded. */
async function recordTrack(
  track: MediaStreamTrack,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([track]))
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }))
  recorder.start()
  const beganMs = performance.now()
  const timer = setInterval(() => {
    const share = (performance.now() - beganMs) / recordMs
    progress(Math.min(1, share))
    if (share >= 1 || signal.aborted || recorder.state === 'inactive') finish()
  }, tickMs)
  function finish(): void {
    clearInterval(timer)
    if (recorder.state !== 'inactive') recorder.stop()
  }
  await stopped
  finish()
  return new Blob(parts, { type: recorder.mimeType })
}

async function playRecording(
  recording: Blob,
  speakerId: string | null,
  signal: AbortSignal,
  tell: { progress: (share: number) => void; refused: () => void },
): Promise<void> {
  const element = new Audio(URL.createObjectURL(recording))
  const over = new Promise<void>((resolve) => {
    for (const name of ['ended', 'error'] as const) element.addEventListener(name, () => resolve())
    signal.addEventListener('abort', () => resolve())
  })
  const timer = setInterval(() => tell.progress(Math.min(1, (element.currentTime * 1000) / recordMs)), tickMs)
  try {
    if (!(await sendTo(element, speakerId))) tell.refused()
    if (signal.aborted) return
    // What cannot be played is over at once.
    if (
      await element.play().then(
        () => true,
        () => false,
      )
    )
      await over
  } finally {
    clearInterval(timer)
    element.pause()
    URL.revokeObjectURL(element.src)
    element.removeAttribute('src')
  }
}
