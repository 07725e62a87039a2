// How a microphone is opened for a conversation.
import type { VoiceProcessing } from '../../contract/settings.ts'
import { openTrack } from './open-track.ts'
import type { Capture } from './open-track.ts'

/** Before main has told what a person wants. */
export const allProcessing: VoiceProcessing = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}

/** A disabled track, or the rejection of getUserMedia. */
export const openMicrophone = (
  capture: Capture,
  deviceId: string | null,
  voice: VoiceProcessing = allProcessing,
): Promise<MediaStreamTrack> => openTrack(capture, 'audio', deviceId, { ...voice })
