// Opens one track of one device.
export type Capture = Pick<MediaDevices, 'getUserMedia'>

/**
 * Opens `deviceId`, or the system's default where it is null or not plugged in any more. The track comes out
 * disabled. Rejects with the error of getUserMedia.
 *
 * SECURITY: disabled from the first moment: what leaves this computer is switched on by main alone.
 */
export async function openTrack(
  capture: Capture,
  kind: 'audio' | 'video',
  deviceId: string | null,
  constraints: MediaTrackConstraints,
): Promise<MediaStreamTrack> {
  const open = async (wanted: MediaTrackConstraints): Promise<MediaStreamTrack> => {
    const [track] = (await capture.getUserMedia({ [kind]: wanted })).getTracks()
    if (!track) throw new DOMException('no track', 'NotFoundError')
    track.enabled = false
    return track
  }
  if (deviceId === null) return open(constraints)
  try {
    return await open({ ...constraints, deviceId: { exact: deviceId } })
  } catch (error) {
    const gone = error instanceof Error || error instanceof DOMException ? error.name : ''
    if (gone !== 'OverconstrainedError' && gone !== 'NotFoundError') throw error
    return open(constraints)
  }
}
