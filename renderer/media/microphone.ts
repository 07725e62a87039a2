// How a microphone is opened for a conversation.
import { openTrack } from './open-track.ts'
import type { Capture } from './open-track.ts'

/** A disabled track, or the rejection of getUserMedia. */
export const openMicrophone = (capture: Capture, deviceId: string | null): Promise<MediaStreamTrack> =>
  openTrack(capture, 'audio', deviceId, {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  })
