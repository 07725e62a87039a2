// How a camera is opened for a conversation.
import { openTrack } from './open-track.ts'
import type { Capture } from './open-track.ts'

/** A disabled track, or the rejection of getUserMedia. */
export const openCamera = (capture: Capture, deviceId: string | null): Promise<MediaStreamTrack> =>
  openTrack(capture, 'video', deviceId, {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  })
