// Looks for a QR code with the camera. Nothing of the pictures is kept or leaves this page; the camera is open for as long
// as somebody looks, and closed with the first code.
import type { ErrorCode } from '../../contract/errors.ts'
import { openCamera } from './camera.ts'
import { problemOf } from './media-problem.ts'
import type { Capture } from './open-track.ts'
import { createSketch, readQr } from './qr-reader.ts'

/** Eight pictures a second are plenty for a hand that holds a screen. */
const everyMs = 125
const maxSide = 640

interface CodeCameraState {
  /** What it sees, to be shown; null while it is closed. */
  readonly picture: MediaStream | null
  readonly problem: ErrorCode | null
}

export interface CodeCamera {
  /** Begins again. `cameraId` null is the system's default. */
  start(cameraId: string | null): Promise<void>
  stop(): void
}

/** The newest picture of a track. */
export interface Viewfinder {
  readonly stream: MediaStream
  frame(): ImageData | null
  close(): void
}

export interface CodeCameraOptions {
  readonly changed: (state: CodeCameraState) => void
  /** The camera is closed by then. */
  readonly found: (text: string) => void
  readonly capture?: Capture
  readonly look?: (track: MediaStreamTrack) => Viewfinder
  readonly read?: (picture: ImageData) => string | null
}

export function createCodeCamera(options: CodeCameraOptions): CodeCamera {
  const { changed, found, capture = navigator.mediaDevices, look = viewfinderOf, read = readQr } = options
  /** Counts starts and stops, so that a camera that opens too late is closed again. */
  let round = 0
  let close = (): void => undefined

  function stop(): void {
    round++
    close()
    close = () => undefined
    changed({ picture: null, problem: null })
  }

  function watch(track: MediaStreamTrack): void {
    const viewfinder = look(track)
    const timer = setInterval(() => {
      const picture = viewfinder.frame()
      const text = picture && read(picture)
      if (!text) return
      stop()
      found(text)
    }, everyMs)
    close = () => {
      clearInterval(timer)
      viewfinder.close()
      track.stop()
    }
    track.onended = () => {
      stop()
      changed({ picture: null, problem: 'camera-missing' })
    }
    changed({ picture: viewfinder.stream, problem: null })
  }

  return {
    async start(cameraId) {
      stop()
      const mine = round
      try {
        const track = await openCamera(capture, cameraId)
        if (mine !== round) return track.stop()
        track.enabled = true
        watch(track)
      } catch (error) {
        if (mine === round) changed({ picture: null, problem: `camera-${problemOf(error)}` })
      }
    },
    stop,
  }
}

function viewfinderOf(track: MediaStreamTrack): Viewfinder {
  const stream = new MediaStream([track])
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = stream
  void video.play().catch(() => undefined)
  const sketch = createSketch(maxSide)
  return {
    stream,
    frame: () => sketch.of(video, video.videoWidth, video.videoHeight),
    close: () => (video.srcObject = null),
  }
}
